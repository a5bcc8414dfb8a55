"""Codecs of EXT_meshopt_compression; see `tiles.solids.codec` for what they are."""

from __future__ import annotations

import numpy as np

from tiles.vector.snapshot.kernel.compiled import compiled, inlined

_GROUP = 16


@compiled
def vertices(rows, held, tail, out):
    """Write the vertex codec of `rows` into `out`, blocks of `held` vertices; bytes written."""
    count, stride = rows.shape
    values = np.zeros(_GROUP, np.uint8)
    out[0] = 0xA0
    at = 1
    for start in range(0, count, held):
        groups = (min(held, count - start) + _GROUP - 1) // _GROUP
        heads = (groups + 3) // 4
        for byte in range(stride):
            head = at
            for i in range(heads):
                out[head + i] = 0
            at += heads
            for group in range(groups):
                _steps(rows, byte, start + group * _GROUP, values)
                mode = _mode(values)
                out[head + group // 4] |= mode << (group % 4 * 2)
                at = _put(out, at, values, mode)
    for _ in range(max(tail - stride, 0)):
        out[at] = 0
        at += 1
    for byte in range(stride):
        out[at] = rows[0, byte]
        at += 1
    return at


@inlined
def _steps(rows, byte, first, values):
    """Zigzag steps of one byte of sixteen vertices; nothing beyond the last vertex."""
    for i in range(_GROUP):
        row = first + i
        step = 0
        if 0 < row < len(rows):
            step = (int(rows[row, byte]) - int(rows[row - 1, byte])) & 0xFF
        values[i] = ((step << 1) & 0xFF) ^ (0xFF if step & 0x80 else 0)


@inlined
def _mode(values):
    """Cheapest of nothing, two bits, four bits and bytes; the first of equals."""
    some, over_2, over_4 = 0, 0, 0
    for value in values:
        some += value > 0
        over_2 += value >= 3
        over_4 += value >= 15
    if some == 0:
        return 0
    mode, size = 1, 4 + over_2
    if 8 + over_4 < size:
        mode, size = 2, 8 + over_4
    return 3 if size > _GROUP else mode


@inlined
def _put(out, at, values, mode):
    if mode == 0:
        return at
    if mode == 3:
        for i in range(_GROUP):
            out[at + i] = values[i]
        return at + _GROUP
    bits = 2 if mode == 1 else 4
    each, limit = 8 // bits, (1 << bits) - 1
    large = at + _GROUP // each
    for i in range(0, _GROUP, each):
        packed = 0
        for k in range(each):
            value = int(values[i + k])
            if value >= limit:
                out[large] = value
                large += 1
                value = limit
            packed = packed << bits | value
        out[at + i // each] = packed
    return large


@compiled
def indices(values, out):
    """Write the index sequence codec of `values` into `out`; bytes written."""
    out[0] = 0xD1
    at, before = 1, 0
    for one in values:
        value = int(one)
        step = value - before
        before = value
        code = ((step << 1) ^ (step >> 63)) << 1
        while code >= 0x80:
            out[at] = code & 0x7F | 0x80
            code >>= 7
            at += 1
        out[at] = code
        at += 1
    for _ in range(4):
        out[at] = 0
        at += 1
    return at
