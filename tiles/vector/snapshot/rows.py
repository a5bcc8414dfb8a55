"""`Rows`: features of a layer as columns, geometry flat."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]


@dataclass(frozen=True, slots=True)
class Rows:
    """Features as columns; row `i` of each is the same feature.

    Attributes
    ----------
    ids : int64 array, shape (n,)
        Feature ids.
    lots : int32 array, shape (n,)
        Lot 0..1023 of each, by which full tiles of points are thinned.
    invalid : uint8 array, shape (n,)
        1: an area that breaks the OGC rules as it is stored.
    kinds : uint8 array, shape (n,)
        1 point, 2 line, 3 polygon; 0: empty.
    sides_m : float64 array, shape (n,)
        Larger side of the box in the storage CRS, metres.
    boxes : float32 array, shape (n, 4)
        West, south, east, north in the storage CRS, rounded outward as PostGIS's index does.
    cells : int32 array, shape (n, 4)
        First and last cell of the touch log: west, south, east, north.
    codes : int32 array, shape (n, attributes)
        Number of each value in the dictionary; -1: unknown.
    row_part, part_point : int64 arrays, shapes (n + 1,), (parts + 1,)
        Parts of row `i` are `row_part[i]..row_part[i + 1]`, points of a part likewise.
    part_hole : uint8 array, shape (parts,)
        1: a hole of the ring before it that is none.
    xy : float64 array, shape (points, 2)
        EPSG:3857, east and north, metres; rings closed.
    """

    ids: Array
    lots: Array
    invalid: Array
    kinds: Array
    sides_m: Array
    boxes: Array
    cells: Array
    codes: Array
    row_part: Array
    part_point: Array
    part_hole: Array
    xy: Array

    def __len__(self) -> int:
        return len(self.ids)

    @property
    def nbytes(self) -> int:
        """Memory, bytes."""
        return sum(getattr(self, one.name).nbytes for one in fields(self))

    @classmethod
    def of_boxes(cls, boxes_m: Array, **columns: Array) -> Rows:
        """Rows whose boxes are float64; the rounded ones and the larger sides follow from them."""
        down = np.nextafter(boxes_m[:, :2].astype(np.float32), np.float32(-np.inf))
        up = np.nextafter(boxes_m[:, 2:].astype(np.float32), np.float32(np.inf))
        near = boxes_m.astype(np.float32)
        rounded = np.empty(boxes_m.shape, np.float32)
        rounded[:, :2] = np.where(near[:, :2] > boxes_m[:, :2], down, near[:, :2])
        rounded[:, 2:] = np.where(near[:, 2:] < boxes_m[:, 2:], up, near[:, 2:])
        sides_m = np.maximum(boxes_m[:, 2] - boxes_m[:, 0], boxes_m[:, 3] - boxes_m[:, 1])
        return cls(boxes=rounded, sides_m=sides_m, **columns)

    def take(self, order: Array) -> Rows:
        """Rows in another order, or some of them."""
        row_part, parts = _gather(self.row_part, order)
        part_point, points = _gather(self.part_point, parts)
        return Rows(
            ids=self.ids[order],
            lots=self.lots[order],
            invalid=self.invalid[order],
            kinds=self.kinds[order],
            sides_m=self.sides_m[order],
            boxes=self.boxes[order],
            cells=self.cells[order],
            codes=self.codes[order],
            row_part=row_part,
            part_point=part_point,
            part_hole=self.part_hole[parts],
            xy=self.xy[points],
        )


def joined(several: Sequence[Rows]) -> Rows:
    """Rows one after another."""
    return Rows(
        **{
            one.name: _offsets([getattr(rows, one.name) for rows in several])
            if one.name in ("row_part", "part_point")
            else np.concatenate([getattr(rows, one.name) for rows in several])
            for one in fields(Rows)
        }
    )


def _offsets(several: Sequence[Array]) -> Array:
    ends = np.cumsum([0, *(one[-1] for one in several)])
    shifted = [one[1:] + end for one, end in zip(several, ends, strict=False)]
    return np.concatenate([np.zeros(1, np.int64), *shifted])


def _gather(offsets: Array, order: Array) -> tuple[Array, Array]:
    """Offsets of a choice of ranges, and the numbers of what they hold."""
    sizes = np.diff(offsets)[order]
    chosen = np.zeros(len(order) + 1, np.int64)
    np.cumsum(sizes, out=chosen[1:])
    members = np.repeat(offsets[:-1][order] - chosen[:-1], sizes) + np.arange(chosen[-1])
    return chosen, members
