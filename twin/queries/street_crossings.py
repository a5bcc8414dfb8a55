"""Which ends of streets are one crossing."""

from __future__ import annotations

import numpy as np

from twin.queries.street_cuts import Array

_JOIN_M = 1.0
_NEIGHBOURS = (1, 1 << 32, (1 << 32) + 1, (1 << 32) - 1)
"""From the number of a square to those north, east, north-east and south-east of it."""


def crossings(xy: Array, first: Array) -> Array:
    """Crossings at the ends of pieces: ends within a metre are one, and those in one square metre.

    Parameters
    ----------
    xy : ndarray of float64, shape (n, 2)
        Corners of all pieces, one after the other; metres.
    first : ndarray of int64, shape (m + 1,)
        Number of the first corner of each piece, and n.

    Returns
    -------
    ndarray of int64, shape (m, 2)
        Number of the crossing at the beginning and the end of each piece, from 0 on without gaps.
    """
    places = xy[np.concatenate([first[:-1], first[1:] - 1])]
    at = np.floor(places / _JOIN_M).astype(np.int64)
    # both in one number: rows are sorted several times as slowly
    squares, of_place = np.unique((at[:, 0] << 32) + at[:, 1], return_inverse=True)
    number = np.arange(len(squares))
    order = np.argsort(of_place, kind="stable")
    begin = np.searchsorted(of_place[order], np.arange(len(squares) + 1))
    places = places[order]
    low, high = (bound.reduceat(places, begin[:-1]) for bound in (np.minimum, np.maximum))
    for step in _NEIGHBOURS:
        there = np.minimum(np.searchsorted(squares, squares + step), len(squares) - 1)
        here = np.flatnonzero(squares[there] == squares + step)
        there = there[here]
        gap = np.maximum(0.0, np.maximum(low[there] - high[here], low[here] - high[there]))
        # few are so near, and where a square has one place, as most do, that is all there is to know
        near = np.hypot(*gap.T) <= _JOIN_M
        for one, other in zip(here[near].tolist(), there[near].tolist(), strict=True):
            own, others = (places[begin[i] : begin[i + 1]] for i in (one, other))
            if (np.hypot(*(own[:, None] - others).T) <= _JOIN_M).any():
                number[number == number[other]] = number[one]
    crossing = np.unique(number, return_inverse=True)[1][of_place]
    return crossing.reshape(2, -1).T
