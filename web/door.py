"""In front of Flask: a vector tile for an anonymous caller goes out without entering it.

The same bytes and headers as `web.api.tiles` would send, which a test compares. Whatever is
not the plain case (a key or a moment, another site's page, a client without gzip, lists of
tags) goes on to Flask, so nothing is decided twice. So does an error: Flask's side raises it
again and words the answer.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from werkzeug.datastructures import Accept
from werkzeug.http import parse_accept_header

from tiles.address import TileCoord
from tiles.catalog import Catalog
from tiles.source import PUBLIC
from twin.core import roam
from twin.errors import TwinError
from web.meter import Meter

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication

_ENDPOINT = "tiles.vector_tile"
RAISED = "twin.raised"
"""Where the environment of a request carries the error that making its tile ended in."""
_PREFIX, _SUFFIX = "/tiles/", ".mvt"
_LINES = {200: "200 OK", 204: "204 NO CONTENT", 304: "304 NOT MODIFIED"}
_FOR_FLASK = frozenset((
    "HTTP_AUTHORIZATION", "HTTP_ORIGIN", "HTTP_RANGE", "HTTP_IF_RANGE", "HTTP_IF_MATCH",
    "HTTP_IF_MODIFIED_SINCE", "HTTP_IF_UNMODIFIED_SINCE",
))  # fmt: skip
"""Headers that change the answer in a way only Flask's side knows."""

Place = tuple[tuple[str, ...], TileCoord]
Headers = list[tuple[str, str]]


class Door:
    """A WSGI application around another.

    Parameters
    ----------
    inner : WSGI application
        Answers what the door does not.
    tiles : Catalog
        Has the tiles, or has them made.
    meter : Meter
        Counts what is served, under the endpoint it would have had.
    headers : mapping of str to str
        What every answer carries.
    """

    def __init__(
        self, inner: WSGIApplication, tiles: Catalog, meter: Meter, headers: Mapping[str, str]
    ) -> None:
        self._inner, self._tiles, self._meter = inner, tiles, meter
        self._common = list(headers.items())

    def __call__(self, environ: dict[str, Any], start_response: StartResponse) -> Iterable[bytes]:
        """Answer a request, or hand it on."""
        began = time.perf_counter()
        place = self._plain(environ)
        if place is None:
            return self._answered(environ, start_response)
        try:
            tile = self._tiles.tile(*place, PUBLIC)
        except Exception as error:  # whatever it is: Flask's side says it, logs it and counts it
            environ[RAISED] = error
            return self._answered(environ, start_response)
        # a tag names an encoding as well, and of an empty tile there is but one
        tag = f'"{tile.etag}"'
        headers: Headers = [
            ("Cache-Control", "public, no-cache"),
            ("Vary", "Accept-Encoding, Authorization"),
            ("ETag", tag),
            *self._common,
        ]
        if tile.thinned:
            headers.append(("Twin-Thinned", ", ".join(tile.thinned)))
        if tile.empty:
            status = 204
            headers.append(("Content-Type", tile.media_type))
        elif environ.get("HTTP_IF_NONE_MATCH") == tag:
            status = 304
        else:
            status = 200
            headers += (
                ("Content-Type", tile.media_type),
                ("Content-Encoding", "gzip"),
                ("Content-Length", str(len(tile.data))),
            )
        start_response(_LINES[status], headers)
        self._meter.record(_ENDPOINT, "GET", status, time.perf_counter() - began)
        # a list: granian hands it on whole, anything else piece by piece
        return [tile.data] if status == 200 else []

    def _answered(self, environ: dict[str, Any], start_response: StartResponse) -> Iterable[bytes]:
        """What Flask's side says; it may take long, and much of it is not Python."""
        roam()
        return self._inner(environ, start_response)

    def _plain(self, environ: dict[str, Any]) -> Place | None:
        """Layers and place of a tile, if this is the plain case."""
        path: str = environ["PATH_INFO"]
        if (
            not path.startswith(_PREFIX)
            or environ["REQUEST_METHOD"] != "GET"
            or environ.get("QUERY_STRING")
            or not _FOR_FLASK.isdisjoint(environ)
            or not _takes_gzip(environ.get("HTTP_ACCEPT_ENCODING", ""))
            or not _one_tag(environ.get("HTTP_IF_NONE_MATCH"))
            # nobody reads the log yet, or not any more: Flask's side starts it
            or not self._tiles.fresh
        ):
            return None
        return _place(path)


@lru_cache(maxsize=65_536)
def _place(path: str) -> Place | None:
    """Layers and coordinate of a tile's path; None for every other path, right or wrong."""
    words = path.removeprefix(_PREFIX).split("/")
    if len(words) != 4 or not words[3].endswith(_SUFFIX):
        return None
    numbers = (words[1], words[2], words[3].removesuffix(_SUFFIX))
    if not all(text.isascii() and text.isdigit() and len(text) < 12 for text in numbers):
        return None
    try:
        return tuple(words[0].split(",")), TileCoord.checked(*map(int, numbers))
    except TwinError:
        # outside the matrix: Flask says how
        return None


@lru_cache(maxsize=256)
def _takes_gzip(header: str) -> bool:
    return parse_accept_header(header, Accept).quality("gzip") > 0


def _one_tag(header: str | None) -> bool:
    """Whether a condition is none at all or one plain strong tag."""
    return header is None or (header[:1] == '"' and header.find('"', 1) == len(header) - 1)
