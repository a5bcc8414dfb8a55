"""Outlines as they would be if the file were right: in another unit, or not mirrored."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely
from shapely import affinity

from loaders.ifc.placement import Matrix
from loaders.ifc.placing.fit import filled

_SMALLEST_M, _LARGEST_M = 0.5, 1_500.0
"""Side of a square of the size of a building: huts and airports lie between, a thousandfold outside."""


@dataclass(frozen=True, slots=True)
class Bent:
    """A corrected outline, and the matrix that makes it of the model's metres."""

    outline: Any
    matrix: Matrix


def other_unit(outline: Any) -> Bent | None:
    """The outline read in metres for millimetres or the reverse; None where its size can be a building's."""
    side_m = math.sqrt(filled(outline).area)
    if _SMALLEST_M <= side_m <= _LARGEST_M:
        return None
    factor = 1000.0 if side_m < _SMALLEST_M else 0.001
    matrix = np.diag([factor, factor, factor, 1.0])
    return Bent(affinity.scale(outline, factor, factor, origin=(0, 0)), matrix)


def mirrored(outline: Any) -> Bent:
    """The outline with its east and west exchanged, where it is."""
    middle = float(shapely.get_coordinates(shapely.centroid(outline))[0, 0])
    matrix = np.eye(4)
    matrix[0, 0], matrix[0, 3] = -1.0, 2 * middle
    return Bent(affinity.scale(outline, -1, 1, origin=(middle, 0)), matrix)
