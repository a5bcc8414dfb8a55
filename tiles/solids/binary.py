"""Buffers, views and accessors of one GLB, compressed as they come."""

from __future__ import annotations

import struct
from typing import Any

import numpy as np
import numpy.typing as npt
import orjson

from tiles.solids.codec import encode_indices, encode_vertices

Array = npt.NDArray[Any]

_MESHOPT = "EXT_meshopt_compression"
_COMPONENT = {"int8": 5120, "uint8": 5121, "int16": 5122, "uint16": 5123, "uint32": 5125, "float32": 5126}
_TYPE = {1: "SCALAR", 2: "VEC2", 3: "VEC3", 4: "VEC4"}
_ARRAY_BUFFER, _ELEMENT_ARRAY_BUFFER = 34962, 34963
_MAGIC, _JSON, _BIN = 0x46546C67, 0x4E4F534A, 0x004E4942


def bounds_of(columns: Array) -> tuple[Array, Array]:
    """Smallest and largest of each column; numpy does that several times as fast along the last axis."""
    rows = np.ascontiguousarray(columns.T)
    return rows.min(axis=1), rows.max(axis=1)


class Binary:
    """Collects what stands behind the JSON of a GLB.

    What is compressed lies in buffer 0; its views point into buffer 1, which has no bytes
    (`fallback`), as the extension asks.
    """

    def __init__(self) -> None:
        self._chunks: list[bytes] = []
        self._length = self._plain_length = 0
        self._views: list[dict[str, Any]] = []
        self._accessors: list[dict[str, Any]] = []

    def attribute(self, values: Array, *, normalized: bool = False, bounds: bool = False) -> int:
        """Add a vertex attribute, each vertex padded to four bytes; number of its accessor.

        Parameters
        ----------
        values : ndarray of shape (n,) or (n, k)
            Its dtype is the component type.
        normalized : bool
            Whether integers stand for -1 to 1 or 0 to 1.
        bounds : bool
            Whether to state minimum and maximum, as POSITION must.
        """
        columns = values.reshape(len(values), -1)
        count, width = columns.shape
        size = width * columns.itemsize
        stride = -(-size // 4) * 4
        rows = np.zeros((count, stride), np.uint8)
        rows[:, :size] = np.ascontiguousarray(columns, columns.dtype.newbyteorder("<")).view(np.uint8)
        view = self._compressed(encode_vertices(rows), count, stride, "ATTRIBUTES")
        self._views[view] |= {"byteStride": stride, "target": _ARRAY_BUFFER}
        extra: dict[str, Any] = {"normalized": True} if normalized else {}
        if bounds:
            low, high = bounds_of(columns)
            extra |= {"min": low.tolist(), "max": high.tolist()}
        return self._accessor(view, columns.dtype, count, width, extra)

    def triangles(self, triangles: Array, vertices: int) -> int:
        """Add the indices of triangles; number of the accessor."""
        wide = vertices > 0xFFFF
        kind = np.dtype(np.uint32 if wide else np.uint16)
        count = triangles.size
        view = self._compressed(encode_indices(triangles.ravel()), count, kind.itemsize, "INDICES")
        self._views[view]["target"] = _ELEMENT_ARRAY_BUFFER
        return self._accessor(view, kind, count, 1, {})

    def plain(self, values: Array) -> int:
        """Add float32 values as they are, one row an instance; number of the accessor."""
        columns = np.ascontiguousarray(values.reshape(len(values), -1), "<f4")
        return self._accessor(self.view(columns.tobytes()), columns.dtype, *columns.shape, {})

    def view(self, data: bytes) -> int:
        """Add bytes as they are; number of the view."""
        self._views.append({"buffer": 0, "byteOffset": self._append(data), "byteLength": len(data)})
        return len(self._views) - 1

    def glb(self, document: dict[str, Any]) -> bytes:
        """Put the container together around a document that lacks only what stands here."""
        whole = dict(document)
        if self._views:
            buffers: list[dict[str, Any]] = [{"byteLength": self._length}]
            if self._plain_length:
                fallback = {_MESHOPT: {"fallback": True}}
                buffers.append({"byteLength": self._plain_length, "extensions": fallback})
            whole |= {"buffers": buffers, "bufferViews": self._views}
        if self._accessors:
            whole["accessors"] = self._accessors
        text = orjson.dumps(whole)
        # the binary chunk begins at a multiple of 8 of the file, so that 64-bit values are aligned in it
        text += b" " * (-(len(text) + 28) % 8)
        body = b"".join(self._chunks)
        total = 20 + len(text) + (8 + len(body) if body else 0)
        parts = [struct.pack("<III", _MAGIC, 2, total), struct.pack("<II", len(text), _JSON), text]
        if body:
            parts += [struct.pack("<II", len(body), _BIN), body]
        return b"".join(parts)

    def _compressed(self, data: bytes, count: int, stride: int, mode: str) -> int:
        plain = count * stride
        said = {"buffer": 0, "byteOffset": self._append(data), "byteLength": len(data)}
        said |= {"byteStride": stride, "mode": mode, "count": count}
        self._views.append(
            {
                "buffer": 1,
                "byteOffset": self._plain_length,
                "byteLength": plain,
                "extensions": {_MESHOPT: said},
            }
        )
        self._plain_length += -(-plain // 8) * 8
        return len(self._views) - 1

    def _append(self, data: bytes) -> int:
        offset = self._length
        self._chunks.append(data + bytes(-len(data) % 8))
        self._length += -(-len(data) // 8) * 8
        return offset

    def _accessor(self, view: int, kind: np.dtype[Any], count: int, width: int, extra: dict[str, Any]) -> int:
        said = {"bufferView": view, "componentType": _COMPONENT[kind.name], "count": count}
        self._accessors.append({**said, "type": _TYPE[width], **extra})
        return len(self._accessors) - 1
