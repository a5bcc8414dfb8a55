"""Incidents: report, list, move on."""

from __future__ import annotations

from functools import partial
from typing import Any

from flask import Blueprint, Response, request, url_for

from twin.errors import InvalidInput, InvalidParameter
from twin.live.incidents import Report, Step, advance_incident, report_incident
from twin.queries.buildings import building_id
from twin.queries.incidents import incident, incidents
from twin.queries.moments import incidents_at
from web.access import actor_of, circles, require_write
from web.answer import json
from web.composition import parts
from web.params import Query, body

blueprint = Blueprint("incidents", __name__)

_REPORT = frozenset(
    {"type", "level", "title", "geometry", "building_code", "floor_no", "unit_code", "source", "actor"}
)
_STEP = frozenset({"kind", "to", "payload", "actor"})


@blueprint.get("/api/incidents")
def get_incidents() -> Response:
    """Incidents, the newest first."""
    query = Query(request.args, {"open", "building", "limit", "datetime"})
    reference = query.text("building")
    database = parts().database
    moment = query.instant("datetime")
    read = incidents if moment is None else partial(incidents_at, moment=moment)
    rows = read(
        database,
        open_only=query.flag("open"),
        building=None if reference is None else building_id(database, reference, _circles()),
        limit=query.integer("limit", 200, low=1, high=2_000) or 200,
        circles=_circles(),
    )
    return json({"incidents": rows})


@blueprint.get("/api/incidents/<int:number>")
def get_incident(number: int) -> Response:
    """One incident with its steps."""
    Query(request.args, set())
    return json(incident(parts().database, number, _circles()))


@blueprint.post("/api/incidents")
def post_incident() -> Response:
    """Report an incident."""
    composition = parts()
    require_write(request, composition.settings)
    given = _known(body(request), _REPORT)
    lon, lat = _point(given.get("geometry"))
    report = Report(
        type=_typed(given, "type", str),
        level=_typed(given, "level", int),
        title=_typed(given, "title", str),
        source=_typed(given, "source", str, "119"),
        lon=lon,
        lat=lat,
        building_code=_typed(given, "building_code", str, None),
        floor_no=_typed(given, "floor_no", int, None),
        unit_code=_typed(given, "unit_code", str, None),
    )
    number = report_incident(
        composition.database, report, actor_of(request, given.get("actor")), _idempotency_key()
    )
    location = url_for("incidents.get_incident", number=number)
    return json(
        incident(composition.database, number, _circles()), status=201, headers={"Location": location}
    )


@blueprint.post("/api/incidents/<int:number>/events")
def post_event(number: int) -> Response:
    """Append a step; kind `state` moves the incident."""
    composition = parts()
    require_write(request, composition.settings)
    given = _known(body(request), _STEP)
    step = Step(
        kind=_typed(given, "kind", str),
        to=_typed(given, "to", str, None),
        payload=_typed(given, "payload", dict, {}),
    )
    stored = advance_incident(
        composition.database, number, step, actor_of(request, given.get("actor")), _idempotency_key()
    )
    return json(stored, status=201)


def _known(given: dict[str, Any], names: frozenset[str]) -> dict[str, Any]:
    unknown = sorted(set(given) - names)
    if unknown:
        raise InvalidParameter(unknown[0][:80], f"is not known; the body takes {', '.join(sorted(names))}")
    return given


def _circles() -> frozenset[str]:
    return circles(request, parts().settings)


_MISSING = object()


def _typed(given: dict[str, Any], name: str, kind: type, default: Any = _MISSING) -> Any:
    value = given.get(name)
    if value is None:
        if default is _MISSING:
            raise InvalidParameter(name, "is missing")
        return default
    # True is an int to Python, not to a caller
    if not isinstance(value, kind) or isinstance(value, bool):
        raise InvalidParameter(name, f"must be of type {kind.__name__}")
    if isinstance(value, int) and abs(value) > 2**31 - 1:
        raise InvalidParameter(name, "is too large")
    return value


def _point(geometry: object) -> tuple[float | None, float | None]:
    if geometry is None:
        return None, None
    if isinstance(geometry, dict) and geometry.get("type") == "Point":
        place = geometry.get("coordinates")
        if (
            isinstance(place, list)
            and len(place) in (2, 3)
            and all(isinstance(x, int | float) and not isinstance(x, bool) for x in place)
            and -180 <= place[0] <= 180
            and -90 <= place[1] <= 90
        ):
            return float(place[0]), float(place[1])
    raise InvalidInput("'geometry' must be a GeoJSON Point with longitude, latitude in degrees")


def _idempotency_key() -> str | None:
    key = request.headers.get("Idempotency-Key")
    if key is not None and not 0 < len(key) <= 200:
        raise InvalidParameter("Idempotency-Key", "must have 1 to 200 characters")
    return key
