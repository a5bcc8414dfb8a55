"""Sensors by state, and alarms."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import partial

from flask import Blueprint, Response, request

from twin.errors import InvalidParameter
from twin.live.alarms import acknowledge
from twin.queries.buildings import building_id
from twin.queries.moments import alarms_at, sensor_states_at
from twin.queries.sensors import alarms, counts_by_state, sensor_states
from web.access import actor_of, circles, require_write
from web.answer import json
from web.composition import parts
from web.params import Query, body

blueprint = Blueprint("sensors", __name__)


@blueprint.get("/api/sensors/states")
def get_states() -> Response:
    """Where every sensor stands."""
    query = Query(request.args, {"bbox", "building", "floor", "type", "datetime"})
    database = parts().database
    box = query.box()
    moment = query.instant("datetime")
    read = sensor_states if moment is None else partial(sensor_states_at, moment=moment)
    rows = read(
        database,
        bbox=box[:4] if box else None,
        building=_building(query),
        floor=query.floor(),
        kind=query.text("type"),
        circles=_circles(),
    )
    return json({"as_of": moment or datetime.now(UTC), "counts": counts_by_state(rows), "sensors": rows})


@blueprint.get("/api/alarms")
def get_alarms() -> Response:
    """Alarms, the newest first."""
    query = Query(request.args, {"open", "building", "limit", "datetime"})
    moment = query.instant("datetime")
    read = alarms if moment is None else partial(alarms_at, moment=moment)
    rows = read(
        parts().database,
        open_only=query.flag("open"),
        building=_building(query),
        limit=query.integer("limit", 500, low=1, high=5_000) or 500,
        circles=_circles(),
    )
    return json({"alarms": rows})


@blueprint.post("/api/alarms/<int:alarm>/acknowledge")
def post_acknowledge(alarm: int) -> Response:
    """Note who has seen an alarm."""
    composition = parts()
    require_write(request, composition.settings)
    stated = body(request) if request.content_length else {}
    unknown = sorted(set(stated) - {"actor"})
    if unknown:
        raise InvalidParameter(unknown[0][:80], "is not known; the body takes actor")
    return json(acknowledge(composition.database, alarm, actor_of(request, stated.get("actor"))))


def _building(query: Query) -> int | None:
    reference = query.text("building")
    return None if reference is None else building_id(parts().database, reference, _circles())


def _circles() -> frozenset[str]:
    return circles(request, parts().settings)
