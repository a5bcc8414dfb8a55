"""What a map needs to know before it draws: layers and code lists."""

from __future__ import annotations

from flask import Blueprint, Response, request

from twin.catalogue import COLLECTIONS
from twin.queries.items import readable
from twin.queries.layers import code_lists, layer_sizes
from twin.queries.loads import holds_sample
from web.access import circles
from web.answer import json
from web.composition import parts
from web.params import Query

blueprint = Blueprint("layers", __name__)


@blueprint.get("/api/layers")
def get_layers() -> Response:
    """Layers with their columns and sizes, in the order of the catalogue."""
    Query(request.args, set())
    composition = parts()
    allowed = circles(request, composition.settings)
    sizes = layer_sizes(composition.database)
    root = request.url_root.rstrip("/")
    layers = [
        {
            "name": c.name,
            "zh": c.zh,
            "en": c.en,
            "group": c.group,
            "geometry": c.geometry,
            "min_zoom": c.min_zoom,
            "max_zoom": c.max_zoom,
            "count": sizes[c.name]["count"],
            "bounds": [sizes[c.name][side] for side in ("west", "south", "east", "north")]
            if sizes[c.name]["west"] is not None
            else None,
            "tilejson": f"{root}/tiles/{c.name}.json" if c.geometry is not None else None,
            "columns": [
                {
                    "name": column.name,
                    "kind": column.kind,
                    "zh": column.zh,
                    "en": column.en,
                    "unit": column.unit,
                    "code_list": column.code_list,
                    "within": column.limits,
                    "tile": column.tile,
                }
                for column in readable(c, allowed)
            ],
        }
        for c in COLLECTIONS
        if c.access in allowed
    ]
    return json({"layers": layers, "sample": holds_sample(composition.database)})


@blueprint.get("/api/codes")
def get_codes() -> Response:
    """Code lists."""
    Query(request.args, set())
    return json(code_lists(parts().database))
