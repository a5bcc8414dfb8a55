"""Protocol Buffers' variable-length integers (base 128, least significant group first)."""

from __future__ import annotations

from tiles.vector.snapshot.kernel.compiled import inlined


@inlined
def put_varint(out, at, value):
    """Write a number that is not negative at `out[at]`; where the next byte goes."""
    while value >= 128:
        out[at] = (value & 127) | 128
        value >>= 7
        at += 1
    out[at] = value
    return at + 1


@inlined
def varint_size(value):
    """Bytes a number takes that is not negative."""
    size = 1
    while value >= 128:
        value >>= 7
        size += 1
    return size


@inlined
def zigzag(value):
    """Map a signed number to one that is not negative: 0, -1, 1, -2 become 0, 1, 2, 3."""
    return (value << 1) ^ (value >> 63)
