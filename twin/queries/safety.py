"""What a fire officer asks of an area."""

from __future__ import annotations

from datetime import datetime

from twin.database.connection import Database
from twin.database.statements import statement
from twin.database.validity import dated
from twin.model.finding import Finding, Status
from twin.queries.model_past import sets_at

PROTECTIONS = ("sprinkler", "indoor_hydrant", "alarm_system")
"""What the view `twin.building_protection` knows."""

_STATUS = {str(status): status for status in Status}
"""By what the database says; asked two thousand times for one answer."""
_BUILDING = ("id", "code", "name_zh", "name_en", "lon", "lat")


def buildings_lacking(
    database: Database,
    protection: str,
    near: tuple[float, float],
    within_m: float = 500.0,
    circles: frozenset[str] = frozenset({"public"}),
    *,
    moment: datetime | None = None,
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
    moment : datetime, optional
        With zone: the buildings there were then, and what was known of them.

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
        "moment": moment,
    }
    text = lacking_text(moment)
    return [
        Finding(
            building={name: row[name] for name in _BUILDING},
            status=_STATUS[row["status"]],
            # of most buildings nothing is known, and two thousand empty lists take as long as the rest
            evidence=tuple(row["evidence"] or ()),
            distance_m=row["distance_m"],
        )
        for row in database.rows(text, binds)
    ]


def protection_at(moment: datetime | None, buildings: str) -> str:
    """Protections: `building_id`, `protection`, `status` and `evidence`, now or as of a moment.

    Parameters
    ----------
    moment : datetime or None
        With zone; the statement takes it as its bind `moment`. None: now, of every building.
    buildings : str
        Array of the ids that are wanted, as SQL.
    """
    if moment is None:
        return "twin.building_protection"
    text = dated(statement("twin.queries", "protection_then"), moment)
    return text.format(buildings=buildings, sets=sets_at(moment, "o.model_id = m.id"))


def lacking_text(moment: datetime | None) -> str:
    """Statement of `buildings_lacking`."""
    text = dated(statement("twin.queries", "buildings_lacking"), moment)
    return text.format(protection=protection_at(moment, "array(select feature_id from near)"))
