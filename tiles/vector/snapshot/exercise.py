"""Every kernel once, on a handful of features with the types they meet later: so they are compiled."""

from __future__ import annotations

import struct

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from tiles.address import TileCoord
from tiles.source import PUBLIC
from tiles.vector.layers import layer
from tiles.vector.snapshot.columns import columns_of
from tiles.vector.snapshot.copied import Copied
from tiles.vector.snapshot.dictionary import Dictionary
from tiles.vector.snapshot.encode import Encoder
from tiles.vector.snapshot.kernel.record import FIRST, SENT
from tiles.vector.snapshot.kernel.sheet import place
from tiles.vector.snapshot.kernel.value import BOOLEAN, INTEGER, TEXT
from tiles.vector.snapshot.reading import rows_of
from tiles.vector.thinning import Thinning

_TILE = TileCoord(14, 13_000, 7_000)


def exercise() -> None:
    """Take a few features from bytes of COPY to bytes of a tile, with an update between."""
    west, south, east, north = _TILE.mercator()
    middle = shapely.Point((west + east) / 2, (south + north) / 2)
    # a ring with a hole that touches it, so that repair has something to do
    bow = shapely.Polygon(
        middle.buffer(50).exterior, [[(middle.x, middle.y), *middle.buffer(50).exterior.coords[:2]]]
    )
    shapes = [middle, shapely.LineString([(west, south), (east, north)]), middle.buffer(99), bow]
    one = layer("road", PUBLIC.access)
    names = tuple(c.name for c in one.columns(_TILE.z, PUBLIC.access))
    forms = np.array([TEXT, INTEGER, BOOLEAN] + [TEXT] * (len(names) - 3), np.int64)
    dictionary = Dictionary()
    chunk = np.frombuffer(
        bytearray(b"".join(_record(i, one, len(names)) for i, one in enumerate(shapes))), np.uint8
    )
    rows = rows_of(chunk, forms, dictionary, "exercise")
    copied = Copied.sorted(rows, dictionary, names).updated({(0, 0)}, rows)
    encoder = Encoder.over(one, copied, _TILE, (0.0, 0.0, 500.0, 500.0))
    encoder.encode(Thinning(), full=False)
    sent, _, _ = columns_of(np.frombuffer(b"", np.uint8), SENT, forms, None, "exercise")
    place(sent["xy"], sent["row_part"], sent["part_point"], np.ones(4), np.zeros((10, 2)))


def _record(id: int, shape: BaseGeometry, attributes: int) -> bytes:
    """A row as binary COPY has it."""
    fields = [
        struct.pack(">q", id),
        struct.pack(">i", 0),
        b"\0",
        *(struct.pack(">d", 10.0 * id + k) for k in range(4)),
    ]
    fields += [shapely.to_wkb(shape, byte_order=1), b"text", struct.pack(">i", -id), b"\1"]
    parts = [struct.pack(">i", len(field)) + field for field in fields]
    unknown = [struct.pack(">i", -1)] * (attributes - 3)
    return struct.pack(">h", FIRST + attributes) + b"".join(parts + unknown)
