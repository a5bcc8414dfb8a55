"""Versions of building models, what differs between them, and what is left to classify."""

from __future__ import annotations

from flask import Blueprint, Response, request

from twin.queries.models import model_changes, model_versions, systems, unclassified
from web.access import circles
from web.answer import json
from web.composition import parts
from web.params import Query

blueprint = Blueprint("versions", __name__)


@blueprint.get("/api/models/<int:number>/versions")
def get_versions(number: int) -> Response:
    """Loads that left a version of a model."""
    Query(request.args, set())
    return json({"model": number, "versions": model_versions(parts().database, number, _circles())})


@blueprint.get("/api/models/<int:number>/changes")
def get_changes(number: int) -> Response:
    """What differs between two versions."""
    query = Query(request.args, {"from", "to"})
    return json(
        model_changes(
            parts().database,
            number,
            before=query.integer("from", low=0, high=10**18 - 1),
            after=query.integer("to", low=0, high=10**18 - 1),
            circles=_circles(),
        )
    )


@blueprint.get("/api/models/<int:number>/systems")
def get_systems(number: int) -> Response:
    """Systems, zones and compartments of a model."""
    moment = Query(request.args, {"datetime"}).instant("datetime")
    found = systems(parts().database, number, _circles(), moment)
    return json({"model": number, "count": len(found), "systems": found})


@blueprint.get("/api/models/<int:number>/unclassified")
def get_unclassified(number: int) -> Response:
    """Equipment of no known kind: a work list."""
    moment = Query(request.args, {"datetime"}).instant("datetime")
    return json(unclassified(parts().database, number, _circles(), moment))


def _circles() -> frozenset[str]:
    return circles(request, parts().settings)
