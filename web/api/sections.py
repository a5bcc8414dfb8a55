"""Cut faces of building models, and of the blocks of the city."""

from __future__ import annotations

from flask import Blueprint, Response, request

from twin.crs import usable
from twin.errors import InvalidParameter
from twin.queries.city_section import city_section
from twin.queries.section import Cut, section
from web.access import circles
from web.answer import json
from web.composition import parts
from web.params import Box, Query, number

blueprint = Blueprint("sections", __name__)

_LIMITS = ((-180.0, 180.0), (-90.0, 90.0), (-1_000.0, 10_000.0), (-360.0, 360.0), (-90.0, 90.0))
_MOST_PLANES = 12


@blueprint.get("/api/models/<int:model>/section")
def get_section(model: int) -> Response:
    """The faces a plane cuts out of a model."""
    query = Query(request.args, {"plane", "also", "datetime"})
    said, chosen, also = _planes(query)
    moment = query.instant("datetime")
    found = section(parts().database, model, chosen, also, circles(request, parts().settings), moment=moment)
    return json({"plane": said, **found})


@blueprint.get("/api/section")
def get_city_section() -> Response:
    """The faces a plane cuts out of the blocks of the city: of one, or of all in a box."""
    query = Query(request.args, {"plane", "also", "bbox", "building", "datetime"})
    said, chosen, also = _planes(query)
    box, building = query.box(), query.integer("building", low=1, high=10**18 - 1)
    if box is None and building is None:
        raise InvalidParameter("bbox", "is missing; give it, or 'building'")
    found = city_section(
        parts().database,
        chosen,
        also,
        around=None if box is None else _around(box),
        building=building,
        circles=circles(request, parts().settings),
        moment=query.instant("datetime"),
    )
    return json({"plane": said, **found})


def _around(box: Box) -> tuple[float, float, float, float]:
    around = box.west, box.south, box.east, box.north
    if box.west > box.east or not usable(parts().database.srid, *around):
        raise InvalidParameter("bbox", "lies outside the area of the city's coordinate system")
    return around


def _planes(query: Query) -> tuple[str, Cut, list[Cut]]:
    """The plane as it was said and as it was meant, and those that cut as well."""
    chosen, others = query.text("plane"), query.text("also")
    if chosen is None:
        raise InvalidParameter("plane", "is missing; it is lon,lat,height,azimuth,tilt")
    also = [] if not others else others.split("|")
    if len(also) > _MOST_PLANES:
        raise InvalidParameter("also", f"names {len(also)} planes; at most {_MOST_PLANES} are cut at once")
    return chosen, _cut("plane", chosen), [_cut("also", one) for one in also]


def _cut(name: str, text: str) -> Cut:
    values = text.split(",")
    if len(values) != len(_LIMITS):
        raise InvalidParameter(name, f"'{text[:60]}' is not lon,lat,height,azimuth,tilt")
    cut = Cut(*(number(name, value, *limits) for value, limits in zip(values, _LIMITS, strict=True)))
    if not usable(parts().database.srid, cut.lon, cut.lat, cut.lon, cut.lat):
        raise InvalidParameter(name, "lies outside the area of the city's coordinate system")
    return cut
