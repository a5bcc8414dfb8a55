"""Encoders of EXT_meshopt_compression, in numpy and by kernels that write the same bytes.

Written from the bitstream chapters of the extension: vertex codec version 0 (mode ATTRIBUTES)
and index sequence codec version 1 (mode INDICES). The Python package of the reference library
is a source distribution of pre-releases only; a compiler would have to stand on every machine.
Any decoder of the extension reads what is written here; the reference decoder is a test.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from tiles.solids.compiled import ready

Array = npt.NDArray[Any]

VERTEX_HEAD, INDEX_HEAD = 0xA0, 0xD1
_BLOCK_BYTES, _BLOCK_VERTICES, _GROUP = 8192, 256, 16
_TAIL = 32


def encode_vertices(rows: Array) -> bytes:
    """Encode an attribute.

    Parameters
    ----------
    rows : ndarray of uint8, shape (n, stride)
        One vertex a row, at least one; the stride is a multiple of 4, at most 256.
    """
    return vertices_by_kernel(rows) if ready() else vertices_by_numpy(rows)


def vertices_by_kernel(rows: Array) -> bytes:
    """As `encode_vertices`, by the kernel."""
    from tiles.solids.kernel.codec import vertices  # noqa: PLC0415 - see `ready`

    count, stride = rows.shape
    held = _held(stride)
    groups = -(-count // held) * (held // _GROUP)
    out = np.empty(1 + groups * stride * (_GROUP + 1) + _TAIL + stride, np.uint8)
    return out[: vertices(rows, held, _TAIL, out)].tobytes()


def _held(stride: int) -> int:
    """Vertices of a block."""
    return min(_BLOCK_BYTES // stride // _GROUP * _GROUP, _BLOCK_VERTICES)


def vertices_by_numpy(rows: Array) -> bytes:
    """As `encode_vertices`, by numpy."""
    count, stride = rows.shape
    # each byte against the same byte of the vertex before; the first against itself
    steps = np.diff(rows, axis=0, prepend=rows[:1]).view(np.int8)
    zigzag = (steps.astype(np.uint8) << 1) ^ (steps >> 7).view(np.uint8)
    held = _held(stride)
    whole = count // held * held
    parts = [bytes([VERTEX_HEAD])]
    if whole:
        parts.append(_blocks(zigzag[:whole].reshape(-1, held, stride)))
    if whole < count:
        rest = np.zeros((1, -(-(count - whole) // _GROUP) * _GROUP, stride), np.uint8)
        rest[0, : count - whole] = zigzag[whole:]
        parts.append(_blocks(rest))
    first = rows[0].tobytes()
    return b"".join((*parts, bytes(max(_TAIL - stride, 0)), first))


def encode_indices(indices: Array) -> bytes:
    """Encode indices below 2**30, each against the one before.

    The codec knows two running values and a bit to say which; one does for triangles that
    come in the order of their corners.
    """
    return indices_by_kernel(indices) if ready() else indices_by_numpy(indices)


def indices_by_kernel(values: Array) -> bytes:
    """As `encode_indices`, by the kernel."""
    from tiles.solids.kernel.codec import indices  # noqa: PLC0415 - see `ready`

    out = np.empty(5 * len(values) + 5, np.uint8)
    return out[: indices(values.astype(np.int64), out)].tobytes()


def indices_by_numpy(indices: Array) -> bytes:
    """As `encode_indices`, by numpy."""
    values = indices.astype(np.int64)
    steps = np.diff(values, prepend=0)
    codes = ((steps << 1) ^ (steps >> 63)) << 1
    lengths = 1 + sum((codes >= 1 << bits).astype(np.int64) for bits in (7, 14, 21, 28))
    ends = np.cumsum(lengths)
    data = np.zeros(int(ends[-1]) if len(ends) else 0, np.uint8)
    for place in range(5):
        some = lengths > place
        more = (lengths[some] > place + 1).astype(np.int64) << 7
        data[ends[some] - lengths[some] + place] = (codes[some] >> 7 * place & 0x7F) | more
    return bytes([INDEX_HEAD]) + data.tobytes() + bytes(4)


def _blocks(zigzag: Array) -> bytes:
    """Blocks of as many vertices each: for every byte of the stride, modes of its groups and the groups.

    A group of sixteen is nothing, two bits, four bits or a byte each; a value too large for
    its bits is all ones there and follows as a byte.
    """
    groups = zigzag.shape[1] // _GROUP
    values = zigzag.transpose(0, 2, 1).reshape(-1, groups, _GROUP)
    sizes = np.stack(
        [
            np.where(values.any(axis=2), 99, 0),
            4 + (values >= 3).sum(axis=2),
            8 + (values >= 15).sum(axis=2),
            np.full(values.shape[:2], _GROUP),
        ],
        axis=2,
    )
    modes = sizes.argmin(axis=2)
    size = np.take_along_axis(sizes, modes[..., None], axis=2)[..., 0]
    heads = -(-groups // 4)
    lines = heads + size.sum(axis=1)
    starts = np.cumsum(lines) - lines
    out = np.zeros(int(lines.sum()), np.uint8)
    padded = np.zeros((len(modes), heads * 4), np.uint8)
    padded[:, :groups] = modes
    packed = (padded.reshape(-1, heads, 4) << np.array([0, 2, 4, 6], np.uint8)).sum(axis=2, dtype=np.uint8)
    out[starts[:, None] + np.arange(heads)] = packed
    offsets = (starts + heads)[:, None] + np.cumsum(size, axis=1) - size
    for mode, bits in ((1, 2), (2, 4)):
        chosen = modes == mode
        _packed(out, offsets[chosen], values[chosen], bits)
    raw = modes == 3
    out[offsets[raw][:, None] + np.arange(_GROUP)] = values[raw]
    return out.tobytes()


def _packed(out: Array, offsets: Array, values: Array, bits: int) -> None:
    each, limit = 8 // bits, (1 << bits) - 1
    large = values >= limit
    small = np.where(large, limit, values).astype(np.uint8).reshape(-1, _GROUP // each, each)
    shifts = np.arange(each - 1, -1, -1, dtype=np.uint8) * bits
    width = _GROUP // each
    out[offsets[:, None] + np.arange(width)] = (small << shifts.astype(np.uint8)).sum(axis=2, dtype=np.uint8)
    rank = np.cumsum(large, axis=1) - 1 + width
    out[(offsets[:, None] + rank)[large]] = values[large]
