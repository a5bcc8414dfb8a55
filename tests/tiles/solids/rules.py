"""What 3D Tiles 1.1 asks of tileset.json and of subtrees, as far as structure goes.

`tileset_faults` and `subtree_faults` give sentences; none means sound. Tried on the cases of
the 3D Tiles validator (tests/tiles/solids/test_rules.py).
"""

from __future__ import annotations

import json
import math
import re
import struct
from collections.abc import Iterator
from typing import Any

import numpy as np

_VOLUMES = {"box": 12, "region": 6, "sphere": 4}
_VARIABLE = re.compile(r"\{[^{}]*\}")
_LIMITS = {"subtreeLevels": 1, "availableLevels": 1}


def tileset_faults(document: Any) -> list[str]:
    """Faults of a tileset document."""
    return list(_tileset(document))


def _tileset(t: Any) -> Iterator[str]:
    if not isinstance(t, dict):
        yield "the document is no object"
        return
    asset = t.get("asset")
    if not isinstance(asset, dict) or not isinstance(asset.get("version"), str):
        yield "asset.version is missing"
    elif asset["version"] not in ("1.0", "1.1"):
        yield "asset.version is unknown"
    elif "tilesetVersion" in asset and not isinstance(asset["tilesetVersion"], str):
        yield "asset.tilesetVersion is no text"
    if not _size(t.get("geometricError")):
        yield "geometricError of the tileset"
    if "schema" in t and "schemaUri" in t:
        yield "schema and schemaUri"
    yield from _extensions(t)
    yield from _bounds(t.get("properties"))
    schema = t.get("schema")
    classes = schema.get("classes", {}) if isinstance(schema, dict) else {}
    groups = t.get("groups", [])
    for group in groups if isinstance(groups, list) else ():
        if not isinstance(group.get("class"), str) or ("schema" in t and group["class"] not in classes):
            yield "class of a group"
    if "statistics" in t and "schema" not in t and "schemaUri" not in t:
        yield "statistics without a schema"
    if not isinstance(t.get("root"), dict):
        yield "root is missing"
        return
    error = t.get("geometricError")
    yield from _tile(t["root"], error if _size(error) else math.inf, classes, len(groups), "schemaUri" in t)


def _tile(tile: dict[str, Any], above: float, classes: Any, groups: int, open_: bool) -> Iterator[str]:
    error = tile.get("geometricError")
    if not _size(error):
        yield "geometricError of a tile"
        error = above
    elif error > above:
        yield "geometricError grows on the way down"
    yield from _volume(tile.get("boundingVolume"))
    if "refine" in tile and tile["refine"] not in ("ADD", "REPLACE"):
        yield "refine of a tile"
    if "transform" in tile:
        yield from _transform(tile["transform"])
    if "content" in tile and "contents" in tile:
        yield "content and contents"
    contents = [tile["content"]] if "content" in tile else tile.get("contents", [])
    for content in contents:
        yield from _content(content, groups)
    if "metadata" in tile:
        yield from _metadata(tile["metadata"], classes, open_)
    if "implicitTiling" in tile:
        yield from _implicit(tile, contents)
    for child in tile.get("children", ()):
        yield from _tile(child, error, classes, groups, open_)


def _content(content: Any, groups: int) -> Iterator[str]:
    if not isinstance(content, dict) or not isinstance(content.get("uri"), str):
        yield "content without uri"
        return
    if "boundingVolume" in content:
        yield from _volume(content["boundingVolume"])
    if "group" in content and not (isinstance(content["group"], int) and 0 <= content["group"] < groups):
        yield "group of a content"


def _implicit(tile: dict[str, Any], contents: list[Any]) -> Iterator[str]:
    said = tile["implicitTiling"]
    if not isinstance(said, dict):
        yield "implicitTiling is no object"
        return
    scheme = said.get("subdivisionScheme")
    if scheme not in ("QUADTREE", "OCTREE"):
        yield "subdivisionScheme"
    for name, least in _LIMITS.items():
        if not (_integer(said.get(name)) and said[name] >= least):
            yield name
    wanted = {"{level}", "{x}", "{y}", *(["{z}"] if scheme == "OCTREE" else [])}
    subtrees = said.get("subtrees")
    if not isinstance(subtrees, dict) or not isinstance(subtrees.get("uri"), str):
        yield "subtrees.uri"
    elif set(_VARIABLE.findall(subtrees["uri"])) != wanted:
        yield "variables of subtrees.uri"
    for content in contents:
        if isinstance(content, dict):
            if set(_VARIABLE.findall(content.get("uri", ""))) != wanted:
                yield "variables of content.uri"
            if "boundingVolume" in content:
                yield "an implicit root's content has a boundingVolume"
    if "children" in tile or "metadata" in tile:
        yield "an implicit root has children or metadata"
    volume = tile.get("boundingVolume")
    if not isinstance(volume, dict) or not {"box", "region"} & set(volume):
        yield "an implicit root needs a box or a region"


def _volume(volume: Any) -> Iterator[str]:
    kinds = [name for name in _VOLUMES if isinstance(volume, dict) and name in volume]
    if not kinds:
        yield "boundingVolume"
    for name in kinds:
        numbers = volume[name]
        if not (isinstance(numbers, list) and len(numbers) == _VOLUMES[name] and all(map(_number, numbers))):
            yield f"boundingVolume.{name}"
        elif name == "sphere" and numbers[3] < 0:
            yield "radius of a sphere"
        elif name == "region" and not (numbers[1] <= numbers[3] and numbers[4] <= numbers[5]):
            yield "a region is upside down"


def _transform(numbers: Any) -> Iterator[str]:
    if not (isinstance(numbers, list) and len(numbers) == 16 and all(map(_number, numbers))):
        yield "transform"
    elif numbers[3:16:4] != [0, 0, 0, 1]:
        yield "transform is not affine"


def _metadata(entity: Any, classes: Any, open_: bool) -> Iterator[str]:
    if not isinstance(entity, dict) or not isinstance(entity.get("class"), str):
        yield "metadata without class"
        return
    if open_:
        return
    if entity["class"] not in classes:
        yield "class of metadata"
        return
    declared = classes[entity["class"]].get("properties", {})
    given = entity.get("properties", {})
    for name in given:
        if name not in declared:
            yield "property of metadata"
    for name, one in declared.items():
        if one.get("required") and name not in given:
            yield "required property of metadata"
    for name in given:
        numbers = given[name] if isinstance(given[name], list) else [given[name]]
        bounds = {
            f"{'U' * (not low)}INT{bits}": (low and -(2 ** (bits - 1)), 2 ** (bits - low) - 1)
            for bits in (8, 16, 32)
            for low in (0, 1)
        }
        low, high = bounds.get(declared.get(name, {}).get("componentType"), (-math.inf, math.inf))
        if any(_number(n) and not low <= n <= high for n in numbers):
            yield "value of metadata out of range"


def _extensions(t: dict[str, Any]) -> Iterator[str]:
    used, required = t.get("extensionsUsed", []), t.get("extensionsRequired", [])
    for name, listed in (("extensionsUsed", used), ("extensionsRequired", required)):
        if name in t and not (isinstance(listed, list) and listed and len(set(listed)) == len(listed)):
            yield name
            return
    if not set(required) <= set(used):
        yield "extensionsRequired without extensionsUsed"
    found = t.get("extensions", {})
    if not isinstance(found, dict):
        yield "extensions"
    elif set(found) - set(used):
        yield "an extension is not declared"


def _bounds(properties: Any) -> Iterator[str]:
    if properties is None:
        return
    if not isinstance(properties, dict):
        yield "properties"
        return
    for one in properties.values():
        if not ("minimum" in one and "maximum" in one and one["minimum"] <= one["maximum"]):
            yield "bounds of properties"


def _number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)


def _integer(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _size(value: Any) -> bool:
    return _number(value) and value >= 0


class Subtree:
    """A subtree file of a quadtree, read strictly."""

    def __init__(self, data: bytes, levels: int) -> None:
        magic, version, text, body = struct.unpack_from("<IIQQ", data)
        assert (magic, version) == (0x74627573, 1)
        assert text % 8 == 0 and body % 8 == 0 and 24 + text + body == len(data)
        self.document = json.loads(data[24 : 24 + text])
        self._body = data[24 + text :]
        self.levels = levels
        assert sum(b["byteLength"] for b in self.document.get("buffers", ())) == body
        for view in self.document.get("bufferViews", ()):
            assert view["byteOffset"] % 8 == 0
            assert view["byteOffset"] + view["byteLength"] <= body
        nodes = (4**levels - 1) // 3
        self.tiles = self._bits(self.document["tileAvailability"], nodes)
        (content,) = self.document["contentAvailability"]
        self.contents = self._bits(content, nodes)
        self.children = self._bits(self.document["childSubtreeAvailability"], 4**levels)

    def _bits(self, said: dict[str, Any], count: int) -> Any:
        assert ("constant" in said) != ("bitstream" in said)
        if "constant" in said:
            flags = np.full(count, bool(said["constant"]))
        else:
            data = self._view(said["bitstream"])
            assert len(data) == -(-count // 8)
            every = np.unpackbits(np.frombuffer(data, np.uint8), bitorder="little").astype(bool)
            assert not every[count:].any(), "padding bits are set"
            flags = every[:count]
        assert said.get("availableCount", int(flags.sum())) == int(flags.sum())
        return flags

    def _view(self, number: int) -> bytes:
        view = self.document["bufferViews"][number]
        return self._body[view["byteOffset"] : view["byteOffset"] + view["byteLength"]]

    def squares(self, flags: Any) -> list[tuple[int, int, int]]:
        """Level, column and row, within the subtree, of the flags that are set."""
        found = []
        for index in np.flatnonzero(flags).tolist():
            level = 0
            while (4 ** (level + 1) - 1) // 3 <= index:
                level += 1
            x, y = _split_morton(index - (4**level - 1) // 3)
            found.append((level, x, y))
        return found

    def beneath(self) -> list[tuple[int, int]]:
        """Column and row, one level below, of child subtrees."""
        return [_split_morton(index) for index in np.flatnonzero(self.children).tolist()]

    def boxes(self) -> dict[tuple[int, int, int], Any]:
        """TILE_BOUNDING_BOX of each tile that is there."""
        (table,) = self.document["propertyTables"]
        assert self.document["tileMetadata"] == 0
        squares = self.squares(self.tiles)
        assert table["count"] == len(squares)
        values = np.frombuffer(self._view(table["properties"]["boundingBox"]["values"]), "<f8").reshape(
            -1, 12
        )
        assert len(values) == len(squares)
        return dict(zip(squares, values, strict=True))


def subtree_faults(data: bytes, levels: int) -> list[str]:
    """Faults of a quadtree's subtree."""
    try:
        tree = Subtree(data, levels)
    except (AssertionError, KeyError, ValueError, struct.error) as error:
        return [f"cannot be read: {error!r}"]
    faults = []
    if (tree.contents & ~tree.tiles).any():
        faults.append("content without a tile")
    there = set(tree.squares(tree.tiles))
    if not there:
        faults.append("an empty subtree")
    faults += [
        "a tile without its parent"
        for level, x, y in there
        if level and (level - 1, x >> 1, y >> 1) not in there
    ]
    faults += [
        "a child subtree without a tile above"
        for x, y in tree.beneath()
        if (levels - 1, x >> 1, y >> 1) not in there
    ]
    return faults


def _split_morton(index: int) -> tuple[int, int]:
    x = y = 0
    for bit in range(32):
        x |= (index >> (2 * bit) & 1) << bit
        y |= (index >> (2 * bit + 1) & 1) << bit
    return x, y
