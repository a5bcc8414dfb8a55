"""Streets: real arterials, and local streets cut into the blocks between them.

Every street is first a centreline. Arterials, rivers, the railway, village rings
and the edge of the built area divide the land into faces; a face is cut by
recursive bisection until its pieces are small enough for their zone. Because a
cut always runs from side to side, the graph is connected by construction.
"""

from __future__ import annotations

import csv
import math
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache, partial

import numpy as np
import shapely
from shapely import affinity, ops
from shapely.geometry import LineString, Polygon
from shapely.geometry.base import BaseGeometry

from sample_data.gen import frame, water
from sample_data.gen.chance import u
from sample_data.gen.config import ROOT, config
from sample_data.gen.names import numeral

BLOCK_M2 = {"core": 14500.0, "sungang": 26000.0, "north": 17000.0}
GRID_M2 = 110_000.0
CELL_M2 = 4200.0
ATTEMPTS = 7
WIDTH_M = {"local": 9.0, "lane": 4.0}


@dataclass(frozen=True)
class Street:
    """A named street as drawn: one centreline, one class, one width."""

    name_zh: str
    name_en: str
    road_class: str
    lanes: int
    width_m: float
    name_source: str
    centre: BaseGeometry


@dataclass(frozen=True)
class Cell:
    """A piece of land between centrelines.

    Attributes
    ----------
    key : str
        `F012.0110`: the face and the side taken at each cut; its beginning names the grid.
    kind : str
        `block`, or the village it belongs to.
    """

    key: str
    kind: str
    area: str
    polygon: Polygon
    grid: str


@dataclass
class Plan:
    """Streets and cells of the built area."""

    streets: list[Street] = field(default_factory=list)
    cells: list[Cell] = field(default_factory=list)


@cache
def arterials() -> tuple[Street, ...]:
    """Read streets.csv; ends that miss another arterial by less than 60 m are joined to it."""
    with (ROOT / "streets.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    lines = [frame.line([tuple(map(float, p.split())) for p in row["path"].split(";")]) for row in rows]
    joined = [_joined(line, [other for other in lines if other is not line]) for line in lines]
    return tuple(
        Street(
            r["name_zh"], r["name_en"], r["class"], int(r["lanes"]), float(r["width_m"]), r["source"], line
        )
        for r, line in zip(rows, joined, strict=True)
    )


def _joined(line: LineString, others: list[LineString]) -> LineString:
    coords = list(line.coords)
    for end, at in ((0, shapely.Point(coords[0])), (-1, shapely.Point(coords[-1]))):
        nearest = min(others, key=at.distance)
        if 0.0 < at.distance(nearest) < 60.0:
            on = nearest.interpolate(nearest.project(at))
            coords[end] = (round(on.x, 2), round(on.y, 2))
    return LineString(coords)


@cache
def rail() -> LineString:
    """The Guangzhou-Shenzhen railway through the core, from memory within +-150 m."""
    path = [
        (114.1119, 22.5342),
        (114.1108, 22.5380),
        (114.1108, 22.5468),
        (114.1103, 22.5530),
        (114.1101, 22.5590),
        (114.1095, 22.5690),
    ]
    return frame.line(path)


@cache
def area(name: str) -> Polygon:
    """The built area of that name."""
    return frame.polygon(config()["extent"][name])


@cache
def village_shapes(area_name: str) -> dict[str, Polygon]:
    """Urban villages of a built area: circles with a wobble, so that no ring is a compass drawing."""
    shapes = {}
    for name, (lon, lat, radius) in config()["villages"][area_name].items():
        middle = frame.point(lon, lat)
        ring = []
        for i in range(20):
            r = radius * (0.94 + 0.12 * u(name, f"ring{i}"))
            angle = math.tau * i / 20
            ring.append((round(middle.x + r * math.cos(angle), 2), round(middle.y + r * math.sin(angle), 2)))
        shapes[name] = Polygon(ring)
    return shapes


@cache
def surfaces() -> BaseGeometry:
    """What no building may touch: carriageways of arterials, the railway, waters and banks."""
    roads = [s.centre.buffer(s.width_m / 2, cap_style="flat") for s in arterials()]
    return shapely.union_all([*roads, rail().buffer(18.0, cap_style="flat"), water.no_go()])


def plan(name: str, obstacles: list[BaseGeometry]) -> Plan:
    """Cut the built area of that name into cells and draw its local streets.

    Parameters
    ----------
    name : str
        `core` or `north`.
    obstacles : list of Polygon
        Footprints that are facts; no street is cut through them.
    """
    land = area(name)
    villages = village_shapes(name)
    edge = _edge_street(land)
    rings = {v: shape.boundary.intersection(land) for v, shape in villages.items()}
    barriers = [water.buji().centre, rail(), land.boundary, *(s.centre for s in arterials())]
    lines = shapely.union_all([*(b.intersection(land) for b in barriers), *rings.values()], grid_size=0.01)
    faces = [
        f
        for f in shapely.get_parts(shapely.polygonize(shapely.get_parts(lines)))
        if land.contains(f.representative_point())
    ]
    faces.sort(key=lambda f: (round(f.centroid.y, 1), round(f.centroid.x, 1)), reverse=True)
    result = Plan()
    blocked = shapely.union_all([o.buffer(9.0) for o in obstacles])
    shapely.prepare(blocked)
    wet = shapely.union_all([water.no_go(), rail().buffer(15.0, cap_style="flat")])
    shapely.prepare(wet)
    stems: dict[str, int] = {}
    if not edge.is_empty:
        result.streets.append(
            Street("滨河街", "Riverside Street", "local", 2, WIDTH_M["local"], "synthetic", edge)
        )
    for village, ring in rings.items():
        result.streets.append(
            Street(f"{village}环巷", f"{village} Ring Lane", "lane", 1, 4.0, "synthetic", ring)
        )
    for number, face in enumerate(faces):
        middle = face.representative_point()
        kind = next((v for v, s in villages.items() if s.contains(middle)), "block")
        key = f"{name[0].upper()}{number:03d}"
        cuts: list[LineString] = []
        limit = partial(_limit, kind=kind, name=name)
        for piece, polygon, grid in _bisected(face, key, limit, blocked, cuts, grid=key):
            result.cells.append(Cell(piece, kind, name, polygon, grid))
        for cut in cuts:
            dry = frame.snapped(cut.difference(wet)) if wet.intersects(cut) else cut
            if dry.is_empty or dry.length < 15.0:
                continue
            result.streets.append(_local(dry, key, kind, stems))
    return result


def _edge_street(land: Polygon) -> BaseGeometry:
    """The edge of the land where no arterial runs along it."""
    near = shapely.union_all([s.centre.buffer(70.0, cap_style="flat") for s in arterials()])
    dry = land.boundary.difference(near).difference(water.no_go())
    return frame.snapped(shapely.line_merge(dry)) if not dry.is_empty else LineString()


def _limit(polygon: Polygon, kind: str, name: str) -> float:
    if kind != "block":
        return CELL_M2
    if name == "core":
        middle = polygon.centroid
        return BLOCK_M2["sungang"] if middle.y > 2495150 and middle.x < 511800 else BLOCK_M2["core"]
    return BLOCK_M2[name]


def _bisected(
    polygon: Polygon,
    key: str,
    limit: Callable[[Polygon], float],
    blocked: BaseGeometry,
    cuts: list[LineString],
    *,
    grid: str,
) -> list[tuple[str, Polygon, str]]:
    """Cut across the longest side, 12 % to either side of the middle, until small enough."""
    if polygon.area <= limit(polygon):
        return [(key, polygon, grid)]
    for attempt in range(ATTEMPTS):
        chord = _chord(polygon, 0.5 + 0.24 * (u(key, f"cut{attempt or ''}") - 0.5) * (1 + 0.5 * attempt))
        inner = chord.intersection(polygon)
        if not blocked.intersects(inner) and not _along_arterial(inner):
            break
    else:
        return [(key, polygon, grid)]
    pieces = [p for p in ops.split(polygon, chord).geoms if p.area > 1.0]
    if len(pieces) < 2:
        return [(key, polygon, grid)]
    pieces.sort(key=lambda p: (round(p.centroid.y, 1), round(p.centroid.x, 1)))
    cuts.extend(frame.snapped(part) for part in shapely.get_parts(inner) if part.length > 1.0)
    result = []
    for side, piece in enumerate(pieces):
        below = f"{key}.{side}" if "." not in key else f"{key}{side}"
        inherited = grid if polygon.area <= GRID_M2 else below
        result += _bisected(piece, below, limit, blocked, cuts, grid=inherited)
    return result


def _along_arterial(cut: BaseGeometry) -> bool:
    """Whether a cut stays between the kerbs of an arterial for more than twice its width.

    A street that crosses does so for the width, or half of it where it ends at the centreline.
    """
    tree, kerbs, widths = _carriageways()
    return any(
        part.length > 2 * widths[at]
        for at in tree.query(cut, predicate="intersects")
        for part in shapely.get_parts(kerbs[at].intersection(cut))
    )


@cache
def _carriageways() -> tuple[shapely.STRtree, list[BaseGeometry], list[float]]:
    kerbs = [s.centre.buffer(s.width_m / 2, cap_style="flat") for s in arterials()]
    return shapely.STRtree(kerbs), kerbs, [s.width_m for s in arterials()]


def _chord(polygon: Polygon, share: float) -> LineString:
    """A line across the longest side of the smallest rectangle around a polygon."""
    ring = np.array(polygon.minimum_rotated_rectangle.exterior.coords)[:4]
    sides = np.roll(ring, -1, axis=0) - ring
    lengths = np.hypot(sides[:, 0], sides[:, 1])
    first = 0 if lengths[0] >= lengths[1] else 1
    along, across = sides[first], sides[(first + 1) % 4]
    start = ring[first] + along * share
    chord = LineString([tuple(start), tuple(start + across)])
    return affinity.scale(chord, 1.02, 1.02)


_STEMS = [
    (a + b, c + d)
    for a, c in zip("锦翠宝嘉文春", ("Jin", "Cui", "Bao", "Jia", "Wen", "Chun"), strict=True)
    for b, d in zip("园华兴安", ("yuan", "hua", "xing", "an"), strict=True)
]


def _local(centre: BaseGeometry, face: str, kind: str, stems: dict[str, int]) -> Street:
    """Name a cut: lanes after their village, local streets after a made-up stem of their face."""
    zh, en = (kind, kind) if kind != "block" else _STEMS[int(u(face, "stem") * len(_STEMS))]
    stems[zh] = number = stems.get(zh, 0) + 1
    if kind == "block" and not face.startswith("C"):  # the names of the core are taken
        zh, en = f"{zh}北", f"{en} North"
    if kind != "block":
        return Street(f"{zh}{numeral(number)}巷", f"{en} Lane {number}", "lane", 1, 4.0, "synthetic", centre)
    return Street(f"{zh}{numeral(number)}街", f"{en} Street {number}", "local", 2, 9.0, "synthetic", centre)
