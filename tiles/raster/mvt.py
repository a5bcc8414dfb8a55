"""Lines as a Mapbox Vector Tile 2.1: one layer, a feature for each set of lines.

Vector tiles of what is in the database are made there; these lines are in no table.
"""

from __future__ import annotations

import struct
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

EXTENT = 4096
_MOVE_TO, _LINE_TO = 1, 2
_LINESTRING = 2
_BYTES, _VARINT, _FIXED64 = 2, 0, 1

Value = float | bool


@dataclass(frozen=True, slots=True)
class Lines:
    """A feature.

    Attributes
    ----------
    parts : sequence of ndarray of shape (n, 2)
        Across and down in units of the tile.
    values : dict
        Attributes.
    """

    parts: Sequence[npt.NDArray[np.float64]]
    values: dict[str, Value]


def layer(name: str, features: Sequence[Lines]) -> bytes:
    """Encode a tile of one layer; lines that shrink to a point are left out, and empty features."""
    keys: dict[str, int] = {}
    values: dict[tuple[type, Value], int] = {}
    encoded = []
    for feature in features:
        geometry = _geometry(feature.parts)
        if geometry is None:
            continue
        tags = []
        for key, value in feature.values.items():
            tags += [keys.setdefault(key, len(keys)), values.setdefault((type(value), value), len(values))]
        body = _field(2, varints(np.array(tags))) + _number(3, _LINESTRING) + _field(4, geometry)
        encoded.append(_field(2, body))
    if not encoded:
        return b""
    parts = [_number(15, 2), _field(1, name.encode()), *encoded]
    parts += [_field(3, key.encode()) for key in keys]
    parts += [_field(4, _value(value)) for _, value in values]
    return _field(3, b"".join([*parts, _number(5, EXTENT)]))


def varints(numbers: npt.NDArray[np.int64]) -> bytes:
    """Whole numbers from 0 on, seven bits a byte, the lowest first; the last byte has no high bit."""
    left = numbers.astype(np.uint64)
    size = np.ones(left.size, np.intp)
    rest = left >> np.uint64(7)
    while rest.any():
        size += rest > 0
        rest >>= np.uint64(7)
    width = int(size.max(initial=1))
    shifts = np.arange(width, dtype=np.uint64) * np.uint64(7)
    table = (left[:, None] >> shifts & np.uint64(0x7F)).astype(np.uint8)
    used = np.arange(width) < size[:, None]
    table[np.arange(width) < size[:, None] - 1] |= 0x80
    return table[used].tobytes()


def _geometry(parts: Sequence[npt.NDArray[np.float64]]) -> bytes | None:
    commands = []
    cursor = np.zeros((1, 2), np.int64)
    for part in parts:
        points = np.rint(part).astype(np.int64)
        moved = np.ones(len(points), bool)
        moved[1:] = (np.diff(points, axis=0) != 0).any(axis=1)
        points = points[moved]
        if len(points) < 2:
            continue
        steps = np.diff(np.concatenate([cursor, points]), axis=0)
        zigzag = ((steps << 1) ^ (steps >> 63)).ravel()
        start = [_MOVE_TO | 1 << 3, zigzag[0], zigzag[1], _LINE_TO | (len(points) - 1) << 3]
        commands += [np.array(start, np.int64), zigzag[2:]]
        cursor = points[-1:]
    return varints(np.concatenate(commands)) if commands else None


def _value(value: Value) -> bytes:
    if isinstance(value, bool):
        return _number(7, int(value))
    if float(value).is_integer():
        return _number(6, (int(value) << 1) ^ (int(value) >> 63))
    return varints(np.array([3 << 3 | _FIXED64])) + struct.pack("<d", value)


def _number(field: int, value: int) -> bytes:
    return varints(np.array([field << 3 | _VARINT, value]))


def _field(field: int, data: bytes) -> bytes:
    return varints(np.array([field << 3 | _BYTES, len(data)])) + data
