"""Cut faces of building models."""

from __future__ import annotations

from flask import Blueprint, Response, request

from twin.crs import usable
from twin.errors import InvalidParameter
from twin.queries.section import Cut, section
from web.access import circles
from web.answer import json
from web.composition import parts
from web.params import Query, number

blueprint = Blueprint("sections", __name__)

_LIMITS = ((-180.0, 180.0), (-90.0, 90.0), (-1_000.0, 10_000.0), (-360.0, 360.0), (-90.0, 90.0))
_MOST_PLANES = 12


@blueprint.get("/api/models/<int:model>/section")
def get_section(model: int) -> Response:
    """The faces a plane cuts out of a model."""
    query = Query(request.args, {"plane", "also"})
    chosen, others = query.text("plane"), query.text("also")
    if chosen is None:
        raise InvalidParameter("plane", "is missing; it is lon,lat,height,azimuth,tilt")
    also = [] if not others else others.split("|")
    if len(also) > _MOST_PLANES:
        raise InvalidParameter("also", f"names {len(also)} planes; at most {_MOST_PLANES} are cut at once")
    found = section(
        parts().database,
        model,
        _cut("plane", chosen),
        [_cut("also", one) for one in also],
        circles(request, parts().settings),
    )
    return json({"plane": chosen, **found})


def _cut(name: str, text: str) -> Cut:
    values = text.split(",")
    if len(values) != len(_LIMITS):
        raise InvalidParameter(name, f"'{text[:60]}' is not lon,lat,height,azimuth,tilt")
    cut = Cut(*(number(name, value, *limits) for value, limits in zip(values, _LIMITS, strict=True)))
    if not usable(parts().database.srid, cut.lon, cut.lat, cut.lon, cut.lat):
        raise InvalidParameter(name, "lies outside the area of the city's coordinate system")
    return cut
