"""quantized-mesh-1.0 with oct-encoded normals, by the specification of Cesium's terrain format.

The mesh is the whole grid: what connects its corners is the same for every tile and made once.

Heights are rounded to a step of the level before they become 16 bits, and the 16 bits of a tile
divide that step evenly. So two tiles that span different heights still mean the same height along
their edge, to the last bit of their lowest and highest height, which are 32-bit floats.
"""

from __future__ import annotations

import struct
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from tiles.raster.geodetic import CELLS
from tiles.raster.relief import A_M, B_M, Relief

Array = npt.NDArray[np.float64]
Whole = npt.NDArray[np.int64]

MEDIA_TYPE = "application/vnd.quantized-mesh;extensions=octvertexnormals"
_MOST = 32_767
_NORMALS = 1
"""Number of the extension."""
_FINEST_M, _FINEST_LEVEL, _COARSEST_M = 1 / 32, 14, 0.5
_EXACT = 1 << 24
"""Whole numbers below are exact as 32-bit floats."""
_LEAST_COSINE = 1e-6


def quantized_mesh(ground: Relief) -> bytes:
    """Encode the ground of a tile."""
    corners = ground.geocentric().reshape(-1, 3)
    low, high = corners.min(axis=0), corners.max(axis=0)
    middle = (low + high) / 2
    radius = float(np.linalg.norm(corners - middle, axis=1).max())
    numbers, low_m, high_m = quantise(ground.heights, step_m(ground.tile.z))
    header = struct.pack("<3d2f4d3d", *middle, low_m, high_m, *middle, radius, *_horizon(corners, middle))
    order, connections = _grid()
    side = np.rint(np.arange(CELLS + 1) * (_MOST / CELLS)).astype(np.int64)
    u, v = np.tile(side, CELLS + 1), np.repeat(side, CELLS + 1)
    vertices = b"".join(_deltas(values[order]) for values in (u, v, numbers.ravel()))
    normals = oct_encoded(ground.normals.reshape(-1, 3)[order]).tobytes()
    return b"".join(
        (
            header,
            struct.pack("<I", order.size),
            vertices,
            connections,
            struct.pack("<BI", _NORMALS, len(normals)),
            normals,
        )
    )


def step_m(level: int) -> float:
    """Step heights of a level are rounded to, metres: a fiftieth of the error of the level or less."""
    return float(min(_FINEST_M * 2.0 ** max(0, _FINEST_LEVEL - level), _COARSEST_M))


def quantise(heights: Array, step: float) -> tuple[Whole, float, float]:
    """Heights as 0 to 32767, and the metres those two stand for.

    Parameters
    ----------
    heights : ndarray
        Metres.
    step : float
        A power of two. Doubled where the heights span more than 32767 of it, which ground does not.
    """
    steps = np.rint(heights / step).astype(np.int64)
    while int(np.ptp(steps)) > _MOST:
        step *= 2
        steps = np.rint(heights / step).astype(np.int64)
    lowest, span = int(steps.min()), int(np.ptp(steps))
    if span == 0:
        return steps - lowest, lowest * step, lowest * step
    finer = 0
    while span << (finer + 1) <= _MOST and (abs(lowest) << (finer + 1)) + _MOST < _EXACT:
        finer += 1
    high_m = lowest * step + _MOST * step / (1 << finer)
    return (steps - lowest) << finer, lowest * step, high_m


def oct_encoded(normals: Array) -> npt.NDArray[np.uint8]:
    """Unit vectors as two bytes: unfolded onto an octahedron (Meyer et al. 2010), as Cesium reads them."""
    flat = normals / np.abs(normals).sum(axis=1, keepdims=True)
    folded = (1 - np.abs(flat[:, 1::-1])) * np.where(flat[:, :2] < 0, -1.0, 1.0)
    plane = np.where(flat[:, 2:] < 0, folded, flat[:, :2])
    return np.rint((np.clip(plane, -1, 1) * 0.5 + 0.5) * 255).astype(np.uint8)


def _horizon(corners: Array, middle: Array) -> Array:
    """Point that is behind the horizon only when every corner is, in units of the ellipsoid's axes.

    K. Ring, "Computing the horizon occlusion point", 2013. Corners below the ellipsoid count as on it.
    """
    radii = np.array([A_M, A_M, B_M])
    towards = middle / radii
    towards /= np.linalg.norm(towards)
    scaled = corners / radii
    far = np.linalg.norm(scaled, axis=1)
    cos_a = np.clip(scaled @ towards / far, -1.0, 1.0)
    cos_b = 1 / np.maximum(far, 1.0)
    cosine = cos_a * cos_b - np.sqrt(1 - cos_a**2) * np.sqrt(1 - cos_b**2)
    # a tile of half the globe has no such point; a very far one hides it from nobody who could see it
    return np.asarray(towards * (1 / np.maximum(cosine, _LEAST_COSINE)).max())


@lru_cache(maxsize=1)
def _grid() -> tuple[Whole, bytes]:
    """In which order the corners of the grid are written, and triangles and edges as bytes.

    Corners stand in the order in which triangles first name them, as the encoding of the indices
    (by the highest one so far) requires.
    """
    row = CELLS + 1
    number = np.arange(row * row).reshape(row, row)
    sw, se, nw, ne = number[:-1, :-1], number[:-1, 1:], number[1:, :-1], number[1:, 1:]
    # counter-clockwise seen from above
    named = np.stack([sw, se, nw, nw, se, ne], axis=-1).ravel()
    _, first = np.unique(named, return_index=True)
    new = np.zeros(named.size, bool)
    new[first] = True
    order = named[new]
    place = np.empty_like(order)
    place[order] = np.arange(order.size)
    highest = np.cumsum(new) - new
    codes = highest - place[named]
    parts = [struct.pack("<I", named.size // 3), codes.astype("<u2").tobytes()]
    for edge in (number[:, 0], number[0], number[:, -1], number[-1]):  # west, south, east, north
        parts += [struct.pack("<I", row), place[edge].astype("<u2").tobytes()]
    return order, b"".join(parts)


def _deltas(values: Whole) -> bytes:
    """Differences from one to the next, with the sign in the lowest bit."""
    steps = np.diff(values, prepend=0)
    return ((steps << 1) ^ (steps >> 63)).astype("<u2").tobytes()
