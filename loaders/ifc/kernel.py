"""Which geometry kernel meshes which product.

Measured on nine public models: `hybrid-manifold-opencascade` is 2 to 7 times faster
than OpenCASCADE alone and gives the same volumes, except where a body is clipped by
half spaces (it forgets the clip) and where openings cut a mapped body (it crashes).
Those few go to OpenCASCADE. One thread: two are slower and not deterministic.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import ifcopenshell.geom

from loaders.ifc.bodies import bodies

FAST = "hybrid-manifold-opencascade"
EXACT = "opencascade"
SECOND = "hybrid-cgal-simple-opencascade"
POLICY = 1
"""Raised when the split changes, so that cached results of the old one are not used."""

_CLIPS = ("IfcBooleanResult", "IfcHalfSpaceSolid", "IfcCsgSolid")
_DEEPEST = 12


def settings(*, openings: bool = True) -> Any:
    """Settings of the toolkit: metres, own placement, no normals (they are made where they are drawn)."""
    chosen = ifcopenshell.geom.settings()
    chosen.set("no-normals", True)
    if not openings:
        chosen.set("disable-opening-subtractions", True)
    return chosen


def shapes(model: Any, products: list[Any], kernel: str, *, openings: bool = True) -> Iterator[Any]:
    """Triangulated shapes of products, as the kernel gets to them."""
    if not products:
        return
    iterator = ifcopenshell.geom.iterator(
        settings(openings=openings), model, 1, include=products, geometry_library=kernel
    )
    if not iterator.initialize():
        return
    while True:
        yield iterator.get()
        if not iterator.next():
            return


def split(products: list[Any]) -> tuple[list[Any], list[Any]]:
    """Products for the fast kernel, and those it would get wrong."""
    known: dict[int, bool] = {}
    safe, risky = [], []
    for product in products:
        (risky if _risky(product, known) else safe).append(product)
    return safe, risky


def _risky(product: Any, known: dict[int, bool]) -> bool:
    found = bodies(product)
    if any(_clipped(item, known, 0) for body in found for item in body.Items or ()):
        return True
    openings = getattr(product, "HasOpenings", None) or ()
    if not openings:
        return False
    if any(item.is_a("IfcMappedItem") for body in found for item in body.Items or ()):
        return True
    return any(
        _clipped(item, known, 0)
        for relation in openings
        for body in bodies(relation.RelatedOpeningElement)
        for item in body.Items or ()
    )


def _clipped(item: Any, known: dict[int, bool], depth: int) -> bool:
    if item is None or depth > _DEEPEST:
        return False
    found = known.get(item.id())
    if found is None:
        if any(item.is_a(kind) for kind in _CLIPS):
            found = True
        elif item.is_a("IfcMappedItem"):
            mapped = item.MappingSource.MappedRepresentation
            found = any(_clipped(inner, known, depth + 1) for inner in mapped.Items or ())
        else:
            found = False
        known[item.id()] = found
    return found
