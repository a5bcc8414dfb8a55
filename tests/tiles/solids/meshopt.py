"""Decoders of EXT_meshopt_compression, one value at a time, as its specification reads."""

from __future__ import annotations


def decode_vertices(data: bytes, count: int, stride: int) -> bytes:
    """Bytes of an attribute (mode ATTRIBUTES, version 0)."""
    assert data[0] == 0xA0
    last = bytearray(data[len(data) - stride :])
    out, at = bytearray(count * stride), 1
    most = min(8192 // stride // 16 * 16, 256)
    for base in range(0, count, most):
        held = min(most, count - base)
        groups = (held + 15) // 16
        for byte in range(stride):
            modes, at = data[at : at + (groups + 3) // 4], at + (groups + 3) // 4
            value = last[byte]
            for group in range(groups):
                mode = modes[group // 4] >> group % 4 * 2 & 3
                deltas, at = _group(data, at, mode)
                for number, delta in enumerate(deltas[: min(16, held - group * 16)]):
                    value = (value + ((delta >> 1) ^ -(delta & 1))) & 0xFF
                    out[(base + group * 16 + number) * stride + byte] = value
            last[byte] = value
    assert at == len(data) - max(stride, 32)
    return bytes(out)


def _group(data: bytes, at: int, mode: int) -> tuple[bytes | list[int], int]:
    if mode == 0:
        return bytes(16), at
    if mode == 3:
        return data[at : at + 16], at + 16
    bits = 2 * mode
    each, limit = 8 // bits, (1 << bits) - 1
    more, found = at + 16 // each, []
    for number in range(16):
        value = data[at + number // each] >> (each - 1 - number % each) * bits & limit
        if value == limit:
            value, more = data[more], more + 1
        found.append(value)
    return found, more


def decode_indices(data: bytes, count: int) -> list[int]:
    """Indices (mode INDICES, version 1)."""
    assert data[0] == 0xD1
    last, found, at = [0, 0], [], 1
    for _ in range(count):
        value = shift = 0
        while True:
            value |= (data[at] & 0x7F) << shift
            at, shift = at + 1, shift + 7
            if data[at - 1] < 0x80:
                break
        which, value = value & 1, value >> 1
        last[which] += (value >> 1) ^ -(value & 1)
        found.append(last[which])
    assert at == len(data) - 4
    return found
