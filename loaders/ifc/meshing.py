"""Second step in the child: triangulate, one rung of the ladder at a time.

Results are flushed while they come, so that a crash loses the last second and not the
file. The parent goes on with what is missing on the next rung.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import ifcopenshell.geom
import orjson

from loaders.ifc.admit import Admitted
from loaders.ifc.box import box_mesh
from loaders.ifc.carving import carved
from loaders.ifc.chunkwriter import ChunkWriter
from loaders.ifc.jobs import Job, jobs_of
from loaders.ifc.kernel import EXACT, FAST, SECOND, settings, shapes
from loaders.ifc.opening import open_model
from loaders.ifc.pair import in_pair
from loaders.ifc.reference import keep_references
from loaders.ifc.sorting import sort_products
from loaders.ifc.triangulation import matrix_of, mesh_of

Emit = Callable[[dict[str, Any]], None]
Found = tuple[Any, ...]

_SHARED_BYTES = 8_000_000
"""Models up to this size are meshed by two processes. They share the model, but not what they make of it,
and a larger one would take more memory than it may."""
_FEWEST = 16


def mesh_model(
    scratch: Path, emit: Emit, *, plain: str, form: str, intact: bool, rung: str, wanted: str, prefix: str
) -> dict[str, Any]:
    """Mesh products on one rung.

    Parameters
    ----------
    scratch : Path
        Chunks go here as `<prefix>-<job>-<n>.npz`; their order by name is the same for every run.
    emit : callable
        Takes `{"objects": count}` for each chunk written and `{"trying": global_id}` where
        single objects are tried.
    plain, form : str
        The plain file, as the first step admitted it.
    intact : bool
        Whether the first step read all of it.
    rung : str
        `split`, `second`, `bare` (no openings cut, one by one) or `box`.
    wanted : str
        JSON file with the GlobalIds to mesh.
    prefix : str
        Of the chunk names.
    """
    admitted = Admitted(Path(plain), "xml" if form == "xml" else "step")
    model = open_model(admitted, Path(plain).name, intact=intact)
    keep_references(model)
    names = set(orjson.loads(Path(wanted).read_bytes()))
    products = [p for p in model.by_type("IfcProduct") if p.GlobalId in names]
    shared = rung == "split" and len(products) >= _FEWEST and _may_be_shared(Path(plain))
    if rung == "split":
        ways = sort_products(model, products)
        jobs = [partial(_split, model, job, ways.unconfirmed) for job in jobs_of(ways, shared=shared)]
    else:
        jobs = [partial(_LESSER[rung], model, products, emit)]
    here = os.getpid()
    # a copy of this process has no line to whoever started it
    writer = ChunkWriter(scratch, prefix, lambda event: emit(event) if os.getpid() == here else None)

    def work(number: int) -> None:
        writer.begin(number)
        for found in jobs[number]():
            writer.add(*found)
        writer.flush()

    if shared:
        in_pair(len(jobs), work)
    else:
        for number in range(len(jobs)):
            work(number)
    return {"meshed": writer.count}


def _may_be_shared(plain: Path) -> bool:
    return len(os.sched_getaffinity(0)) > 1 and plain.stat().st_size <= _SHARED_BYTES


def _split(model: Any, job: Job, unconfirmed: set[int]) -> Iterator[Found]:
    """Shapes by the fast kernel, carved where it would get them wrong; by OpenCASCADE what is left."""
    done: set[int] = set()
    known: dict[str, bool] = {}
    if job.segments is None:
        for cut in carved(model, job.products):
            done.add(cut.product.id())
            yield cut.product.GlobalId, cut.key, lambda mesh=cut.mesh: mesh, cut.matrix, "exact"
    else:
        for shape in shapes(model, job.products, FAST, segments=job.segments):
            quality = "unconfirmed" if shape.id in unconfirmed else "exact"
            found = _found(shape, f"{FAST}-{job.segments}", quality)
            if _has_faces(shape.geometry, found[1], known):
                done.add(shape.id)
                yield found
    left = [product for product in job.products if product.id() not in done]
    for shape in shapes(model, left, EXACT):
        yield _found(shape, EXACT, "exact")


def _has_faces(geometry: Any, key: str, known: dict[str, bool]) -> bool:
    """Whether a shape is more than a promise: the fast kernel gives empty ones for some surfaces."""
    if key not in known:
        known[key] = len(geometry.faces_buffer) > 0
    return known[key]


def _second(model: Any, products: list[Any], _emit: Emit) -> Iterator[Found]:
    for shape in shapes(model, products, SECOND):
        yield _found(shape, SECOND, "approximate")


def _bare(model: Any, products: list[Any], emit: Emit) -> Iterator[Found]:
    chosen = settings(openings=False)
    for product in products:
        emit({"trying": product.GlobalId})
        try:
            shape = ifcopenshell.geom.create_shape(chosen, product, geometry_library=EXACT)
        except RuntimeError:  # the kernel's "no shape"
            continue
        quality = "without-openings" if getattr(product, "HasOpenings", ()) else "exact"
        yield _found(shape, f"bare-{product.id()}", quality)


def _box(model: Any, products: list[Any], _emit: Emit) -> Iterator[Found]:
    for product in products:
        found = box_mesh(model, product)
        if found is not None:
            mesh, matrix = found
            yield product.GlobalId, f"box-{product.id()}", lambda mesh=mesh: mesh, matrix, "box"


_LESSER: dict[str, Callable[[Any, list[Any], Emit], Iterator[Found]]] = {
    "second": _second,
    "bare": _bare,
    "box": _box,
}


def _found(shape: Any, kernel: str, quality: str) -> Found:
    geometry = shape.geometry
    return shape.guid, f"{kernel}/{geometry.id}", lambda: mesh_of(geometry), matrix_of(shape), quality
