"""Streets cut where they meet, as arrays: thousands of them are looked at for one question."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import shapely
from shapely import LineString, STRtree
from shapely.ops import substring

_ARTERIAL = frozenset({"A1", "A2"})
_JOIN_M = 1.0
_ON_M = 1e-3
"""How far cutting a line may move it."""

Array = npt.NDArray[Any]


@dataclass(frozen=True, slots=True)
class StreetLines:
    """Pieces of streets between crossings.

    Attributes
    ----------
    xy : ndarray of float64, shape (n, 2)
        Corners of all pieces, one after the other; metres.
    first : ndarray of int64, shape (m + 1,)
        Number of the first corner of each piece, and n.
    ends : ndarray of int64, shape (m, 2)
        Crossings at its beginning and its end; ends within a metre are one.
    along_m : ndarray of float64, shape (n,)
        Way to each corner from the first of all, the gaps between pieces not counted.
    length_m : ndarray of float64, shape (m,)
        Length of each piece.
    arterial : ndarray of bool, shape (m,)
        Whether it is of an arterial.
    """

    xy: Array
    first: Array
    ends: Array
    along_m: Array
    length_m: Array
    arterial: Array

    @classmethod
    def of(cls, lines: Sequence[shapely.Geometry], classes: Sequence[str | None]) -> StreetLines:
        """Cut centrelines where they meet.

        Parameters
        ----------
        lines : sequence of LineString or MultiLineString
            In a metric CRS.
        classes : sequence of str or None
            Road class of each.
        """
        parts, owner = shapely.get_parts(np.asarray(lines, dtype=object), return_index=True)
        if not len(parts):
            nothing = np.zeros(0)
            whole = np.zeros(0, np.int64)
            return cls(
                np.zeros((0, 2)), np.zeros(1, np.int64), whole.reshape(0, 2), nothing, nothing,
                np.zeros(0, bool),
            )  # fmt: skip
        noded: Any = shapely.node(shapely.multilinestrings(parts))
        _, xy, offsets = shapely.to_ragged_array([noded])
        first = offsets[0].astype(np.int64)
        steps_m = np.hypot(*np.diff(xy, axis=0, prepend=xy[:1]).T)
        steps_m[first[:-1]] = 0.0
        along_m = np.cumsum(steps_m)
        length_m = along_m[first[1:] - 1] - along_m[first[:-1]]
        wide = parts[np.isin(owner, [number for number, c in enumerate(classes) if c in _ARTERIAL])]
        found = cls(xy, first, _crossings(xy, first), along_m, length_m, np.zeros(len(length_m), bool))
        if len(wide):
            middles = shapely.points(found._middles())
            found.arterial[STRtree(wide).query(middles, predicate="dwithin", distance=_ON_M)[0]] = True
        return found

    def nearest(self, places: Array) -> tuple[Array, Array]:
        """The piece nearest to each place, and how far along it that is.

        Parameters
        ----------
        places : ndarray of float64, shape (k, 2)
            Metres.
        """
        begins = np.ones(len(self.xy), bool)
        begins[self.first[1:] - 1] = False
        segments = np.flatnonzero(begins)
        x, y = self.xy[segments].T
        way_x, way_y = self.xy[segments + 1].T - (x, y)
        squared = np.maximum(way_x * way_x + way_y * way_y, np.finfo(float).tiny)
        found, share = np.empty(len(places), np.int64), np.empty(len(places))
        # one by one: what all together need at a time is more than a processor keeps near
        for i, (east, north) in enumerate(places.tolist()):
            off_x, off_y = east - x, north - y
            shares = np.clip((off_x * way_x + off_y * way_y) / squared, 0.0, 1.0)
            chosen = int(np.argmin((off_x - shares * way_x) ** 2 + (off_y - shares * way_y) ** 2))
            found[i], share[i] = segments[chosen], shares[chosen]
        pieces = np.searchsorted(self.first, found, side="right") - 1
        begin_m = self.along_m[found]
        return pieces, begin_m - self.along_m[self.first[pieces]] + share * (
            self.along_m[found + 1] - begin_m
        )

    def meeting(self) -> tuple[Array, Array]:
        """Where the pieces of each crossing begin in a list of them, and the list."""
        count = int(self.ends.max(initial=-1)) + 1
        # each end of a piece in turn: number 2 i and 2 i + 1 are of piece i
        order = np.argsort(self.ends.ravel(), kind="stable")
        first = np.searchsorted(self.ends.ravel()[order], np.arange(count + 1))
        return first, order // 2

    def corners(self, piece: int) -> Array:
        """Corners of a piece, from its beginning."""
        return self.xy[self.first[piece] : self.first[piece + 1]]

    def part(self, piece: int, from_m: float, to_m: float) -> Array:
        """Corners of a piece from one place on it to another; backward where `to_m` is the less."""
        return shapely.get_coordinates(substring(LineString(self.corners(piece)), from_m, to_m))

    def _middles(self) -> Array:
        """Halfway along each piece."""
        half_m = self.along_m[self.first[:-1]] + self.length_m / 2
        after = np.searchsorted(self.along_m, half_m)
        after = np.clip(after, self.first[:-1] + 1, self.first[1:] - 1)
        step_m = self.along_m[after] - self.along_m[after - 1]
        share = (half_m - self.along_m[after - 1]) / np.where(step_m > 0, step_m, 1.0)
        middles: Array = self.xy[after - 1] + share[:, None] * (self.xy[after] - self.xy[after - 1])
        return middles


def _crossings(xy: Array, first: Array) -> Array:
    """Number of the crossing at both ends of each piece."""
    at = np.round(xy[np.concatenate([first[:-1], first[1:] - 1])] / _JOIN_M).astype(np.int64)
    # both in one number: rows are sorted several times as slowly
    number = np.unique((at[:, 0] << 32) + at[:, 1], return_inverse=True)[1]
    return number.reshape(2, -1).T
