"""`layer.json`: what a globe must know of the meshes before it asks for one."""

from __future__ import annotations

from math import ceil, log2
from typing import Any

from tiles.raster.coverage import Coverage
from tiles.raster.geodetic import MAX_LEVEL, available, cell_deg

_DEGREE_M = 111_320.0


def deepest(coverage: Coverage) -> int:
    """Level whose squares are no larger than a pixel of the raster: beyond it is nothing to see."""
    return max(0, min(MAX_LEVEL, ceil(log2(cell_deg(0) * _DEGREE_M / coverage.pixel_m) - 0.001)))


def layer(coverage: Coverage, version: str) -> dict[str, Any]:
    """Describe the meshes of an elevation model as CesiumJS and others read it.

    Parameters
    ----------
    coverage : Coverage
        The elevation model.
    version : str
        Changes with its content; part of every address, so that a reloaded raster is asked anew.
    """
    last = deepest(coverage)
    return {
        "tilejson": "2.1.0",
        "name": coverage.name,
        "version": "1.1.0",
        "format": "quantized-mesh-1.0",
        "scheme": "tms",
        "projection": "EPSG:4326",
        "extensions": ["octvertexnormals"],
        "tiles": ["{z}/{x}/{y}.terrain?v=" + version],
        "minzoom": 0,
        "maxzoom": last,
        # of the tiles, which begin as the whole globe; where there is ground is in `available`
        "bounds": [-180.0, -90.0, 180.0, 90.0],
        "valid_bounds": list(coverage.box),
        "available": [
            [{"startX": 0, "startY": 0, "endX": 1, "endY": 0}],
            *(available(coverage.box, level) for level in range(1, last + 1)),
        ],
    }
