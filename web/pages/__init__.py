"""The pages people open: the map, and a building by its code.

Both are the same application; the second opens with the dossier of that building.
The language is the one asked for (`?lang=`), else the browser's, else Chinese.
"""

from __future__ import annotations

from functools import lru_cache
from hashlib import blake2b
from pathlib import Path

from flask import Blueprint, Response, current_app, render_template, request, send_from_directory

from twin.errors import NotFound

blueprint = Blueprint("pages", __name__, template_folder="../templates")

_LANGUAGES = ("zh", "en")
_TITLES = {"zh": "罗湖城市孪生", "en": "Luohu City Twin"}
_LONGEST_CODE = 64


@blueprint.get("/")
def map_page() -> Response:
    """The map."""
    return _page(None)


@blueprint.get("/b/<code>")
def building_page(code: str) -> Response:
    """The map with the dossier of a building open.

    Raises
    ------
    NotFound
        The code is longer than any building code.
    """
    if len(code) > _LONGEST_CODE:
        raise NotFound(f"a building code has at most {_LONGEST_CODE} characters")
    return _page(code)


@blueprint.get("/favicon.ico")
def favicon() -> Response:
    """The mark of the page, for browsers that ask before reading it."""
    return send_from_directory(_static(), "icon.svg", mimetype="image/svg+xml")


def _page(building: str | None) -> Response:
    language = _language()
    html = render_template(
        "index.html",
        language=language,
        title=_TITLES[language],
        building=building,
        version=_version(str(_static())),
    )
    response = Response(html, content_type="text/html; charset=utf-8")
    response.headers["Cache-Control"] = "no-cache"
    response.headers["Content-Language"] = "zh-CN" if language == "zh" else "en"
    response.vary.add("Accept-Language")
    return response


def _language() -> str:
    asked = request.args.get("lang", "")
    if asked in _LANGUAGES:
        return asked
    return request.accept_languages.best_match(_LANGUAGES, "zh") or "zh"


def _static() -> Path:
    return Path(current_app.static_folder or "static")


@lru_cache(maxsize=4)
def _version(static: str) -> str:
    """Short hash of the built client, so that a new build is never mixed with a kept one.

    Raises
    ------
    NotFound
        The client has not been built.
    """
    script = Path(static) / "app.js"
    if not script.is_file():
        raise NotFound(
            "the map page has not been built: run ./run, or `npm ci && npm run build` in web/client"
        )
    return blake2b(script.read_bytes(), digest_size=6).hexdigest()
