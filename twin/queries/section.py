"""The faces a plane cuts out of a building model, object by object."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import numpy as np
import numpy.typing as npt
import shapely

from twin.body.cut import Plane, cut
from twin.body.mesh import moved
from twin.crs import WGS84, grid_turn_deg, transformer
from twin.database.connection import Database
from twin.database.statements import statement
from twin.database.validity import dated
from twin.errors import NotFound, TooLarge
from twin.queries.buildings import PUBLIC
from twin.queries.placed_meshes import placed_meshes

Array = npt.NDArray[Any]

_MOST_OBJECTS = 5_000
_MOST_TRIANGLES = 1_500_000
_SLACK_M = 0.1


@dataclass(frozen=True, slots=True)
class Cut:
    """A plane as people say it.

    Attributes
    ----------
    lon, lat : float
        Of a place on it, degrees, CRS84.
    z_m : float
        Its height above the vertical datum.
    azimuth, tilt : float
        Which way is cut away: clockwise from north, and up from the horizon; degrees.
    """

    lon: float
    lat: float
    z_m: float
    azimuth: float
    tilt: float


def section(
    database: Database,
    model: int,
    chosen: Cut,
    others: Sequence[Cut] = (),
    circles: frozenset[str] = PUBLIC,
    *,
    moment: datetime | None = None,
) -> dict[str, Any]:
    """Cut the display meshes of a model.

    Parameters
    ----------
    database : Database
        The city.
    model : int
        `twin.model.id`.
    chosen : Cut
        The plane whose faces are wanted.
    others : sequence of Cut
        Planes that cut as well: what lies on their far side is left out.
    circles : frozenset of str
        Access circles of the caller.
    moment : datetime, optional
        With zone: the model as it was and where it stood then.

    Returns
    -------
    dict
        `objects`: `id`, `collection`, `ifc_class`, `floor_no`, `area_m2` and `polygons`, rings of
        [lon, lat, height]; `unclosed`: objects whose outline does not close, for they are no solids.

    Raises
    ------
    NotFound
        There is no such model, or it has no place or shapes.
    TooLarge
        The plane meets more objects or triangles than are looked at.
    """
    known = database.row(
        dated(statement("twin.queries", "section_model"), moment),
        {"model": model, "circles": sorted(circles), "moment": moment},
    )
    if known is None or known["matrix"] is None:
        raise NotFound(f"there is no building model {model} with shapes and a place")
    plane = plane_of(database, chosen)
    x, y, z = (float(v) for v in plane.origin)
    nx, ny, nz = (float(v) for v in plane.normal)
    binds = {"x": x, "y": y, "z": z, "nx": nx, "ny": ny, "nz": nz, "slack_m": _SLACK_M}
    shown = placed_meshes(
        database, model, known["matrix"], circles, wanted="section_wanted", binds=binds, moment=moment
    )
    half = (shown.boxes[:, 1] - shown.boxes[:, 0]) / 2
    middle = shown.boxes.mean(axis=1)
    met = np.abs((middle - plane.origin) @ plane.normal) <= half @ np.abs(plane.normal)
    if met.sum() > _MOST_OBJECTS:
        raise TooLarge(f"the plane meets {int(met.sum())} objects; at most {_MOST_OBJECTS} are cut")
    kept = [plane.half(plane_of(database, one)) for one in others]
    faces: dict[int, list[Any]] = {}
    about: dict[int, dict[str, Any]] = {}
    unclosed: set[int] = set()
    for number, mesh in shown.meshes(database, met, _MOST_TRIANGLES):
        row = shown.rows[number]
        found, closed = cut(moved(mesh.points, shown.matrices[number]), mesh.triangles, plane)
        for one in kept:
            found = shapely.intersection(found, one)
        if not closed:
            unclosed.add(row["id"])
        if not found.is_empty and found.area > 0:
            faces.setdefault(row["id"], []).append(found)
            about[row["id"]] = row
    place = Said(database.srid, plane)
    objects = [
        {
            "id": id,
            "collection": about[id]["collection"],
            "ifc_class": about[id]["ifc_class"],
            "floor_no": about[id]["floor_no"],
            **place.said(shapely.union_all(parts)),
        }
        for id, parts in sorted(faces.items())
    ]
    return {"model": model, "count": len(objects), "unclosed": len(unclosed), "objects": objects}


@dataclass(frozen=True, slots=True)
class Said:
    """Faces on a plane, as an answer says them.

    Attributes
    ----------
    srid : int
        The storage CRS.
    plane : Plane
        What they lie on.
    """

    srid: int
    plane: Plane

    def said(self, face: Any) -> dict[str, Any]:
        """`area_m2` and `polygons`, rings of [lon, lat, height]."""
        polygons = [one for one in shapely.get_parts(face) if one.geom_type == "Polygon"]
        return {
            "area_m2": round(float(face.area), 4),
            "polygons": [
                [self.ring(one.exterior), *(self.ring(ring) for ring in one.interiors)] for one in polygons
            ],
        }

    def ring(self, ring: Any) -> list[list[float]]:
        """Longitude, latitude and height of each corner."""
        points = self.plane.space(shapely.get_coordinates(ring))
        lon, lat = transformer(self.srid, WGS84).transform(points[:, 0], points[:, 1])
        said: list[list[float]] = np.column_stack(
            [np.round(lon, 9), np.round(lat, 9), np.round(points[:, 2], 4)]
        ).tolist()
        return said


def plane_of(database: Database, cut: Cut) -> Plane:
    """In the storage CRS, whose north is turned from true north."""
    east, north = transformer(WGS84, database.srid).transform(cut.lon, cut.lat)
    a = np.radians(cut.azimuth + grid_turn_deg(database.srid, cut.lon, cut.lat))
    t = np.radians(cut.tilt)
    normal = np.array([np.sin(a) * np.cos(t), np.cos(a) * np.cos(t), np.sin(t)])
    return Plane.through(np.array([east, north, cut.z_m]), normal)
