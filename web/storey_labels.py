"""Where the name of a room stands on a plan, and how large."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import shapely

_LARGEST_M, _SMALLEST_M = 0.40, 0.12
"""Letters on the ground: what is smaller cannot be read at the size a plan is looked at."""
_WITH_AREA_M = 0.20
_AREA_SHARE = 0.75
_LEADING = 1.15
_STEPS = (0.0, 1.0, -1.0, 2.0, -2.0, 3.0, -3.0)
_FREE_M = 0.17
"""Half the width of a symbol."""


class Label(NamedTuple):
    """Lines of a name and the area below it.

    Attributes
    ----------
    lines : tuple of str
        From top to bottom.
    area : str or None
        Words of the area, three quarters as large; None where it would not be readable.
    e_m, n_m : float
        Middle of the block, storage CRS.
    size_m : float
        Height of a letter of the name.
    """

    lines: tuple[str, ...]
    area: str | None
    e_m: float
    n_m: float
    size_m: float

    @property
    def height_m(self) -> float:
        """Height of the whole block."""
        return self.size_m * _LEADING * (len(self.lines) + (_AREA_SHARE if self.area else 0.0))


def room_label(
    shape: shapely.Geometry, name: str, area_m2: float | None, symbols: Sequence[tuple[float, float]]
) -> Label | None:
    """Place the name of a room inside it, as large as it fits and beside the symbols where there is room.

    Parameters
    ----------
    shape : shapely.Polygon or MultiPolygon
        The room without what stands in it, metres.
    name : str
        Broken at its first blank where it is larger so.
    area_m2 : float or None
        None: not stated.
    symbols : sequence of (east, north)
        Where symbols stand, metres.

    Returns
    -------
    Label or None
        None where it would be too small to be read.
    """
    if not name:
        return None
    circle = shapely.maximum_inscribed_circle(shape, tolerance=0.05)
    (middle_e, middle_n), (edge_e, edge_n) = shapely.get_coordinates(circle).tolist()
    radius_m = ((edge_e - middle_e) ** 2 + (edge_n - middle_n) ** 2) ** 0.5
    left, right = _across(shape, middle_e, middle_n)
    best: Label | None = None
    for lines in (tuple(name.split(" ", 1)), (name,)):
        # in the middle of the free width, else where the room is widest all around
        for e_m in ((left + right) / 2, middle_e):
            size_m = _fitting(lines, 2 * min(e_m - left, right - e_m), radius_m)
            label = Label(lines, None, e_m, middle_n, size_m)
            fits = e_m == middle_e or shapely.covers(shape, _box(label))
            if fits and (best is None or size_m > best.size_m):
                best = label
    if best is None or best.size_m < _SMALLEST_M:
        return None
    area = None if area_m2 is None or best.size_m < _WITH_AREA_M else f"{area_m2:.1f} m²"
    best = best._replace(area=area)
    return _beside((best, best._replace(e_m=middle_e)), shape, symbols)


def width_of(text: str) -> float:
    """Width of a text in letters as wide as they are high."""
    return sum(1.0 if ord(letter) > 0x2E80 else 0.58 for letter in text)


def _across(shape: shapely.Geometry, e_m: float, n_m: float) -> tuple[float, float]:
    """Ends of the free width through a point inside."""
    west, _, east, _ = shapely.bounds(shape).tolist()
    line = shapely.intersection(shape, shapely.linestrings([[west - 1, n_m], [east + 1, n_m]]))
    here = shapely.points(e_m, n_m)
    chord = min(shapely.get_parts(line), key=lambda part: float(shapely.distance(part, here)))
    left, _, right, _ = shapely.bounds(chord).tolist()
    return left, right


def _fitting(lines: tuple[str, ...], width_m: float, radius_m: float) -> float:
    wide = max(1.0, *(width_of(line) for line in lines))
    tall = _LEADING * (len(lines) + _AREA_SHARE)
    return float(min(_LARGEST_M, width_m / wide, max(2 * radius_m / tall, _SMALLEST_M)))


def _box(label: Label) -> Any:
    half_e = label.size_m * max(width_of(line) for line in label.lines) / 2
    half_n = label.height_m / 2
    return shapely.box(label.e_m - half_e, label.n_m - half_n, label.e_m + half_e, label.n_m + half_n)


def _beside(
    labels: Sequence[Label], shape: shapely.Geometry, symbols: Sequence[tuple[float, float]]
) -> Label:
    """The first place, or lines up or down of one, that covers fewest symbols; never out of the room."""

    def covered(moved: Label) -> int:
        west, south, east, north = shapely.bounds(_box(moved)).tolist()
        return sum(
            west - _FREE_M < e < east + _FREE_M and south - _FREE_M < n < north + _FREE_M for e, n in symbols
        )

    moved = [one._replace(n_m=one.n_m + step * one.size_m) for one in labels for step in _STEPS]
    inside = [one for one in moved if shapely.covers(shape, _box(one))] or moved[:1]
    return min(inside, key=covered)
