"""Features as PostgreSQL would send them, encoded from memory and decoded by somebody else."""

from __future__ import annotations

import json
import struct
from collections.abc import Iterable, Sequence
from typing import Any

import mapbox_vector_tile
import numpy as np
import shapely

from tiles.address import TileCoord
from tiles.vector.layers import Layer
from tiles.vector.snapshot.copied import Copied
from tiles.vector.snapshot.dictionary import Dictionary
from tiles.vector.snapshot.encode import Encoder
from tiles.vector.snapshot.kernel import value
from tiles.vector.snapshot.reading import rows_of
from tiles.vector.thinning import Thinning
from twin.model.collection import Collection, Column

HOME = TileCoord(15, 26_772, 14_276)
"""A tile in Luohu, where detail is not generalised."""
EVERYWHERE = (-1e7, -1e7, 1e7, 1e7)
FORMS = {
    "text": value.TEXT, "small": value.INTEGER, "big": value.INTEGER, "real": value.REAL,
    "double": value.DOUBLE, "yes": value.BOOLEAN,
}  # fmt: skip
_PACKED = {"small": ">i", "big": ">q", "real": ">f", "double": ">d", "yes": ">?"}


def layer_of(columns: Iterable[str]) -> Layer:
    """A layer of any geometry with these attributes, each named after its form or form and number."""
    found = tuple(Column(name, "text", name, name, tile=True) for name in columns)
    return Layer(Collection("everything", "全部", "Everything", "test", "Geometry", columns=found))


LAYER = layer_of(FORMS)


def to_ground(shape: shapely.Geometry, coord: TileCoord = HOME) -> shapely.Geometry:
    """From units of a tile, y down, to EPSG:3857."""
    west, _, _, north = coord.mercator()
    unit = coord.side_m / 4096
    return shapely.transform(shape, lambda xy: np.c_[west + xy[:, 0] * unit, north - xy[:, 1] * unit])


def pack(
    id: int,
    ground: shapely.Geometry,
    values: dict[str, Any],
    box: Sequence[float] = (0.0, 0.0, 1.0, 1.0),
    columns: Iterable[str] = FORMS,
) -> bytes:
    """A row of binary COPY, as `kernel/record.py` reads it."""
    fields: list[bytes | None] = [
        struct.pack(">q", id),
        struct.pack(">i", id & 1023),
        bytes((not ground.is_valid,)),
    ]
    fields += [struct.pack(">d", edge) for edge in box]
    fields.append(shapely.to_wkb(ground, byte_order=1))
    for name in columns:
        given, form = values.get(name), name.partition("_")[0]
        if given is None:
            fields.append(None)
        else:
            fields.append(given.encode() if form == "text" else struct.pack(_PACKED[form], given))
    body = b"".join(b"\xff\xff\xff\xff" if f is None else struct.pack(">i", len(f)) + f for f in fields)
    return struct.pack(">h", len(fields)) + body


def copied(records: Sequence[bytes], columns: Iterable[str] = FORMS) -> Copied:
    """Copy of these rows."""
    dictionary, names = Dictionary(), tuple(columns)
    forms = np.array([FORMS[name.partition("_")[0]] for name in names], np.int64)
    chunk = np.frombuffer(bytearray(b"".join(records)), np.uint8)
    return Copied.sorted(rows_of(chunk, forms, dictionary, "everything"), dictionary, names)


def encoded(one: Copied, coord: TileCoord = HOME, layer: Layer = LAYER) -> bytes:
    """Bytes of a tile."""
    return Encoder.over(layer, one, coord, EVERYWHERE).encode(Thinning(), full=False)[0]


def encode(one: Copied, coord: TileCoord = HOME, layer: Layer = LAYER) -> dict[int, dict[str, Any]]:
    """Features of a tile by id: `shape` in units, y down, `properties`, and `rings` as they are wound."""
    data = encoded(one, coord, layer)
    if not data:
        return {}
    content = mapbox_vector_tile.decode(data, default_options={"y_coord_down": True})
    assert list(content) == [layer.collection.name]
    assert content[layer.collection.name]["extent"] == 4096
    assert content[layer.collection.name]["version"] == 2
    return {
        feature["id"]: {
            "shape": shapely.from_geojson(json.dumps(feature["geometry"])),
            "properties": feature["properties"],
        }
        for feature in content[layer.collection.name]["features"]
    }


def drawn(shape: shapely.Geometry, coord: TileCoord = HOME) -> shapely.Geometry | None:
    """One shape, given and answered in units; None where nothing is left of it."""
    found = encode(copied([pack(1, to_ground(shape, coord), {})]), coord)
    return found[1]["shape"] if found else None
