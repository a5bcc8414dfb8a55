"""Where every building of the built area stands, and exactly as many as the profile says."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import shapely
from shapely.geometry import Polygon
from shapely.geometry.base import BaseGeometry

from sample_data.gen import arrange, frame, shapes, zones
from sample_data.gen.arrange import Site
from sample_data.gen.blocks import Block
from sample_data.gen.chance import pick, u
from sample_data.gen.config import config
from sample_data.gen.landmarks import Landmark
from twin.errors import Unprocessable

_SHAPES = {
    "HT": {"cross": 0.34, "butterfly": 0.4, "rectangle": 0.16, "chamfer": 0.1},
    "OF": {"rectangle": 0.5, "chamfer": 0.22, "ell": 0.1, "octagon": 0.06, "round": 0.05, "capsule": 0.07},
    "MA": {"rectangle": 0.5, "ell": 0.2, "horseshoe": 0.12, "trapezium": 0.08, "chamfer": 0.1},
    "HO": {"rectangle": 0.6, "ell": 0.2, "capsule": 0.1, "horseshoe": 0.1},
    "HP": {"rectangle": 0.45, "ell": 0.3, "horseshoe": 0.25},
    "GV": {"rectangle": 0.6, "ell": 0.25, "horseshoe": 0.15},
}
_MOST = {"SC": 4, "HP": 6, "MA": 2, "GV": 2, "IN": 4}


@dataclass(frozen=True)
class Parcel:
    """A piece of land with one owner and one use."""

    key: str
    typology: str
    block: Block
    polygon: Polygon


@dataclass(frozen=True)
class Footprint:
    """A building's outline and the parcel it stands on."""

    key: str
    typology: str
    polygon: Polygon
    turn_deg: float
    parcel: Parcel
    landmark: Landmark | None = None


@dataclass
class Town:
    """Parcels and footprints of one built area; `green` are the blocks left open."""

    parcels: list[Parcel] = field(default_factory=list)
    footprints: list[Footprint] = field(default_factory=list)
    green: list[Block] = field(default_factory=list)


def town(blocks: list[Block], known: list[Landmark], phase: int) -> Town:
    """Place the buildings of one area.

    Parameters
    ----------
    blocks : list of Block
        The land.
    known : list of Landmark
        Buildings that are facts, inside these blocks.
    phase : int
        0 for the core, 1 for its extension north: which of the two counts applies.

    Raises
    ------
    Unprocessable
        The land cannot hold the configured number of a typology.
    """
    kinds = config()["typology"]
    left = {code: kind["count"][phase] for code, kind in kinds.items()}
    result = Town()
    ground = _around_landmarks(blocks, known, result, left)
    _village([b for b in blocks if b.kind != "block"], kinds["UV"], left, result)
    free = {b.key: b for b in blocks if b.kind == "block"}
    for code in zones.FILL_ORDER:
        for block in zones.ranked(code, list(free.values())):
            if left[code] <= 0:
                break
            placed = _filled(block, ground[block.key], code, left[code], result)
            if placed:
                left[code] -= placed
                del free[block.key]
    result.green = list(free.values())
    for code in ("TR", "UT", "AX"):
        _infill(code, kinds[code], left, blocks, result)
    short = {code: n for code, n in left.items() if n}
    if short:
        raise Unprocessable(f"the land cannot hold {short} more buildings; lower `count` in config.toml")
    result.footprints.sort(key=lambda f: f.key)
    return result


def _around_landmarks(
    blocks: list[Block], known: list[Landmark], result: Town, left: dict[str, int]
) -> dict[str, BaseGeometry]:
    """Give every landmark its parcel and take it out of the land of its block."""
    ground: dict[str, BaseGeometry] = {b.key: b.polygon for b in blocks}
    tree = shapely.STRtree([b.polygon for b in blocks])
    for mark in known:
        inside = [blocks[i] for i in tree.query(mark.footprint, predicate="intersects")]
        if not inside:
            raise Unprocessable(
                f"{mark.id} {mark.facts['name_zh']} stands on no block; move it in landmarks.csv"
            )
        block = max(inside, key=lambda b: b.polygon.intersection(mark.footprint).area)
        plot = mark.footprint.buffer(6.0, join_style="mitre", mitre_limit=2.0).intersection(block.polygon)
        plot = frame.snapped(shapely.union_all([plot, mark.footprint]).buffer(0))
        parcel = Parcel(f"{block.key}-{mark.id}", mark.typology, block, plot)
        result.parcels.append(parcel)
        result.footprints.append(
            Footprint(f"{block.key}-{mark.id}", mark.typology, mark.footprint, mark.turn_deg, parcel, mark)
        )
        left[mark.typology] -= 1
        for other in inside:
            rest = shapely.get_parts(ground[other.key].difference(plot.buffer(5.0)))
            ground[other.key] = max(rest, key=lambda p: p.area) if len(rest) else Polygon()
    return ground


def _village(cells: list[Block], kind: dict[str, Any], left: dict[str, int], result: Town) -> None:
    """Fill the village cells as tight as they come, then leave out the surplus as small yards."""
    found: list[tuple[float, Footprint]] = []
    for block in cells:
        parcel = Parcel(block.key, "UV", block, block.polygon)
        result.parcels.append(parcel)
        for i, site in enumerate(arrange.rows(block.polygon, block.key, kind, 0.5, spare=0.25)):
            key = f"{block.key}-{i:02d}"
            found.append(
                (u(key, "yard"), Footprint(key, "UV", _drawn(site, "UV", key), site.turn_deg, parcel))
            )
    found.sort(key=lambda f: (f[0], f[1].key))
    result.footprints += [f for _, f in found[: left["UV"]]]
    left["UV"] -= min(left["UV"], len(found))


def _filled(block: Block, land: BaseGeometry, code: str, wanted: int, result: Town) -> int:
    """Lay a block out for one typology; returns how many buildings it took."""
    kind = config()["typology"][code]
    placed = 0
    if land.is_empty or (land.area < 0.55 * block.polygon.area and code in {"SC", "HP"}):
        return 0
    most = _MOST.get(code, 99)
    setback = 5.0 if block.main_m < 40 else 2.5
    for key, lot in arrange.lots(land, block.key, kind.get("lot_m2", 0)):
        sites = arrange.rows(lot, key, kind, setback)
        if code in {"SC", "HP"} and len(sites) < min(3 if code == "HP" else 4, wanted):
            return 0
        sites = sites[: min(most, wanted - placed)]
        parcel = Parcel(key, code, block, lot)
        if sites:
            result.parcels.append(parcel)
        for i, site in enumerate(sites):
            name = f"{key}-{i:02d}"
            result.footprints.append(Footprint(name, code, _drawn(site, code, name), site.turn_deg, parcel))
        placed += len(sites)
    return placed


def _infill(code: str, kind: dict[str, Any], left: dict[str, int], blocks: list[Block], result: Town) -> None:
    """Put small buildings where there is room, one more a block in each round."""
    by_parcel: dict[str, list[Footprint]] = {}
    for footprint in result.footprints:
        by_parcel.setdefault(footprint.parcel.key, []).append(footprint)
    hosts = [p for p in result.parcels if p.typology not in {"UV", "TR"} and p.polygon.area > 900]
    hosts.sort(key=lambda p: (u(p.key, f"infill-{code}"), p.key))
    gap = kind["gap_m"][0]
    for round_ in range(4):
        for parcel in hosts:
            if left[code] <= 0:
                return
            taken = [f.polygon for f in by_parcel.get(parcel.key, [])]
            free = parcel.polygon.buffer(-2.0).difference(shapely.union_all(taken).buffer(gap))
            name = f"{parcel.key}-{code}{round_}"
            site = _corner(free, parcel, name, kind)
            if site is None:
                continue
            footprint = Footprint(name, code, _drawn(site, code, name), site.turn_deg, parcel)
            by_parcel.setdefault(parcel.key, []).append(footprint)
            result.footprints.append(footprint)
            left[code] -= 1


def _corner(free: BaseGeometry, parcel: Parcel, name: str, kind: dict[str, Any]) -> Site | None:
    """A free rectangle of the parcel, tried along its edge in the direction of the parcel."""
    (w0, w1), (d0, d1) = kind["width_m"], kind["depth_m"]
    w, d = w0 + (w1 - w0) * u(name, "w"), d0 + (d1 - d0) * u(name, "d")
    turn = arrange.direction_deg(parcel.polygon)
    inner = free.buffer(-min(w, d) / 2)
    if inner.is_empty:
        return None
    edge = inner.boundary
    start = u(name, "start")
    shapely.prepare(free)
    for i in range(24):
        at = edge.interpolate((start + i / 24) % 1.0, normalized=True)
        for a, b in ((w, d), (d, w)):
            site = Site((at.x, at.y), a, b, turn)
            if free.contains(site.outline):
                return site
    return None


def _drawn(site: Site, code: str, key: str) -> Polygon:
    """Draw the shape a typology takes within its site, rounded to 0.01 m."""
    shape = pick(key, "shape", _SHAPES[code]) if code in _SHAPES else "rectangle"
    return frame.snapped(shapes.placed(shape, site.width_m, site.depth_m, site.middle, site.turn_deg))
