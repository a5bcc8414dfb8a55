"""Property sets, quantities, materials, types and classifications by one pass over the relations.

Each set is decoded once, however many objects share it (1.1 to 3.1 times faster
than asking object by object). What an occurrence says wins over its type.
"""

from __future__ import annotations

from sys import intern
from typing import Any

from loaders.ifc.attributes import attribute, stated
from loaders.ifc.materials import read_material
from loaders.ifc.units import Units, unit_scale
from loaders.ifc.values import name, plain, text, word

Sets = dict[str, dict[str, Any]]
_DEEPEST = 20


def read_sets(model: Any, units: Units) -> Sets:
    """Everything said about every object, by GlobalId.

    Returns
    -------
    dict
        GlobalId -> `psets` {set: {property: value}}, `quantities`, `materials`, `type`,
        `classifications`; only the parts that are there. Numbers in SI.
    """
    sets: Sets = {}
    decoded: dict[int, tuple[str, str, dict[str, Any]] | None] = {}

    def decode(definition: Any) -> tuple[str, str, dict[str, Any]] | None:
        if definition.id() not in decoded:
            decoded[definition.id()] = _decode(definition, units)
        return decoded[definition.id()]

    for relation in model.by_type("IfcRelDefinesByType"):
        kind = relation.RelatingType
        if kind is None:
            continue
        inherited = [d for d in (decode(p) for p in kind.HasPropertySets or ()) if d]
        described = _type(kind)
        for entity in relation.RelatedObjects or ():
            entry = sets.setdefault(intern(entity.GlobalId), {})
            entry["type"] = described
            _add(entry, inherited)
    for relation in model.by_type("IfcRelDefinesByProperties"):
        definitions = relation.RelatingPropertyDefinition
        if definitions is None:
            continue
        if definitions.is_a("IfcPropertySetDefinitionSet"):
            definitions = definitions.wrappedValue
        else:
            definitions = (definitions,)
        own = [d for d in (decode(p) for p in definitions) if d]
        for entity in relation.RelatedObjects or ():
            _add(sets.setdefault(intern(entity.GlobalId), {}), own)
    _associations(model, units, sets)
    return sets


def _associations(model: Any, units: Units, sets: Sets) -> None:
    materials: dict[int, list[dict[str, Any]]] = {}
    for relation in model.by_type("IfcRelAssociatesMaterial"):
        material = relation.RelatingMaterial
        if material is None:
            continue
        if material.id() not in materials:
            materials[material.id()] = read_material(material, units)
        for entity in relation.RelatedObjects or ():
            if hasattr(entity, "GlobalId") and materials[material.id()]:
                sets.setdefault(intern(entity.GlobalId), {})["materials"] = materials[material.id()]
    for relation in model.by_type("IfcRelAssociatesClassification"):
        reference = relation.RelatingClassification
        if reference is None:
            continue
        entry = _classification(reference)
        for entity in relation.RelatedObjects or ():
            if hasattr(entity, "GlobalId"):
                sets.setdefault(intern(entity.GlobalId), {}).setdefault("classifications", []).append(entry)
    _from_types(model, sets)


def _from_types(model: Any, sets: Sets) -> None:
    """What a type is made of and classified as its occurrences are, unless they say otherwise.

    Of a classification system an occurrence is in itself, its type adds nothing.
    """
    for relation in model.by_type("IfcRelDefinesByType"):
        kind = relation.RelatingType
        said = sets.get(kind.GlobalId, {}) if kind is not None else {}
        materials, classified = said.get("materials"), said.get("classifications", [])
        for entity in relation.RelatedObjects or () if materials or classified else ():
            entry = sets.setdefault(intern(entity.GlobalId), {})
            if materials:
                entry.setdefault("materials", materials)
            own = entry.get("classifications", [])
            systems = {reference.get("system") for reference in own}
            added = [reference for reference in classified if reference.get("system") not in systems]
            if added:
                entry["classifications"] = own + added


def _add(entry: dict[str, Any], definitions: list[tuple[str, str, dict[str, Any]]]) -> None:
    for part, label, values in definitions:
        group = entry.setdefault(part, {})
        # the decoded set is shared by every object that has it, so it is never written into
        group[label] = {**group[label], **values} if label in group else values


def _decode(definition: Any, units: Units) -> tuple[str, str, dict[str, Any]] | None:
    label = name(definition.Name) or definition.is_a()
    if definition.is_a("IfcPropertySet"):
        return "psets", label, _properties(definition.HasProperties, units)
    if definition.is_a("IfcElementQuantity"):
        return "quantities", label, _quantities(definition.Quantities, units)
    return None  # predefined sets (door lining ...) describe drawing, not meaning


def _properties(properties: Any, units: Units, depth: int = 0) -> dict[str, Any]:
    values: dict[str, Any] = {}
    for item in properties or ():
        label = name(getattr(item, "Name", None))
        if label is not None:
            values[label] = _property(item, units, depth)
    return values


def _property(item: Any, units: Units, depth: int) -> Any:  # noqa: PLR0911  one line a case
    kind = item.is_a()
    if kind == "IfcPropertySingleValue":
        return plain(item.NominalValue, units, item.Unit)
    if kind == "IfcPropertyEnumeratedValue":
        unit = getattr(item.EnumerationReference, "Unit", None)
        chosen = [plain(v, units, unit) for v in item.EnumerationValues or ()]
        return chosen[0] if len(chosen) == 1 else chosen or None
    if kind == "IfcPropertyListValue":
        return [plain(v, units, item.Unit) for v in item.ListValues or ()]
    if kind == "IfcPropertyBoundedValue":
        bounds = {
            "lower": plain(item.LowerBoundValue, units, item.Unit),
            "upper": plain(item.UpperBoundValue, units, item.Unit),
        }
        point = plain(getattr(item, "SetPointValue", None), units, item.Unit)  # IFC2x3 has none
        return bounds if point is None else bounds | {"set_point": point}
    if kind == "IfcPropertyTableValue":
        return [
            [plain(a, units, item.DefiningUnit), plain(b, units, item.DefinedUnit)]
            for a, b in zip(item.DefiningValues or (), item.DefinedValues or (), strict=False)
        ]
    if kind == "IfcComplexProperty" and depth < 8:
        return _properties(item.HasProperties, units, depth + 1)
    if kind == "IfcPropertyReferenceValue":
        reference = item.PropertyReference
        return text(getattr(reference, "Name", None)) if reference is not None else None
    return None


def _quantities(quantities: Any, units: Units, depth: int = 0) -> dict[str, Any]:
    values: dict[str, Any] = {}
    for item in quantities or ():
        label = name(item.Name)
        if label is None:
            continue
        if item.is_a("IfcPhysicalComplexQuantity"):
            if depth < 8:
                values[label] = _quantities(item.HasQuantities, units, depth + 1)
            continue
        for title in stated(item, *_QUANTITIES):
            number = plain(getattr(item, title), units)
            scale = unit_scale(item.Unit) or units.measure(_QUANTITIES[title])
            values[label] = None if number is None else number * scale
    return values


_QUANTITIES = {
    "LengthValue": "IfcLengthMeasure",
    "AreaValue": "IfcAreaMeasure",
    "VolumeValue": "IfcVolumeMeasure",
    "CountValue": "IfcCountMeasure",
    "WeightValue": "IfcMassMeasure",
    "TimeValue": "IfcTimeMeasure",
    "NumberValue": "IfcReal",
}


def _type(kind: Any) -> dict[str, Any]:
    described = {
        "global_id": kind.GlobalId,
        "ifc_class": kind.is_a(),
        "name": text(kind.Name),
        "predefined_type": word(attribute(kind, "PredefinedType")),
        "operation_type": word(attribute(kind, "OperationType")),
        "element_type": text(attribute(kind, "ElementType")),
    }
    return {key: value for key, value in described.items() if value is not None}


def _classification(reference: Any) -> dict[str, Any]:
    system, steps = getattr(reference, "ReferencedSource", None), 0
    while getattr(system, "ReferencedSource", None) is not None and steps < _DEEPEST:
        system, steps = system.ReferencedSource, steps + 1  # a class hangs under a class of its system
    if reference.is_a("IfcClassification"):
        return {key: value for key, value in (("system", text(reference.Name)),) if value is not None}
    code = getattr(reference, "Identification", None) or getattr(reference, "ItemReference", None)
    described = {
        "system": text(getattr(system, "Name", None)) if system is not None else None,
        "code": text(code),
        "name": text(getattr(reference, "Name", None)),
    }
    return {key: value for key, value in described.items() if value is not None}
