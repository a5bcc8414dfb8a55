"""Ground plan of an object: its ground surfaces, else what the file draws, else its shadow."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
import shapely

from loaders.citymodel.faces import Faces, area_vectors, plan, taken
from loaders.citymodel.objects import CityObject, Shape

_UPRIGHT = 0.02
"""Faces within about one degree of upright cast no shadow worth its slivers."""
_MOST_FACES = 20_000
_METRES_A_DEGREE = 111_320.0


def footprint(one: CityObject, degrees: bool) -> Any:
    """Ground plan in the CRS of the file, two dimensions; None where there is none.

    Parameters
    ----------
    one : CityObject
        With its shapes.
    degrees : bool
        Whether plan coordinates are degrees; heights are metres then.
    """
    best, drawn = one.best, one.ground_plan
    if best is not None:
        ground = np.array([meaning == "GroundSurface" for meaning in best.meanings], dtype=bool)
        if ground.any() and (found := _shadow(taken(best.faces, ground), degrees)) is not None:
            return found
    if drawn is not None and (found := _shadow(drawn.faces, degrees)) is not None:
        return found
    return None if best is None else _shadow(best.faces, degrees)


def united(shapes: Sequence[Any]) -> Any:
    """Ground plan of a whole from those of its parts; None where there are none."""
    known = [shape for shape in shapes if shape is not None]
    return _polygons(shapely.union_all(known)) if known else None


def heights(one: CityObject) -> tuple[float, float]:
    """Lowest and highest point, NaN where there is none."""
    shape: Shape | None = one.best or one.ground_plan
    if shape is None or np.isnan(shape.faces.points[:, 2]).all():
        return math.nan, math.nan
    z = shape.faces.points[:, 2]
    return float(np.nanmin(z)), float(np.nanmax(z))


def _shadow(faces: Faces, degrees: bool) -> Any:
    """Union of what is not upright, seen from above."""
    vectors = area_vectors(faces)[faces.face_start]
    if degrees:
        # back to square metres: z of the vector is in square degrees, x and y in degree metres
        narrow = math.cos(math.radians(float(faces.points[:, 1].mean())))
        vectors = vectors * (_METRES_A_DEGREE, _METRES_A_DEGREE * narrow, _METRES_A_DEGREE**2 * narrow)
    length = np.linalg.norm(vectors, axis=1)
    with np.errstate(invalid="ignore"):
        # without heights (NaN) every face is a plan
        lying = ~(np.abs(vectors[:, 2]) <= _UPRIGHT * length) & (np.abs(vectors[:, 2]) > 0)
    if lying.sum() > _MOST_FACES:
        # a closed body's upper side casts the whole shadow
        lying &= vectors[:, 2] > 0
    if not lying.any():
        return None
    shapes = plan(taken(faces, lying))
    wrong = ~shapely.is_valid(shapes)
    if wrong.any():
        shapes[wrong] = shapely.make_valid(shapes[wrong])
    return _polygons(shapes[0] if len(shapes) == 1 else shapely.disjoint_subset_union_all(shapes))


def _polygons(shape: Any) -> Any:
    """The areas of a shape; None where it has none."""
    if isinstance(shape, shapely.Polygon):
        return shape if shape.area > 0 else None
    parts = shapely.get_parts(shapely.get_parts(shapely.get_parts(np.array([shape], dtype=object))))
    parts = parts[(shapely.get_type_id(parts) == 3) & (shapely.area(parts) > 0)]
    if not len(parts):
        return None
    return parts[0] if len(parts) == 1 else shapely.multipolygons(parts)
