"""The hard bodies without the slow kernel: meshed by the fast one before they are cut, then cut by us.

The fast kernel forgets half spaces and crashes where openings cut a mapped body. So it
is given such bodies without their clips and, where they are mapped, without their
openings; the cuts are made on the closed mesh. What is not closed before or after, or
not plausible, is left to OpenCASCADE: `loaders.ifc.meshing` asks it for what is missing.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import numpy as np

from loaders.ifc.bodies import bodies
from loaders.ifc.carve import clip, grown, mesh, moved, solid, subtract
from loaders.ifc.chunk import Floats, Mesh
from loaders.ifc.halfspace import HalfSpace, body_clips
from loaders.ifc.kernel import FAST, shapes
from loaders.ifc.triangulation import matrix_of, mesh_of
from loaders.ifc.units import Units


@dataclass(frozen=True, slots=True)
class Cut:
    """How a product gets its shape.

    Attributes
    ----------
    clips : tuple of HalfSpace
        Off its body.
    openings : tuple of entity_instance
        Openings we cut; those the kernel cuts are not among them.
    """

    product: Any
    clips: tuple[HalfSpace, ...]
    openings: tuple[Any, ...]
    opening_clips: tuple[tuple[HalfSpace, ...], ...]


@dataclass(frozen=True, slots=True)
class Carved:
    """A product with its shape in its own frame."""

    product: Any
    key: str
    mesh: Mesh
    matrix: Floats


def carved(model: Any, products: list[Any]) -> Iterator[Carved]:
    """Shapes of those of the products that can be carved."""
    length_m = Units(model).length_m
    cuts = {p.GlobalId: cut for p in products if (cut := planned(p, length_m)) is not None}
    by_kernel = [cut for cut in cuts.values() if not cut.openings]
    by_us = [cut for cut in cuts.values() if cut.openings]
    whole = [cut.product for cut in by_us]
    openings = list({o.id(): o for cut in by_us for o in cut.openings}.values())
    known: dict[str, Mesh | None] = {}
    with _unclipped([cut.product for cut in cuts.values()] + openings):
        for shape in shapes(model, [cut.product for cut in by_kernel], FAST):
            cut = cuts[shape.guid]
            key = f"carved/{shape.geometry.id}"
            if getattr(cut.product, "HasOpenings", None):
                key = f"carved-{cut.product.id()}"
            if key not in known:
                known[key] = _cut(mesh_of(shape.geometry), cut.clips, [])
            found = known[key]
            if found is not None:
                yield Carved(cut.product, key, found, matrix_of(shape))
        uncut = {
            shape.guid: (mesh_of(shape.geometry), matrix_of(shape))
            for shape in shapes(model, whole + openings, FAST, openings=False)
        }
    for cut in by_us:
        found = _cut_openings(cut, uncut)
        if found is not None:
            yield Carved(cut.product, f"carved-{cut.product.id()}", found, uncut[cut.product.GlobalId][1])


def planned(product: Any, length_m: float) -> Cut | None:
    """How a product can be carved; None where only the exact kernel knows."""
    found = bodies(product)
    if len(found) != 1:
        return None
    items = found[0].Items or ()
    clips = body_clips(items, length_m)
    if clips is None:
        return None
    openings = tuple(r.RelatedOpeningElement for r in getattr(product, "HasOpenings", None) or ())
    opening_clips = []
    for opening in openings:
        cutters = bodies(opening)
        cutter_clips = body_clips(cutters[0].Items or (), length_m) if len(cutters) == 1 else None
        if cutter_clips is None:
            return None
        opening_clips.append(cutter_clips)
    mapped = any(item.is_a("IfcMappedItem") for item in items)
    if not mapped and not any(opening_clips):
        return Cut(product, clips, (), ())
    return Cut(product, clips, openings, tuple(opening_clips))


def _cut(found: Mesh | None, clips: tuple[HalfSpace, ...], cutters: list[Any]) -> Mesh | None:
    body = None if found is None else solid(found)
    if found is None or body is None:
        return None
    left = clip(body, clips) if clips else body
    if left is not None and cutters:
        left = subtract(left, cutters)
    return None if left is None else mesh(left, body.original_id(), found.palette)


def _cut_openings(cut: Cut, uncut: dict[str, tuple[Mesh | None, Floats]]) -> Mesh | None:
    if cut.product.GlobalId not in uncut:
        return None
    found, matrix = uncut[cut.product.GlobalId]
    into_body = np.linalg.inv(matrix)
    cutters = []
    for opening, clips in zip(cut.openings, cut.opening_clips, strict=True):
        hole, place = uncut.get(opening.GlobalId, (None, np.eye(4)))
        cutter = None if hole is None else solid(hole)
        if cutter is not None and clips:
            cutter = clip(cutter, clips)
        if cutter is None:
            return None
        cutters.append(moved(grown(cutter), into_body @ place))
    if found is not None and not cut.clips and _is_surface(cut.product) and solid(found) is None:
        return found  # nothing can be taken off a surface; OpenCASCADE leaves it as it is, too
    return _cut(found, cut.clips, cutters)


def _is_surface(product: Any) -> bool:
    """Whether a body is faces without an inside."""
    return all(
        inner.is_a("IfcFaceBasedSurfaceModel")
        for body in bodies(product)
        for item in body.Items
        for inner in (
            item.MappingSource.MappedRepresentation.Items if item.is_a("IfcMappedItem") else (item,)
        )
    )


@contextmanager
def _unclipped(products: list[Any]) -> Iterator[None]:
    """The model with the first operand of each clipped body in its place; as it was afterwards."""
    kept: list[tuple[Any, str, Any]] = []

    def put(entity: Any, attribute: str, value: Any) -> None:
        kept.append((entity, attribute, getattr(entity, attribute)))
        setattr(entity, attribute, value)

    try:
        for representation in _representations(products):
            items = [_first(item) for item in representation.Items]
            if items != list(representation.Items):
                for item, first in zip(representation.Items, items, strict=True):
                    for style in () if item == first or first.StyledByItem else item.StyledByItem:
                        put(style, "Item", first)
                put(representation, "Items", items)
        yield
    finally:
        for entity, attribute, value in reversed(kept):
            setattr(entity, attribute, value)


def _representations(products: list[Any]) -> list[Any]:
    found = {}
    for product in products:
        for body in bodies(product):
            found[body.id()] = body
            for item in body.Items or ():
                if item.is_a("IfcMappedItem"):
                    mapped = item.MappingSource.MappedRepresentation
                    found[mapped.id()] = mapped
    return list(found.values())


def _first(item: Any) -> Any:
    while item.is_a("IfcBooleanResult"):
        item = item.FirstOperand
    return item
