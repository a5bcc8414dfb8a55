"""Buildings for other programs: CityJSON, and one building whole as IFC."""

from __future__ import annotations

from flask import Blueprint, Response, request

from twin.errors import InvalidParameter
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
    """Buildings by code or id, or in a box, with their parts and solids."""
    query = Query(request.args, {"ids", "bbox", "format"})
    query.choice("format", ("cityjson",), "cityjson")
    box, ids = query.box(), query.text("ids")
    if (box is None) == (ids is None):
        raise InvalidParameter("bbox" if ids is None else "ids", "give either ids or bbox")
    references = None
    if ids is not None:
        references = [reference for reference in dict.fromkeys(ids.split(",")) if reference]
        if not references:
            raise InvalidParameter("ids", "is empty; give codes or ids of buildings, with commas between")
    database = parts().database
    found = bodies(
        database,
        references=references,
        box=None if box is None else box[:4],
        circles=circles(request, parts().settings),
        most=_MOST_BUILDINGS,
    )
    return json(document(found, database.srid), media_type=CITYJSON)


@blueprint.get("/api/buildings/<reference>/ifc")
def get_ifc(reference: str) -> Response:
    """Answer with one building, its storeys, rooms and what is in them, as IFC4."""
    query = Query(request.args, {"content"})
    composition = parts()
    found = interior(
        composition.database,
        reference,
        content=query.choice("content", CONTENTS, "all") or "all",  # type: ignore[arg-type]
        circles=circles(request, composition.settings),
    )
    path, about = written(found, composition.database.srid, composition.settings)
    response = Response(pieces(path), content_type="application/x-step")
    # also where nothing is sent: a HEAD, or a caller who has gone
    response.call_on_close(lambda: remove(path))
    response.content_length = path.stat().st_size
    name = found.building["fields"].get("code") or found.building["id"]
    response.headers.set("Content-Disposition", "attachment", filename=f"{name}.ifc")
    response.headers["Cache-Control"] = "no-store"
    # what the file cannot say of the city is said beside it
    response.headers["Twin-Objects-Without-Body"] = str(about["bodiless"])
    response.headers["Twin-Classes-Replaced"] = str(sum(about["replaced"].values()))
    return response
