"""Every product of a model as a plain row: what it is, where it hangs, what it is called."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from sys import intern
from typing import Any, Literal

from loaders.ifc.attributes import attribute
from loaders.ifc.bodies import has_body
from loaders.ifc.equipment import classify, is_fire_word
from loaders.ifc.firerating import fire_minutes
from loaders.ifc.materials import material_names
from loaders.ifc.positions import Positions
from loaders.ifc.properties import Sets
from loaders.ifc.spatial import Address, Spatial
from loaders.ifc.spill import Spill
from loaders.ifc.units import Units
from loaders.ifc.values import text, word

Role = Literal["space", "opening", "equipment", "element"]
Row = dict[str, Any]

_KINDS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("space", ("IfcSpace",)),
    ("opening", ("IfcDoor", "IfcWindow")),
    ("hole", ("IfcOpeningElement",)),
    # what is dug out of the ground and painted on a road is built like a kerb
    ("element", ("IfcEarthworksCut", "IfcSurfaceFeature")),
    ("none", ("IfcFeatureElement",)),
    # pipes and ducts are drawn like walls; what they feed is equipment
    ("element", ("IfcFlowSegment", "IfcFlowFitting")),
    ("equipment", ("IfcDistributionElement", "IfcTransportElement")),
    ("generic", ("IfcBuildingElementProxy", "IfcFurnishingElement", "IfcDiscreteAccessory")),
    ("element", ("IfcElement",)),
)
"""Kind of an object by its class; the first line that fits counts."""


@dataclass(slots=True)
class Objects:
    """What was left out, and why; the rows themselves are spilled."""

    rejections: list[dict[str, str]] = field(default_factory=list)
    skipped: dict[str, int] = field(default_factory=dict)


def read_objects(
    model: Any,
    *,
    units: Units,
    sets: Sets,
    spatial: Spatial,
    positions: Positions,
    systems: dict[str, str],
    rows: Mapping[Role, Spill],
    finish: Callable[[Any, Role, Row], None],
) -> Objects:
    """Read the products of an open model.

    Parameters
    ----------
    model : ifcopenshell.file
        An open model.
    units : Units
        Its scales.
    sets : dict
        What `loaders.ifc.properties` read.
    spatial : Spatial
        What is in what.
    positions : Positions
        Where it is.
    systems : dict of str to str
        Name of the system an object belongs to, by GlobalId.
    rows : mapping of str to Spill
        Where the rows of each role go.
    finish : callable
        Adds to a row what is not read from its product alone; takes product, role and row.
    """
    objects = Objects()
    seen: set[str] = set()
    kinds: dict[str, str] = {}
    for product in model.by_type("IfcProduct"):
        role = _role(product, sets, kinds)
        if role is None:
            if not _told_elsewhere(product):
                kind = product.is_a()
                objects.skipped[kind] = objects.skipped.get(kind, 0) + 1
            continue
        identity = text(product.GlobalId)
        if identity is None or identity in seen:
            code = "global-id-missing" if identity is None else "global-id-duplicate"
            objects.rejections.append(
                {
                    "code": code,
                    "source_key": identity or f"#{product.id()}",
                    "message": f"{product.is_a()} #{product.id()} has "
                    + ("no GlobalId" if identity is None else "the GlobalId of an object before it")
                    + "; a GlobalId names one object for ever, so the exporting program has to repair it",
                    "collection": role,
                }
            )
            continue
        seen.add(identity)
        row = _row(
            product,
            role,
            units=units,
            sets=sets,
            spatial=spatial,
            positions=positions,
            systems=systems,
        )
        finish(product, role, row)
        rows[role].append(row)
    return objects


def _role(product: Any, sets: Sets, kinds: dict[str, str]) -> Role | None:
    name = product.is_a()
    kind = kinds.get(name)
    if kind is None:
        kind = kinds[name] = _kind(product)
    if kind == "hole":
        # a hole that a door fills is told by the door; an empty one is a passage
        return None if getattr(product, "HasFillings", ()) else "opening"
    if kind == "generic":
        return "equipment" if is_fire_word(_names(product, sets)) else "element"
    return None if kind == "none" else kind  # type: ignore[return-value]


def _kind(product: Any) -> str:
    """What a class is to the city: a role, or `hole`, `generic` (its name decides), `none`."""
    for kind, classes in _KINDS:
        if any(_is(product, name) for name in classes):
            return kind
    return "none"


def _is(product: Any, kind: str) -> bool:
    try:
        return bool(product.is_a(kind))
    except RuntimeError:  # a class this schema does not have
        return False


def _told_elsewhere(product: Any) -> bool:
    """The tree tells spatial containers, a door the opening it fills, the flows the ports, lines the rest."""
    kinds = (
        *("IfcSpatialStructureElement", "IfcSpatialElement", "IfcFeatureElement", "IfcPort"),
        *("IfcAlignment", "IfcLinearElement", "IfcReferent"),
    )
    return any(_is(product, kind) for kind in kinds)


def _names(product: Any, sets: Sets) -> tuple[str | None, ...]:
    kind = sets.get(product.GlobalId, {}).get("type", {})
    return (
        text(product.Name),
        text(product.ObjectType),
        kind.get("name"),
        kind.get("element_type"),
        text(product.Description),
    )


def _row(
    product: Any,
    role: Role,
    *,
    units: Units,
    sets: Sets,
    spatial: Spatial,
    positions: Positions,
    systems: dict[str, str],
) -> Row:
    entry = sets.get(product.GlobalId, {})
    kind = entry.get("type", {})
    address = spatial.address(product)
    predefined = predefined_type(product, kind)
    row: Row = {
        "global_id": intern(product.GlobalId),
        "parent": address.parent,
        "space": address.space,
        "storey": address.storey,
        "building": address.building,
        "facility": address.facility,
        "ifc_class": intern(product.is_a()),
        "predefined_type": predefined,
        "name": text(product.Name),
        "type_name": kind.get("name") or text(product.ObjectType),
        "tag": text(attribute(product, "Tag")),
        "shown": has_body(product),
        "properties": _rest(product, role) | (_hole(product, spatial) if role == "opening" else {}),
    }
    if role == "space":
        return row | _space(product, entry)
    if role == "opening":
        host = spatial.host(product)
        if host is not None:
            row["parent"] = host.GlobalId
        return row | _opening(product, entry, units)
    if role == "equipment":
        named = kind.get("ifc_class", "")
        general = product.is_a() if product.is_a() not in _VAGUE or not named else named
        found = classify(
            general, predefined, _names(product, sets), entry.get("psets", {}), outside=_outside(address)
        )
        return row | {
            "origin": positions.origin_m(product),
            "kind": found.kind,
            "evidence": found.evidence,
            "kind_confidence": found.confidence,
            "device_id": first(entry, "DeviceId"),
            "system": systems.get(product.GlobalId),
        }
    return row | {
        "material": material_names(entry.get("materials")),
        "system": systems.get(product.GlobalId),
        **_fire_rating(entry),
        "is_external": truth(first(entry, "IsExternal")),
        "load_bearing": truth(first(entry, "LoadBearing")),
        "volume_m3": quantity(entry, "NetVolume", "GrossVolume"),
        "area_m2": quantity(entry, "NetSurfaceArea", "OuterSurfaceArea", "GrossSurfaceArea"),
    }


def _outside(address: Address) -> bool:
    """Whether something hangs on the site itself; what hangs on nothing may be anywhere."""
    return address.parent is not None and not (address.space or address.storey or address.building)


_VAGUE = {
    "IfcFlowTerminal",
    "IfcFlowController",
    "IfcFlowMovingDevice",
    "IfcFlowStorageDevice",
    "IfcFlowTreatmentDevice",
    "IfcEnergyConversionDevice",
    "IfcDistributionControlElement",
    "IfcDistributionElement",
    "IfcDistributionFlowElement",
    "IfcTransportElement",
}
"""Classes that say little; IFC2x3 has only these and says the rest by the type."""


def _space(product: Any, entry: dict[str, Any]) -> Row:
    return {
        "long_name": text(product.LongName),
        "object_type": text(product.ObjectType),
        "unit_code": text(first(entry, "UnitCode")),
        "use": text(first(entry, "UseCode")),
        "area_m2": quantity(entry, "NetFloorArea", "GrossFloorArea", "GSA Space Areas", "NetArea", "Area"),
        "volume_m3": quantity(entry, "NetVolume", "GrossVolume"),
        "height_m": quantity(entry, "FinishCeilingHeight", "Height", "ClearHeight"),
    }


def _opening(product: Any, entry: dict[str, Any], units: Units) -> Row:
    width, height = (getattr(product, key, None) for key in ("OverallWidth", "OverallHeight"))
    return {
        "width_m": width * units.length_m if width else quantity(entry, "Width"),
        "height_m": height * units.length_m if height else quantity(entry, "Height"),
        **_fire_rating(entry),
        "fire_exit": truth(first(entry, "FireExit")),
        "is_external": truth(first(entry, "IsExternal")),
    }


def _fire_rating(entry: dict[str, Any]) -> dict[str, Any]:
    raw = text(first(entry, "FireRating"))
    return {"fire_rating": raw, "fire_rating_min": fire_minutes(raw)}


def _rest(product: Any, role: Role) -> dict[str, Any]:
    rest = {"description": text(product.Description)}
    if role != "space":
        rest["object_type"] = text(product.ObjectType)
    return {key: value for key, value in rest.items() if value is not None}


def _hole(product: Any, spatial: Spatial) -> dict[str, str]:
    """GlobalIds of the opening a door fills and of the wall or slab that is in."""
    hole, host = spatial.hosted.get(product.id()), spatial.host(product)
    if hole is None or host is None:
        return {}
    told = {"host": text(host.GlobalId), "opening": text(hole.GlobalId) if hole != host else None}
    return {key: value for key, value in told.items() if value is not None}


def predefined_type(product: Any, kind: dict[str, Any]) -> str | None:
    """Predefined type of an occurrence; what it leaves open its type may say."""
    own = word(getattr(product, "PredefinedType", None) or getattr(product, "OperationType", None))
    if own in (None, "NOTDEFINED"):
        own = kind.get("predefined_type") or own
    if own == "USERDEFINED":
        own = text(product.ObjectType) or kind.get("element_type") or own
    return own


def first(entry: dict[str, Any], name: str) -> Any:
    """First stated value of a property of that name in any set."""
    for values in entry.get("psets", {}).values():
        value = values.get(name)
        if value is not None and value != "":
            return value
    return None


def truth(value: Any) -> bool | None:
    """Yes, no, or unknown for anything else."""
    return value if isinstance(value, bool) else None


def quantity(entry: dict[str, Any], *names: str) -> float | None:
    """First stated quantity of these names, the most telling first."""
    for name in names:
        for values in entry.get("quantities", {}).values():
            value = values.get(name)
            if isinstance(value, int | float) and value > 0:
                return float(value)
    return None
