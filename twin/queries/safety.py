"""What a fire officer asks of an area."""

from __future__ import annotations

from twin.database.connection import Database
from twin.database.statements import statement
from twin.model.finding import Finding, Status

PROTECTIONS = ("sprinkler", "indoor_hydrant", "alarm_system")
"""What the view `twin.building_protection` knows."""

_BUILDING = ("id", "code", "name_zh", "name_en", "lon", "lat")


def buildings_lacking(
    database: Database,
    protection: str,
    near: tuple[float, float],
    within_m: float = 500.0,
    circles: frozenset[str] = frozenset({"public"}),
) -> list[Finding]:
    """Every building near a point with what is known of a protection, the nearest first.

    Parameters
    ----------
    database : Database
        The city.
    protection : str
        One of `PROTECTIONS`.
    near : (lon, lat)
        Degrees, CRS84.
    within_m : float
        Greatest distance from the point to the nearest edge of the footprint, in plan.
    circles : frozenset of str
        Access circles of the reader.

    Returns
    -------
    list of Finding
        Present, absent and unknown alike; of a building that nothing is known of, nobody
        can say that it is protected.
    """
    lon, lat = near
    binds = {
        "protection": protection,
        "lon": lon,
        "lat": lat,
        "within_m": within_m,
        "srid": database.srid,
        "circles": sorted(circles),
    }
    return [
        Finding(
            building={name: row[name] for name in _BUILDING},
            status=Status(row["status"]),
            evidence=tuple(row["evidence"]),
            distance_m=row["distance_m"],
        )
        for row in database.rows(statement("twin.queries", "buildings_lacking"), binds)
    ]
