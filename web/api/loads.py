"""Where the rows came from: loads and rasters."""

from __future__ import annotations

from flask import Blueprint, Response, request

from twin.queries.loads import coverages, load, loads
from web.answer import json
from web.composition import parts
from web.params import Query

blueprint = Blueprint("loads", __name__)


@blueprint.get("/api/loads")
def get_loads() -> Response:
    """Loads, the newest first."""
    query = Query(request.args, {"limit"})
    return json({"loads": loads(parts().database, query.integer("limit", 100, low=1, high=1_000) or 100)})


@blueprint.get("/api/loads/<int:number>")
def get_load(number: int) -> Response:
    """One load with what it refused."""
    Query(request.args, set())
    return json(load(parts().database, number))


@blueprint.get("/api/coverages")
def get_coverages() -> Response:
    """Registered rasters."""
    Query(request.args, set())
    return json({"coverages": coverages(parts().database)})
