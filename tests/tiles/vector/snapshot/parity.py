"""Two tiles of the same place by two makers: same features, same values, same shapes within a unit."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection
from dataclasses import dataclass, field
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


@dataclass
class Parity:
    """What was compared, and what was not the same.

    Attributes
    ----------
    near : float
        Units two outlines may be apart.
    features : int
        In both tiles.
    farthest : float
        Largest distance of a vertex of a line or point from the other's, units.
    exact : callable, optional
        The shape of a feature (layer, id) in units of the tile, neither clipped nor rounded, as a third
        party computes it; asked for where two areas differ.
    settled : int
        Areas that differ although ours is within rounding of the exact one.
    wrong : list of str
        What differs beyond rounding.
    """

    near: float = NEAR_UNITS
    tiles: int = 0
    features: int = 0
    farthest: float = 0.0
    slivers: int = 0
    exact: Callable[[str, int], shapely.Geometry] | None = None
    settled: int = 0
    wrong: list[str] = field(default_factory=list)

    def compare(self, name: str, ours: bytes, theirs: bytes, but: Collection[str] = ()) -> None:
        """Compare two tiles, some layers left out."""
        self.tiles += 1
        mine, other = _layers(ours), _layers(theirs)
        for layer in sorted({*mine, *other} - set(but)):
            a, b = mine.get(layer, {}), other.get(layer, {})
            for id in a.keys() ^ b.keys():
                shape = (a.get(id) or b.get(id))["shape"]
                if _sliver(shape):
                    self.slivers += 1
                else:
                    who = "only ours" if id in a else "only theirs"
                    self.wrong.append(f"{name} {layer} {id}: {who}: {shape.wkt[:160]}")
            for id in a.keys() & b.keys():
                self._feature(f"{name} {layer} {id}", a[id], b[id])

    def _feature(self, name: str, mine: dict[str, Any], other: dict[str, Any]) -> None:
        self.features += 1
        if mine["properties"] != other["properties"]:
            self.wrong.append(f"{name}: {mine['properties']} != {other['properties']}")
        a, b = mine["shape"], other["shape"]
        if shapely.get_dimensions(a) != shapely.get_dimensions(b):
            self.wrong.append(f"{name}: {a.geom_type} != {b.geom_type}")
            return
        if shapely.get_dimensions(a) == 2:
            self._regions(name, a, b)
            return
        inner = shapely.box(-_EDGE_UNITS, -_EDGE_UNITS, 4096 + _EDGE_UNITS, 4096 + _EDGE_UNITS)
        far = max(_beyond(a, b, inner), _beyond(b, a, inner))
        self.farthest = max(self.farthest, far)
        if far > self.near:
            self.wrong.append(f"{name}: {far:.2f} units apart: {a.wkt[:200]} {b.wkt[:200]}")

    def _regions(self, name: str, mine: shapely.Geometry, other: shapely.Geometry) -> None:
        """Each holds the other less a unit: slits and needles thinner than that are rounding's."""
        if not mine.is_valid:
            self.wrong.append(f"{name}: not valid: {shapely.is_valid_reason(mine)}")
            return
        if not other.is_valid:
            other = shapely.make_valid(other)
        left = self._apart(mine, other)
        if left <= _NO_AREA:
            return
        if self.exact is not None:
            _, layer, id = name.split(" ")
            if self._apart(mine, self.exact(layer, int(id)).intersection(_SIGHT)) <= _NO_AREA:
                self.settled += 1
                return
        self.wrong.append(
            f"{name}: {left:.1f} square units are only in one: {mine.wkt[:200]} {other.wkt[:200]}"
        )

    def _apart(self, one: shapely.Geometry, other: shapely.Geometry) -> float:
        """Area that is in one and further than rounding from the other, square units."""
        inner, outer = -self.near / 2, self.near / 2
        return float(max(
            one.buffer(inner).difference(other.buffer(outer)).area,
            other.buffer(inner).difference(one.buffer(outer)).area,
        ))  # fmt: skip


def _beyond(a: shapely.Geometry, b: shapely.Geometry, inner: shapely.Geometry) -> float:
    """How far vertices of one shape are from the other, those at the very edge left out."""
    points = shapely.points(shapely.get_coordinates(a))
    points = points[shapely.contains_properly(inner, points)]
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


def _layers(data: bytes) -> dict[str, dict[int, dict[str, Any]]]:
    if not data:
        return {}
    decoded = mapbox_vector_tile.decode(data, default_options={"y_coord_down": True})
    return {
        layer: {
            feature["id"]: {
                "properties": feature["properties"],
                "shape": shapely.from_geojson(json.dumps(feature["geometry"])),
            }
            for feature in content["features"]
        }
        for layer, content in decoded.items()
    }
