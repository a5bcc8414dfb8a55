"""Lines cut where they meet, thousands at a time.

`shapely.node` does the same for lines of any kind, and notes pieces that lie on each other once; it takes
more than twice as long for the streets around a place, for it looks again at what it has cut and makes a
geometry of every piece.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import shapely
from shapely import STRtree

NEAR_M = 1e-3
"""What is no further apart is at one place; a line that is cut moves by no more."""

Array = npt.NDArray[Any]


class Pieces(NamedTuple):
    """Pieces of lines between the places where they meet.

    Attributes
    ----------
    xy : ndarray of float64, shape (n, 2)
        Corners of all pieces, one after the other; metres.
    first : ndarray of int64, shape (m + 1,)
        Number of the first corner of each piece, and n.
    line : ndarray of int64, shape (m,)
        The line each is of.
    """

    xy: Array
    first: Array
    line: Array


class _Cuts(NamedTuple):
    """Cuts within segments; shares are of the way from the first corner to the second."""

    segment: Array
    share: Array
    place: Array


def pieces(lines: Array) -> Pieces:
    """Cut lines where they cross, touch or begin to lie on each other.

    Parameters
    ----------
    lines : ndarray of LineString, shape (k,)
        In a metric CRS. A line is cut where it meets itself as well.

    Returns
    -------
    Pieces
        In the order of the lines and along them. Of lines on each other each has its own.
    """
    xy, line = shapely.get_coordinates(lines, return_index=True)
    begins = np.flatnonzero(line[1:] == line[:-1])
    one, other = _pairs(xy, begins, line)
    crossed = _crossed(xy, begins, one, other)
    met = [_met(xy, begins, *pair, end) for pair in ((one, other), (other, one)) for end in (0, 1)]
    corners = np.zeros(len(xy), bool)
    for _, which in met:
        corners[which] = True
    cuts = _Cuts(*map(np.concatenate, zip(*crossed, *(found for found, _ in met), strict=True)))
    return _joined(xy, line, begins, corners, cuts)


def _pairs(xy: Array, begins: Array, line: Array) -> tuple[Array, Array]:
    """Segments that may meet, each two once; neighbours along a line do so only in their corner."""
    start, end = xy[begins], xy[begins + 1]
    low, high = np.minimum(start, end), np.maximum(start, end)
    tree = STRtree(shapely.box(*(low - NEAR_M).T, *(high + NEAR_M).T))
    one, other = tree.query(tree.geometries)
    way = end - start
    # unless the line goes back on itself
    back = np.zeros(len(begins), bool)
    back[1:] = (_cross(way[:-1], way[1:]) == 0.0) & ((way[:-1] * way[1:]).sum(axis=1) < 0.0)
    neighbours = (begins[other] == begins[one] + 1) & (line[begins[one]] == line[begins[other]])
    apart = (one < other) & (~neighbours | back[other])
    return one[apart], other[apart]


def _crossed(xy: Array, begins: Array, one: Array, other: Array) -> tuple[_Cuts, _Cuts]:
    """Where two segments cross away from the ends of both."""
    start = xy[begins[one]]
    way, way_of_other = xy[begins[one] + 1] - start, xy[begins[other] + 1] - xy[begins[other]]
    off = xy[begins[other]] - start
    with np.errstate(divide="ignore", invalid="ignore"):
        # those that are parallel have no share: no number, which is never within
        turn = _cross(way, way_of_other)
        share, share_of_other = _cross(off, way_of_other) / turn, _cross(off, way) / turn
        within = _within(share, way) & _within(share_of_other, way_of_other)
    place = start[within] + share[within, None] * way[within]
    return (
        _Cuts(one[within], share[within], place),
        _Cuts(other[within], share_of_other[within], place),
    )


def _met(xy: Array, begins: Array, one: Array, other: Array, end: int) -> tuple[_Cuts, Array]:
    """Where an end of the other segment lies on the one: cuts, and corners where lines are cut."""
    start = xy[begins[one]]
    way = xy[begins[one] + 1] - start
    corner = begins[other] + end
    off = xy[corner] - start
    squared = np.maximum((way * way).sum(axis=1), np.finfo(float).tiny)
    share = np.clip((off * way).sum(axis=1) / squared, 0.0, 1.0)
    there = ((off - share[:, None] * way) ** 2).sum(axis=1) <= NEAR_M**2
    inner = there & _within(share, way)
    # the one has a corner of its own there
    own = begins[one] + (share > 0.5)
    return (
        _Cuts(one[inner], share[inner], xy[corner[inner]]),
        np.concatenate([corner[there], own[there & ~inner]]),
    )


def _joined(xy: Array, line: Array, begins: Array, corners: Array, cuts: _Cuts) -> Pieces:
    """Corners and cuts in the order along the lines; a line goes on from each where it ends."""
    at = begins[cuts.segment] + cuts.share
    order = np.argsort(at)
    segment, share, place, at = cuts.segment[order], cuts.share[order], cuts.place[order], at[order]
    length_m = np.hypot(*(xy[begins[segment] + 1] - xy[begins[segment]]).T)
    again = np.zeros(len(at), bool)
    again[1:] = (segment[1:] == segment[:-1]) & (np.diff(share) * length_m[1:] <= NEAR_M)
    at, place, segment = at[~again], place[~again], segment[~again]
    of_line = np.concatenate([line, line[begins[segment]]])
    starts = np.ones(len(xy), bool)
    starts[1:] = line[1:] != line[:-1]
    inner = ~(starts | np.append(starts[1:], True))
    cut = np.concatenate([corners & inner, np.ones(len(at), bool)])
    order = np.argsort(np.concatenate([np.arange(len(xy), dtype=float), at]), kind="stable")
    times = 1 + cut[order]
    last = np.cumsum(times) - 1
    starts = np.concatenate([starts, np.zeros(len(at), bool)])[order] | cut[order]
    return Pieces(
        np.repeat(np.concatenate([xy, place])[order], times, axis=0),
        np.append(last[starts], times.sum()),
        of_line[order][starts],
    )


def _cross(one: Array, other: Array) -> Array:
    product: Array = one[:, 0] * other[:, 1] - one[:, 1] * other[:, 0]
    return product


def _within(share: Array, way: Array) -> Array:
    """Whether a share of a way is further than `NEAR_M` from both of its ends."""
    length_m = np.hypot(*way.T)
    within: Array = (share * length_m > NEAR_M) & ((1.0 - share) * length_m > NEAR_M)
    return within
