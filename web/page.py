"""What every page has in common: its language, its headers, the built client beside it.

The language is the one asked for (`?lang=`), else the one chosen last, else Chinese: the
city's own, whatever the browser prefers.
"""

from __future__ import annotations

from datetime import datetime
from functools import lru_cache
from hashlib import blake2b
from pathlib import Path

from flask import Response, current_app, request

from twin.errors import NotFound

_LANGUAGES = ("zh", "en")


def language_of() -> str:
    """Language of the present request: `zh` or `en`."""
    for said in (request.args.get("lang"), request.cookies.get("lang")):
        if said in _LANGUAGES:
            return said
    return "zh"


def page(html: str, language: str) -> Response:
    """Answer with a page; it is asked for again each time, for what it shows is live."""
    response = Response(html, content_type="text/html; charset=utf-8")
    response.headers["Cache-Control"] = "no-cache"
    response.headers["Content-Language"] = "zh-CN" if language == "zh" else "en"
    response.vary.add("Cookie")
    return response


def moment(value: datetime | None) -> str | None:
    """Local time of the server with its zone, to the second."""
    return None if value is None else value.astimezone().strftime("%Y-%m-%d %H:%M:%S %Z")


def static_folder() -> Path:
    """Where the built client is."""
    return Path(current_app.static_folder or "static")


def built() -> str:
    """Short hash of the built client, so that a new build is never mixed with a kept one.

    Raises
    ------
    NotFound
        The client has not been built.
    """
    return _version(str(static_folder()))


@lru_cache(maxsize=4)
def _version(static: str) -> str:
    script = Path(static) / "app.js"
    if not script.is_file():
        raise NotFound(
            "the map page has not been built: run ./run, or `npm ci && npm run build` in web/client"
        )
    return blake2b(script.read_bytes(), digest_size=6).hexdigest()
