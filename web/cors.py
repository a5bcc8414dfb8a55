"""Pages of other sites that may read from here (Fetch standard, CORS); nobody else's page may write."""

from __future__ import annotations

from flask import Request, Response

from twin.settings import Settings

_READING = frozenset({"GET", "HEAD", "OPTIONS"})
_EXPOSED = "Content-Range, ETag, Link, Location, Retry-After, Twin-Thinned"
_ASKED = "Authorization, If-None-Match, Last-Event-ID, Range"
_KEPT_S = 3600


def allow(request: Request, response: Response, settings: Settings) -> Response:
    """Tell a browser that a page of another site may read this answer, where the settings say so."""
    allowed = settings.cors_origins.split()
    if not allowed or request.method not in _READING:
        return response
    anybody = "*" in allowed
    origin = request.headers.get("Origin")
    if not anybody:
        # the answer differs by origin, also for who sent none: a cache between us must know
        response.vary.add("Origin")
    if origin is None or not (anybody or origin in allowed):
        return response
    response.headers["Access-Control-Allow-Origin"] = "*" if anybody else origin
    response.headers["Access-Control-Expose-Headers"] = _EXPOSED
    if request.method == "OPTIONS" and "Access-Control-Request-Method" in request.headers:
        response.headers["Access-Control-Allow-Methods"] = "GET, HEAD"
        response.headers["Access-Control-Allow-Headers"] = _ASKED
        response.headers["Access-Control-Max-Age"] = str(_KEPT_S)
    return response
