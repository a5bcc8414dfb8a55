"""Footprint shapes, drawn about the origin: width along x, depth along y, metres."""

from __future__ import annotations

import math

from shapely import affinity
from shapely.geometry import Polygon, box
from shapely.geometry.base import BaseGeometry


def rectangle(w: float, d: float) -> Polygon:
    """A slab or a point block."""
    return box(-w / 2, -d / 2, w / 2, d / 2)


def ell(w: float, d: float) -> Polygon:
    """Two wings around a corner court."""
    x, y, a, b = w / 2, d / 2, 0.42 * w, 0.45 * d
    return Polygon([(-x, -y), (x, -y), (x, -y + b), (-x + a, -y + b), (-x + a, y), (-x, y)])


def horseshoe(w: float, d: float) -> Polygon:
    """Three wings around a court open to one side."""
    x, y, a, b = w / 2, d / 2, 0.28 * w, 0.5 * d
    return Polygon(
        [(-x, -y), (x, -y), (x, y), (x - a, y), (x - a, y - b), (-x + a, y - b), (-x + a, y), (-x, y)]
    )


def cross(w: float, d: float) -> Polygon:
    """Cruciform residential tower: a core and four wings."""
    x, y, a, b = w / 2, d / 2, 0.26 * w, 0.26 * d
    return Polygon(
        [
            (-a, -y),
            (a, -y),
            (a, -b),
            (x, -b),
            (x, b),
            (a, b),
            (a, y),
            (-a, y),
            (-a, b),
            (-x, b),
            (-x, -b),
            (-a, -b),
        ]
    )


def butterfly(w: float, d: float) -> Polygon:
    """Tower with two notches that bring light to kitchens and stairs."""
    x, y, a, b = w / 2, d / 2, 0.12 * w, 0.24 * d
    return Polygon(
        [
            (-x, -y),
            (-a, -y),
            (-a, -y + b),
            (a, -y + b),
            (a, -y),
            (x, -y),
            (x, y),
            (a, y),
            (a, y - b),
            (-a, y - b),
            (-a, y),
            (-x, y),
        ]
    )


def chamfer(w: float, d: float) -> Polygon:
    """Square tower with cut corners."""
    x, y, c = w / 2, d / 2, 0.16 * min(w, d)
    return Polygon([(-x + c, -y), (x - c, -y), (x, -y + c), (x, y - c), (x - c, y), (-x + c, y), (-x, y - c),
                    (-x, -y + c)])  # fmt: skip


def octagon(w: float, d: float) -> Polygon:
    """Eight sides."""
    ring = [(math.cos(math.radians(22.5 + 45 * i)), math.sin(math.radians(22.5 + 45 * i))) for i in range(8)]
    scale = 1 / math.cos(math.radians(22.5))
    return Polygon([(x * scale * w / 2, y * scale * d / 2) for x, y in ring])


def round_(w: float, d: float) -> Polygon:
    """Ellipse in 24 steps."""
    return Polygon(
        [(w / 2 * math.cos(t), d / 2 * math.sin(t)) for t in (math.tau * i / 24 for i in range(24))]
    )


def capsule(w: float, d: float) -> Polygon:
    """A slab between two round shafts, along its longer side."""
    if w < d:
        return Polygon([(-y, x) for x, y in capsule(d, w).exterior.coords])
    r = d / 2
    right = [
        (w / 2 - r + r * math.cos(t), r * math.sin(t)) for t in (math.radians(a) for a in range(-90, 91, 18))
    ]
    left = [(-x, -y) for x, y in right]
    return Polygon(right + left)


def lens(w: float, d: float) -> Polygon:
    """Four bulging sides: the plan of a tapering tower."""
    ring = []
    for i in range(32):
        t = math.tau * i / 32
        c, s = math.cos(t), math.sin(t)
        ring.append((w / 2 * math.copysign(abs(c) ** 0.6, c), d / 2 * math.copysign(abs(s) ** 0.6, s)))
    return Polygon(ring)


def trapezium(w: float, d: float) -> Polygon:
    """A block that follows a slanting street."""
    x, y = w / 2, d / 2
    return Polygon([(-x, -y), (x, -y), (0.72 * x, y), (-0.86 * x, y)])


SHAPES = {
    "rectangle": rectangle, "bar": rectangle, "ell": ell, "horseshoe": horseshoe, "cross": cross,
    "butterfly": butterfly, "chamfer": chamfer, "octagon": octagon, "round": round_, "capsule": capsule,
    "lens": lens, "trapezium": trapezium,
}  # fmt: skip


def placed(shape: str, w: float, d: float, at: tuple[float, float], turn_deg: float) -> BaseGeometry:
    """A shape turned counter-clockwise about its middle and moved to east, north."""
    turned = affinity.rotate(SHAPES[shape](w, d), turn_deg, origin=(0, 0))
    return affinity.translate(turned, at[0], at[1])
