"""Rows of footprints in a lot, the way an estate or a village is laid out."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely
from shapely import affinity
from shapely.geometry import LineString, Polygon
from shapely.geometry.base import BaseGeometry

from sample_data.gen.chance import between, u


@dataclass(frozen=True)
class Site:
    """A rectangle kept for one building: middle, size along and across, direction."""

    middle: tuple[float, float]
    width_m: float
    depth_m: float
    turn_deg: float

    @property
    def outline(self) -> BaseGeometry:
        """The rectangle in EPSG:4547."""
        (x, y), turn = self.middle, math.radians(self.turn_deg)
        wx, wy = math.cos(turn) * self.width_m / 2, math.sin(turn) * self.width_m / 2
        dx, dy = -math.sin(turn) * self.depth_m / 2, math.cos(turn) * self.depth_m / 2
        return Polygon([
            (x - wx - dx, y - wy - dy), (x + wx - dx, y + wy - dy),
            (x + wx + dx, y + wy + dy), (x - wx + dx, y - wy + dy),
        ])  # fmt: skip


def direction_deg(polygon: Polygon) -> float:
    """Direction of the longest straight side, degrees counter-clockwise from east, in [-90, 90)."""
    ring = np.array(polygon.simplify(2.0).exterior.coords)
    steps = np.diff(ring, axis=0)
    longest = steps[int(np.argmax(np.round(np.hypot(steps[:, 0], steps[:, 1]), 2)))]
    return (math.degrees(math.atan2(longest[1], longest[0])) + 90.0) % 180.0 - 90.0


def rows(
    polygon: Polygon, key: str, kind: dict[str, Any], setback_m: float, spare: float = 1.0
) -> list[Site]:
    """Fill a lot with rows of sites parallel to its longest side.

    The number of rows and of sites in a row follows from the sizes allowed, then
    both are stretched to fill the lot, so fronts line up and no gap is wasted.

    Parameters
    ----------
    polygon : Polygon
        The lot.
    key : str
        Its id, for chance.
    kind : dict
        A typology of config.toml: `width_m`, `depth_m`, `gap_m`.
    setback_m : float
        Left free along the edge of the lot.
    spare : float
        Where between the smallest (0) and the largest size (1) sites aim at.
    """
    inner = polygon.buffer(-setback_m, join_style="mitre")
    if inner.is_empty:
        return []
    inner = max(shapely.get_parts(inner), key=lambda p: p.area)
    turn = direction_deg(polygon)
    if kind["width_m"][0] > 30 and abs(turn) > 60:
        turn = turn - 90.0 if turn > 0 else turn + 90.0
    origin = inner.centroid
    local = affinity.rotate(inner, -turn, origin=origin)
    west, south, east, north = local.bounds
    (low_d, high_d), gap_x, gap_y = kind["depth_m"], *kind["gap_m"]
    aim = low_d + (high_d - low_d) * spare * (0.35 + 0.4 * u(key, "depth"))
    count = max(1, round((north - south + gap_y) / (aim + gap_y)))
    depth = (north - south - (count - 1) * gap_y) / count
    if depth < low_d:
        count = int((north - south + gap_y) // (low_d + gap_y))
        if count < 1:
            return []
        depth = (north - south - (count - 1) * gap_y) / count
    deep = min(depth, high_d)
    step = (north - south - deep) / max(1, count - 1) if count > 1 else 0.0
    sites: list[Site] = []
    for row in range(count):
        y = south + row * step if count > 1 else south + (north - south - deep) / 2
        for left, right in _free(local, west, east, y, y + deep):
            sites += _row(f"{key}|{row}|{left:.1f}", (left, right), (y, deep), kind, spare)
    at = [affinity.rotate(shapely.Point(s.middle), turn, origin=origin) for s in sites]
    placed = [Site((p.x, p.y), s.width_m, s.depth_m, turn) for p, s in zip(at, sites, strict=True)]
    roomy = inner.buffer(0.05)
    shapely.prepare(roomy)
    return _apart([s for s in placed if roomy.contains(s.outline)], 0.95 * min(gap_x, gap_y))


def _apart(sites: list[Site], gap_m: float) -> list[Site]:
    """Leave out a site that stands too near to an earlier one, across a notch of the lot."""
    kept: list[tuple[Site, BaseGeometry]] = []
    for site in sites:
        outline = site.outline
        if all(outline.distance(other) >= gap_m for _, other in kept[-8:]):
            kept.append((site, outline))
    return [site for site, _ in kept]


def _free(local: Polygon, west: float, east: float, y0: float, y1: float) -> list[tuple[float, float]]:
    """The stretches along x that are inside at the front, in the middle and at the back of a row."""
    free = [(west, east)]
    for y in (y0 + 0.01, (y0 + y1) / 2, y1 - 0.01):
        across = LineString([(west - 1, y), (east + 1, y)]).intersection(local)
        spans = [(p.bounds[0], p.bounds[2]) for p in shapely.get_parts(across) if p.length > 1.0]
        free = [(max(a, c), min(b, d)) for a, b in free for c, d in spans if min(b, d) - max(a, c) > 1.0]
    return free


def _row(
    name: str, span: tuple[float, float], band: tuple[float, float], kind: dict[str, Any], spare: float
) -> list[Site]:
    """Sites of one row between `span` along x; `band` is where it starts along y and how deep it is."""
    (low, high), gap = kind["width_m"], kind["gap_m"][0]
    (left, right), (y, deep) = span, band
    room = right - left
    if room < low:
        return []
    aim = low + (high - low) * spare * (0.3 + 0.4 * u(name, "width"))
    count = max(1, round((room + gap) / (aim + gap)))
    while count > 1 and (room - (count - 1) * gap) / count < low:
        count -= 1
    wide = min(high, (room - (count - 1) * gap) / count)
    step = (room - wide) / (count - 1) if count > 1 else 0.0
    start = left if count > 1 else left + (room - wide) / 2
    sites = []
    for i in range(count):
        # a little less than the room, each in its own way; fronts stay in line
        w = max(low, wide * between(f"{name}|{i}", "w", 0.93, 1.0))
        d = max(kind["depth_m"][0], deep * between(f"{name}|{i}", "d", 0.93, 1.0))
        sites.append(Site((start + i * step + wide / 2, y + d / 2), w, d, 0.0))
    return sites


def lots(polygon: Polygon, key: str, limit_m2: float) -> list[tuple[str, Polygon]]:
    """Cut a block into lots without streets, across the longest side."""
    if not limit_m2 or polygon.area <= limit_m2:
        return [(key, polygon)]
    ring = np.array(polygon.minimum_rotated_rectangle.exterior.coords)[:4]
    sides = np.roll(ring, -1, axis=0) - ring
    first = 0 if np.hypot(*sides[0]) >= np.hypot(*sides[1]) else 1
    start = ring[first] + sides[first] * (0.5 + 0.14 * (u(key, "lot") - 0.5))
    chord = affinity.scale(LineString([tuple(start), tuple(start + sides[(first + 1) % 4])]), 1.02, 1.02)
    pieces = [p for p in shapely.ops.split(polygon, chord).geoms if p.area > 1.0]
    if len(pieces) < 2:
        return [(key, polygon)]
    pieces.sort(key=lambda p: (round(p.centroid.y, 1), round(p.centroid.x, 1)))
    return [
        found for i, piece in enumerate(pieces) for found in lots(piece, f"{key}{'abcdef'[i % 6]}", limit_m2)
    ]
