"""What is buried along a line: as numbers and as a drawing."""

from __future__ import annotations

import math

from flask import Blueprint, Response, request

from tiles.raster.ground import Heights
from twin.crs import usable
from twin.errors import InvalidParameter
from twin.queries.buried import buried
from twin.queries.layers import code_lists
from web.access import circles
from web.answer import json, tag
from web.buried_svg import buried_svg
from web.composition import parts
from web.params import Query, number

blueprint = Blueprint("buried", __name__)

_NAMES = {"line", "within_m", "kinds", "datetime", "f", "lang"}
_MOST_CORNERS = 100


@blueprint.get("/api/utilities/profile")
def get_profile() -> Response:
    """Ground, pipes and cables along a line."""
    query = Query(request.args, _NAMES)
    line = _line(query.text("line"))
    within_m = query.real("within_m", 3.0, low=0.0, high=50.0)
    assert within_m is not None  # noqa: S101 - has a default
    lang = query.choice("lang", ("zh", "en"), "zh") or "zh"
    drawn = query.choice("f", ("json", "svg"), "json") == "svg"
    database = parts().database
    ground = Heights(database, parts().settings.state_dir)
    codes = {one["code"]: one for one in code_lists(database).get("pipe", [])}
    found = buried(
        database,
        line,
        ground,
        within_m=within_m,
        kinds=_kinds(query.text("kinds")),
        moment=query.instant("datetime"),
        circles=circles(request, parts().settings),
    )
    if not drawn:
        return json({"line": [list(corner) for corner in line], **found})
    data = buried_svg(found, codes, lang).encode()
    response = Response(data, content_type="image/svg+xml")
    tag(response, data)
    return response


def _line(text: str | None) -> list[tuple[float, float]]:
    """`lon,lat;lon,lat;...`."""
    if text is None:
        raise InvalidParameter("line", "is missing; it is lon,lat;lon,lat with two places or more")
    corners = []
    for pair in text.split(";"):
        numbers = [number("line", part, -math.inf, math.inf) for part in pair.split(",")]
        if len(numbers) != 2 or not (-180 <= numbers[0] <= 180 and -90 <= numbers[1] <= 90):
            raise InvalidParameter("line", f"'{pair[:40]}' is no place lon,lat in degrees")
        corners.append((numbers[0], numbers[1]))
    if not 2 <= len(corners) <= _MOST_CORNERS:
        raise InvalidParameter("line", f"has {len(corners)} places; it takes 2 to {_MOST_CORNERS}")
    lon, lat = zip(*corners, strict=True)
    if not usable(parts().database.srid, min(lon), min(lat), max(lon), max(lat)):
        raise InvalidParameter("line", "lies outside the area of the city's coordinate system")
    return corners


def _kinds(text: str | None) -> list[str] | None:
    return None if text is None else [code for code in text.split(",") if code]
