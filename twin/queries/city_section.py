"""The faces a plane cuts out of the blocks of the city, those buildings that no model draws."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import numpy as np
import numpy.typing as npt
import shapely

from twin.body.cut import cut
from twin.crs import WGS84, transformer
from twin.database.connection import Database
from twin.database.statements import statement
from twin.database.validity import dated
from twin.errors import NotFound
from twin.queries.blocks import faces_of
from twin.queries.buildings import PUBLIC
from twin.queries.section import Cut, Said, plane_of

Array = npt.NDArray[Any]

_MOST_BODIES = 1_000
_LEVEL_DEG = 89.999
_LOWEST_M = -10_000.0
_SAME_M = 1e-4
"""Corners nearer than that are one: what is stored of two faces may differ in the last digit."""


def city_section(
    database: Database,
    chosen: Cut,
    others: Sequence[Cut] = (),
    *,
    around: tuple[float, float, float, float] | None = None,
    building: int | None = None,
    circles: frozenset[str] = PUBLIC,
    moment: datetime | None = None,
) -> dict[str, Any]:
    """Cut the blocks of a part of the city: solids, faces of city models, and prisms.

    Parameters
    ----------
    database : Database
        The city.
    chosen : Cut
        The plane whose faces are wanted.
    others : sequence of Cut
        Planes that cut as well: what lies on their far side is left out.
    around : tuple of float, optional
        West, south, east, north of what is looked at, degrees; None: where the building stands.
    building : int, optional
        Feature id of the one building that is cut; None: all in the box.
    circles : frozenset of str
        Access circles of the caller.
    moment : datetime, optional
        With zone: the blocks as they were then.

    Returns
    -------
    dict
        `objects`: `id` and `code` of the building, `collection`, `area_m2` and `polygons`, rings of
        [lon, lat, height]; `unclosed`: buildings whose faces enclose nothing; `unknown`: without a known
        height; `more`: whether
        there are further ones, further from the middle.

    Raises
    ------
    NotFound
        There is no such building, or neither building nor box.
    """
    around = around or _around(database, building, circles, moment)
    plane = plane_of(database, chosen)
    lon, lat = np.array(around)[[0, 2, 2, 0]], np.array(around)[[1, 1, 3, 3]]
    east, north = transformer(WGS84, database.srid).transform(lon, lat)
    fan = shapely.Polygon(np.column_stack([east, north]))
    binds = {
        "e": float(np.mean(east)),
        "n": float(np.mean(north)),
        # what does not reach over a level plane is not met
        "z": chosen.z_m if abs(chosen.tilt) > _LEVEL_DEG else _LOWEST_M,
        "slope": 0.0,
        "srid": database.srid,
        "circles": sorted(circles),
        "fan": shapely.to_wkb(fan),
        "limit": _MOST_BODIES + 1,
        "moment": moment,
    }
    rows = database.rows(_sql("bodies_over", moment), binds)
    kept = [plane.half(plane_of(database, one)) for one in others]
    faces: dict[int, list[Any]] = {}
    unclosed: set[int] = set()
    wanted = [row for row in rows[:_MOST_BODIES] if building in {None, row["id"]}]
    for row in wanted:
        if row["unknown"]:
            continue
        points, triangles = closed_by(faces_of(row, plane.origin))
        if not len(points):
            continue
        found, closed = cut(points + plane.origin, triangles, plane)
        for one in kept:
            found = shapely.intersection(found, one)
        if not closed:
            unclosed.add(row["id"])
        if not found.is_empty and found.area > 0:
            faces.setdefault(row["id"], []).append(found)
    place = Said(database.srid, plane)
    named = {"ids": list(faces), "circles": sorted(circles), "moment": moment}
    codes = {row["id"]: row["code"] for row in database.rows(_sql("building_names", moment), named)}
    objects = [
        {"id": id, "collection": "building", "code": codes.get(id), **place.said(shapely.union_all(found))}
        for id, found in sorted(faces.items())
    ]
    return {
        "count": len(objects),
        "unclosed": len(unclosed),
        "unknown": len({row["id"] for row in wanted if row["unknown"]}),
        "more": len(rows) > _MOST_BODIES,
        "objects": objects,
    }


def _around(
    database: Database, building: int | None, circles: frozenset[str], moment: datetime | None
) -> tuple[float, float, float, float]:
    binds = {"building": building, "circles": sorted(circles), "moment": moment}
    row = database.row(_sql("section_around", moment), binds)
    if row is None:
        raise NotFound(f"there is no building {building}")
    return row["west"], row["south"], row["east"], row["north"]


def _sql(name: str, moment: datetime | None) -> str:
    return dated(statement("twin.queries", name), moment)


def closed_by(faces: Sequence[Any]) -> tuple[Array, Array]:
    """Triangles that close where plane faces close, and are cut where they are cut.

    Each ring of a face becomes a fan about the first corner of its outline. The fans of a face with
    notches or holes overlap within its plane; a cut of them by another plane runs to and fro there
    and encloses nothing more.

    Parameters
    ----------
    faces : sequence of Polygon Z

    Returns
    -------
    ndarray of shape (n, 3), ndarray of shape (m, 3)
        Corners, each once, and triangles.
    """
    if not faces:
        return np.zeros((0, 3)), np.zeros((0, 3), np.int64)
    coordinates = shapely.get_coordinates(faces, include_z=True)
    _, first, number = np.unique(
        np.round(coordinates / _SAME_M).astype(np.int64), axis=0, return_index=True, return_inverse=True
    )
    number = number.reshape(-1)
    triangles: list[Array] = []
    at = 0
    for face in faces:
        apex = number[at]
        for ring in (face.exterior, *face.interiors):
            count = shapely.get_num_points(ring)
            a, b = number[at : at + count - 1], number[at + 1 : at + count]
            some = (a != b) & (a != apex) & (b != apex)
            triangles.append(np.column_stack([np.full(int(some.sum()), apex), a[some], b[some]]))
            at += count
    return coordinates[first], np.vstack(triangles).reshape(-1, 3)
