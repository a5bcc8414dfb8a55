"""What an object is made of, whichever of the schema's ways says it."""

from __future__ import annotations

from typing import Any

from loaders.ifc.units import Units
from loaders.ifc.values import text


def read_material(material: Any, units: Units) -> list[dict[str, Any]]:  # noqa: PLR0911  one line a case
    """Layers, constituents, profiles or a list: each as {name, thickness_m?, role?}, outermost order kept.

    Parameters
    ----------
    material : entity_instance
        `RelatingMaterial` of a relation.
    units : Units
        Scales of the project.
    """
    if material.is_a("IfcMaterialLayerSetUsage"):
        material = material.ForLayerSet
    elif material.is_a("IfcMaterialProfileSetUsage"):
        material = material.ForProfileSet
    if material is None:
        return []
    if material.is_a("IfcMaterialLayerSet"):
        return [_layer(layer, units) for layer in material.MaterialLayers or ()]
    if material.is_a("IfcMaterialLayer"):
        return [_layer(material, units)]
    if material.is_a("IfcMaterialConstituentSet"):
        return [_part(item, text(item.Name)) for item in material.MaterialConstituents or ()]
    if material.is_a("IfcMaterialProfileSet"):
        return [_part(item, text(item.Name)) for item in material.MaterialProfiles or ()]
    if material.is_a("IfcMaterialList"):
        return [{"name": text(item.Name)} for item in material.Materials or ()]
    if material.is_a("IfcMaterial"):
        return [{"name": text(material.Name)}]
    return [_part(material, None)] if hasattr(material, "Material") else []


def material_names(materials: list[dict[str, Any]] | None) -> str | None:
    """Names in one line, each once."""
    names = dict.fromkeys(entry["name"] for entry in materials or () if entry.get("name"))
    return " / ".join(names) or None


def _layer(layer: Any, units: Units) -> dict[str, Any]:
    thickness = layer.LayerThickness
    known = {} if thickness is None else {"thickness_m": round(thickness * units.length_m, 6)}
    return _part(layer, None) | known


def _part(item: Any, role: str | None) -> dict[str, Any]:
    name = text(item.Material.Name) if item.Material is not None else None
    return {"name": name} if role is None or role == name else {"name": name, "role": role}
