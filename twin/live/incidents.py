"""Incidents: intake and append-only steps, each in one transaction with its audit row."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from psycopg.types.json import Jsonb

from twin.crs import usable
from twin.database.connection import Connection, Database, Row
from twin.database.statements import statement
from twin.errors import NotFound, Unprocessable
from twin.model.incident import SOURCES, STAMPS, IncidentStatus, check_step


@dataclass(frozen=True, slots=True)
class Report:
    """What is known when an incident comes in.

    Attributes
    ----------
    type : str
        Code of list `incident`.
    level : int
        1 (most severe) to 4 (ordinary), as code list `incident_level` says.
    title : str
        One line.
    source : str
        One of `SOURCES`.
    lon, lat : float or None
        Place, degrees (CRS84); None: that of the building.
    building_code, floor_no, unit_code : str, int, str or None
        Address inside the city.
    """

    type: str
    level: int
    title: str
    source: str
    lon: float | None = None
    lat: float | None = None
    building_code: str | None = None
    floor_no: int | None = None
    unit_code: str | None = None


@dataclass(frozen=True, slots=True)
class Step:
    """One entry of an incident's log.

    Attributes
    ----------
    kind : str
        `state` or `note` and the like.
    to : str or None
        New status, for kind `state`.
    payload : mapping
        Whatever belongs to it: reason, text, resource.
    """

    kind: str
    to: str | None = None
    payload: Mapping[str, Any] = field(default_factory=dict)


KINDS = ("state", "note", "resource", "location")
"""Kinds of steps."""


def report_incident(database: Database, report: Report, actor: str, key: str | None = None) -> int:
    """Open an incident; a repeated idempotency key gives the one opened first.

    Returns
    -------
    int
        Its id.

    Raises
    ------
    Unprocessable
        No place or one outside the storage CRS, an unknown building or type, or a source that
        may not report. A floor or a flat the city has no record of is taken as it is said.
    """
    _check_report(report, database.srid)
    with database.transaction(actor=actor) as connection:
        known = _by_key(connection, key)
        if known is not None:
            return int(known["incident_id"])
        _check_codes(connection, report)
        place = connection.execute(
            statement("twin.live", "incident_place").encode(),
            {"lon": report.lon, "lat": report.lat, "code": report.building_code, "srid": database.srid},
        ).fetchone()
        if report.building_code is not None and (place is None or place["building_id"] is None):
            raise Unprocessable(f"there is no building '{report.building_code}'")
        if place is None or place["geometry"] is None:
            raise Unprocessable("an incident needs a place: give a Point in 'geometry' or a 'building_code'")
        if report.floor_no is not None and place["building_id"] is None:
            raise Unprocessable("'floor_no' needs a 'building_code'")
        values = {
            "type": report.type,
            "level": report.level,
            "title": report.title,
            "reported_by": report.source,
            "building_code": report.building_code,
            "unit_code": report.unit_code,
            "floor_no": report.floor_no,
            **place,
        }
        row = connection.execute(statement("twin.live", "incident_open").encode(), values).fetchone()
        assert row is not None  # noqa: S101 - INSERT ... RETURNING
        incident = int(row["feature_id"])
        _append(connection, incident, actor, Step("state", IncidentStatus.REPORTED), before=None, key=key)
        _audit(connection, actor, "incident.report", incident, {"title": report.title})
        return incident


def advance_incident(
    database: Database, incident: int, step: Step, actor: str, key: str | None = None
) -> Row:
    """Append a step; for kind `state` the incident moves with it.

    Returns
    -------
    dict
        The step as stored; the stored one of before for a repeated idempotency key.

    Raises
    ------
    NotFound
        There is no such incident.
    IllegalTransition
        The move does not follow its present status.
    Unprocessable
        An unknown kind or status, a cancellation without a reason, a note without text.
    """
    _check_step(step)
    with database.transaction(actor=actor) as connection:
        row = connection.execute(
            statement("twin.live", "incident_lock").encode(), {"incident": incident}
        ).fetchone()
        if row is None:
            raise NotFound(f"there is no incident {incident}")
        known = _by_key(connection, key)
        if known is not None:
            if known["incident_id"] != incident:
                raise Unprocessable("this Idempotency-Key was used for another incident")
            return known
        before = str(row["status"])
        if step.kind == "state":
            target = check_step(before, step.to or "")
            connection.execute(
                statement("twin.live", "incident_move").encode(),
                {"incident": incident, "status": target, "stamp": STAMPS.get(target)},
            )
        stored = _append(connection, incident, actor, step, before=before, key=key)
        _audit(connection, actor, f"incident.{step.kind}", incident, {"to": step.to})
        return stored


def _check_report(report: Report, srid: int) -> None:
    if not report.title.strip() or len(report.title) > 200:
        raise Unprocessable("'title' must have 1 to 200 characters")
    if report.source not in SOURCES:
        raise Unprocessable(f"'source' must be one of {', '.join(SOURCES)}")
    if not 1 <= report.level <= 4:
        raise Unprocessable("'level' must be 1 to 4")
    if (report.lon is None) != (report.lat is None):
        raise Unprocessable("a place has both lon and lat")
    lon, lat = report.lon, report.lat
    if lon is not None and lat is not None and not usable(srid, lon, lat, lon, lat):
        raise Unprocessable(
            f"{lon:.4f},{lat:.4f} is outside the city's coordinate system EPSG:{srid};"
            " give longitude, latitude"
        )
    if report.floor_no == 0:
        raise Unprocessable("there is no floor 0; floors count ... -2, -1, 1, 2 ...")


def _check_codes(connection: Connection, report: Report) -> None:
    row = connection.execute(
        statement("twin.live", "incident_type").encode(), {"code": report.type}
    ).fetchone()
    # a city without the code list takes any word: it cannot be checked
    if row is not None and row["codes"] and report.type not in row["codes"]:
        raise Unprocessable(f"'type' must be one of {', '.join(row['codes'])}")


def _check_step(step: Step) -> None:
    if step.kind not in KINDS:
        raise Unprocessable(f"'kind' must be one of {', '.join(KINDS)}")
    reason = step.payload.get("reason")
    if step.to == IncidentStatus.CANCELLED and not (isinstance(reason, str) and reason.strip()):
        raise Unprocessable("a cancellation needs payload.reason")
    if step.kind == "note" and not step.payload.get("text"):
        raise Unprocessable("a note needs payload.text")


def _by_key(connection: Connection, key: str | None) -> Row | None:
    if key is None:
        return None
    # two equal requests at once: the second waits here and then finds the first one's row
    connection.execute("select pg_advisory_xact_lock(hashtextextended(%s, 1))", (key,))
    return connection.execute(
        statement("twin.live", "incident_event_by_key").encode(), {"key": key}
    ).fetchone()


def _append(
    connection: Connection, incident: int, actor: str, step: Step, *, before: str | None, key: str | None
) -> Row:
    row = connection.execute(
        statement("twin.live", "incident_append").encode(),
        {
            "incident": incident,
            "actor": actor,
            "kind": step.kind,
            "from_status": before if step.kind == "state" else None,
            "to_status": step.to if step.kind == "state" else None,
            "payload": Jsonb(dict(step.payload)),
            "key": key,
        },
    ).fetchone()
    assert row is not None  # noqa: S101 - INSERT ... RETURNING
    return row


def _audit(connection: Connection, actor: str, action: str, incident: int, detail: Mapping[str, Any]) -> None:
    connection.execute(
        statement("twin.live", "audit").encode(),
        {"actor": actor, "action": action, "subject": f"incident/{incident}", "detail": Jsonb(dict(detail))},
    )
