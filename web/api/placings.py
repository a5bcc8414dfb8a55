"""Proposed places of building models: look at them, accept one, reject one."""

from __future__ import annotations

from typing import Any

import shapely
from flask import Blueprint, Response, request

from twin.crs import WGS84, transformer
from twin.errors import InvalidParameter
from twin.queries.placing import placing, placings
from twin.store.placing import decide
from web.access import ANONYMOUS, actor_of, circles, require_write
from web.answer import json
from web.composition import parts
from web.params import Query, body

blueprint = Blueprint("placings", __name__)

DECISIONS = ("accepted", "rejected", "withdrawn")
_LONGEST_NOTE = 1_000


@blueprint.get("/api/placings")
def get_placings() -> Response:
    """Proposed places, the open ones first."""
    query = Query(request.args, {"source", "open", "limit"})
    rows = placings(
        parts().database,
        source=query.text("source"),
        undecided=bool(query.flag("open")),
        limit=query.integer("limit", 200, low=1, high=2_000) or 200,
        circles=circles(request, parts().settings),
    )
    return json({"placings": rows})


@blueprint.get("/api/placings/<int:number>")
def get_placing(number: int) -> Response:
    """One proposed place with the outlines before and after, GeoJSON in CRS84."""
    Query(request.args, set())
    return json(_described(number))


@blueprint.post("/api/placings/<int:number>/decide")
def post_decision(number: int) -> Response:
    """Accept, reject or take back a place; it holds from the next load of the model on."""
    require_write(request, parts().settings)
    Query(request.args, set())
    given = body(request)
    unknown = sorted(set(given) - {"decision", "note", "actor"})
    if unknown:
        raise InvalidParameter(unknown[0][:80], "is not known; the body takes decision, note, actor")
    decided(number, given.get("decision"), given.get("note"), actor_of(request, given.get("actor")))
    return json(_described(number))


def decided(number: int, decision: object, note: object, actor: str) -> None:
    """Keep a decision.

    Raises
    ------
    InvalidParameter
        Not a decision, nobody who makes it, or a note that is no text or too long.
    NotFound, Conflict, Unprocessable
        There is no such place, it was decided before or is out of date, or the file itself is wrong.
    """
    if decision not in DECISIONS:
        raise InvalidParameter("decision", f"must be one of {', '.join(DECISIONS)}")
    if actor == ANONYMOUS:
        raise InvalidParameter("actor", "is missing: a decision is kept with the name of who made it")
    if note is not None and (not isinstance(note, str) or len(note) > _LONGEST_NOTE):
        raise InvalidParameter("note", f"must be a text of at most {_LONGEST_NOTE} characters")
    placing(parts().database, number, circles(request, parts().settings))
    decide(parts().database, number, decision, actor=actor, note=note or None)


def _described(number: int) -> dict[str, Any]:
    database = parts().database
    row = placing(database, number, circles(request, parts().settings))
    to_wgs84 = transformer(database.srid, WGS84)
    outlines = {
        shape["kind"]: shapely.transform(
            shapely.from_wkb(bytes(shape["shape"])),
            to_wgs84.transform,
            interleaved=False,
        ).__geo_interface__
        for shape in row["shapes"]
        if shape["kind"] in {"stated", "proposed"}
    }
    plain = {name: value for name, value in row.items() if name != "shapes"}
    return {**plain, "stated": outlines.get("stated"), "proposed": outlines["proposed"]}
