"""Profiles with arcs: the fast kernel gets the area of some of them wrong by half and more."""

from __future__ import annotations

from functools import cache
from typing import Any

import ifcopenshell

_CURVES, _INNER = ("OuterCurve", "Curve"), ("InnerCurves",)
_RADII = ("FilletRadius", "EdgeRadius", "FlangeEdgeRadius", "WebEdgeRadius", "InternalFilletRadius",
          "InnerFilletRadius", "OuterFilletRadius", "RoundingRadius")  # fmt: skip


def has_arcs(item: Any) -> bool:
    """Whether an item is swept from a curve with arcs, or from a steel section with fillets.

    Circles are not meant: those the fast kernel knows.
    """
    profile = getattr(item, "SweptArea", None)
    if profile is None:
        return False
    if any(getattr(profile, name) for name in _stated(profile, _RADII)):
        return True
    return any(_bent(curve) for curve in _curves(profile))


def _stated(entity: Any, names: tuple[str, ...]) -> tuple[str, ...]:
    return _known(entity.is_a(True), names)


@cache
def _known(kind: str, names: tuple[str, ...]) -> tuple[str, ...]:
    """Those of the names a class has, given as `schema.class`: to ask an entity for what it lacks is slow."""
    schema, _, title = kind.partition(".")
    declared = ifcopenshell.ifcopenshell_wrapper.schema_by_name(schema).declaration_by_name(title)
    own = {attribute.name() for attribute in declared.as_entity().all_attributes()}
    return tuple(name for name in names if name in own)


def _curves(profile: Any) -> list[Any]:
    if profile.is_a("IfcCompositeProfileDef"):
        return [curve for part in profile.Profiles for curve in _curves(part)]
    if profile.is_a("IfcDerivedProfileDef"):
        return _curves(profile.ParentProfile)
    own = [getattr(profile, name) for name in _stated(profile, _CURVES)]
    inner = [curve for name in _stated(profile, _INNER) for curve in getattr(profile, name) or ()]
    return [curve for curve in (*own, *inner) if curve is not None]


def _bent(curve: Any) -> bool:
    if curve.is_a("IfcIndexedPolyCurve"):
        return any(segment.is_a("IfcArcIndex") for segment in curve.Segments or ())
    if not curve.is_a("IfcCompositeCurve"):
        return False
    return not all(
        segment.is_a("IfcCompositeCurveSegment") and _straight(segment.ParentCurve)
        for segment in curve.Segments
    )


def _straight(curve: Any) -> bool:
    if curve.is_a("IfcTrimmedCurve"):
        return bool(curve.BasisCurve.is_a("IfcLine"))
    return bool(curve.is_a("IfcPolyline")) or (curve.is_a("IfcCompositeCurve") and not _bent(curve))
