"""Reads quantized-mesh-1.0 as its specification says, value by value, without our encoder.

https://github.com/CesiumGS/quantized-mesh
"""

from __future__ import annotations

import math
import struct
from dataclasses import dataclass, field


@dataclass
class Mesh:
    """A decoded tile; u, v and h are 0 to 32767."""

    centre: tuple[float, ...]
    low_m: float
    high_m: float
    sphere: tuple[float, ...]
    horizon: tuple[float, ...]
    u: list[int]
    v: list[int]
    h: list[int]
    triangles: list[tuple[int, int, int]]
    edges: dict[str, list[int]]
    extensions: dict[int, bytes] = field(default_factory=dict)

    def height(self, i: int) -> float:
        share = self.h[i] / 32767
        return (1 - share) * self.low_m + share * self.high_m

    def normal(self, i: int) -> tuple[float, float, float]:
        """Unfold the octahedron, as AttributeCompression.octDecode does."""
        data = self.extensions[1]
        x, y = data[2 * i] / 255 * 2 - 1, data[2 * i + 1] / 255 * 2 - 1
        z = 1 - abs(x) - abs(y)
        if z < 0:
            x, y = math.copysign(1 - abs(y), x), math.copysign(1 - abs(x), y)
        length = math.sqrt(x * x + y * y + z * z)
        return x / length, y / length, z / length

    def edge(self, name: str) -> list[tuple[int, float, bytes]]:
        """Along an edge: where, how high (to a nanometre: reckoning rounds), the two bytes of the normal."""
        along = self.v if name in ("west", "east") else self.u
        data = self.extensions[1]
        return sorted((along[i], round(self.height(i), 9), data[2 * i : 2 * i + 2]) for i in self.edges[name])


def read(data: bytes) -> Mesh:
    """Decode; every byte must be accounted for."""
    numbers = struct.unpack_from("<3d2f4d3d", data)
    at = 88
    (count,) = struct.unpack_from("<I", data, at)
    at += 4
    streams = []
    for _ in range(3):
        value, stream = 0, []
        for code in struct.unpack_from(f"<{count}H", data, at):
            value += (code >> 1) ^ -(code & 1)
            stream.append(value)
        streams.append(stream)
        at += 2 * count
    size, letter = (2, "H") if count <= 65536 else (4, "I")
    at += -at % size
    (triangles,) = struct.unpack_from("<I", data, at)
    at += 4
    highest, indices = 0, []
    for code in struct.unpack_from(f"<{3 * triangles}{letter}", data, at):
        indices.append(highest - code)
        highest += code == 0
    at += 3 * triangles * size
    edges = {}
    for name in ("west", "south", "east", "north"):
        (n,) = struct.unpack_from("<I", data, at)
        edges[name] = list(struct.unpack_from(f"<{n}{letter}", data, at + 4))
        at += 4 + n * size
    extensions = {}
    while at < len(data):
        number, length = struct.unpack_from("<BI", data, at)
        extensions[number] = data[at + 5 : at + 5 + length]
        assert len(extensions[number]) == length
        at += 5 + length
    assert at == len(data)
    faces = list(zip(indices[::3], indices[1::3], indices[2::3], strict=True))
    return Mesh(
        numbers[:3], numbers[3], numbers[4], numbers[5:9], numbers[9:], *streams, faces, edges, extensions
    )
