"""Subtree files of an implicit quadtree: which tiles there are, and the box around each.

3D Tiles 1.1, "Implicit tiling" and "Subtree file format": bits in Morton order, least
significant first; one row of tile metadata for each tile that is available, in that order.
"""

from __future__ import annotations

import json
import struct
from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[Any]
Square = tuple[int, int, int]
"""Level, column from the west and row from the south, all counted in the whole tree."""

SCHEMA = {
    "id": "city_twin_tiles",
    "classes": {
        "tile": {
            "properties": {
                "boundingBox": {
                    "type": "SCALAR",
                    "componentType": "FLOAT64",
                    "array": True,
                    "count": 12,
                    "semantic": "TILE_BOUNDING_BOX",
                    "required": True,
                }
            }
        }
    },
}
"""Of the tile metadata; stands in tileset.json."""
_MAGIC = 0x74627573


def subtree(
    root: Square, levels: int, boxes: Mapping[Square, Array], filled: set[Square], beneath: set[Square]
) -> bytes:
    """Write a subtree.

    Parameters
    ----------
    root : tuple of int
        Its topmost square.
    levels : int
        Levels it holds.
    boxes : mapping
        Bounding box (12 numbers, local frame) of each square that is available.
    filled : set
        Those with content of their own.
    beneath : set
        Squares one level below the subtree that have subtrees.
    """
    views: list[dict[str, int]] = []
    body = bytearray()

    def view(data: bytes) -> int:
        views.append({"buffer": 0, "byteOffset": len(body), "byteLength": len(data)})
        body.extend(data + bytes(-len(data) % 8))
        return len(views) - 1

    def bits(flags: Array) -> dict[str, int]:
        count = int(flags.sum())
        if count in (0, len(flags)):
            return {"constant": int(count > 0), "availableCount": count}
        return {"bitstream": view(np.packbits(flags, bitorder="little").tobytes()), "availableCount": count}

    order = sorted(boxes, key=lambda square: _index(root, square))
    there = np.zeros((4**levels - 1) // 3, bool)
    full, below = np.zeros_like(there), np.zeros(4**levels, bool)
    there[[_index(root, square) for square in order]] = True
    full[[_index(root, square) for square in filled]] = True
    below[[_morton(*_within(root, square)) for square in beneath]] = True
    document: dict[str, Any] = {
        "tileAvailability": bits(there),
        "contentAvailability": [bits(full)],
        "childSubtreeAvailability": bits(below),
    }
    if order:
        values = np.array([boxes[square] for square in order], "<f8")
        table = {"boundingBox": {"values": view(values.tobytes())}}
        document["propertyTables"] = [{"class": "tile", "count": len(order), "properties": table}]
        document["tileMetadata"] = 0
    if body:
        document["buffers"] = [{"byteLength": len(body)}]
        document["bufferViews"] = views
    text = json.dumps(document, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 8)
    return struct.pack("<IIQQ", _MAGIC, 1, len(text), len(body)) + text + bytes(body)


def _within(root: Square, square: Square) -> tuple[int, int]:
    down = square[0] - root[0]
    return square[1] - (root[1] << down), square[2] - (root[2] << down)


def _index(root: Square, square: Square) -> int:
    level = square[0] - root[0]
    return int((4**level - 1) // 3) + _morton(*_within(root, square))


def _morton(x: int, y: int) -> int:
    """Interleave the bits of column and row, the column's first."""
    index = 0
    for bit in range(max(x.bit_length(), y.bit_length())):
        index |= (x >> bit & 1) << (2 * bit) | (y >> bit & 1) << (2 * bit + 1)
    return index
