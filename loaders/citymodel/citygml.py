"""CityGML 1.0, 2.0 and 3.0 to city objects. Runs in the limited child."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from loaders.citymodel import kinds
from loaders.citymodel.boundaries import placed
from loaders.citymodel.crs import Reference, read_reference
from loaders.citymodel.describing import describe
from loaders.citymodel.faces import made
from loaders.citymodel.gml import GmlFault, Links, Polygon, lines, polygons, positions
from loaders.citymodel.objects import CityObject, Notes, Shape, unusable
from loaders.citymodel.xml import Element, Members
from twin.errors import SourceUnreadable, TooLarge

_LOD = re.compile(r"lod(\d)(\w+)")
_FOOTPRINTS = frozenset(("FootPrint", "RoofEdge"))
_NO_BODY = frozenset(("TerrainIntersection", "MultiCurve", "Network", "MultiPoint", "PointCloud"))
_MOST_LINKS = 200_000
_VERSION = re.compile(r"citygml/(?:profiles/base/)?(\d\.\d)")


class CityGml:
    """One file.

    Parameters
    ----------
    file : Path
        `.gml` or `.xml`.
    """

    total = None

    def __init__(self, file: Path) -> None:
        self._file = file
        self.srs = _systems(file)
        self.version = _version(file)

    def groups(self, reference: Reference | None, notes: Notes) -> Iterator[list[CityObject]]:
        """Objects member by member; members whose links lead to others come last."""
        members = Members(self._file)
        later: dict[int, set[str]] = {}
        for number, tree in enumerate(members):
            own = Notes()
            reader = _Reader(Links(tree), reference, own)
            found = reader.read(tree, number)
            if reader.links.missing:
                # read again once the others are known
                later[number] = reader.links.missing
            else:
                notes.merge(own)
                yield found
        notes.counts["appearance"] += members.textures
        if later:
            yield from self._linked(later, reference, notes)

    def _linked(
        self, later: dict[int, set[str]], reference: Reference | None, notes: Notes
    ) -> Iterator[list[CityObject]]:
        wanted = set().union(*later.values())
        if len(wanted) > _MOST_LINKS:
            raise TooLarge(f"{self._file.name}: {len(wanted)} links from object to object")
        others: dict[str, Element] = {}
        for tree in Members(self._file, wanted):
            others.update(
                (one.attributes["id"], one) for one in tree.all() if one.attributes.get("id") in wanted
            )
        for number, tree in enumerate(Members(self._file)):
            if number in later:
                reader = _Reader(Links(tree, others=others), reference, notes)
                found = reader.read(tree, number)
                notes.counts["link-missing"] += len(reader.links.missing)
                yield found


class _Reader:
    """City objects of one member."""

    def __init__(self, links: Links, reference: Reference | None, notes: Notes) -> None:
        self.links = links
        self._reference, self._notes = reference, notes
        self._made: list[CityObject] = []

    def read(self, tree: Element, number: int) -> list[CityObject]:
        """The object and everything it consists of."""
        if tree.name in kinds.THROUGH:
            for child in (part for prop in tree.children for part in prop.children):
                if _is_object(child, ""):
                    self._object(child, None, f"{child.name}-{number + 1}")
        else:
            self._object(tree, None, f"{tree.name}-{number + 1}")
        return self._made

    def _object(self, element: Element, parent: str | None, fallback: str) -> None:
        key = element.attributes.get("id") or fallback
        one = CityObject(key=key, kind=element.name, namespace=element.space, parent=parent)
        place = len(self._made)
        gathered = _Gathered()
        describe(element, one)
        self._walk(element, one, None, gathered)
        try:
            one.shapes = [*self._shapes(gathered)]
            for prop in gathered.lines:
                one.lines += [placed(line, self._reference) for line in lines(prop)]
        except GmlFault as error:
            self._notes.fault(error.code, key, element.name, str(error))
            return
        self._made.insert(place, one)

    def _walk(self, element: Element, one: CityObject, meaning: str | None, gathered: _Gathered) -> None:
        for prop in element.children:
            lod = _LOD.fullmatch(prop.name)
            if lod is not None:
                gathered.add(lod[1], lod[2], prop, meaning)
            elif prop.name == "tin":
                gathered.add("", "MultiSurface", prop, meaning)
            elif prop.name not in ("boundedBy", "address", "externalReference") or _features(prop):
                for index, part in enumerate(prop.children):
                    if kinds.is_surface(part.name, prop.name):
                        self._walk(part, one, part.name, gathered)
                    elif part.name in kinds.THROUGH:
                        self._walk(part, one, meaning, gathered)
                    elif _is_object(part, prop.name):
                        self._object(part, one.key, f"{one.key}/{part.name}-{len(self._made)}-{index}")

    def _shapes(self, gathered: _Gathered) -> Iterator[Shape]:
        """One shape a level of detail and kind; a solid takes the meanings of the surfaces."""
        meanings: dict[int, str] = {}
        surfaces: dict[tuple[str, str], list[tuple[Polygon, str | None]]] = {}
        for lod, what, prop, meaning in gathered.found:
            if what in _NO_BODY:
                continue
            if what == "ImplicitRepresentation":
                yield from self._implicit(lod, prop)
                continue
            role = "footprint" if what in _FOOTPRINTS or lod == "0" else "surface"
            if what in ("Solid", "MultiSolid") or (what == "Geometry" and prop.first("Solid") is not None):
                role = "solid"
            group = surfaces.setdefault((lod, role), [])
            for polygon in polygons(prop, self.links):
                if meaning is not None:
                    meanings[id(polygon.element)] = meaning
                if polygon.cavity:
                    self._notes.counts["cavity-face"] += 1
                else:
                    group.append((polygon, meaning))
        for (lod, role), group in surfaces.items():
            unique = group if role == "solid" else _each_once(group)
            yield from self._shape(lod, role, [(p, m or meanings.get(id(p.element))) for p, m in unique])

    def _shape(self, lod: str, role: str, found: list[tuple[Polygon, str | None]]) -> Iterator[Shape]:
        rings, meanings = [], []
        for polygon, meaning in found:
            if not polygon.rings or any(len(ring) < 3 for ring in polygon.rings):
                self._notes.counts["face-degenerate"] += 1
                continue
            rings.append([ring[::-1] for ring in polygon.rings] if polygon.turned else polygon.rings)
            meanings.append(meaning)
        if not rings:
            return
        faces = made(rings)
        fault = unusable(faces.points)
        if fault is not None:
            raise GmlFault(*fault)
        faces = faces.moved(placed(faces.points, self._reference))
        yield Shape(lod, role == "solid", faces, meanings, role == "footprint")

    def _implicit(self, lod: str, prop: Element) -> Iterator[Shape]:
        """A template at its place: `matrix * template + reference point` (CityGML 2.0, 8.2)."""
        whole, anchor = prop.first("ImplicitGeometry"), prop.first("referencePoint")
        geometry = prop.first("relativeGMLGeometry") or prop.first("relativeGeometry")
        if whole is None or anchor is None or geometry is None:
            self._notes.counts["template-outside"] += 1
            return
        found = [(polygon, None) for polygon in polygons(geometry, self.links)]
        point = positions(anchor, 3)
        said = next((child.text for child in whole.children if child.name == "transformationMatrix"), "")
        matrix = np.array(said.split(), float).reshape(4, 4) if said else np.eye(4)
        if len(point) != 1 or not np.isfinite(point).all():
            raise GmlFault("coordinate-unreadable", "a template stands at one reference point")
        rings = [[ring @ matrix[:3, :3].T + matrix[:3, 3] + point[0] for ring in p.rings] for p, _ in found]
        moved = [
            (Polygon(p.element, r, p.turned, False), None) for (p, _), r in zip(found, rings, strict=True)
        ]
        self._notes.counts["template"] += 1
        yield from self._shape(lod, "surface", moved)


class _Gathered:
    """Geometry properties of an object and of its surfaces, in the order of the file."""

    def __init__(self) -> None:
        self.found: list[tuple[str, str, Element, str | None]] = []
        self.lines: list[Element] = []

    def add(self, lod: str, what: str, prop: Element, meaning: str | None) -> None:
        """One property; curves of a road are its centre line."""
        if what in ("Network", "MultiCurve") and meaning is None:
            self.lines.append(prop)
        self.found.append((lod, what, prop, meaning))


def _each_once(group: list[tuple[Polygon, Any]]) -> list[tuple[Polygon, Any]]:
    """A surface that stands in place and is linked to as well is one surface."""
    seen: dict[int, tuple[Polygon, Any]] = {}
    for polygon, meaning in group:
        known = seen.get(id(polygon.element))
        if known is None or known[1] is None:
            seen[id(polygon.element)] = (polygon, meaning)
    return list(seen.values())


def _features(prop: Element) -> bool:
    return prop.name == "boundedBy" and any(child.name != "Envelope" for child in prop.children)


def _is_object(element: Element, within: str) -> bool:
    """Whether an element is a city object of its own: a class we know, or a member."""
    return (
        element.name in kinds.COLLECTION
        or element.name in kinds.LINES
        or element.name in kinds.NOT_KEPT
        or element.name.endswith("Relief")
        or within in ("groupMember", "consistsOfBuildingPart", "interiorRoom")
    )


def _systems(file: Path) -> set[str]:
    """Every srsName of a file, found without building anything."""
    found: set[str] = set()
    pattern = re.compile(rb"""srsName\s*=\s*["']([^"']{1,400})["']""")
    tail = b""
    with file.open("rb") as stream:
        while piece := stream.read(1 << 20):
            found.update(
                text.decode("utf-8", "replace").replace("&amp;", "&")
                for text in pattern.findall(tail + piece)
            )
            tail = piece[-500:]
            if len(found) > 100:
                raise SourceUnreadable(f"{file.name} states more than 100 reference systems")
    return found


def _version(file: Path) -> str:
    with file.open("rb") as stream:
        match = _VERSION.search(stream.read(1 << 16).replace(b"\0", b"").decode("utf-8", "replace"))
    return match[1] if match else ""


def one_reference(file: Path, stated: set[str]) -> Reference | None:
    """The one reference system of a file; None where it states none.

    Raises
    ------
    SourceUnreadable
        Several that differ.
    """
    found = {read_reference(text): text for text in sorted(stated)}
    plans = {(one.horizontal, one.north_first, one.height_m): one for one in found}
    if len(plans) > 1:
        raise SourceUnreadable(
            f"{file.name} states several reference systems: {', '.join(found.values())}; split it"
        )
    # the one that says more: with its heights
    return max(found, key=lambda one: one.vertical or "", default=None)
