"""The map, and a building by its code.

Both are the same application; the second opens with the dossier of that building.
"""

from __future__ import annotations

from flask import Blueprint, Response, render_template, send_from_directory

from twin.errors import NotFound
from web.page import built, language_of, page, static_folder

blueprint = Blueprint("map", __name__, template_folder="../templates")

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
    return send_from_directory(static_folder(), "icon.svg", mimetype="image/svg+xml")


def _page(building: str | None) -> Response:
    language = language_of()
    html = render_template(
        "index.html", language=language, title=_TITLES[language], building=building, version=built()
    )
    return page(html, language)
