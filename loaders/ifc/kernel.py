"""Which geometry kernel meshes which product.

`hybrid-manifold-opencascade` is several times faster than OpenCASCADE alone and gives
the same volumes, except where a body is clipped by half spaces (it cuts wrongly or not
at all), where openings cut a mapped body (it crashes) and where a profile has arcs (its
area may be off by half). The first two are carved by `loaders.ifc.carving` where that is
safe; what is left goes to OpenCASCADE. One thread: two are slower and not deterministic.
Figures: docs/decisions/0006-ifc-kernels.md.
"""

from __future__ import annotations

from collections.abc import Generator, Iterator
from typing import Any

import ifcopenshell.geom

from loaders.ifc.bodies import bodies
from loaders.ifc.profiles import has_arcs
from twin.memory import give_back, resident_bytes

FAST = "hybrid-manifold-opencascade"
EXACT = "opencascade"
SECOND = "hybrid-cgal-simple-opencascade"

_CLIPS = ("IfcBooleanResult", "IfcHalfSpaceSolid", "IfcCsgSolid")
_DEEPEST = 12
_PARTS, _LEAST = 8, 256
"""Iterators a set of products is spread over, and products worth one: starting one reads the whole model."""
_GROWN_BYTES = 24 * 1024 * 1024
"""What the process may grow by before another iterator goes on with what is left."""


def settings(*, openings: bool = True, segments: int = 0) -> Any:
    """Settings of the toolkit: metres, own placement, no normals (they are made where they are drawn).

    `segments` of a full circle; 0: as many as the toolkit's chord error asks for.
    """
    chosen = ifcopenshell.geom.settings()
    chosen.set("no-normals", True)
    if not openings:
        chosen.set("disable-opening-subtractions", True)
    if segments:
        chosen.set("circle-segments", segments)
    return chosen


def shapes(
    model: Any, products: list[Any], kernel: str, *, openings: bool = True, segments: int = 0
) -> Iterator[Any]:
    """Triangulated shapes of products, one each, as the kernel gets to them."""
    chosen = settings(openings=openings, segments=segments)
    for batch in _batches(products):
        left = {product.id(): product for product in batch}
        while left and (yield from _until_grown(model, chosen, left, kernel)):
            give_back()
        give_back()


def _until_grown(model: Any, chosen: Any, left: dict[int, Any], kernel: str) -> Generator[Any, None, bool]:
    """Shapes of what is left, taken out of it; True where memory ended it and not the last shape.

    A few hundred railings can take 100 MB of an iterator, which keeps every shape.
    """
    iterator = ifcopenshell.geom.iterator(
        chosen, model, 1, include=list(left.values()), geometry_library=kernel
    )
    limit = resident_bytes() + _GROWN_BYTES
    more = iterator.initialize()
    while more:
        shape = iterator.get()
        # where a mapped body has openings the toolkit gives it twice; the first shape counts
        if left.pop(shape.id, None) is not None:
            yield shape
            if left and resident_bytes() > limit:
                return True
        more = iterator.next()
    return False


def _batches(products: list[Any]) -> Iterator[list[Any]]:
    """Parts of a model: an iterator keeps every shape it made until it is let go.

    Products that show the same map stay together, so that it is meshed once.
    """
    by_map: dict[int, list[Any]] = {}
    for product in products:
        by_map.setdefault(_map(product), []).append(product)
    size = max(_LEAST, -(-len(products) // _PARTS))
    batch: list[Any] = []
    for together in by_map.values():
        batch += together
        if len(batch) >= size:
            yield batch
            batch = []
    if batch:
        yield batch


def _map(product: Any) -> int:
    """Number of the first map a product shows, else its own."""
    for body in bodies(product):
        for item in body.Items or ():
            if item.is_a("IfcMappedItem"):
                return int(item.MappingSource.id())
    return int(product.id())


def split(products: list[Any]) -> tuple[list[Any], list[Any]]:
    """Products for the fast kernel, and those it would get wrong."""
    known: dict[int, bool] = {}
    safe, risky = [], []
    for product in products:
        (risky if _risky(product, known) else safe).append(product)
    return safe, risky


def stretched(product: Any) -> bool:
    """Whether a body is mapped with another scale along each axis.

    The two kernels then disagree on where it lies; checked by hand, the fast one is right.
    """
    for body in bodies(product):
        for item in body.Items or ():
            target = item.MappingTarget if item.is_a("IfcMappedItem") else None
            if target is not None and target.is_a("IfcCartesianTransformationOperator3DnonUniform"):
                first = target.Scale or 1.0
                if any(scale is not None and scale != first for scale in (target.Scale2, target.Scale3)):
                    return True
    return False


def _risky(product: Any, known: dict[int, bool]) -> bool:
    found = bodies(product)
    if any(_hard(item, known, 0) for body in found for item in body.Items or ()):
        return True
    openings = getattr(product, "HasOpenings", None) or ()
    if not openings:
        return False
    if any(item.is_a("IfcMappedItem") for body in found for item in body.Items or ()):
        return True
    return any(
        _hard(item, known, 0)
        for relation in openings
        for body in bodies(relation.RelatedOpeningElement)
        for item in body.Items or ()
    )


def _hard(item: Any, known: dict[int, bool], depth: int) -> bool:
    if item is None or depth > _DEEPEST:
        return False
    found = known.get(item.id())
    if found is None:
        if any(item.is_a(kind) for kind in _CLIPS) or has_arcs(item):
            found = True
        elif item.is_a("IfcMappedItem"):
            mapped = item.MappingSource.MappedRepresentation
            found = any(_hard(inner, known, depth + 1) for inner in mapped.Items or ())
        else:
            found = False
        known[item.id()] = found
    return found
