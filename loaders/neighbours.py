"""Do new buildings stand where the old ones stand, or all of them some hundred metres beside?

A layer drawn on a Chinese web map and loaded as WGS 84 is a perfectly regular city, 600 m
off. Only comparing it with footprints that are there shows it: the differences between
centres pile up at one offset.
"""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt
import shapely

from twin.errors import Unprocessable
from twin.model.feature import FeatureBatch
from twin.store.loading import Load

_REACH_M = 1500.0
"""BD-09 is up to about 1.3 km off."""
_BIN_M = 10.0
_NEAR_M = 60.0
"""Offsets below this are a matter of survey and drawing, not of another system."""
_SAMPLE = 400
_ENOUGH = 30
_SHARE = 0.5


def require_no_offset(batch: FeatureBatch, load: Load, accept: bool) -> None:
    """Stop a load of buildings that lie a constant offset beside those of other sources.

    Raises
    ------
    Unprocessable
        They do, and the offset was not accepted.
    """
    if batch.collection != "building" or batch.geometry is None:
        return
    found = constant_offset(batch.geometry, load)
    if found is None:
        return
    east, north = found
    bearing = math.degrees(math.atan2(east, north)) % 360.0
    said = (
        f"the buildings lie {math.hypot(east, north):.0f} m (towards {bearing:.0f}°) beside the "
        "footprints that are there, all of them alike"
    )
    if not accept:
        raise Unprocessable(
            f"{said}; if they come from a Chinese web map, load them with --crs gcj02 or --crs bd09; "
            "if they really stand there, use --accept-offset"
        )
    load.warn(f"{said}; accepted")


def constant_offset(geometry: npt.NDArray[np.object_], load: Load) -> tuple[float, float] | None:
    """East, north in metres from the standing buildings to the new ones; None where there is no pattern."""
    shapes = geometry[~shapely.is_missing(geometry)]
    if len(shapes) < _ENOUGH:
        return None
    shapes = shapes[:: max(1, len(shapes) // _SAMPLE)]
    bounds = shapely.bounds(shapes)
    bounds = bounds[np.isfinite(bounds).all(axis=1)]
    if len(bounds) < _ENOUGH:
        return None
    new = np.column_stack(((bounds[:, 0] + bounds[:, 2]) / 2, (bounds[:, 1] + bounds[:, 3]) / 2))
    box = (*(new.min(axis=0) - _REACH_M), *(new.max(axis=0) + _REACH_M))
    standing = load.centres("building", tuple(float(edge) for edge in box))  # type: ignore[arg-type]
    if len(standing) < _ENOUGH:
        return None
    edges = np.arange(-_REACH_M, _REACH_M + _BIN_M, _BIN_M)
    piled = np.zeros((len(edges) - 1, len(edges) - 1))
    for point in new:
        apart = point - standing
        piled += np.histogram2d(apart[:, 0], apart[:, 1], bins=(edges, edges))[0] > 0
    # a pile may straddle the edge of its bin
    pile = piled[:-1, :-1] + piled[1:, :-1] + piled[:-1, 1:] + piled[1:, 1:]
    centres = edges[1:-1]
    distance = np.hypot(centres[:, None], centres[None, :])
    best = np.unravel_index(np.argmax(pile), pile.shape)
    at_home = pile[distance < _NEAR_M].max()
    if pile[best] < _SHARE * len(new) or at_home >= 0.8 * pile[best] or distance[best] < _NEAR_M:
        return None
    pairs = (new[:, None, :] - standing[None, :, :]).reshape(-1, 2)
    at = np.array([centres[best[0]], centres[best[1]]])
    near = pairs[(np.abs(pairs - at) <= _BIN_M).all(axis=1)]
    east, north = np.median(near, axis=0)
    return float(east), float(north)
