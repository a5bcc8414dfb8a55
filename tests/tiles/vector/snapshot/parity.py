"""Two tiles of the same place by two makers: same features, same values, same shapes within a unit."""

from __future__ import annotations

import json
import math
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

import mapbox_vector_tile
import numpy as np
import shapely

NEAR_UNITS = 1.5
"""A vertex rounded to the neighbouring unit is up to a diagonal away: 1.41."""
GENERALISED_UNITS = 2.5
"""Where both leave out what is nearer than a unit, they may choose other vertices to leave out."""
_NO_AREA = 0.01
_SIGHT = shapely.box(-64, -64, 4160, 4160)
_EDGE_UNITS = 62
"""What lies further out only grazes the buffer of 64."""
_INNER = shapely.box(-_EDGE_UNITS, -_EDGE_UNITS, 4096 + _EDGE_UNITS, 4096 + _EDGE_UNITS)
Feature = dict[str, Any]
"""As the decoder gives it."""


@dataclass
class Parity:
    """What was compared, and what was not the same.

    Attributes
    ----------
    near : float
        Units two outlines may be apart.
    coarse : frozenset of str
        Layers whose makers leave out vertices, which may be `GENERALISED_UNITS` apart.
    features : int
        In both tiles.
    layers : set of str
        Those they are of.
    farthest : float
        Largest distance of a vertex of a line or point from the other's, units.
    exact : callable, optional
        The shape of a feature (layer, id) in units of the tile, neither clipped nor rounded, as a third
        party computes it; asked for where two differ.
    settled : int
        Those that differ although ours is within rounding of the exact one: of an area either maker may
        cut a corner, and of a line ST_AsMVTGeom leaves out what goes there and back the same way.
    wrong : list of str
        What differs beyond rounding.
    """

    near: float = NEAR_UNITS
    coarse: frozenset[str] = frozenset()
    tiles: int = 0
    features: int = 0
    layers: set[str] = field(default_factory=set)
    farthest: float = 0.0
    slivers: int = 0
    exact: Callable[[str, int], shapely.Geometry] | None = None
    settled: int = 0
    wrong: list[str] = field(default_factory=list)

    def add(self, other: Parity) -> None:
        """Count in what another compared by the same rules."""
        self.tiles += other.tiles
        self.features += other.features
        self.layers |= other.layers
        self.farthest = max(self.farthest, other.farthest)
        self.slivers += other.slivers
        self.settled += other.settled
        self.wrong += other.wrong

    def compare(self, name: str, ours: bytes, theirs: bytes) -> None:
        """Compare two tiles."""
        self.tiles += 1
        mine, other = features_of(ours), features_of(theirs)
        for layer in sorted({*mine, *other}):
            a, b = mine.get(layer, {}), other.get(layer, {})
            near = GENERALISED_UNITS if layer in self.coarse else self.near
            for id in a.keys() ^ b.keys():
                shape = _shape(a.get(id) or b[id])
                if _sliver(shape):
                    self.slivers += 1
                elif id in a and _there_and_back(shape) and self._right(layer, id, shape, near):
                    self.settled += 1
                else:
                    who = "only ours" if id in a else "only theirs"
                    self.wrong.append(f"{name} {layer} {id}: {who}: {shape.wkt[:160]}")
            if a.keys() & b.keys():
                self.layers.add(layer)
            for id in a.keys() & b.keys():
                self._feature(f"{name} {layer} {id}", a[id], b[id], near)

    def _feature(self, name: str, mine: Feature, other: Feature, near: float) -> None:
        self.features += 1
        if not _same(mine["properties"], other["properties"]):
            self.wrong.append(f"{name}: {mine['properties']} != {other['properties']}")
        alike = mine["geometry"] == other["geometry"]
        if alike and "Polygon" not in mine["geometry"]["type"]:
            return
        a = _shape(mine)
        # one shape, moved by rounding: then nothing of it is in one alone
        alike = alike or _moved(mine["geometry"], other["geometry"], near)
        b = a if alike else _shape(other)
        if shapely.get_dimensions(a) != shapely.get_dimensions(b):
            self.wrong.append(f"{name}: {a.geom_type} != {b.geom_type}")
            return
        if shapely.get_dimensions(a) == 2:
            self._regions(name, a, b, near)
            return
        far = max(_beyond(a, b), _beyond(b, a))
        if far > near and _there_and_back(a) and self._right(*_whose(name), a, near):
            self.settled += 1
            return
        self.farthest = max(self.farthest, far)
        if far > near:
            self.wrong.append(f"{name}: {far:.2f} units apart: {a.wkt[:200]} {b.wkt[:200]}")

    def _regions(self, name: str, mine: shapely.Geometry, other: shapely.Geometry, near: float) -> None:
        """Each holds the other less a unit: slits and needles thinner than that are rounding's."""
        if not mine.is_valid:
            self.wrong.append(f"{name}: not valid: {shapely.is_valid_reason(mine)}")
            return
        if mine is other:
            return
        if not other.is_valid:
            other = shapely.make_valid(other)
        left = _apart(mine, other, near)
        if left <= _NO_AREA:
            return
        if name and self._right(*_whose(name), mine, near):
            self.settled += 1
            return
        self.wrong.append(
            f"{name}: {left:.1f} square units are only in one: {mine.wkt[:200]} {other.wkt[:200]}"
        )

    def _right(self, layer: str, id: int, shape: shapely.Geometry, near: float) -> bool:
        """Whether a shape is the exact one but for rounding; no, where nobody knows that."""
        if self.exact is None:
            return False
        exact = self.exact(layer, id).intersection(_SIGHT)
        if shapely.get_dimensions(shape) == 2:
            return _apart(shape, exact, near) <= _NO_AREA
        return max(_beyond(shape, exact), _beyond(exact, shape)) <= near


def _whose(name: str) -> tuple[str, int]:
    *_, layer, id = name.split(" ")
    return layer, int(id)


def _there_and_back(shape: shapely.Geometry) -> bool:
    """Whether a line returns the way it came."""
    if shapely.get_dimensions(shape) != 1:
        return False
    parts = (shapely.get_coordinates(part) for part in shapely.get_parts(shape))
    return any((part[2:] == part[:-2]).all(axis=1).any() for part in parts)


def _moved(one: dict[str, Any], other: dict[str, Any], near: float) -> bool:
    """Whether an area has the corners of another, each less than so far off.

    Then `_apart` finds nothing. While the corners go straight from one to the other, no edge comes over a
    point that is half of `near` inside the one and outside the other: at a share t of the way an edge is
    less than t `near` from where it was and (1 - t) `near` from where it will be, and one of these is
    less than half.
    """

    def same(mine: list[Any], others: list[Any]) -> bool:
        if isinstance(mine[0], int | float):
            return math.hypot(mine[0] - others[0], mine[1] - others[1]) < near
        return len(mine) == len(others) and all(map(same, mine, others))

    return (
        "Polygon" in one["type"]
        and one["type"] == other["type"]
        and same(one["coordinates"], other["coordinates"])
    )


def _apart(one: shapely.Geometry, other: shapely.Geometry, near: float) -> float:
    """Area that is in one and further than rounding from the other, square units."""
    inner, outer = -near / 2, near / 2
    return float(max(
        one.buffer(inner).difference(other.buffer(outer)).area,
        other.buffer(inner).difference(one.buffer(outer)).area,
    ))  # fmt: skip


def _same(mine: dict[str, Any], other: dict[str, Any]) -> bool:
    """Whether values are the same and of the same type: in Python 1 is True."""
    return mine == other and all(type(value) is type(other[key]) for key, value in mine.items())


def _beyond(a: shapely.Geometry, b: shapely.Geometry) -> float:
    """How far vertices of one shape are from the other, those at the very edge left out."""
    points = shapely.points(shapely.get_coordinates(a))
    points = points[shapely.contains_properly(_INNER, points)]
    return float(np.max(shapely.distance(points, b), initial=0))


def _sliver(shape: shapely.Geometry) -> bool:
    """What rounding may keep or lose: thinner than a unit, or at the very edge of the buffer."""
    low, high = -_EDGE_UNITS, 4096 + _EDGE_UNITS
    west, north, east, south = shape.bounds
    if east <= low or west >= high or south <= low or north >= high:
        return True
    if shapely.get_dimensions(shape) == 2:
        return shape.area <= 0.75 * shape.length / 2 + 1
    return shapely.get_dimensions(shape) == 1 and shape.length <= 1.5


@lru_cache(maxsize=2)
def features_of(data: bytes) -> dict[str, dict[int, Feature]]:
    """Features by layer and id; kept, for one tile is held against those of two makers."""
    if not data:
        return {}
    decoded = mapbox_vector_tile.decode(data, default_options={"y_coord_down": True})
    found = {
        layer: {feature["id"]: feature for feature in content["features"]}
        for layer, content in decoded.items()
    }
    for layer, content in decoded.items():
        assert len(found[layer]) == len(content["features"]), f"{layer} has a feature twice"
    return found


def _shape(feature: Feature) -> shapely.Geometry:
    return shapely.from_geojson(json.dumps(feature["geometry"]))
