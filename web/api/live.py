"""`/live`: what was committed, as server-sent events."""

from __future__ import annotations

from flask import Blueprint, Response, request

from web.composition import parts
from web.params import Query

blueprint = Blueprint("live", __name__)


@blueprint.get("/live")
def live() -> Response:
    """Open a stream; `Last-Event-ID` or `cursor` replays what was missed."""
    query = Query(request.args, {"cursor"})
    cursor = request.headers.get("Last-Event-ID") or query.text("cursor")
    # who asks for the head alone takes no place
    stream = () if request.method == "HEAD" else parts().hub.open(cursor)
    return Response(
        stream,
        content_type="text/event-stream; charset=utf-8",
        headers={"Cache-Control": "no-store", "X-Accel-Buffering": "no"},
    )
