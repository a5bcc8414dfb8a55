"""What stands on one floor of a model, as one GLB."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from tiles.solids.glb import Scene, empty_glb
from tiles.solids.instances import AT_LEAST, Instances, decompose
from tiles.solids.mesh import Mesh, corners, read_mesh
from tiles.solids.metadata import Property
from tiles.solids.shape import Grid, Shape
from tiles.solids.table import Table, Values

Array = npt.NDArray[Any]
Local = Callable[[Array], Array]
"""Storage CRS to local metres."""

_ARM_M = 5.0


def placed(model: Array, placement: Array, points: Array) -> Array:
    """Mesh metres to the storage CRS; shapes (4, 4), (n, 4, 4) and (n, k, 3)."""
    matrices = model @ placement
    return np.asarray(points @ np.swapaxes(matrices[:, :3, :3], 1, 2) + matrices[:, None, :3, 3])


def reach(model: Array, rows: Sequence[dict[str, Any]]) -> Array:
    """Corners of the box of every placement in the storage CRS; shape (n, 8, 3)."""
    boxes = corners(np.array([r["box_min_m"] for r in rows]), np.array([r["box_max_m"] for r in rows]))
    return placed(model, _matrices(rows), boxes)


def storey_glb(
    rows: Sequence[dict[str, Any]],
    model: Array,
    local: Local,
    properties: Sequence[Property],
    *,
    name: str,
    opacity: int = 255,
) -> bytes:
    """Draw placements.

    Parameters
    ----------
    rows : sequence of dict
        One a placement: `id`, the values of the properties, `mesh_id`, `matrix`, and in the
        first row of each mesh its columns.
    model : ndarray of shape (4, 4)
        Model metres to the storage CRS.
    local : callable
        Storage CRS to local metres.
    properties : sequence of Property
        Columns of the property table.
    name : str
        Class of the features.
    opacity : int
        Most any colour may have.
    """
    if not rows:
        return empty_glb()
    features: dict[int, int] = {}
    for row in rows:
        features.setdefault(row["id"], len(features))
    by_id = {row["id"]: row for row in rows}
    said = Table.of_rows([one.name for one in properties], [by_id[id] for id in features])
    values = {one: Values(column) for one, column in said.columns.items()}
    scene = Scene(name, properties, values, len(features), double_sided=True)
    baked: tuple[list[Shape], list[Shape]] = ([], [])
    placements = _matrices(rows)
    linear, shift = _affine(model, placements, rows, local)
    feature_of = np.array([features[row["id"]] for row in rows])
    for group in _by_mesh(rows):
        mesh = read_mesh(next(rows[i] for i in group if rows[i]["positions"] is not None), opacity)
        ids = feature_of[group]
        instances, left = _instances(
            mesh, model, placements[group], (linear[group], shift[group]), local, ids=ids
        )
        if instances is not None:
            scene.add_instances(instances)
        for i in np.array(group)[left]:
            for part, into in zip((mesh.opaque, mesh.clear), baked, strict=True):
                if len(part.triangles):
                    points = local(placed(model, placements[i : i + 1], part.points[None])[0])
                    into.append(_baked(part, points, linear[i], feature_of[i]))
    for shapes, clear in zip(baked, (False, True), strict=True):
        if shapes:
            scene.add(_joined(shapes), blended=(clear,))
    return scene.glb()


def _by_mesh(rows: Sequence[dict[str, Any]]) -> Iterator[list[int]]:
    """Numbers of the rows that show the same mesh."""
    groups: dict[int, list[int]] = {}
    for number, row in enumerate(rows):
        groups.setdefault(row["mesh_id"], []).append(number)
    yield from groups.values()


def _matrices(rows: Sequence[dict[str, Any]]) -> Array:
    return np.array([row["matrix"] for row in rows], np.float64).reshape(-1, 4, 4)


def _instances(
    mesh: Mesh, model: Array, placements: Array, affine: tuple[Array, Array], local: Local, *, ids: Array
) -> tuple[Instances | None, Array]:
    """Those placements that can be instances, and which cannot.

    The map to the local frame is taken as linear around the middle of each placement; where
    that is off by more than the tolerance at a corner of its box, the placement is baked.
    """
    rest = np.ones(len(placements), bool)
    points = np.vstack([shape.points for shape in (mesh.opaque, mesh.clear)])
    if len(placements) < AT_LEAST or not len(points):
        return None, rest
    grid = Grid.around(points)
    if grid is None:
        return None, rest
    linear, shift = affine
    radius = float(np.linalg.norm(mesh.corners, axis=1).max())
    turns, scales, fits = decompose(linear, radius)
    exact = local(placed(model, placements, mesh.corners[None]).reshape(-1, 3)).reshape(-1, 8, 3)
    guess = mesh.corners @ np.swapaxes(linear, 1, 2) + shift[:, None]
    fits &= np.abs(guess - exact).max(axis=(1, 2)) < 0.005
    if fits.sum() < AT_LEAST:
        return None, rest
    shapes = (mesh.opaque, mesh.clear)
    return Instances(shapes, grid, shift[fits], turns[fits], scales[fits], ids[fits]), ~fits


def _affine(
    model: Array, placements: Array, rows: Sequence[dict[str, Any]], local: Local
) -> tuple[Array, Array]:
    """Mesh metres to local metres around the middle of each placement, by central differences."""
    middle = np.array([np.add(row["box_min_m"], row["box_max_m"]) / 2 for row in rows])
    centre = placed(model, placements, middle[:, None])[:, 0]
    arms = np.concatenate([np.eye(3), -np.eye(3)]) * _ARM_M
    around = local((centre[:, None] + arms).reshape(-1, 3)).reshape(-1, 6, 3)
    slope = np.swapaxes((around[:, :3] - around[:, 3:]) / (2 * _ARM_M), 1, 2)
    linear = slope @ (model @ placements)[:, :3, :3]
    return linear, local(centre) - np.einsum("nij,nj->ni", linear, middle)


def _baked(part: Shape, points: Array, linear: Array, feature: int) -> Shape:
    """Give a part its place and its feature; a mirrored one is turned right side out."""
    normals = part.normals @ np.linalg.pinv(linear)
    size = np.linalg.norm(normals, axis=1)[:, None]
    triangles = part.triangles if np.linalg.det(linear) >= 0 else part.triangles[:, ::-1]
    ids = np.full(len(points), feature)
    return Shape(points, normals / np.where(size > 0, size, 1.0), triangles, ids, part.colours)


def _joined(shapes: list[Shape]) -> Shape:
    starts = np.cumsum([0, *(len(shape.points) for shape in shapes)])[:-1]
    triangles = [
        shape.triangles.astype(np.uint32) + np.uint32(at) for shape, at in zip(shapes, starts, strict=True)
    ]
    return Shape(
        np.vstack([shape.points for shape in shapes]),
        np.vstack([shape.normals for shape in shapes]),
        np.vstack(triangles),
        np.concatenate([shape.features for shape in shapes]),
        np.vstack([shape.colours for shape in shapes]),
    )
