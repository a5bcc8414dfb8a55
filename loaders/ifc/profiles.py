"""Profiles the fast kernel gets wrong: the area of some with arcs is off by half and more.

So is that of an outline that meets itself, which no schema allows and some files have.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import shapely

from loaders.ifc.attributes import stated
from loaders.ifc.corners import corners

_RADII = ("FilletRadius", "EdgeRadius", "FlangeEdgeRadius", "WebEdgeRadius", "InternalFilletRadius",
          "InnerFilletRadius", "OuterFilletRadius", "RoundingRadius")  # fmt: skip
_CROSSING = 4
"""Corners of the shortest line that can cross itself."""
_NEAR = 1e-6
"""Part of its span an outline may come near to itself; those of real models keep 2e-4."""


def is_hard(item: Any) -> bool:
    """Whether an item is swept from a profile the fast kernel gets wrong."""
    profile = item.SweptArea if stated(item, "SweptArea") else None
    return profile is not None and is_hard_profile(profile)


def is_hard_profile(profile: Any) -> bool:
    """Whether a profile has a curve with arcs or one that meets itself, or is a steel section with fillets.

    Circles are not meant: those the fast kernel knows.
    """
    if any(getattr(profile, name) for name in stated(profile, *_RADII)):
        return True
    return any(_bent(curve) or _meets_itself(curve) for curve in _curves(profile))


def _curves(profile: Any) -> list[Any]:
    if profile.is_a("IfcCompositeProfileDef"):
        return [curve for part in profile.Profiles for curve in _curves(part)]
    if profile.is_a("IfcDerivedProfileDef"):
        return _curves(profile.ParentProfile)
    own = [getattr(profile, name) for name in stated(profile, "OuterCurve", "Curve")]
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


def _meets_itself(curve: Any) -> bool:
    points = corners(curve)
    if points is None or len(points) < _CROSSING:
        return False
    flat = np.array(points, dtype=np.float64)[:, :2]
    span = float(np.ptp(flat, axis=0).max())
    if not 0 < span < np.inf:
        return False  # no area, or none that can be told: the kernel says so
    ring = shapely.linearrings(flat)
    return not shapely.is_simple(ring) or bool(shapely.minimum_clearance(ring) < _NEAR * span)


def _straight(curve: Any) -> bool:
    if curve.is_a("IfcTrimmedCurve"):
        return bool(curve.BasisCurve.is_a("IfcLine"))
    return bool(curve.is_a("IfcPolyline")) or (curve.is_a("IfcCompositeCurve") and not _bent(curve))
