"""`Memory`: what the summaries of the city hold, as `/metrics` shows it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from tiles.solids.groups import Array, Groups


@dataclass(frozen=True, slots=True)
class Memory:
    """What one summary holds, or several together.

    Attributes
    ----------
    summaries : int
        How many.
    squares, close : int
        Squares of `SQUARE_M` with buildings, and those of them that are known more finely.
    all_bytes, close_bytes : int
        Memory of the tables and ids of all, and of those that are known more finely alone.
    """

    summaries: int = 0
    squares: int = 0
    close: int = 0
    all_bytes: int = 0
    close_bytes: int = 0

    @classmethod
    def of(cls, leaves: Groups, squares: tuple[Groups, ...], close: tuple[Groups, ...]) -> Memory:
        """Memory of a summary: the city by leaves, its squares, and those known more finely."""
        close_bytes = _bytes(close)
        return cls(1, len(squares), len(close), close_bytes + _bytes((leaves, *squares)), close_bytes)

    def __add__(self, other: Memory) -> Memory:
        return Memory(
            self.summaries + other.summaries,
            self.squares + other.squares,
            self.close + other.close,
            self.all_bytes + other.all_bytes,
            self.close_bytes + other.close_bytes,
        )


def _bytes(several: Iterable[Groups]) -> int:
    """Memory behind tables and ids; squares of one reading are parts of one array, which stays whole."""
    whole = {id(array): array for one in several for array in (_whole(one.table), _whole(one.ids))}
    return sum(array.nbytes for array in whole.values())


def _whole(array: Array) -> Array:
    """The array whose memory a part or a view shows."""
    while isinstance(array.base, np.ndarray):
        array = array.base
    return array
