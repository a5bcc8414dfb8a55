"""Values as a tile has them (`Value`, specification 4.1), each kept once."""

from __future__ import annotations

from tiles.vector.snapshot.kernel.compiled import inlined, leaf
from tiles.vector.snapshot.kernel.piece import put
from tiles.vector.snapshot.kernel.varint import put_varint, varint_size

TEXT, INTEGER, REAL, DOUBLE, BOOLEAN = 0, 1, 2, 3, 4
"""How PostgreSQL sends a field in binary; integers of 2, 4 or 8 bytes."""
_SMALLEST_ZIGZAG = -(1 << 62)


@inlined
def big_endian(buffer, at, size):
    """Signed number of 2, 4 or 8 bytes."""
    value = int(buffer[at])
    if value > 127:
        value -= 256
    for i in range(1, size):
        value = (value << 8) | int(buffer[at + i])
    return value


@inlined
def put_value(out, at, buffer, field, size, form):
    """Write a field of the database as field 4 of a layer, `Value`; where the next byte goes."""
    out[at] = 0x22
    if form == TEXT:
        at = put_varint(out, at + 1, 1 + varint_size(size) + size)
        out[at] = 0x0A
        at = put_varint(out, at + 1, size)
        put(out, at, buffer, field, size)
        return at + size
    if form == INTEGER:
        value = big_endian(buffer, field, size)
        if value < 0:
            return _put_negative(out, at + 1, value)
        out[at + 1], out[at + 2] = 1 + varint_size(value), 0x28
        return put_varint(out, at + 3, value)
    if form == BOOLEAN:
        out[at + 1], out[at + 2], out[at + 3] = 2, 0x38, buffer[field]
        return at + 4
    out[at + 1], out[at + 2] = 1 + size, 0x15 if form == REAL else 0x19
    for i in range(size):
        out[at + 3 + i] = buffer[field + size - 1 - i]
    return at + 3 + size


@leaf
def _put_negative(out, at, value):
    """`sint_value` of a number below zero; `int_value` where zigzag has no room."""
    if value >= _SMALLEST_ZIGZAG:
        zigzag = -2 * value - 1
        out[at], out[at + 1] = 1 + varint_size(zigzag), 0x30
        return put_varint(out, at + 2, zigzag)
    out[at], out[at + 1] = 11, 0x20
    for i in range(9):
        out[at + 2 + i] = (value & 127) | 128
        value >>= 7
    out[at + 11] = value & 1
    return at + 12


@inlined
def _spread(mixed):
    """Let every byte have a say in the low bits: the last one of FNV has none in those between.

    Codes and numbers in a row differ in their last byte; filed side by side, they took ten times as long.
    """
    return ((mixed ^ (mixed >> 29)) * -7046029254386353131) >> 33


@inlined
def intern(value_bytes, value_start, known, table, first, last):
    """Number of the value that was just written at `first..last`, the end of `value_bytes`.

    Returns
    -------
    number, known : int
        Its number; how many values there are now. One that was there already leaves `known`
        as it is, and the bytes are written over by the next.
    """
    mask = len(table) - 1
    mixed = 1469598103934665603
    for i in range(first, last):
        mixed = (mixed ^ int(value_bytes[i])) * 1099511628211
    slot = _spread(mixed) & mask
    while table[slot] >= 0:
        number = table[slot]
        start, end = value_start[number], value_start[number + 1]
        if end - start == last - first:
            same = True
            for i in range(last - first):
                if value_bytes[start + i] != value_bytes[first + i]:
                    same = False
                    break
            if same:
                return number, known
        slot = (slot + 1) & mask
    table[slot] = known
    value_start[known + 1] = last
    return known, known + 1


@leaf
def file_values(value_bytes, value_start, known, table):
    """File every value in a larger table, which comes filled with -1."""
    mask = len(table) - 1
    for number in range(known):
        mixed = 1469598103934665603
        for i in range(value_start[number], value_start[number + 1]):
            mixed = (mixed ^ int(value_bytes[i])) * 1099511628211
        slot = _spread(mixed) & mask
        while table[slot] >= 0:
            slot = (slot + 1) & mask
        table[slot] = number
