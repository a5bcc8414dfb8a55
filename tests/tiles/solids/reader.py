"""A reader of GLB with our extensions, written from the specifications and not from the writer."""

from __future__ import annotations

import json
import struct
import zlib
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

import numpy as np

from tests.tiles.solids.meshopt import decode_indices, decode_vertices
from tiles.solids.skirt import SKIRT_M

_DTYPES = {5120: "<i1", 5121: "<u1", 5122: "<i2", 5123: "<u2", 5125: "<u4", 5126: "<f4"}
_WIDTHS = {"SCALAR": 1, "VEC2": 2, "VEC3": 3, "VEC4": 4}
_SCALARS = {
    "INT8": "<i1", "UINT8": "<u1", "INT32": "<i4", "UINT32": "<u4", "UINT64": "<u8", "FLOAT32": "<f4",
    "FLOAT64": "<f8",
}  # fmt: skip
_Y_UP_TO_Z_UP = np.array([[1, 0, 0, 0], [0, 0, -1, 0], [0, 1, 0, 0], [0, 0, 0, 1.0]])


@dataclass
class Drawn:
    """Everything one feature shows, in the tile's frame (z up)."""

    points: list[Any] = field(default_factory=list)
    corners: list[Any] = field(default_factory=list)
    normals: list[Any] = field(default_factory=list)
    colours: list[Any] = field(default_factory=list)
    instanced: int = 0


@dataclass
class Glb:
    """A parsed container."""

    document: dict[str, Any]
    body: bytes
    decoded: dict[int, bytes] = field(default_factory=dict)

    @property
    def rows(self) -> list[dict[str, Any]]:
        """The property table, a dict a feature; None where a value is noData."""
        said = self.document.get("extensions", {}).get("EXT_structural_metadata")
        if said is None:
            return []
        (table,) = said["propertyTables"]
        schema = said["schema"]["classes"][table["class"]]["properties"]
        assert set(table["properties"]) <= set(schema)
        columns = {
            name: self._column(schema[name], one, table["count"]) for name, one in table["properties"].items()
        }
        return [{name: values[i] for name, values in columns.items()} for i in range(table["count"])]

    def features(self) -> dict[int, Drawn]:
        """Everything drawn, by the id of the property table; by -1 - row where that says none."""
        found: dict[int, Drawn] = {}
        for node in self.document["scenes"][self.document["scene"]].get("nodes", ()):
            self._walk(node, _Y_UP_TO_Z_UP, found)
        return found

    def _walk(self, number: int, parent: Any, found: dict[int, Drawn]) -> None:
        node = self.document["nodes"][number]
        matrix = parent @ _trs(node.get("translation"), node.get("rotation"), node.get("scale"))
        if "mesh" in node:
            for primitive in self.document["meshes"][node["mesh"]]["primitives"]:
                self._draw(node, primitive, matrix, found)
        for child in node.get("children", ()):
            self._walk(child, matrix, found)

    def _draw(self, node: Any, primitive: Any, matrix: Any, found: dict[int, Drawn]) -> None:
        ids = [-1 - n if row.get("id") is None else row["id"] for n, row in enumerate(self.rows)]
        attributes = primitive["attributes"]
        points = self.accessor(attributes["POSITION"]).astype(float)
        normals = self.accessor(attributes["NORMAL"]).astype(float) / 127
        triangles = self.accessor(primitive["indices"]).reshape(-1, 3).astype(int)
        colours = self.accessor(attributes["COLOR_0"]) if "COLOR_0" in attributes else None
        assert triangles.max() < len(points) == len(normals)
        instancing = node.get("extensions", {}).get("EXT_mesh_gpu_instancing")
        if instancing is None:
            (said,) = primitive["extensions"]["EXT_mesh_features"]["featureIds"]
            assert (said["attribute"], said["propertyTable"], said["featureCount"]) == (0, 0, len(ids))
            features = self.accessor(attributes["_FEATURE_ID_0"]).ravel().astype(int)
            assert (features[triangles] == features[triangles][:, :1]).all(), "a triangle has two features"
            where, turned = _apply(matrix, points), _turn(matrix, normals)
            for feature in np.unique(features):
                chosen = features[triangles[:, 0]] == feature
                drawn = found.setdefault(ids[feature], Drawn())
                _take(drawn, where, turned, triangles[chosen], colours)
            return
        (said,) = node["extensions"]["EXT_instance_features"]["featureIds"]
        assert (said["attribute"], said["propertyTable"], said["featureCount"]) == (0, 0, len(ids))
        values = {name: self.accessor(n) for name, n in instancing["attributes"].items()}
        for t, r, s, f in zip(
            values["TRANSLATION"],
            values["ROTATION"],
            values["SCALE"],
            values["_FEATURE_ID_0"].ravel(),
            strict=True,
        ):
            whole = matrix @ _trs(t, r, s)
            drawn = found.setdefault(ids[int(f)], Drawn())
            drawn.instanced += 1
            _take(drawn, _apply(whole, points), _turn(whole, normals), triangles, colours)

    def accessor(self, number: int) -> Any:
        """Values of an accessor, one row an element."""
        said = self.document["accessors"][number]
        view = self.document["bufferViews"][said["bufferView"]]
        dtype, width = np.dtype(_DTYPES[said["componentType"]]), _WIDTHS[said["type"]]
        data = self.view(said["bufferView"])
        stride = view.get("byteStride", dtype.itemsize * width)
        rows = np.frombuffer(data, np.uint8)[: stride * said["count"]].reshape(-1, stride)
        values = np.ascontiguousarray(rows[:, : dtype.itemsize * width]).view(dtype).reshape(-1, width)
        assert len(values) == said["count"]
        if "min" in said:
            assert values.min(axis=0).tolist() == said["min"]
            assert values.max(axis=0).tolist() == said["max"]
        return values

    def view(self, number: int) -> bytes:
        """Bytes of a view, unpacked."""
        view = self.document["bufferViews"][number]
        said = view.get("extensions", {}).get("EXT_meshopt_compression")
        if said is None:
            assert view["buffer"] == 0
            return self.body[view["byteOffset"] : view["byteOffset"] + view["byteLength"]]
        if number not in self.decoded:
            packed = self.body[said["byteOffset"] : said["byteOffset"] + said["byteLength"]]
            assert view["byteLength"] == said["count"] * said["byteStride"]
            if said["mode"] == "ATTRIBUTES":
                self.decoded[number] = decode_vertices(packed, said["count"], said["byteStride"])
            else:
                assert said["mode"] == "INDICES"
                indices = np.array(decode_indices(packed, said["count"]))
                self.decoded[number] = indices.astype(f"<u{said['byteStride']}").tobytes()
        return self.decoded[number]

    def checksums(self) -> dict[str, int]:
        """CRC of every packed view, unpacked."""
        return {
            str(n): zlib.crc32(self.view(n))
            for n, view in enumerate(self.document.get("bufferViews", ()))
            if "extensions" in view
        }

    def _column(self, schema: Any, stored: Any, count: int) -> list[Any]:
        data = self.view(stored["values"])
        if schema["type"] == "STRING":
            ends = np.frombuffer(self.view(stored["stringOffsets"]), "<u4")
            assert len(ends) == count + 1
            texts = [data[a:b].decode() for a, b in pairwise(ends.tolist())]
            return [None if text == schema["noData"] else text for text in texts]
        values = np.frombuffer(data, _SCALARS[schema["componentType"]])
        assert len(values) == count
        return [None if "noData" in schema and v == schema["noData"] else v for v in values.tolist()]


def read(data: bytes) -> Glb:
    """Parse a container; every length and alignment is checked."""
    magic, version, total = struct.unpack_from("<III", data)
    assert (magic, version, total) == (0x46546C67, 2, len(data))
    length, kind = struct.unpack_from("<II", data, 12)
    assert kind == 0x4E4F534A and length % 4 == 0
    document = json.loads(data[20 : 20 + length])
    body = b""
    if 20 + length < total:
        size, kind = struct.unpack_from("<II", data, 20 + length)
        assert kind == 0x004E4942 and size % 4 == 0 and 28 + length + size == total
        assert (28 + length) % 8 == 0
        body = data[28 + length :]
        assert document["buffers"][0]["byteLength"] <= size
    used = set(document.get("extensionsUsed", ()))
    assert set(document.get("extensionsRequired", ())) <= used
    for view in document.get("bufferViews", ()):
        assert view["byteOffset"] % 8 == 0
    return Glb(document, body)


def without_skirt(points: Any) -> Any:
    """Points of one building with its base where the database has it; shape (..., 3).

    The frame is level with the ground in its middle only, but nothing of a base is a metre off.
    """
    raised = np.array(points)
    raised[..., 2] += np.where(raised[..., 2] < raised[..., 2].min() + SKIRT_M / 2, SKIRT_M, 0.0)
    return raised


def _trs(t: Any, r: Any, s: Any) -> Any:
    matrix = np.eye(4)
    if r is not None:
        x, y, z, w = (float(v) for v in r)
        assert abs(x * x + y * y + z * z + w * w - 1) < 1e-5
        matrix[:3, :3] = [
            [1 - 2 * (y * y + z * z), 2 * (x * y - w * z), 2 * (x * z + w * y)],
            [2 * (x * y + w * z), 1 - 2 * (x * x + z * z), 2 * (y * z - w * x)],
            [2 * (x * z - w * y), 2 * (y * z + w * x), 1 - 2 * (x * x + y * y)],
        ]
    if s is not None:
        matrix[:3, :3] *= np.asarray(s, float)
    if t is not None:
        matrix[:3, 3] = t
    return matrix


def _apply(matrix: Any, points: Any) -> Any:
    return points @ matrix[:3, :3].T + matrix[:3, 3]


def _turn(matrix: Any, normals: Any) -> Any:
    turned = normals @ np.linalg.inv(matrix[:3, :3])
    return turned / np.linalg.norm(turned, axis=1)[:, None]


def _take(drawn: Drawn, points: Any, normals: Any, triangles: Any, colours: Any) -> None:
    used = np.unique(triangles)
    drawn.points.append(points[used])
    drawn.corners.append(points[triangles])
    drawn.normals.append(normals[triangles])
    if colours is not None:
        drawn.colours.append(colours[used])
