"""GML geometry of one element: polygons in the order they stand, links followed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np

from loaders.citymodel.faces import Floats
from loaders.citymodel.xml import Element

_PATCHES = frozenset(("Polygon", "PolygonPatch", "Triangle", "Rectangle"))
_DEEPEST = 40


class GmlFault(Exception):
    """Geometry that breaks the rules; with a stable code."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


@dataclass(frozen=True, slots=True)
class Polygon:
    """One polygon.

    Attributes
    ----------
    element : Element
        What defines it: one object, however many links lead to it.
    rings : list of ndarray of shape (n, 3)
        As in the file, without the repeated corner; height NaN where there is none.
    turned : bool
        Whether a link uses it the other way round.
    cavity : bool
        Whether it bounds a cavity of a solid.
    """

    element: Element
    rings: list[Floats]
    turned: bool
    cavity: bool


class Links:
    """Elements by id, and which ids led nowhere."""

    def __init__(self, *trees: Element, others: Mapping[str, Element] | None = None) -> None:
        self._by_id = dict(others or {})
        for tree in trees:
            for one in tree.all():
                key = one.attributes.get("id")
                if key is not None:
                    self._by_id[key] = one
        self.missing: set[str] = set()

    def follow(self, key: str) -> Element | None:
        """The element of that id."""
        found = self._by_id.get(key)
        if found is None:
            self.missing.add(key)
        return found


def polygons(element: Element, links: Links, dimension: int = 3) -> Iterator[Polygon]:
    """Polygons of a geometry property.

    Parameters
    ----------
    element : Element
        Property or geometry.
    links : Links
        Where links lead; those that lead nowhere are remembered there.
    dimension : int
        Numbers of a position where nothing says otherwise.

    Raises
    ------
    GmlFault
        A ring that cannot be read, or links in a circle.
    """
    yield from _walk(element, links, dimension, 0, (False, False))


def lines(element: Element, dimension: int = 3) -> list[Floats]:
    """Lines of a geometry property."""
    found = []
    for one in element.all():
        if one.name in ("LineString", "LineStringSegment"):
            points = positions(one, _dimension(one, dimension))
            if len(points) > 1:
                found.append(points)
    return found


def positions(element: Element, dimension: int) -> Floats:
    """Positions below an element, n by 3; height NaN where there is none.

    Raises
    ------
    GmlFault
        Something else than numbers, or not a whole number of positions.
    """
    texts, size = [], dimension
    for one in element.all():
        size = _dimension(one, size)
        if one.name in ("posList", "pos"):
            texts.append(one.text)
        elif one.name == "coordinates":
            texts.append(one.text.replace(one.attributes.get("cs", ","), " "))
            size = len(one.text.split()[0].split(",")) if one.text.split() else size
    words = " ".join(texts).split()
    try:
        numbers = np.array(words, dtype=float)
    except ValueError:
        raise GmlFault("coordinate-unreadable", "a position is not made of numbers") from None
    if len(numbers) % size:
        raise GmlFault("coordinate-unreadable", f"{len(numbers)} numbers are no positions of {size}")
    points = numbers.reshape(-1, size)
    if size == 2:
        points = np.column_stack((points, np.full(len(points), np.nan)))
    return points


def _walk(
    element: Element, links: Links, dimension: int, depth: int, state: tuple[bool, bool]
) -> Iterator[Polygon]:
    if depth > _DEEPEST:
        raise GmlFault("link-cycle", "its surfaces link to each other in a circle")
    dimension = _dimension(element, dimension)
    turned, cavity = state
    if element.name in _PATCHES:
        yield Polygon(element, _rings(element, dimension), turned, cavity)
        return
    if element.name == "OrientableSurface" and element.attributes.get("orientation") == "-":
        turned = not turned
    if element.href is not None:
        target = links.follow(element.href)
        if target is not None:
            yield from _walk(target, links, dimension, depth + 1, (turned, cavity))
    for child in element.children:
        hollow = cavity or (element.name == "Solid" and child.name == "interior")
        yield from _walk(child, links, dimension, depth + 1, (turned, hollow))


def _rings(polygon: Element, dimension: int) -> list[Floats]:
    outer = [child for child in polygon.children if child.name in ("exterior", "outerBoundaryIs")]
    inner = [child for child in polygon.children if child.name in ("interior", "innerBoundaryIs")]
    rings = []
    for boundary in (*outer, *inner):
        points = _ring(boundary, dimension)
        if len(points) > 1 and _same(points[0], points[-1]):
            points = points[:-1]
        rings.append(points)
    return rings


def _ring(boundary: Element, dimension: int) -> Floats:
    """Positions of a ring; nearly every one is a LinearRing of one posList with three numbers each."""
    ring = boundary.children[0] if boundary.children else boundary
    if len(ring.children) == 1 and dimension == 3:
        plain = ring.children[0]
        if plain.name == "posList" and not plain.attributes and not ring.attributes.keys() - {"id"}:
            words = plain.text.split()
            if len(words) % 3 == 0:
                try:
                    return np.array(words, dtype=float).reshape(-1, 3)
                except ValueError:
                    raise GmlFault("coordinate-unreadable", "a position is not made of numbers") from None
    return positions(boundary, dimension)


def _same(first: Floats, last: Floats) -> bool:
    # as texts: a height that is not there (NaN) is the same height that is not there
    return str(first.tolist()) == str(last.tolist())


def _dimension(element: Element, inherited: int) -> int:
    said = element.attributes.get("srsDimension") or element.attributes.get("dimension")
    return int(said) if said in ("2", "3") else inherited
