"""Add, change and close features."""

from __future__ import annotations

from collections.abc import Callable

from flask import Blueprint, Response, request
from werkzeug.http import parse_etags

from twin.database.connection import Connection
from twin.errors import Conflict, Forbidden, InvalidParameter
from twin.model.collection import Collection
from twin.queries.items import ItemQuery, item, item_text
from twin.store.edit import Edit, add_feature, change_feature, close_feature
from web.access import actor_of, circles, require_write
from web.answer import GEOJSON, content_tag, json
from web.api.features import feature_id, visible, with_links
from web.composition import parts
from web.params import Query, body

blueprint = Blueprint("edits", __name__)

_LARGEST_BYTES = 5_000_000
_MEMBERS = frozenset({"type", "properties", "geometry", "actor"})
# their status and their steps belong together
_BY_STEPS_ONLY = {"incident": "/api/incidents"}


@blueprint.post("/api/collections/<name>/items")
def post_item(name: str) -> Response:
    """Add a feature."""
    found, edit = _edit(name)
    number = add_feature(parts().database, edit)
    response = _answer(found, number, status=201)
    response.headers["Location"] = f"/api/collections/{name}/items/{number}"
    return response


@blueprint.patch("/api/collections/<name>/items/<identity>")
def patch_item(name: str, identity: str) -> Response:
    """Change values of a feature."""
    found, edit = _edit(name)
    number = feature_id(found, identity)
    change_feature(parts().database, number, edit, check=_if_match(found, number))
    return _answer(found, number)


@blueprint.delete("/api/collections/<name>/items/<identity>")
def delete_item(name: str, identity: str) -> Response:
    """Close a feature."""
    found = _writable(name)
    number = feature_id(found, identity)
    close_feature(parts().database, found, number, actor_of(request), _if_match(found, number))
    return Response(status=204)


def _writable(name: str) -> Collection:
    Query(request.args, set())
    require_write(request, parts().settings)
    found = visible(name)
    if name in _BY_STEPS_ONLY:
        raise Forbidden(f"'{name}' is written by {_BY_STEPS_ONLY[name]} only")
    return found


def _edit(name: str) -> tuple[Collection, Edit]:
    found = _writable(name)
    given = body(request, limit_bytes=_LARGEST_BYTES)
    unknown = sorted(set(given) - _MEMBERS)
    if unknown:
        raise InvalidParameter(unknown[0][:80], f"is not known; the body takes {', '.join(sorted(_MEMBERS))}")
    properties, geometry = given.get("properties") or {}, given.get("geometry")
    if not isinstance(properties, dict):
        raise InvalidParameter("properties", "must be an object")
    if geometry is not None and not isinstance(geometry, dict):
        raise InvalidParameter("geometry", "must be a GeoJSON geometry")
    actor = actor_of(request, given.get("actor"))
    return found, Edit(found, properties, geometry, actor, circles(request, parts().settings))


def _if_match(found: Collection, number: int) -> Callable[[Connection], None] | None:
    """Check `If-Match` against the feature as it stands when its row is locked."""
    header = request.headers.get("If-Match")
    if header is None:
        return None
    wanted = parse_etags(header)
    asked = ItemQuery(circles=circles(request, parts().settings))

    def check(connection: Connection) -> None:
        text = item_text(connection, found, number, asked)
        if not wanted.contains(content_tag(with_links(text, found, str(number)))):
            raise Conflict(f"{found.name} {number} has changed since you read it; read it again")

    return check


def _answer(found: Collection, number: int, status: int = 200) -> Response:
    asked = ItemQuery(circles=circles(request, parts().settings))
    data = with_links(item(parts().database, found, number, asked), found, str(number))
    response = json(data, status=status, media_type=GEOJSON)
    response.set_etag(content_tag(data))
    return response
