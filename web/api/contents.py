"""What is in a building model: tree, search, attributes, and one object with all it says of itself."""

from __future__ import annotations

from datetime import datetime

from flask import Blueprint, Response, request

from twin.errors import InvalidParameter
from twin.queries.contents import ObjectQuery, model_attributes, model_objects, model_tree, model_values
from twin.queries.object import model_object
from web.access import circles
from web.answer import json
from web.composition import parts
from web.params import Query

blueprint = Blueprint("contents", __name__)

_MOST = 1_000


@blueprint.get("/api/models/<int:number>/tree")
def get_tree(number: int) -> Response:
    """Storeys with how many objects of each class."""
    return json(model_tree(parts().database, number, _circles(), _moment()))


@blueprint.get("/api/models/<int:number>/objects")
def get_objects(number: int) -> Response:
    """Objects by words, floor and class."""
    query = Query(request.args, {"q", "floor", "storey", "class", "kind", "limit", "skip", "datetime"})
    wanted = ObjectQuery(
        words=query.text("q") or "",
        floor_no=query.floor(),
        storey_id=query.integer("storey", low=0, high=10**18 - 1),
        ifc_class=query.text("class"),
        kind=query.text("kind"),
        limit=query.integer("limit", 100, low=1, high=_MOST) or 100,
        skip=query.integer("skip", 0, low=0, high=10**7) or 0,
    )
    return json(model_objects(parts().database, number, wanted, _circles(), query.instant("datetime")))


@blueprint.get("/api/models/<int:number>/attributes")
def get_attributes(number: int) -> Response:
    """By what objects can be told apart."""
    return json(model_attributes(parts().database, number, _circles(), _moment()))


@blueprint.get("/api/models/<int:number>/values")
def get_values(number: int) -> Response:
    """Objects by what they have as one attribute."""
    query = Query(request.args, {"of", "datetime"})
    attribute = query.text("of")
    if attribute is None:
        raise InvalidParameter("of", "is missing; /api/models/{id}/attributes lists what can be asked")
    moment = query.instant("datetime")
    return json(model_values(parts().database, number, attribute, _circles(), moment))


@blueprint.get("/api/objects/<int:number>")
def get_object(number: int) -> Response:
    """One object with its property sets and where it belongs."""
    return json(model_object(parts().database, number, _circles(), _moment()))


def _moment() -> datetime | None:
    return Query(request.args, {"datetime"}).instant("datetime")


def _circles() -> frozenset[str]:
    return circles(request, parts().settings)
