"""Outline of a building or storey from the shadows of its parts."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import shapely

from loaders.ifc.plan import polygons_of

_CLOSE_M = 0.3
_SLIVER_M2 = 1.0
_SMOOTH_M = 0.05
_COVERED = 0.5
_TINY_M, _THOUSANDTH = 0.5, 0.001
"""Side of a square below which a model is no building, but one whose file declares millimetres for metres:
its outline is drawn as finely, for it tells what is wrong (`loaders.ifc.placing`)."""

BODY = ("IfcWall", "IfcSlab", "IfcColumn", "IfcPlate", "IfcCurtainWall", "IfcMember")
"""What a building's outline is made of; roofs only where there is nothing else, for their eaves."""


def outline(parts: Sequence[Any], floors: Sequence[Any]) -> tuple[Any, str]:
    """Union of plan polygons, closed, without slivers.

    Parameters
    ----------
    parts : sequence of geometry
        Plan polygons of walls, slabs, columns ...
    floors : sequence of geometry
        Those of them that are floors.

    Returns
    -------
    shape : MultiPolygon or None
    quality : str
        `slabs` where floors cover it (courtyards are real holes), `walls-filled` where only
        walls are known and the inside was filled, `none`.
    """
    known = [part for part in parts if part is not None]
    if not known:
        return None, "none"
    union = shapely.union_all(known)
    fine = _THOUSANDTH if math.sqrt(shapely.convex_hull(union).area) < _TINY_M else 1.0
    close_m = _CLOSE_M * fine
    closed = union.buffer(close_m, join_style="mitre").buffer(-close_m, join_style="mitre")
    shape = polygons_of(closed if not closed.is_empty else union)
    if shape is None:
        return None, "none"
    filled = shapely.multipolygons([shapely.polygons(part.exterior) for part in shape.geoms])
    covered = shapely.union_all([f for f in floors if f is not None])
    quality = "slabs"
    if covered.is_empty or covered.intersection(filled).area < _COVERED * filled.area:
        shape, quality = polygons_of(shapely.union_all(filled)), "walls-filled"
    pieces = [piece for piece in shape.geoms if piece.area >= _SLIVER_M2 * fine**2] or list(shape.geoms)
    return polygons_of(shapely.simplify(shapely.multipolygons(pieces), _SMOOTH_M * fine)), quality
