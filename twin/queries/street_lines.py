"""Streets cut where they meet, as arrays: thousands of them are looked at for one question."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import shapely
from shapely import LineString
from shapely.ops import substring

from twin.queries.street_crossings import crossings
from twin.queries.street_cuts import Array, pieces

_ARTERIAL = frozenset({"A1", "A2"})


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
        Crossings at its beginning and its end; ends within a metre are one, and those in one square metre.
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
        xy, first, line = pieces(parts)
        steps_m = np.hypot(*np.diff(xy, axis=0, prepend=xy[:1]).T)
        steps_m[first[:-1]] = 0.0
        along_m = np.cumsum(steps_m)
        length_m = along_m[first[1:] - 1] - along_m[first[:-1]]
        wide = np.array([c in _ARTERIAL for c in classes], bool)
        return cls(xy, first, crossings(xy, first), along_m, length_m, wide[owner[line]])

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
