"""Cut closed meshes by half spaces and by other meshes, and never give back what is not closed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import shapely
from manifold3d import CrossSection, Error, Manifold, Mesh64, OpType

from loaders.ifc.chunk import Floats, Mesh
from loaders.ifc.halfspace import HalfSpace

_TOLERANCE_M = 1e-6
_OVERCUT_M = 3e-6
"""A clip that ends in a face of the body takes the face along, or a film of no thickness would stay."""
_SMALLEST_M3 = 1e-9
_MORE = 1e-6
_BEYOND_M = 1.0


def solid(mesh: Mesh) -> Any | None:
    """A mesh as a solid that can be cut; None where it is not closed or has no volume.

    The colour of each triangle is kept through all cuts.
    """
    given = Mesh64(
        np.ascontiguousarray(mesh.vertices),
        np.ascontiguousarray(mesh.triangles.astype(np.uint64)),
        face_id=(mesh.materials + 1).astype(np.uint64),
        tolerance=_TOLERANCE_M,
    )
    given.merge()
    found = Manifold(given)
    if found.status() != Error.NoError or found.is_empty():
        return None
    volume = found.volume()
    if volume < 0:
        turned = Mesh(mesh.vertices, mesh.triangles[:, ::-1], mesh.materials, mesh.palette)
        return solid(turned)
    return found if volume > _SMALLEST_M3 else None


def clip(body: Any, clips: Sequence[HalfSpace]) -> Any | None:
    """Take half spaces off a solid; None where that cannot be told for sure."""
    left = body
    for half in clips:
        if half.ring_m is None:
            left = left.trim_by_plane(tuple(half.normal), half.offset_m + _OVERCUT_M)
        else:
            left = left - _prism(half, body.bounding_box())
    return _sound(left, body)


def subtract(body: Any, others: Sequence[Any]) -> Any | None:
    """Take other solids off a solid; None where that cannot be told for sure."""
    return _sound(Manifold.batch_boolean([body, *others], OpType.Subtract), body)


def grown(body: Any) -> Any:
    """A cutter larger by a hair on all sides, so that a face it shares with the body goes too."""
    low, high = np.split(np.array(body.bounding_box()), 2)
    middle, extent = (low + high) / 2, high - low
    factor = 1.0 + 2 * _OVERCUT_M / extent
    return body.translate(tuple(-middle)).scale(tuple(factor)).translate(tuple(middle))


def moved(body: Any, matrix: Floats) -> Any:
    """A solid in another frame."""
    return body.transform(np.ascontiguousarray(matrix[:3]))


def mesh(body: Any, original: int, palette: list[Any]) -> Mesh:
    """A solid as a mesh; cut faces take the colour most of the body has.

    Parameters
    ----------
    body : Manifold
        After the cuts.
    original : int
        `original_id` of the solid before them.
    palette : list of (r, g, b, a)
        Of the mesh the solid was made from.
    """
    given = body.to_mesh64()
    triangles = given.tri_verts.astype(np.int32)
    starts, owners = np.asarray(given.run_index) // 3, np.asarray(given.run_original_id)
    owner = np.repeat(owners.astype(np.int64), np.diff(starts).astype(np.int64))
    own = owner == original
    materials = np.asarray(given.face_id).astype(np.int32) - 1
    most = int(np.bincount(materials[own] + 1).argmax()) - 1 if own.any() else -1
    materials[~own] = most
    return Mesh(np.asarray(given.vert_properties)[:, :3].copy(), triangles, materials, palette)


def _prism(half: HalfSpace, box: Any) -> Any:
    """The bounded half space, as long as it has to be to pass through the box (low and high corner)."""
    corners = np.array([[box[i], box[j], box[k], 1.0] for i in (0, 3) for j in (1, 4) for k in (2, 5)])
    along = (corners @ np.linalg.inv(half.frame).T)[:, 2]
    low, high = along.min() - _BEYOND_M, along.max() + _BEYOND_M
    grown = shapely.buffer(shapely.Polygon(half.ring_m), _OVERCUT_M, join_style="mitre")
    ring = shapely.get_coordinates(shapely.orient_polygons(grown))[:-1]
    upright = CrossSection([ring]).extrude(high - low).translate((0.0, 0.0, low))
    return moved(upright, half.frame).trim_by_plane(tuple(-half.normal), -half.offset_m - _OVERCUT_M)


def _sound(left: Any, body: Any) -> Any | None:
    """What is left, where it is closed, is not nothing and is not more than there was."""
    if left.status() != Error.NoError or left.is_empty():
        return None
    volume = left.volume()
    return left if _SMALLEST_M3 < volume <= body.volume() * (1 + _MORE) else None
