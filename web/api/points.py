"""Point clouds: their list, and `/3dtiles/points/{name}/...`."""

from __future__ import annotations

import re

from flask import Blueprint, Response, request

from twin.errors import NotFound
from twin.queries.loads import point_clouds
from web import answer
from web.api.tiles import send
from web.composition import parts
from web.params import Query

blueprint = Blueprint("points", __name__)

_PLACE = re.compile(r"(\d{1,2})\.(\d{1,10})\.(\d{1,10})\.(\d{1,10})", re.ASCII)


@blueprint.get("/api/pointclouds")
def get_point_clouds() -> Response:
    """Registered point clouds."""
    Query(request.args, set())
    return answer.json({"pointclouds": point_clouds(parts().database)})


@blueprint.get("/3dtiles/points/<name>/tileset.json")
def points_tileset(name: str) -> Response:
    """The tree of a point cloud."""
    return send(parts().tiles.points.tileset(name, _colour()))


@blueprint.get("/3dtiles/points/<name>/content/<place>.glb")
def points_content(name: str, place: str) -> Response:
    """Points of one tile."""
    match = _PLACE.fullmatch(place)
    if match is None:
        raise NotFound("no such content; take addresses from tileset.json")
    level, east, north, up = (int(number) for number in match.groups())
    return send(parts().tiles.points.content(name, (level, east, north, up), _colour()))


def _colour() -> str | None:
    """`v` and `rev` are there only to make addresses change with the content."""
    return Query(request.args, ("colour", "v", "rev", "expired")).text("colour")
