"""How many segments a circle gets, told before the kernel has to find out.

The fast kernel keeps the chord error by a detour that takes ten times as long as a fixed
number of segments (pipes, round columns). So the number that keeps the same error is
worked out here, and products are meshed in groups of the same number.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

from loaders.ifc.bodies import bodies

CHORD_ERROR_M = 0.001
TURN_RAD = 0.27
"""Largest distance of a chord from its arc, the toolkit's own, and largest turn between two chords:
24 to a circle, where the toolkit's 13 to 16 leave 2.5 % of the area out and OpenCASCADE 1 %."""
_STEP = 8
_MOST = 96
_DEEPEST = 12


def by_segments(products: list[Any], length_m: float) -> Iterator[tuple[int, list[Any]]]:
    """Groups of products; 0 is for those without circles, whose curves the kernel divides itself.

    Parameters
    ----------
    products : list of entity_instance
        What is to be meshed.
    length_m : float
        Metres of the file's length unit.
    """
    known: dict[int, float] = {}
    groups: dict[int, list[Any]] = {}
    for product in products:
        radius = max((_radius(i, known, 0) for b in bodies(product) for i in b.Items or ()), default=0.0)
        groups.setdefault(segments(radius * length_m), []).append(product)
    yield from sorted(groups.items())


def segments(radius_m: float) -> int:
    """Segments of a full circle, rounded up to a multiple of 8; 0 for none, and for very large ones."""
    if not 0 < radius_m < math.inf:
        return 0
    turn = TURN_RAD
    if radius_m > CHORD_ERROR_M:
        turn = min(turn, 2 * math.acos(1 - CHORD_ERROR_M / radius_m))
    count = _STEP * math.ceil(2 * math.pi / turn / _STEP)
    return count if count <= _MOST else 0


def _radius(item: Any, known: dict[int, float], depth: int) -> float:
    """Largest radius of the circles an item is swept from, file units."""
    if item.id() not in known:
        known[item.id()] = _largest(item, known, depth)
    return known[item.id()]


def _largest(item: Any, known: dict[int, float], depth: int) -> float:
    if depth > _DEEPEST:
        return 0.0
    if item.is_a("IfcMappedItem"):
        items = item.MappingSource.MappedRepresentation.Items or ()
        return max((_radius(inner, known, depth + 1) for inner in items), default=0.0) * _scale(item)
    profile = getattr(item, "SweptArea", None)
    return float(profile.Radius) if profile is not None and profile.is_a("IfcCircleProfileDef") else 0.0


def _scale(item: Any) -> float:
    scales = [getattr(item.MappingTarget, name, None) for name in ("Scale", "Scale2", "Scale3")]
    return max(scale or 1.0 for scale in scales)
