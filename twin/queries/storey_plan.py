"""Everything a drawing of a storey shows, in the storage CRS."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import shapely

from twin.database.connection import Database, Row
from twin.database.statements import statement
from twin.database.validity import dated
from twin.errors import NotFound
from twin.queries.buildings import PUBLIC
from twin.queries.moments import sensor_states_at


@dataclass(frozen=True, slots=True)
class StoreyPlan:
    """One storey.

    Attributes
    ----------
    storey : dict
        Label, building and source; `shape` is its outline.
    lines : dict of str to list
        IFC class -> what a plane 1.2 m above the floor cuts, lists of [east, north], metres.
    spaces, openings, stairs : list of dict
        With `shape`, shapely geometry in the storage CRS or None.
    equipment, sensors : list of dict
        With `e_m`, `n_m` (storage CRS, metres, None without a place) and the kind or the state.
    """

    storey: Row
    lines: dict[str, list[list[list[float]]]]
    spaces: list[Row]
    openings: list[Row]
    stairs: list[Row]
    equipment: list[Row]
    sensors: list[Row]


def storey_plan(
    database: Database,
    building: int,
    floor: int,
    circles: frozenset[str] = PUBLIC,
    moment: datetime | None = None,
) -> StoreyPlan:
    """What is on a storey, with shapes.

    Parameters
    ----------
    database : Database
        The city.
    building : int
        Id of the building.
    floor : int
        Floor number: -2, -1, 1, 2 ...
    circles : frozenset of str
        Access circles of the caller.
    moment : datetime, optional
        With zone: as it was then, sensors with what they had last read by then.

    Raises
    ------
    NotFound
        Nothing on that floor has a shape to be drawn.
    """
    binds = {"building": building, "floor": floor, "circles": sorted(circles), "moment": moment}
    with database.transaction() as connection:
        found: dict[str, list[Row]] = {
            name: connection.execute(_sql(name, moment), binds).fetchall()
            for name in ("storey", "spaces", "openings", "stairs", "equipment", "sensors")
        }
    if moment is not None:
        read = sensor_states_at(database, moment, building=building, floor=floor, circles=circles)
        states = {row["id"]: row["state"] for row in read}
        for row in found["sensors"]:
            row["state"] = states.get(row["id"], "unknown")
    for name in ("storey", "spaces", "openings", "stairs"):
        for row in found[name]:
            row["shape"] = None if row["shape"] is None else shapely.from_wkb(bytes(row["shape"]))
    storey = found["storey"][0] if found["storey"] else None
    lines: dict[str, Any] = ((storey or {}).get("plan") or {}).get("lines", {})
    if storey is None or not (lines or storey["shape"] or any(row["shape"] for row in found["spaces"])):
        raise NotFound(f"floor {floor} of building {building} has nothing to be drawn")
    return StoreyPlan(
        storey,
        lines,
        found["spaces"],
        found["openings"],
        found["stairs"],
        found["equipment"],
        found["sensors"],
    )


def _sql(name: str, moment: datetime | None) -> bytes:
    return dated(statement("twin.queries", f"plan_{name}"), moment).encode()
