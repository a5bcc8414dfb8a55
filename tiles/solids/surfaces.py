"""`Surfaces`: faces of several solids as flat arrays, read from WKB."""

from __future__ import annotations

import struct
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import shapely

from tiles.solids.compiled import ready

Array = npt.NDArray[Any]

_SURFACE_Z, _MULTIPOLYGON_Z = 1015, 1006


@dataclass(frozen=True, slots=True)
class Surfaces:
    """Faces of solids.

    Attributes
    ----------
    points : ndarray of float64, shape (n, 3)
        Corners of the rings, which do not repeat their first one; east, north and height.
    rings : ndarray of int64, shape (r + 1,)
        Corners of ring `i` are `rings[i]..rings[i + 1]`.
    faces : ndarray of int64, shape (f + 1,)
        Rings of a face likewise; those after the first are holes.
    owners : ndarray of int64, shape (f,)
        Which solid a face belongs to.
    """

    points: Array
    rings: Array
    faces: Array
    owners: Array


def read_surfaces(wkbs: Sequence[bytes], owners: Array) -> Surfaces:
    """Read ISO WKB of PolyhedralSurfaces Z or MultiPolygons Z, looking outward; whose each is."""
    if not wkbs:
        none = np.zeros(1, np.int64)
        return Surfaces(np.zeros((0, 3)), none, none, np.zeros(0, np.int64))
    return (by_kernel(wkbs, owners) if ready() else None) or by_shapely(wkbs, owners)


def by_kernel(wkbs: Sequence[bytes], owners: Array) -> Surfaces | None:
    """By the kernel; None where something is of another kind or byte order."""
    from tiles.solids.kernel.surface import measure, read  # noqa: PLC0415 - see `ready`

    starts = np.cumsum([0, *map(len, wkbs)])
    buffer = np.frombuffer(b"".join(wkbs), np.uint8)
    faces, rings, corners = measure(buffer, starts)
    if faces < 0:
        return None
    made = Surfaces(
        np.empty((corners, 3)), np.empty(rings + 1, np.int64), np.empty(faces + 1, np.int64),
        np.empty(faces, np.int64),
    )  # fmt: skip
    flat = made.points.reshape(-1).view(np.uint8)
    read(buffer, starts, owners, flat, made.rings, made.faces, made.owners)
    return made


def by_shapely(wkbs: Sequence[bytes], owners: Array) -> Surfaces:
    """As `read_surfaces`, whatever kind and byte order it is."""
    # GEOS knows no polyhedral surface, but the multipolygon that is written like one
    whole = np.asarray(shapely.from_wkb([_as_multipolygon(bytes(wkb)) for wkb in wkbs]), object)
    single = shapely.get_type_id(whole) == shapely.GeometryType.POLYGON
    whole[single] = [shapely.MultiPolygon([one]) for one in whole[single]]
    _, points, (rings, faces, solids) = shapely.to_ragged_array(whole, include_z=True)
    keep = np.ones(len(points), bool)
    keep[rings[1:] - 1] = False
    return Surfaces(
        points[keep], rings - np.arange(len(rings)), faces.astype(np.int64),
        np.repeat(owners, np.diff(solids)),
    )  # fmt: skip


def _as_multipolygon(wkb: bytes) -> bytes:
    order = "<" if wkb[0] == 1 else ">"
    if struct.unpack_from(f"{order}I", wkb, 1)[0] != _SURFACE_Z:
        return wkb
    return wkb[:1] + struct.pack(f"{order}I", _MULTIPOLYGON_Z) + wkb[5:]
