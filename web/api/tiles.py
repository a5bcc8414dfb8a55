"""Vector tiles: `/tiles/{collection}[,{collection}...]/{z}/{x}/{y}.mvt` and their TileJSON."""

from __future__ import annotations

from flask import Blueprint, Response, request

from tiles.address import TileCoord
from tiles.source import Context
from tiles.tile import Tile
from twin.errors import InvalidParameter
from web import answer
from web.access import circles
from web.composition import parts
from web.door import RAISED
from web.params import Query

blueprint = Blueprint("tiles", __name__)


@blueprint.get("/tiles/<names>/<z>/<x>/<y>.mvt")
def vector_tile(names: str, z: str, x: str, y: str) -> Response:
    """One tile of one or more layers; 204 where nothing is."""
    raised = request.environ.get(RAISED)
    if raised is not None:
        raise raised
    context = _context()
    return send(parts().tiles.tile(tuple(names.split(",")), coordinate(z, x, y), context), context)


@blueprint.get("/tiles/<names>.json")
def vector_tilejson(names: str) -> Response:
    """TileJSON 3.0 of one or more layers together."""
    context = _context()
    root = request.url_root.rstrip("/")
    return answer.json(parts().tiles.tilejson(tuple(names.split(",")), root, context))


def coordinate(z: str, x: str, y: str) -> TileCoord:
    """Read a place in the tile matrix.

    Raises
    ------
    InvalidParameter
        Not whole numbers, or outside the matrix.
    """
    return TileCoord.checked(whole("z", z), whole("x", x), whole("y", y))


def whole(name: str, text: str) -> int:
    """Read a number of a place.

    Raises
    ------
    InvalidParameter
        Not a whole number.
    """
    if not (text.isascii() and text.removeprefix("-").isdigit() and len(text) < 12):
        raise InvalidParameter(name, f"'{text[:40]}' is not a whole number")
    return int(text)


def send(tile: Tile, context: Context | None = None, cache: str = "no-cache") -> Response:
    """Answer with a tile: 304 to who has it, gzip to who takes it, thinned layers named in a header."""
    packed = tile.gzipped and answer.takes_gzip()
    response = Response(
        tile.data if packed or not tile.gzipped else tile.plain(),
        status=204 if tile.empty else 200,
        content_type=tile.media_type,
    )
    if packed:
        response.headers["Content-Encoding"] = "gzip"
    scope = "private" if context is not None and context.restricted else "public"
    response.headers["Cache-Control"] = f"{scope}, {cache}"
    response.headers["Vary"] = "Accept-Encoding, Authorization"
    if tile.thinned:
        response.headers["Twin-Thinned"] = ", ".join(tile.thinned)
    # two encodings of one content are two representations, and have two tags
    response.set_etag(tile.etag if packed == tile.gzipped else f"{tile.etag}-plain")
    if not tile.empty:
        response.make_conditional(request)
    return response


def _context() -> Context:
    query = Query(request.args, ("datetime",))
    access = tuple(sorted(circles(request, parts().settings)))
    return Context(access, query.instant("datetime"))
