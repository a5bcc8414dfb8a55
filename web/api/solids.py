"""3D Tiles 1.1: `/3dtiles/city/tileset.json`, `/3dtiles/model-{id}/tileset.json` and what they name."""

from __future__ import annotations

import re

from flask import Blueprint, Response, request

from tiles.solids.grid import Root
from tiles.solids.place import CitySquare, CityTileset, ModelFloor, ModelTileset, Part, Place
from tiles.source import Context
from twin.errors import InvalidParameter, NotFound
from twin.queries.ground import usual_ground_m
from twin.queries.loads import point_clouds
from twin.queries.models import shown_models
from web import answer
from web.access import circles
from web.api.tiles import send
from web.composition import parts
from web.params import Query

blueprint = Blueprint("solids", __name__)

_WHOLE = re.compile(r"-?\d{1,9}", re.ASCII)
_ORIGIN = re.compile(r"(-?\d{1,8})\.(-?\d{1,8})", re.ASCII)
_PARTS: dict[str, Part] = {"objects": "objects", "rooms": "rooms"}


@blueprint.get("/3dtiles/")
def tilesets() -> Response:
    """Tilesets there are."""
    Query(request.args, ())
    root = request.url_root.rstrip("/")
    listed = [{"name": "city", "zh": "建筑", "en": "Buildings", "url": f"{root}/3dtiles/city/tileset.json"}]
    listed += [
        {
            "name": f"model-{model['id']}",
            "zh": model["name"],
            "en": model["name"],
            "url": f"{root}/3dtiles/model-{model['id']}/tileset.json",
            "rooms": f"{root}/3dtiles/model-{model['id']}/rooms.json",
            "building_id": model["building_id"],
        }
        for model in shown_models(parts().database)
    ]
    clouds = [
        {
            "name": one["name"],
            "zh": one["name"],
            "en": one["name"],
            "url": f"{root}/3dtiles/points/{one['name']}/tileset.json",
        }
        for one in point_clouds(parts().database)
    ]
    return answer.json(
        {
            "tilesets": listed,
            "points": clouds,
            "geoid_offset_m": parts().settings.geoid_offset_m,
            "usual_ground_m": usual_ground_m(parts().database),
        }
    )


@blueprint.get("/3dtiles/city/tileset.json")
def city_tileset() -> Response:
    """The city: one root and templates of its subtrees and contents."""
    return _send(CityTileset())


@blueprint.get("/3dtiles/city/subtrees/<root>/<level>/<x>/<y>.subtree")
def city_subtree(root: str, level: str, x: str, y: str) -> Response:
    """Which tiles there are below a square."""
    square = _square("subtree", root, level, x, y)
    if square.level % square.root.subtree_levels:
        raise InvalidParameter("level", f"subtrees begin at every {square.root.subtree_levels}th level")
    return _send(square)


@blueprint.get("/3dtiles/city/content/<root>/<level>/<x>/<y>.glb")
def city_content(root: str, level: str, x: str, y: str) -> Response:
    """Buildings of one tile."""
    return _send(_square("content", root, level, x, y))


@blueprint.get("/3dtiles/model-<id>/tileset.json")
def model_tileset(id: str) -> Response:
    """A building model, a tile a floor."""
    return _send(ModelTileset(_model(id), "objects"))


@blueprint.get("/3dtiles/model-<id>/rooms.json")
def model_rooms(id: str) -> Response:
    """Rooms of a building model, a tile a floor."""
    return _send(ModelTileset(_model(id), "rooms"))


@blueprint.get("/3dtiles/model-<id>/<part>/<origin>/<floor>.glb")
def model_floor(id: str, part: str, origin: str, floor: str) -> Response:
    """What a model has on one floor."""
    match = _ORIGIN.fullmatch(origin)
    if part not in _PARTS or match is None:
        raise NotFound("no such content; take addresses from tileset.json")
    number = None if floor == "none" else _whole("floor", floor)
    return _send(ModelFloor(_model(id), _PARTS[part], int(match[1]), int(match[2]), number))


def _square(kind: str, root: str, level: str, x: str, y: str) -> CitySquare:
    named = Root.named(root)
    numbers = [_whole(name, text) for name, text in (("level", level), ("x", x), ("y", y))]
    named.check(*numbers)
    return CitySquare("subtree" if kind == "subtree" else "content", named, *numbers)


def _model(text: str) -> int:
    if not _WHOLE.fullmatch(text):
        raise NotFound(f"there is no building model '{text[:40]}'; /3dtiles/ lists those there are")
    return int(text)


def _whole(name: str, text: str) -> int:
    if not _WHOLE.fullmatch(text):
        raise InvalidParameter(name, f"'{text[:40]}' is not a whole number")
    return int(text)


def _send(place: Place) -> Response:
    # neither changes anything here: CesiumJS keeps contents by their address and asks anew with another
    query = Query(request.args, ("datetime", "rev", "expired"))
    query.integer("rev", low=0)
    access = tuple(sorted(circles(request, parts().settings)))
    context = Context(access, query.instant("datetime"))
    return send(parts().tiles.solid(place, context), context)
