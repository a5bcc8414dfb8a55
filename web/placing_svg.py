"""A proposed place as a small map: the buildings around, the model as it stands and as proposed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import shapely
from markupsafe import Markup

from twin.database.connection import Row

_WIDTH_PX = 720
_BARS_M = (1, 2, 5, 10, 20, 50, 100, 200)
_ORDER = ("road", "building", "stated", "proposed")


def placing_svg(shapes: Sequence[Row], label: str) -> Markup:
    """Draw the outlines of `twin.queries.placing.placing`; up is north of the storage grid.

    Parameters
    ----------
    shapes : sequence of row
        `kind` and `shape` (WKB, storage CRS, metres; polygons, roads as lines), one of them the `frame`.
    label : str
        What the picture shows, for those who hear it.

    Returns
    -------
    Markup
        An SVG element; its groups have the kind as their class.
    """
    drawn = [(row["kind"], shapely.from_wkb(bytes(row["shape"]))) for row in shapes]
    west, south, east, north = next(shape for kind, shape in drawn if kind == "frame").bounds
    # the whole of the frame, in a picture that is no taller than it is wide
    wide, high = max(east - west, north - south), north - south
    scale = _WIDTH_PX / wide
    west, top = (west + east - wide) / 2, north
    parts = []
    for wanted in _ORDER:
        paths = "".join(
            f'<path d="{_path(shape, west, top, scale)}"/>' for kind, shape in drawn if kind == wanted
        )
        parts.append(f'<g class="{wanted}">{paths}</g>')
    bar_m = max(m for m in _BARS_M if m <= max(wide / 4, 1))
    y = high * scale - 14
    parts.append(
        f'<g class="bar"><path d="M12 {y:.0f}h{bar_m * scale:.1f}"/>'
        f'<text x="12" y="{y - 6:.0f}">{bar_m} m</text></g>'
    )
    drawing = Markup("".join(parts))  # noqa: S704 - numbers and our own words only
    frame = Markup('<svg class="placing" viewBox="0 0 {} {}" role="img" aria-label="{}">{}</svg>')
    return frame.format(_WIDTH_PX, round(high * scale), label, drawing)


def stated_in(shapes: Sequence[Row]) -> bool | None:
    """Whether the place a model has now lies in the picture; None where it has none."""
    drawn = {row["kind"]: shapely.from_wkb(bytes(row["shape"])) for row in shapes}
    return drawn["stated"].intersects(drawn["frame"]) if "stated" in drawn else None


def _path(shape: Any, west: float, top: float, scale: float) -> str:
    words = []
    for part in shapely.get_parts(shape):
        if part.geom_type == "LineString":
            points = [f"{(x - west) * scale:.1f} {(top - y) * scale:.1f}" for x, y, *_ in part.coords]
            words.append("M" + "L".join(points))
            continue
        if part.geom_type != "Polygon":
            continue
        for ring in (part.exterior, *part.interiors):
            corners = [f"{(x - west) * scale:.1f} {(top - y) * scale:.1f}" for x, y, *_ in ring.coords[:-1]]
            words.append("M" + "L".join(corners) + "Z")
    return "".join(words)
