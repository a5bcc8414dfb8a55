"""`Room`: buffers with space at their ends, so that rows that come leave those that are there in place."""

from __future__ import annotations

from dataclasses import fields

import numpy as np

from tiles.vector.snapshot.rows import Array, Rows

_SPARE = 8
"""An eighth of what is there."""
_SPARE_LEAST = 4096
_OFFSETS = ("row_part", "part_point")


class Room:
    """Where rows grow. Only the newest rows may; those of before stay as they are, being shorter.

    Parameters
    ----------
    buffers : dict of array
        A column each, with space at its end.
    """

    def __init__(self, buffers: dict[str, Array]) -> None:
        self._buffers = buffers

    @classmethod
    def of(cls, rows: Rows, more: Rows) -> Room:
        """Copy rows once, to where there is space for more of them and some to spare."""
        buffers = {}
        for one in fields(Rows):
            array = getattr(rows, one.name)
            size = len(array) + len(getattr(more, one.name))
            size += max(_SPARE_LEAST, size // _SPARE)
            buffer = np.empty((size, *array.shape[1:]), array.dtype)
            buffer[: len(array)] = array
            buffers[one.name] = buffer
        return cls(buffers)

    @property
    def nbytes(self) -> int:
        """Memory, spare space included, bytes."""
        return sum(buffer.nbytes for buffer in self._buffers.values())

    def takes(self, rows: Rows, more: Rows) -> bool:
        """Whether these rows are here and there is space for more."""
        return rows.ids.base is self._buffers["ids"] and all(
            len(getattr(rows, name)) + len(getattr(more, name)) <= len(buffer)
            for name, buffer in self._buffers.items()
        )

    def grown(self, rows: Rows, more: Rows) -> Rows:
        """Put more rows behind those that are here."""
        found = {}
        for name, buffer in self._buffers.items():
            there, fresh = len(getattr(rows, name)), getattr(more, name)
            if name in _OFFSETS:
                fresh = fresh[1:] + getattr(rows, name)[-1]
            buffer[there : there + len(fresh)] = fresh
            found[name] = buffer[: there + len(fresh)]
        return Rows(**found)


def grown(rows: Rows, more: Rows, room: Room | None) -> tuple[Rows, Room]:
    """Rows and more behind them, and where they are."""
    if room is None or not room.takes(rows, more):
        room = Room.of(rows, more)
    return room.grown(rows, more), room
