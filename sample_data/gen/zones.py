"""Which block holds what: a score for each typology, the lowest blocks first.

Zones follow the city: offices along 深南东路 and in 蔡屋围, hotels along 人民南路,
markets at 东门, 国贸 and 笋岗, warehouses on the northern edge, towers near the
arterials, slabs in the quiet blocks behind them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cache

import shapely
from shapely.geometry.base import BaseGeometry

from sample_data.gen import frame, streets
from sample_data.gen.blocks import Block
from sample_data.gen.chance import u

FILL_ORDER = ("HP", "SC", "MA", "IN", "HO", "OF", "GV", "HT", "WS")
"""Typologies that take whole blocks; the later ones live with what is left."""

_APART_M = {"SC": 330.0, "HP": 420.0}
_LEAST_M2 = {"SC": 7500.0, "HP": 7000.0, "MA": 4800.0, "IN": 4800.0, "HO": 2500.0, "OF": 2000.0, "GV": 1500.0,
             "HT": 2200.0, "WS": 1000.0}  # fmt: skip


@cache
def _anchor(*points: tuple[float, float]) -> BaseGeometry:
    return shapely.union_all([frame.point(*p) for p in points])


@cache
def _along(*names: str) -> BaseGeometry:
    lines = shapely.union_all([s.centre for s in streets.arterials() if s.name_zh in names])
    shapely.prepare(lines)
    return lines


def _markets(block: Block) -> float:
    at = shapely.Point(block.middle)
    dongmen = at.distance(_anchor((114.1134, 22.5481)))
    guomao = at.distance(_anchor((114.1150, 22.5425))) * 1.5
    sungang = at.distance(_anchor((114.1075, 22.5565), (114.1150, 22.5575)))
    north = at.distance(_anchor((114.1100, 22.5640), (114.1200, 22.5740)))
    return min(dongmen, guomao, sungang * 1.1, north * 1.3)


def _sheds(block: Block) -> float:
    at = shapely.Point(block.middle)
    sungang = at.distance(_anchor((114.1040, 22.5570), (114.1135, 22.5578)))
    return min(sungang, at.distance(_anchor((114.1030, 22.5650), (114.1080, 22.5680))))


_SCORE: dict[str, tuple[Callable[[Block], float], float]] = {
    # what counts in metres, and how much chance may add to it
    "SC": (lambda b: 400.0 if b.main_m < 25 else 0.0, 900.0),
    "HP": (lambda b: shapely.Point(b.middle).distance(_anchor((114.1236, 22.5585))) * 0.2, 600.0),
    "MA": (_markets, 260.0),
    "IN": (_sheds, 240.0),
    "HO": (lambda b: b.polygon.distance(_along("人民南路", "春风路", "嘉宾路")) * 2 + b.main_m, 260.0),
    "OF": (
        lambda b: (
            min(
                b.polygon.distance(_along("深南东路", "人民南路")),
                0.3 * shapely.Point(b.middle).distance(_anchor((114.1030, 22.5440))),
            )
            + 0.5 * b.main_m
        ),
        180.0,
    ),
    "GV": (lambda b: 0.0, 1000.0),
    "HT": (lambda b: min(b.main_m, 0.25 * b.polygon.distance(_anchor((114.1070, 22.5338)))), 420.0),
    "WS": (lambda b: 0.0, 1000.0),
}


def ranked(typology: str, free: list[Block]) -> Iterator[Block]:
    """Blocks that may hold a typology, the fittest first, campuses and hospitals apart."""
    fit, chance = _SCORE[typology]
    scored = sorted(
        (round(fit(b) + chance * u(b.key, f"zone-{typology}"), 3), b.key, b)
        for b in free
        if b.kind == "block" and b.polygon.area >= _LEAST_M2[typology]
    )
    apart = _APART_M.get(typology, 0.0)
    taken: list[shapely.Point] = []
    for _, _, block in scored:
        at = shapely.Point(block.middle)
        if apart and any(at.distance(t) < apart for t in taken):
            continue
        taken.append(at)
        yield block
