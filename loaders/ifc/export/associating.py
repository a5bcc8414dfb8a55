"""Types, materials and classifications of an exported model, each written once for all that have it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

import orjson

from loaders.ifc.export.identity import Identities
from loaders.ifc.export.schema import predefine, type_class, undefined

Entity = Any
Said = Mapping[str, Any]


class Associating:
    """Collects what objects share and writes the relations at the end.

    Parameters
    ----------
    file : ifcopenshell.file
        The model, metres.
    identify : Identities
        GlobalIds.
    """

    def __init__(self, file: Any, identify: Identities) -> None:
        self._file, self._identify = file, identify
        self._types: dict[tuple[str, ...], Entity] = {}
        self._made: dict[bytes, Entity | None] = {}
        self._members: dict[tuple[str, Entity], list[Entity]] = defaultdict(list)

    def associate(self, product: Entity, sets: Said | None) -> None:
        """Give an object its type, its material and its classifications."""
        found = sets or {}
        if found.get("type"):
            self._typed(product, found["type"])
        if found.get("materials"):
            material = self._once("material", found["materials"], self._material)
            if material is not None:
                self._members["IfcRelAssociatesMaterial", material].append(product)
        seen = []
        for stated in found.get("classifications", ()):
            reference = self._once("reference", stated, self._reference)
            if reference is not None and reference not in seen:
                seen.append(reference)
                self._members["IfcRelAssociatesClassification", reference].append(product)

    def relate(self) -> None:
        """Write the relations."""
        relating = {
            "IfcRelDefinesByType": "RelatingType",
            "IfcRelAssociatesMaterial": "RelatingMaterial",
            "IfcRelAssociatesClassification": "RelatingClassification",
        }
        for number, ((kind, head), members) in enumerate(self._members.items()):
            self._file.create_entity(
                kind, GlobalId=self._identify(f"shared/{number}"), RelatedObjects=members,
                **{relating[kind]: head},
            )  # fmt: skip

    def _typed(self, product: Entity, said: Said) -> None:
        kind = type_class(product.is_a(), said.get("ifc_class"))
        if kind is None:
            return
        key = (kind, said.get("global_id") or "", said.get("name") or "")
        if key not in self._types:
            made = self._file.create_entity(
                kind, GlobalId=self._identify(said.get("global_id") or f"type/{'/'.join(key)}"),
                Name=said.get("name"), **undefined(kind),
            )  # fmt: skip
            made.ElementType = said.get("element_type")
            for stated in ("predefined_type", "operation_type"):
                predefine(made, said.get(stated), said="ElementType")
            self._types[key] = made
        self._members["IfcRelDefinesByType", self._types[key]].append(product)

    def _once(self, what: str, said: Any, make: Any) -> Entity | None:
        key = orjson.dumps([what, said], option=orjson.OPT_SORT_KEYS)
        if key not in self._made:
            self._made[key] = make(said)
        return self._made[key]

    def _material(self, said: Sequence[Said]) -> Entity | None:
        """Layers where a thickness is known, a list of constituents, or one material."""
        create = self._file.create_entity
        if any(entry.get("thickness_m") is not None for entry in said):
            layers = [
                create("IfcMaterialLayer", self._named(entry), max(entry.get("thickness_m") or 0.0, 0.0))
                for entry in said
            ]
            return create("IfcMaterialLayerSet", layers)
        named = [entry for entry in said if entry.get("name")]
        if len(named) == 1 and not named[0].get("role"):
            return self._named(named[0])
        parts = [
            create("IfcMaterialConstituent", entry.get("role") or entry["name"], None, self._named(entry))
            for entry in named
        ]
        return create("IfcMaterialConstituentSet", None, None, parts) if parts else None

    def _named(self, entry: Said) -> Entity | None:
        name = entry.get("name")
        return (
            None
            if not name
            else self._once("name", name, lambda text: self._file.create_entity("IfcMaterial", text))
        )

    def _reference(self, said: Said) -> Entity | None:
        if not (said.get("code") or said.get("name")):
            return None  # IfcExternalReference wants one of them
        system = said.get("system")
        source = None
        if system:
            source = self._once(
                "system", system, lambda name: self._file.create_entity("IfcClassification", Name=name)
            )
        return self._file.create_entity(
            "IfcClassificationReference", Identification=said.get("code"), Name=said.get("name"),
            ReferencedSource=source,
        )  # fmt: skip
