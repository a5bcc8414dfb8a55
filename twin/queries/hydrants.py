"""Water for a building: the nearest hydrants and the way a hose takes."""

from __future__ import annotations

import math
from datetime import datetime
from typing import Any

import numpy as np
import shapely
from pyproj import Transformer
from shapely import Point

from twin.crs import WGS84, transformer
from twin.database.connection import Database, Row
from twin.database.statements import statement
from twin.database.validity import dated
from twin.queries.buildings import PUBLIC
from twin.queries.street_graph import Route, StreetGraph

HOSE_M = 20.0
HOSE_SLACK = 1.2
"""A fifth more for bends and floors."""
_CANDIDATES = 12
_MARGIN_M = 300.0
_FOOT_M = 300.0
"""Who is further from every street has no way along them: a hill, the sea."""


def hydrants_nearest(
    database: Database,
    near: tuple[float, float],
    limit: int = 5,
    circles: frozenset[str] = PUBLIC,
    *,
    moment: datetime | None = None,
) -> list[Row]:
    """Nearest hydrants by the way along the streets; one that gives no water is never first.

    The nearest by straight line are looked at, then put in the order of the way to them.

    Parameters
    ----------
    database : Database
        The city.
    near : (lon, lat)
        Degrees, CRS84.
    limit : int
        How many.
    circles : frozenset of str
        Access circles of the caller.
    moment : datetime, optional
        With zone: hydrants and streets as they were then.

    Returns
    -------
    list of dict
        With `distance_m` (straight), `route_m` and `route` (lon/lat coordinates; None: no street
        leads there or none is within 300 m of the place), `usable` (None: its state is not known)
        and `hoses` of 20 m.
    """
    lon, lat = near
    wanted = max(_CANDIDATES, 2 * limit)
    binds: dict[str, Any] = {
        "lon": lon,
        "lat": lat,
        "limit": wanted,
        "srid": database.srid,
        "circles": sorted(circles),
        "moment": moment,
    }
    found = database.rows(dated(statement("twin.queries", "hydrants_nearest"), moment), binds)
    if found:
        _add_routes(database, near, found, moment)
    found.sort(key=lambda h: ({True: 0, None: 1, False: 2}[h["usable"]], h["route_m"] or h["distance_m"]))
    return found[:limit]


def _add_routes(
    database: Database, near: tuple[float, float], hydrants: list[Row], moment: datetime | None
) -> None:
    there = transformer(WGS84, database.srid)
    start = Point(there.transform(*near))
    ends = [Point(there.transform(h["lon"], h["lat"])) for h in hydrants]
    back = transformer(database.srid, WGS84)
    for hydrant, route in zip(hydrants, _routes(database, start, ends, moment), strict=True):
        metres = hydrant["distance_m"] if route is None else route.length_m
        hydrant["route_m"] = None if route is None else metres
        hydrant["route"] = None if route is None else _degrees(route, back)
        hydrant["hoses"] = math.ceil(HOSE_SLACK * metres / HOSE_M)


def _routes(
    database: Database, start: Point, ends: list[Point], moment: datetime | None
) -> list[Route | None]:
    """Ways to several places, along the streets no further than a margin beyond all of them."""
    reach_m = max(start.distance(end) for end in ends) + _MARGIN_M
    streets = database.rows(
        dated(statement("twin.queries", "streets_around"), moment),
        {"e": start.x, "n": start.y, "reach_m": reach_m, "srid": database.srid, "moment": moment},
    )
    lines = list(shapely.from_wkb(np.array([s["line"] for s in streets], dtype=object)))
    if not lines or shapely.distance(start, lines).min() > _FOOT_M:
        return [None] * len(ends)
    return StreetGraph(lines, [s["class"] for s in streets]).routes(start, ends)


def _degrees(route: Route, back: Transformer) -> list[list[float]]:
    lon, lat = back.transform(*shapely.get_coordinates(route.line).T)
    return np.column_stack((lon, lat)).round(7).tolist()  # type: ignore[no-any-return]
