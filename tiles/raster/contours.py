"""Lines of equal height, tile by tile, that meet at the border.

They are drawn on a grid whose corners are places of the zoom and stand on the border of the tile.
Where a line crosses the border follows from the two corners beside it, which both tiles have.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil, cos, floor, radians
from typing import Any

import contourpy
import numpy as np
import numpy.typing as npt

from tiles.address import MAX_ZOOM, TileCoord
from tiles.raster.coverage import Coverage
from tiles.raster.mvt import EXTENT, Lines, layer
from twin.crs import WEB_MERCATOR

Array = npt.NDArray[np.float64]

NAME = "contours"
CELLS = 128
"""Squares of the grid along a side of a tile."""
BUFFER = 2
"""Squares beyond each side: 64 of 4096 units, as vector tiles have it."""
HEAVY = 5
"""Every fifth line is an index contour."""
MOST_POINTS = 60_000
"""About 250 kB before compression."""
_BY_ZOOM = ((8, 500.0), (9, 200.0), (10, 100.0), (11, 50.0), (13, 20.0), (14, 10.0), (15, 5.0))
_NEAREST_M = 2.0
_FIRST_ZOOM = 8


@dataclass(frozen=True, slots=True)
class Contours:
    """A tile of lines.

    Attributes
    ----------
    data : bytes
        Mapbox Vector Tile 2.1 with one layer; empty where there is no line.
    interval_m : float
        Between two lines.
    thinned : bool
        Whether that is more than was asked for, because the tile would have been too large.
    """

    data: bytes
    interval_m: float
    thinned: bool


def interval_for(zoom: int) -> float:
    """Metres between two lines where nobody says."""
    return next((metres for last, metres in _BY_ZOOM if zoom <= last), _NEAREST_M)


def contour_tilejson(
    coverage: Coverage, version: str, base_url: str, interval_m: float | None
) -> dict[str, Any]:
    """Describe the tiles; the version of the content is part of their address."""
    west, south, east, north = coverage.box
    last = min(coverage.zoom(EXTENT // 8) + 2, MAX_ZOOM)
    first = min(_FIRST_ZOOM, last)
    asked = "" if interval_m is None else f"&interval_m={interval_m:g}"
    return {
        "tilejson": "3.0.0",
        "name": f"{coverage.name} {NAME}",
        "scheme": "xyz",
        "tiles": [f"{base_url}/raster/{coverage.name}/contours/{{z}}/{{x}}/{{y}}.mvt?v={version}{asked}"],
        "minzoom": first,
        "maxzoom": last,
        "bounds": list(coverage.box),
        "center": [(west + east) / 2, (south + north) / 2, max(first, last - 4)],
        "vector_layers": [
            {
                "id": NAME,
                "description": "等高线 / contours",
                "fields": {"height_m": "Number", "index": "Boolean"},
                "minzoom": first,
                "maxzoom": last,
            }
        ],
    }


def contours(coverage: Coverage, coord: TileCoord, interval_m: float) -> Contours:
    """Draw a tile.

    Parameters
    ----------
    coverage : Coverage
        An elevation model.
    coord : TileCoord
        Which tile.
    interval_m : float
        Between two lines. It is doubled until the tile has at most `MOST_POINTS` points, so that what
        is left are still lines of the neighbour.
    """
    heights = _heights(coverage, coord)
    wanted = interval_m
    while _points(heights, interval_m) > MOST_POINTS:
        interval_m *= 2
    side = np.arange(-BUFFER, CELLS + BUFFER + 1) * (EXTENT / CELLS)
    lines = _lines(heights, side, interval_m)
    return Contours(layer(NAME, lines) if lines else b"", interval_m, interval_m != wanted)


def _heights(coverage: Coverage, coord: TileCoord) -> Array:
    """Corners of the grid, rows from the north; a corner's place follows from its number in the zoom."""
    step = coord.side_m / CELLS
    numbers = np.arange(-BUFFER, CELLS + BUFFER + 1)
    half = (CELLS << coord.z) / 2
    xs, ys = np.meshgrid((coord.x * CELLS + numbers - half) * step, (half - coord.y * CELLS - numbers) * step)
    _, south, _, north = coverage.box
    return coverage.at(xs, ys, WEB_MERCATOR, step * cos(radians((south + north) / 2)))


def _points(heights: Array, interval_m: float) -> int:
    """How many points the lines will have: one for each line between two neighbouring corners."""
    steps = np.floor(heights / interval_m)
    across, down = np.abs(np.diff(steps, axis=1)), np.abs(np.diff(steps, axis=0))
    return int(np.nansum(across) + np.nansum(down))


def _lines(heights: Array, side: Array, interval_m: float) -> list[Lines]:
    known = heights[np.isfinite(heights)]
    if not known.size:
        return []
    maker = contourpy.contour_generator(
        side,
        side,
        np.ma.masked_invalid(heights),
        name="serial",
        corner_mask=False,
        line_type=contourpy.LineType.Separate,
    )
    found = []
    for number in range(ceil(known.min() / interval_m), floor(known.max() / interval_m) + 1):
        height_m = number * interval_m
        parts = maker.lines(height_m)
        if parts:
            found.append(Lines(parts, {"height_m": height_m, "index": number % HEAVY == 0}))
    return found
