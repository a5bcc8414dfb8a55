"""Second step in the child: triangulate, one rung of the ladder at a time.

Results are flushed while they come, so that a crash loses the last second and not the
file. The parent goes on with what is missing on the next rung.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import ifcopenshell.geom
import orjson

from loaders.ifc.admit import Admitted
from loaders.ifc.box import box_mesh
from loaders.ifc.carving import carved
from loaders.ifc.chunk import Chunk, Mesh
from loaders.ifc.kernel import EXACT, FAST, SECOND, settings, shapes
from loaders.ifc.opening import open_model
from loaders.ifc.reference import keep_references
from loaders.ifc.sorting import sort_products
from loaders.ifc.triangulation import matrix_of, mesh_of

Emit = Callable[[dict[str, Any]], None]

_FLUSH_S = 1.0
_FLUSH_TRIANGLES = 400_000


def mesh_model(
    scratch: Path, emit: Emit, *, plain: str, form: str, rung: str, wanted: str, prefix: str
) -> dict[str, Any]:
    """Mesh products on one rung.

    Parameters
    ----------
    scratch : Path
        Chunks go here as `<prefix>-<n>.npz`.
    emit : callable
        Takes `{"chunk": name}` for each chunk written and `{"trying": global_id}` where
        single objects are tried.
    plain, form : str
        The plain file, as the first step admitted it.
    rung : str
        `split`, `second`, `bare` (no openings cut, one by one) or `box`.
    wanted : str
        JSON file with the GlobalIds to mesh.
    prefix : str
        Of the chunk names.
    """
    model = open_model(Admitted(Path(plain), "xml" if form == "xml" else "step"), Path(plain).name)
    keep_references(model)
    names = set(orjson.loads(Path(wanted).read_bytes()))
    products = [p for p in model.by_type("IfcProduct") if p.GlobalId in names]
    writer = _Writer(scratch, emit, prefix)
    for global_id, key, make, matrix, quality in _RUNGS[rung](model, products, emit):
        writer.add(global_id, key, make, matrix, quality)
    writer.flush()
    return {"meshed": writer.count}


def _split(model: Any, products: list[Any], _emit: Emit) -> Iterator[tuple[Any, ...]]:
    ways = sort_products(model, products)
    done: set[int] = set()
    known: dict[str, bool] = {}
    for count, chosen in ways.safe.items():
        for shape in shapes(model, chosen, FAST, segments=count):
            quality = "unconfirmed" if shape.id in ways.unconfirmed else "exact"
            found = _found(shape, f"{FAST}-{count}", quality)
            if _has_faces(shape.geometry, found[1], known):
                done.add(shape.id)
                yield found
    for cut in carved(model, ways.risky):
        done.add(cut.product.id())
        yield cut.product.GlobalId, cut.key, lambda mesh=cut.mesh: mesh, cut.matrix, "exact"
    left = [product for product in products if product.id() not in done]
    for shape in shapes(model, left, EXACT):
        yield _found(shape, EXACT, "exact")


def _has_faces(geometry: Any, key: str, known: dict[str, bool]) -> bool:
    """Whether a shape is more than a promise: the fast kernel gives empty ones for some surfaces."""
    if key not in known:
        known[key] = len(geometry.faces_buffer) > 0
    return known[key]


def _second(model: Any, products: list[Any], _emit: Emit) -> Iterator[tuple[Any, ...]]:
    for shape in shapes(model, products, SECOND):
        yield _found(shape, SECOND, "approximate")


def _bare(model: Any, products: list[Any], emit: Emit) -> Iterator[tuple[Any, ...]]:
    chosen = settings(openings=False)
    for product in products:
        emit({"trying": product.GlobalId})
        try:
            shape = ifcopenshell.geom.create_shape(chosen, product, geometry_library=EXACT)
        except RuntimeError:  # the kernel's "no shape"
            continue
        quality = "without-openings" if getattr(product, "HasOpenings", ()) else "exact"
        yield _found(shape, f"bare-{product.id()}", quality)


def _box(model: Any, products: list[Any], _emit: Emit) -> Iterator[tuple[Any, ...]]:
    for product in products:
        found = box_mesh(model, product)
        if found is not None:
            mesh, matrix = found
            yield product.GlobalId, f"box-{product.id()}", lambda mesh=mesh: mesh, matrix, "box"


_RUNGS: dict[str, Callable[[Any, list[Any], Emit], Iterator[tuple[Any, ...]]]] = {
    "split": _split,
    "second": _second,
    "bare": _bare,
    "box": _box,
}


def _found(shape: Any, kernel: str, quality: str) -> tuple[Any, ...]:
    geometry = shape.geometry
    return shape.guid, f"{kernel}/{geometry.id}", lambda: mesh_of(geometry), matrix_of(shape), quality


class _Writer:
    """Collects shapes and writes a chunk a second, or when it has grown."""

    def __init__(self, scratch: Path, emit: Emit, prefix: str) -> None:
        self._scratch, self._emit, self._prefix = scratch, emit, prefix
        self._chunk, self._number, self._triangles = Chunk(), 0, 0
        self._since = time.monotonic()
        self.count = 0

    def add(
        self, global_id: str, key: str, make: Callable[[], Mesh | None], matrix: Any, quality: str
    ) -> None:
        mesh = None
        if key not in self._chunk.by_key:
            mesh = make()
            if mesh is None:
                return
            self._triangles += len(mesh.triangles)
        self._chunk.add(key, mesh, global_id, matrix, quality)
        self.count += 1
        if self._triangles > _FLUSH_TRIANGLES or time.monotonic() - self._since > _FLUSH_S:
            self.flush()

    def flush(self) -> None:
        if self._chunk.placed:
            name = f"{self._prefix}-{self._number:04d}.npz"
            self._chunk.save(self._scratch / name)
            self._emit({"chunk": name, "objects": self.count})
            self._number += 1
        self._chunk, self._triangles, self._since = Chunk(), 0, time.monotonic()
