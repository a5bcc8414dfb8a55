"""Search."""

from __future__ import annotations

from flask import Blueprint, Response, request

from twin.queries.search import search
from web.answer import json
from web.composition import parts
from web.params import Query

blueprint = Blueprint("search", __name__)


@blueprint.get("/api/search")
def get_search() -> Response:
    """Hits for what was typed, the best first.

    `lang` moves hits that have a name in that language before equals that have none.
    """
    query = Query(request.args, {"q", "limit", "lang"})
    language = query.choice("lang", ("zh", "en"), "zh")
    hits = search(
        parts().database, query.text("q") or "", limit=query.integer("limit", 10, low=1, high=50) or 10
    )
    hits.sort(key=lambda hit: (-hit["score"], hit[f"label_{language}"] is None))
    return json({"hits": hits})
