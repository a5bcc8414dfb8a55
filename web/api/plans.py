"""Drawings of storeys."""

from __future__ import annotations

from flask import Blueprint, Response, request

from twin.queries.buildings import building_id
from twin.queries.storey_plan import storey_plan
from web.access import circles
from web.answer import tag
from web.composition import parts
from web.params import Query
from web.params import floor as checked_floor
from web.storey_svg import storey_svg

blueprint = Blueprint("plans", __name__)


@blueprint.get("/api/buildings/<reference>/storeys/<int(signed=True):floor>/plan")
def get_plan(reference: str, floor: int) -> Response:
    """One storey as SVG, now or as it was."""
    query = Query(request.args, {"lang", "datetime"})
    lang = query.choice("lang", ("zh", "en"), "zh") or "zh"
    checked_floor("floor", floor)
    allowed = circles(request, parts().settings)
    database = parts().database
    moment = query.instant("datetime")
    number = building_id(database, reference, allowed, moment)
    plan = storey_plan(database, number, floor, allowed, moment)
    data = storey_svg(plan, lang).encode()
    response = Response(data, content_type="image/svg+xml")
    tag(response, data)
    return response
