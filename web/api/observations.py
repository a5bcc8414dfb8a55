"""Readings in, series out."""

from __future__ import annotations

import csv
import io

from flask import Blueprint, Response, request

from twin.live.observations import record, series
from web.access import circles, require_write
from web.answer import json, tag
from web.composition import parts
from web.params import Query, body

blueprint = Blueprint("observations", __name__)

_LARGEST_BYTES = 2_000_000


@blueprint.post("/api/observations")
def post_observations() -> Response:
    """Store a batch of readings."""
    composition = parts()
    require_write(request, composition.settings)
    receipt = record(
        composition.database,
        body(request, limit_bytes=_LARGEST_BYTES),
        kept_hours=composition.settings.observation_hours,
    )
    return json(
        {
            "accepted": receipt.accepted,
            "duplicate": receipt.duplicate,
            "late": receipt.late,
            "quarantined": [
                {"index": r.index, "code": r.code, "reason": r.reason} for r in receipt.quarantined
            ],
        }
    )


@blueprint.get("/api/datastreams/<code>/observations")
def get_series(code: str) -> Response:
    """Readings of one datastream, as JSON or CSV."""
    query = Query(request.args, {"from", "to", "limit", "f"})
    form = query.choice("f", ("json", "csv"), "json")
    row = series(
        parts().database,
        code,
        query.instant("from"),
        query.instant("to"),
        query.integer("limit", 10_000, low=1, high=100_000) or 10_000,
        circles=circles(request, parts().settings),
    )
    return _csv(code, row["observations"]) if form == "csv" else json(row)


def _csv(code: str, observations: list[list[object]]) -> Response:
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(["phenomenon_time", "result", "quality"])
    writer.writerows(observations)
    data = text.getvalue().encode()
    response = Response(data, content_type="text/csv; charset=utf-8")
    name = "".join(c if c.isascii() and (c.isalnum() or c in "-_.") else "_" for c in code)
    response.headers["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    tag(response, data)
    return response
