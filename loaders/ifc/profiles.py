"""Profiles with arcs: the fast kernel gets the area of some of them wrong by half and more."""

from __future__ import annotations

from typing import Any

from loaders.ifc.attributes import stated

_CURVES = ("OuterCurve", "Curve")
_RADII = ("FilletRadius", "EdgeRadius", "FlangeEdgeRadius", "WebEdgeRadius", "InternalFilletRadius",
          "InnerFilletRadius", "OuterFilletRadius", "RoundingRadius")  # fmt: skip


def has_arcs(item: Any) -> bool:
    """Whether an item is swept from a profile with arcs."""
    profile = item.SweptArea if stated(item, "SweptArea") else None
    return profile is not None and is_bent(profile)


def is_bent(profile: Any) -> bool:
    """Whether a profile has a curve with arcs, or is a steel section with fillets.

    Circles are not meant: those the fast kernel knows.
    """
    if any(getattr(profile, name) for name in stated(profile, *_RADII)):
        return True
    return any(_bent(curve) for curve in _curves(profile))


def _curves(profile: Any) -> list[Any]:
    if profile.is_a("IfcCompositeProfileDef"):
        return [curve for part in profile.Profiles for curve in _curves(part)]
    if profile.is_a("IfcDerivedProfileDef"):
        return _curves(profile.ParentProfile)
    own = [getattr(profile, name) for name in stated(profile, *_CURVES)]
    inner = [curve for name in stated(profile, "InnerCurves") for curve in getattr(profile, name) or ()]
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
