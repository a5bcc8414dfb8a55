"""Buildings for other programs: as CityJSON, and whole with what is inside as IFC."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from flask import Blueprint, Response, request

from twin.errors import InvalidParameter
from twin.queries.area import Degrees
from twin.queries.export import bodies
from twin.queries.model_export import CONTENTS, interior
from web.access import circles
from web.answer import CITYJSON, json
from web.cityjson import document
from web.composition import parts
from web.ifcfile import pieces, remove, written
from web.params import Query

blueprint = Blueprint("export", __name__)

_MOST_BUILDINGS = 1_000


@blueprint.get("/api/buildings/export")
def get_export() -> Response:
    """Buildings by code or id, or in a box: their parts and solids, or as IFC what is inside; now or then."""
    query = Query(request.args, {"ids", "bbox", "format", "content", "datetime"})
    form = query.choice("format", ("cityjson", "ifc"), "cityjson")
    box, ids = query.box(), query.text("ids")
    if (box is None) == (ids is None):
        raise InvalidParameter("bbox" if ids is None else "ids", "give either ids or bbox")
    references = None
    if ids is not None:
        references = [reference for reference in dict.fromkeys(ids.split(",")) if reference]
        if not references:
            raise InvalidParameter("ids", "is empty; give codes or ids of buildings, with commas between")
    plane = None if box is None else box[:4]
    if form == "ifc":
        return _model(query, references, plane)
    if query.text("content") is not None:
        raise InvalidParameter("content", "is for format=ifc; CityJSON holds what is outside")
    database, moment = parts().database, query.instant("datetime")
    found = bodies(
        database,
        references=references,
        box=plane,
        circles=circles(request, parts().settings),
        most=_MOST_BUILDINGS,
        moment=moment,
    )
    response = json(document(found, database.srid, moment), media_type=CITYJSON)
    first = found.buildings[0] if len(found.buildings) == 1 else None
    _named(response, first, moment, "city.json")
    return response


@blueprint.get("/api/buildings/<reference>/ifc")
def get_ifc(reference: str) -> Response:
    """Answer with one building, its storeys, rooms and what is in them, as IFC4."""
    return _model(Query(request.args, {"content", "datetime"}), [reference], None)


def _model(query: Query, references: Sequence[str] | None, box: Degrees | None) -> Response:
    composition, moment = parts(), query.instant("datetime")
    found = interior(
        composition.database,
        references,
        box=box,
        content=query.choice("content", CONTENTS, "all") or "all",  # type: ignore[arg-type]
        circles=circles(request, composition.settings),
        moment=moment,
    )
    path, about = written(found, composition.database.srid, composition.settings, moment)
    response = Response(pieces(path), content_type="application/x-step")
    # also where nothing is sent: a HEAD, or a caller who has gone
    response.call_on_close(lambda: remove(path))
    response.content_length = path.stat().st_size
    _named(response, found.buildings[0] if len(found.buildings) == 1 else None, moment, "ifc")
    response.headers["Cache-Control"] = "no-store"
    # what the file cannot say of the city is said beside it
    response.headers["Twin-Objects-Without-Body"] = str(about["bodiless"])
    response.headers["Twin-Classes-Replaced"] = str(sum(about["replaced"].values()))
    response.headers["Twin-Doors-Without-Wall"] = str(about["unhosted"])
    return response


def _named(response: Response, one: Mapping[str, Any] | None, moment: datetime | None, ending: str) -> None:
    """Name the file after the only building in it and the moment it is of."""
    name = "buildings" if one is None else one["fields"].get("code") or one["id"]
    when = "" if moment is None else f"-{moment.astimezone(UTC):%Y%m%dT%H%M%SZ}"
    response.headers.set("Content-Disposition", "attachment", filename=f"{name}{when}.{ending}")
