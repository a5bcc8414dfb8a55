"""Columns in a file that several processes map, each with space of its own behind every column.

A page is shared until a process writes to it, and what is written stays with that process. The
space behind a column is no part of the file: it costs nothing until it is used, and a full disk
is an error of who writes the file, not of who uses the space.
"""

from __future__ import annotations

import ctypes
import mmap
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from tiles.vector.snapshot.rows import Array

_PAGE = mmap.ALLOCATIONGRANULARITY
_MAGIC = b"twin columns 1\n"
_MAP_FIXED = 0x10
"""The same on Linux and on BSD; Python's mmap cannot say where."""
_mmap = ctypes.CDLL(None, use_errno=True).mmap
_mmap.restype = ctypes.c_void_p
_mmap.argtypes = [ctypes.c_void_p, ctypes.c_size_t, ctypes.c_int, ctypes.c_int, ctypes.c_int, ctypes.c_int64]


@dataclass(frozen=True, slots=True)
class Column:
    """Where a column is.

    Attributes
    ----------
    dtype : str
        Type of its numbers, as numpy spells it.
    shape : tuple of int
        Rows, and numbers a row where there are several.
    offset : int
        Of its first byte; a multiple of the page.
    """

    dtype: str
    shape: tuple[int, ...]
    offset: int

    @property
    def row_bytes(self) -> int:
        """Bytes of a row."""
        return int(np.dtype(self.dtype).itemsize * np.prod(self.shape[1:], dtype=np.int64))

    @property
    def nbytes(self) -> int:
        """Bytes of all rows."""
        return self.shape[0] * self.row_bytes


@dataclass(frozen=True, slots=True)
class Mapped:
    """Columns as one process sees them.

    Attributes
    ----------
    arrays : dict of array
        Columns with the space behind them.
    columns : mapping of Column
        Where they are in the file.
    first, last : int
        Addresses between which they lie.
    """

    arrays: dict[str, Array]
    columns: Mapping[str, Column]
    first: int
    last: int

    def holds(self, array: Array) -> bool:
        """Whether an array lies here."""
        return bool(self.first <= array.ctypes.data < self.last)

    def own_bytes(self, name: str, array: Array, used: int) -> int:
        """Memory that is this process's alone of a column of which so many rows are used, bytes."""
        if not self.holds(array):
            return array.nbytes
        column = self.columns[name]
        return (used - column.shape[0]) * column.row_bytes


def place(arrays: Mapping[str, Array]) -> tuple[dict[str, Column], int]:
    """Where columns go in a file, and its size."""
    columns, at = {}, _PAGE
    for name, array in arrays.items():
        columns[name] = Column(array.dtype.str, array.shape, at)
        at += _whole_pages(array.nbytes)
    return columns, at


def write(path: Path, arrays: Mapping[str, Array], token: str) -> dict[str, Column]:
    """Write columns to a new file that its owner alone reads; where they are.

    Raises
    ------
    OSError
        It cannot be written; nothing is left of it.
    """
    columns, size = place(arrays)
    try:
        path.touch(mode=0o600, exist_ok=False)
        with path.open("wb") as file:
            file.write(_head(token))
            for name, array in arrays.items():
                file.seek(columns[name].offset)
                file.write(np.ascontiguousarray(array).reshape(-1).view(np.uint8).data)
            # the rest of the last page may be a hole: nobody writes to the file any more
            file.truncate(size)
    except OSError:
        path.unlink(missing_ok=True)
        raise
    return columns


def mapped(path: Path, columns: Mapping[str, Column], spare: Mapping[str, int], token: str) -> Mapped:
    """Map columns of a file, each with space for some more rows.

    Parameters
    ----------
    path : Path
        The file.
    columns : mapping of Column
        Where they are in it.
    spare : mapping of int
        Rows there is to be space for; a column that is not named has none.
    token : str
        What the file was written under.

    Raises
    ------
    OSError
        It cannot be mapped.
    ValueError
        It is not the file that was written under that name.
    """
    sizes = {
        name: _whole_pages(one.nbytes + spare.get(name, 0) * one.row_bytes) for name, one in columns.items()
    }
    with path.open("rb") as file:
        end = max(_whole_pages(one.offset + one.nbytes) for one in columns.values())
        if file.read(len(_head(token))) != _head(token) or os.fstat(file.fileno()).st_size < end:
            raise ValueError(f"'{path.name}' is not what was written under this name")
        # one region, which is given back as a whole when its last array goes
        region = mmap.mmap(-1, sum(sizes.values()), flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS)
        first = np.frombuffer(region, np.uint8).ctypes.data
        arrays, at = {}, 0
        for name, one in columns.items():
            if one.nbytes:
                _lay(first + at, one.nbytes, file.fileno(), one.offset)
            shape = (one.shape[0] + spare.get(name, 0), *one.shape[1:])
            arrays[name] = np.ndarray(shape, one.dtype, buffer=region, offset=at)
            at += sizes[name]
    return Mapped(arrays, columns, first, first + at)


def _lay(address: int, size: int, file: int, offset: int) -> None:
    """Put pages of a file over reserved ones; what is written there is written to a copy."""
    protection = mmap.PROT_READ | mmap.PROT_WRITE
    found = _mmap(address, size, protection, mmap.MAP_PRIVATE | _MAP_FIXED, file, offset)
    if found != address:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))


def _head(token: str) -> bytes:
    return _MAGIC + token.encode()


def _whole_pages(size: int) -> int:
    return max(1, -(-size // _PAGE)) * _PAGE
