"""The small house with an annexe, and where it truly stands."""

from __future__ import annotations

import numpy as np
import shapely

from tests.loaders.ifc.author import DEPTH, EAST, NORTH, STOREYS, WIDTH, House, house

TURN_DEG = 12.0
CODE = "4403030059019000007"
ANGLE = shapely.Polygon([(0, 0), (WIDTH + 5, 0), (WIDTH + 5, 3), (WIDTH, 3), (WIDTH, DEPTH), (0, DEPTH)])


def true_place() -> np.ndarray:
    cos, sin = np.cos(np.radians(TURN_DEG)), np.sin(np.radians(TURN_DEG))
    return np.array([[cos, -sin, EAST], [sin, cos, NORTH], [0, 0, 1]])


def model() -> House:
    """The small house with an annexe, so that it has one way round only."""
    made = house()
    for index, (_, z) in enumerate(STOREYS):
        made.put(made.make("IfcSlab", "附楼楼板"), (5, 3, 0.2), (WIDTH, 0, z - 0.2), index)
    return made
