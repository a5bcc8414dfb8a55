"""Systems, zones and fire compartments of an exported model."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

from loaders.ifc.export.identity import Identities
from loaders.ifc.export.schema import exists, is_a, predefine

Entity = Any
Row = Mapping[str, Any]
Key = tuple[str, str]
_OLDER = {"IfcBuiltSystem": "IfcBuildingSystem"}
"""Classes of IFC4.3 by their name in IFC4."""


class Grouping:
    """Writes the groups of which members are in the file.

    Parameters
    ----------
    file : ifcopenshell.file
        The model.
    identify : Identities
        GlobalIds.
    made : mapping of (source, GlobalId) to entity_instance
        Objects of the file.
    rows : mapping of (source, GlobalId) to mapping
        Their rows.
    """

    def __init__(
        self, file: Any, identify: Identities, made: Mapping[Key, Entity], rows: Mapping[Key, Row]
    ) -> None:
        self._file, self._identify, self._made, self._rows = file, identify, made, rows

    def write(self, groups: Sequence[Row], buildings: Mapping[int, Entity], over: Any) -> int:
        """Write the groups; how many.

        Parameters
        ----------
        groups : sequence of mapping
            Rows of `twin.model_group` with the `source` of their model.
        buildings : mapping of int to entity_instance
            Buildings by id.
        over : callable
            Row of a member -> the storey or building it is in.
        """
        chosen: dict[Key, tuple[Row, Entity]] = {}
        for row in groups:
            members = [m for m in row["members"] if (row["source"], m) in self._made]
            if members:
                chosen[row["source"], row["global_id"]] = (
                    {**row, "here": members},
                    self._group(row, members),
                )
        for row, group in chosen.values():
            inside = [self._made[row["source"], member] for member in row["here"]]
            if group.is_a("IfcSpatialZone"):
                self._refer(row, group, inside, over)
            else:
                inner = [chosen[key][1] for m in row["members"] if (key := (row["source"], m)) in chosen]
                self._assign(row, group, inside + [one for one in inner if one != group], buildings)
        return len(chosen)

    def _group(self, row: Row, members: Sequence[str]) -> Entity:
        kind = _OLDER.get(row["ifc_class"], row["ifc_class"])
        kind = kind if exists(kind) else "IfcSystem"
        code = (
            self._code(row["source"], members) if is_a(kind, "IfcZone") or kind == "IfcSpatialZone" else None
        )
        name = row["name"]
        group = self._file.create_entity(kind, GlobalId=self._identify(row["global_id"]), Name=code or name)
        if code and name != code:
            group.LongName = name
        predefine(group, row["predefined_type"])
        return group

    def _code(self, source: str, members: Sequence[str]) -> str | None:
        """Number of the fire compartment, where all members are in the same one."""
        found = {self._rows[source, member]["fields"].get("compartment") for member in members}
        return found.pop() if len(found) == 1 else None

    def _assign(
        self, row: Row, group: Entity, members: Sequence[Entity], buildings: Mapping[int, Entity]
    ) -> None:
        if group.is_a("IfcZone"):
            members = [m for m in members if m.is_a() in ("IfcZone", "IfcSpace", "IfcSpatialZone")]
        if not members:
            return
        self._file.create_entity(
            "IfcRelAssignsToGroup", GlobalId=self._identify(f"group/{row['source']}/{row['global_id']}"),
            RelatedObjects=members, RelatingGroup=group,
        )  # fmt: skip
        served = {self._rows[row["source"], member]["building_id"] for member in row["here"]} & set(buildings)
        if not group.is_a("IfcZone") and served:
            self._file.create_entity(
                "IfcRelServicesBuildings",
                GlobalId=self._identify(f"serves/{row['source']}/{row['global_id']}"),
                RelatingSystem=group, RelatedBuildings=[buildings[number] for number in sorted(served)],
            )  # fmt: skip

    def _refer(self, row: Row, zone: Entity, members: Sequence[Entity], over: Any) -> None:
        path = f"zone/{row['source']}/{row['global_id']}"
        self._file.create_entity(
            "IfcRelReferencedInSpatialStructure", GlobalId=self._identify(path),
            RelatedElements=members, RelatingStructure=zone,
        )  # fmt: skip
        homes: dict[Entity, list[str]] = defaultdict(list)
        for member in row["here"]:
            homes[over(self._rows[row["source"], member])].append(member)
        for number, home in enumerate(homes):
            self._file.create_entity(
                "IfcRelReferencedInSpatialStructure", GlobalId=self._identify(f"{path}/{number}"),
                RelatedElements=[zone], RelatingStructure=home,
            )  # fmt: skip
