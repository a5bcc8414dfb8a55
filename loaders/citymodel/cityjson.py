"""CityJSON 1.0, 1.1, 2.0 and CityJSONSeq to city objects. Runs in the limited child."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import orjson

from loaders.citymodel.boundaries import Malformed, checked, placed, shape_of
from loaders.citymodel.crs import Reference
from loaders.citymodel.faces import Floats
from loaders.citymodel.objects import CityObject, Notes, Shape, unusable
from twin.errors import SourceUnreadable, TooLarge

_VERSIONS = ("1.0", "1.1", "2.0")
_LINE_BYTES = 256 << 20
_ADDRESS_SKIPPED = frozenset(("location", "type"))


class CityJson:
    """One file.

    Parameters
    ----------
    file : Path
        `.json` or, one feature a line, `.jsonl`.

    Raises
    ------
    SourceUnreadable
        Not CityJSON, or a version we do not read.
    """

    def __init__(self, file: Path) -> None:
        self._file = file
        self._lines = _lines(file)
        self._head = _object(file, next(self._lines, b""))
        if self._head.get("type") == "CityJSONFeature":
            raise SourceUnreadable(
                f"{file.name} begins with a feature: the first line of a sequence is a CityJSON object, "
                "with the transform the features need"
            )
        if self._head.get("type") != "CityJSON":
            raise SourceUnreadable(f"{file.name} is no CityJSON: its type is {self._head.get('type')!r}")
        version = str(self._head.get("version", ""))
        self.version = version if version in _VERSIONS else ".".join(version.split(".")[:2])
        if self.version not in _VERSIONS:
            raise SourceUnreadable(
                f"{file.name} is CityJSON {version or 'without version'}; {', '.join(_VERSIONS)} are read. "
                "cjio can upgrade it"
            )
        metadata = self._head.get("metadata")
        stated = metadata.get("referenceSystem") if isinstance(metadata, dict) else None
        self.srs = {stated} if isinstance(stated, str) and stated.strip() else set()
        self._transform = _transform(file, self._head.get("transform"))

    @property
    def total(self) -> int | None:
        """Objects of a plain file; a sequence does not say."""
        objects = self._head.get("CityObjects")
        return len(objects) if isinstance(objects, dict) and objects else None

    def groups(self, reference: Reference | None, notes: Notes) -> Iterator[list[CityObject]]:
        """Objects that hang together: those of a line, or all of a plain file."""
        templates = _Templates(self._head.get("geometry-templates"), self._file.name)
        appearance = self._head.get("appearance")
        for name in ("textures", "materials"):
            given = appearance.get(name) if isinstance(appearance, dict) else None
            notes.counts["appearance"] += len(given) if isinstance(given, list) else 0
        yield from self._group(self._head, templates, reference, notes)
        self._head = {}
        for number, line in enumerate(self._lines, 2):
            if not line.strip():
                continue
            feature = _object(self._file, line, number)
            if feature.get("type") != "CityJSONFeature":
                raise SourceUnreadable(
                    f"{self._file.name}, line {number}: its type is {feature.get('type')!r}, "
                    "not CityJSONFeature"
                )
            yield from self._group(feature, templates, reference, notes)

    def _group(
        self, whole: dict[str, Any], templates: _Templates, reference: Reference | None, notes: Notes
    ) -> Iterator[list[CityObject]]:
        objects = whole.get("CityObjects")
        if not isinstance(objects, dict):
            raise SourceUnreadable(f"{self._file.name}: CityObjects is no JSON object")
        if not objects:
            return
        vertices = _vertices(self._file, whole.get("vertices"), self._transform)
        builder = _Builder(vertices, templates, reference, notes)
        yield [made for key, said in objects.items() if (made := builder.build(key, said)) is not None]


class _Templates:
    """Geometries that stand in many places."""

    def __init__(self, said: Any, name: str) -> None:
        said = said if isinstance(said, dict) else {}
        self._templates = said.get("templates") or []
        self._points = _points(name, said.get("vertices-templates") or [])

    def placed(self, geometry: Mapping[str, Any], vertices: Floats) -> Shape:
        """A template at its place: `matrix * template + reference point` (CityJSON 2.0, 4)."""
        number = geometry.get("template")
        if not isinstance(number, int) or not 0 <= number < len(self._templates):
            raise Malformed("template-missing", f"geometry template {number!r} is not in the file")
        anchor = checked(np.array(geometry.get("boundaries") or [], dtype=object), len(vertices))
        if len(anchor) != 1:
            raise Malformed("geometry-malformed", "an instance of a template has one reference point")
        try:
            matrix = np.array(geometry.get("transformationMatrix", np.eye(4).ravel()), float).reshape(4, 4)
        except (TypeError, ValueError):
            raise Malformed("geometry-malformed", "a transformationMatrix is 16 numbers") from None
        shape = shape_of(self._templates[number], self._points)
        moved = shape.faces.points @ matrix[:3, :3].T + matrix[:3, 3] + vertices[anchor[0]]
        shape.faces = shape.faces.moved(moved)
        return shape


class _Builder:
    """City objects of one list of vertices."""

    def __init__(
        self, vertices: Floats, templates: _Templates, reference: Reference | None, notes: Notes
    ) -> None:
        self._vertices, self._templates, self._notes = vertices, templates, notes
        self._reference = reference

    def build(self, key: str, said: Any) -> CityObject | None:
        """One object; None where it is a fault, which is noted."""
        kind = said.get("type") if isinstance(said, dict) else None
        if not isinstance(kind, str):
            self._notes.fault("object-malformed", key, "", "a city object is a JSON object with a type")
            return None
        attributes = said.get("attributes")
        attributes = dict(attributes) if isinstance(attributes, dict) else {}
        name = attributes.get("name")
        made = CityObject(
            key=key,
            kind=kind,
            parent=_first(said.get("parents")),
            attributes=attributes,
            names=[name] if isinstance(name, str) else [],
            address=_address(said.get("address")),
        )
        try:
            for geometry in said.get("geometry") or []:
                self._add(made, geometry)
        except Malformed as error:
            self._notes.fault(error.code, key, kind, str(error))
            return None
        return made

    def _add(self, made: CityObject, geometry: Any) -> None:
        kind = geometry.get("type") if isinstance(geometry, dict) else None
        if kind in ("MultiPoint", "MultiLineString"):
            self._add_plain(made, kind, geometry.get("boundaries") or [])
            return
        if kind == "GeometryInstance":
            shape = self._templates.placed(geometry, self._vertices)
            self._notes.counts["template"] += 1
        else:
            shape = shape_of(geometry, self._vertices, self._notes)
        if not len(shape.faces):
            self._notes.counts["geometry-empty"] += 1
            return
        self._notes.counts["textured"] += "texture" in geometry
        fault = unusable(shape.faces.points)
        if fault is not None:
            raise Malformed(*fault)
        shape.faces = shape.faces.moved(placed(shape.faces.points, self._reference))
        made.shapes.append(shape)

    def _add_plain(self, made: CityObject, kind: str, boundaries: Any) -> None:
        lists = [boundaries] if kind == "MultiPoint" else boundaries
        for entry in lists:
            index = checked(np.array(entry, dtype=object), len(self._vertices))
            points = self._vertices[index]
            fault = unusable(points)
            if fault is not None:
                raise Malformed(*fault)
            if len(points):
                target = made.points if kind == "MultiPoint" else made.lines
                target.append(placed(points, self._reference))


def _vertices(file: Path, said: Any, transform: tuple[Floats, Floats] | None) -> Floats:
    points = _points(file.name, said if said is not None else [])
    if transform is None:
        return points
    with np.errstate(over="ignore"):
        # what overflows is no finite number, and found with the object that uses it
        return points * transform[0] + transform[1]


def _points(name: str, said: Any) -> Floats:
    try:
        # an empty list has no second dimension
        points = np.array(said, dtype=float).reshape(len(said), 3) if len(said) else np.empty((0, 3))
    except (TypeError, ValueError):
        raise SourceUnreadable(f"{name}: vertices are not a list of three numbers each") from None
    return points


def _transform(file: Path, said: Any) -> tuple[Floats, Floats] | None:
    if said is None:
        return None
    try:
        scale, translate = (np.array(said[name], dtype=float).reshape(3) for name in ("scale", "translate"))
    except (TypeError, ValueError, KeyError):
        raise SourceUnreadable(
            f"{file.name}: transform is not a scale and a translate of three numbers"
        ) from None
    return scale, translate


def _first(parents: Any) -> str | None:
    return parents[0] if isinstance(parents, list) and parents and isinstance(parents[0], str) else None


def _address(said: Any) -> str | None:
    """One line: CityJSON 1.1 and 2 have a list, 1.0 one object."""
    entry = said[0] if isinstance(said, list) and said else said
    if not isinstance(entry, dict):
        return None
    words = [str(value) for name, value in entry.items() if name not in _ADDRESS_SKIPPED and value]
    return ", ".join(words) or None


def _object(file: Path, data: bytes, number: int | None = None) -> dict[str, Any]:
    where = file.name if number is None else f"{file.name}, line {number}"
    try:
        value = orjson.loads(data)
    except orjson.JSONDecodeError as error:
        raise SourceUnreadable(f"{where} is not JSON: {error}") from error
    if not isinstance(value, dict):
        raise SourceUnreadable(f"{where} is no JSON object")
    return value


def _lines(file: Path) -> Iterator[bytes]:
    """A plain file in one piece; a sequence line by line."""
    if file.suffix.lower() != ".jsonl":
        # a byte order mark is no JSON
        yield file.read_bytes().removeprefix(b"\xef\xbb\xbf")
        return
    with file.open("rb") as stream:
        while line := stream.readline(_LINE_BYTES + 1):
            if len(line) > _LINE_BYTES:
                raise TooLarge(f"{file.name}: a line has more than {_LINE_BYTES} bytes")
            yield line.removeprefix(b"\xef\xbb\xbf")
