"""The geometry kernels, and shapes of products by one of them.

`hybrid-manifold-opencascade` is several times faster than OpenCASCADE alone and gives
the same volumes, except where a body is clipped by half spaces (it cuts wrongly or not
at all), where openings cut a mapped body (it crashes) and where a profile has arcs or
meets itself (its area may be off by half). The first two are carved by
`loaders.ifc.carving` where that is safe; what is left goes to OpenCASCADE.
`loaders.ifc.sorting` tells which is which. One thread: two are slower and not
deterministic; a second process helps (`loaders.ifc.pair`).
Figures: docs/decisions/0006-ifc-kernels.md.
"""

from __future__ import annotations

from collections.abc import Generator, Iterator
from typing import Any

import ifcopenshell.geom

from twin.memory import give_back, resident_bytes

FAST = "hybrid-manifold-opencascade"
EXACT = "opencascade"
SECOND = "hybrid-cgal-simple-opencascade"

_GROWN_BYTES = 8 * 1024 * 1024
"""What shapes may add to the process before another iterator goes on with what is left."""
_LOOK_EVERY = 8
"""Shapes between two looks at the memory: a look takes 10 µs."""


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
    left = {product.id(): product for product in products}
    while left and (yield from _until_grown(model, chosen, left, kernel)):
        give_back()


def _until_grown(model: Any, chosen: Any, left: dict[int, Any], kernel: str) -> Generator[Any, None, bool]:
    """Shapes of what is left, taken out of it; True where memory ended it and not the last shape.

    An iterator keeps every shape it made, and a few hundred railings can take 100 MB of it. One for
    all products is the quickest, for starting one reads the whole model.
    """
    iterator = ifcopenshell.geom.iterator(
        chosen, model, 1, include=list(left.values()), geometry_library=kernel
    )
    more = iterator.initialize()
    # after it started: what a large model takes for that is not given back by the next one
    limit = resident_bytes() + _GROWN_BYTES
    while more:
        shape = iterator.get()
        # where a mapped body has openings the toolkit gives it twice; the first shape counts
        if left.pop(shape.id, None) is not None:
            yield shape
            if left and not len(left) % _LOOK_EVERY and resident_bytes() > limit:
                return True
        more = iterator.next()
    return False
