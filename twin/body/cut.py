"""A mesh cut by a plane: the closed faces of the cut."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import reduce
from typing import Any

import numpy as np
import numpy.typing as npt
import shapely

Array = npt.NDArray[Any]

_WIDE_M = 1e5
_SPECK_M2 = 1e-8


@dataclass(frozen=True, slots=True)
class Plane:
    """A plane with axes of its own.

    Attributes
    ----------
    origin : ndarray of shape (3,)
    normal : ndarray of shape (3,)
        Unit vector towards what is cut away.
    axes : ndarray of shape (2, 3)
        Unit vectors within it.
    """

    origin: Array
    normal: Array
    axes: Array

    @classmethod
    def through(cls, origin: Array, normal: Array) -> Plane:
        """A plane through a point, normal to a way of any length."""
        normal = normal / np.linalg.norm(normal)
        away = np.eye(3)[np.abs(normal).argmin()]
        first = np.cross(away, normal)
        first /= np.linalg.norm(first)
        return cls(origin, normal, np.stack([first, np.cross(normal, first)]))

    def flat(self, points: Array) -> Array:
        """Points of the plane by its axes."""
        return np.asarray((points - self.origin) @ self.axes.T)

    def space(self, flat: Array) -> Array:
        """The opposite of `flat`."""
        return np.asarray(flat @ self.axes + self.origin)

    def half(self, other: Plane) -> Any:
        """The part of this plane that another one leaves standing, as a very large polygon by our axes."""
        slope = self.axes @ other.normal
        offset = float((self.origin - other.origin) @ other.normal)
        size = float(np.linalg.norm(slope))
        if size < 1e-9:
            whole = shapely.box(-_WIDE_M, -_WIDE_M, _WIDE_M, _WIDE_M)
            return whole if offset <= 0 else shapely.Polygon()
        way = slope / size
        edge = -offset / size * way
        along = np.array([-way[1], way[0]]) * _WIDE_M
        corners = [edge + along, edge - along, edge - along - way * _WIDE_M, edge + along - way * _WIDE_M]
        return shapely.Polygon(corners)


def cut(points: Array, triangles: Array, plane: Plane) -> tuple[Any, bool]:
    """Where a plane passes through the inside of a mesh.

    A corner on the plane counts as before it, so each triangle is cut once or not at all and the
    outline of a closed mesh closes, exactly, whatever touches. Bodies of one mesh that are apart are
    taken apart: where they overlap, the cut is there.

    Parameters
    ----------
    points : ndarray of shape (n, 3)
        Corners at the same place are one.
    triangles : ndarray of shape (m, 3)
    plane : Plane

    Returns
    -------
    shapely geometry, bool
        Polygon or MultiPolygon by the axes of the plane, and whether all outlines closed: a mesh that
        is no solid has cuts that are lines, which are left out.
    """
    far = (points - plane.origin) @ plane.normal
    before = far >= 0
    sides = before[triangles]
    mixed = triangles[sides.any(axis=1) & ~sides.all(axis=1)]
    if not len(mixed):
        return shapely.Polygon(), True
    sides = before[mixed]
    alone = np.where(sides.sum(axis=1) == 1, sides.argmax(axis=1), (~sides).argmax(axis=1))
    row = np.arange(len(mixed))
    tip = mixed[row, alone]
    ends = np.stack([mixed[row, (alone + 1) % 3], mixed[row, (alone + 2) % 3]], axis=1)
    low, high = np.minimum(tip[:, None], ends), np.maximum(tip[:, None], ends)
    keys, edges = np.unique(low * len(points) + high, return_inverse=True)
    first, second = keys // len(points), keys % len(points)
    share = far[first] / (far[first] - far[second])
    corners = plane.flat(points[first] + share[:, None] * (points[second] - points[first]))
    body = _bodies(len(points), triangles)[first]
    outlines: dict[int, list[Any]] = {}
    closed = True
    for ring in _rings(edges.reshape(-1, 2)):
        if ring[0] != ring[-1]:
            closed = False
        elif len(ring) > 3:
            outlines.setdefault(int(body[ring[0]]), []).append(shapely.Polygon(corners[ring]))
    solids = [reduce(shapely.symmetric_difference, shapely.make_valid(one)) for one in outlines.values()]
    return _areas(shapely.union_all(solids)), closed


def _rings(segments: Array) -> Iterator[list[int]]:
    """Chains of segments; one that is closed ends where it begins."""
    at: dict[int, list[int]] = {}
    for number, (a, b) in enumerate(segments.tolist()):
        at.setdefault(a, []).append(number)
        at.setdefault(b, []).append(number)
    used = np.zeros(len(segments), bool)
    # what has an odd number of segments begins an open chain: those first
    order = sorted(at, key=lambda node: len(at[node]) % 2 == 0)
    for start in order:
        while any(not used[number] for number in at[start]):
            chain = [start]
            while True:
                onward = next((number for number in at[chain[-1]] if not used[number]), None)
                if onward is None:
                    break
                used[onward] = True
                a, b = segments[onward]
                chain.append(int(b if a == chain[-1] else a))
                if chain[-1] == start:
                    break
            yield chain


def _bodies(count: int, triangles: Array) -> Array:
    """For each corner the lowest corner that triangles connect it with."""
    label = np.arange(count)
    while True:
        lowest = label[triangles].min(axis=1)
        after = label.copy()
        np.minimum.at(after, triangles.ravel(), np.repeat(lowest, 3))
        after = after[after]
        if (after == label).all():
            return label
        label = after


def _areas(found: Any) -> Any:
    """The polygons of a geometry; lines and specks are left out."""
    parts = [one for one in shapely.get_parts(shapely.get_parts(found)) if one.geom_type == "Polygon"]
    parts = [one for one in parts if one.area > _SPECK_M2]
    return parts[0] if len(parts) == 1 else shapely.MultiPolygon(parts)
