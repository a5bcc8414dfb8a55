"""`/live`: what was committed, as server-sent events."""

from __future__ import annotations

import contextlib

from flask import Blueprint, Response, request

from web.composition import parts
from web.params import Query

blueprint = Blueprint("live", __name__)

_SEND_TIMEOUT_S = 30.0


@blueprint.get("/live")
def live() -> Response:
    """Open a stream; `Last-Event-ID` or `cursor` replays what was missed."""
    query = Query(request.args, {"cursor"})
    cursor = request.headers.get("Last-Event-ID") or query.text("cursor")
    # who asks for the head alone takes no place
    stream = () if request.method == "HEAD" else parts().hub.open(cursor)
    _limit_sending()
    return Response(
        stream,
        content_type="text/event-stream; charset=utf-8",
        headers={"Cache-Control": "no-store", "X-Accel-Buffering": "no"},
    )


def _limit_sending() -> None:
    """A reader who is gone without a word must not hold a thread for ever."""
    socket = request.environ.get("gunicorn.socket")
    if socket is not None:
        with contextlib.suppress(OSError):
            socket.settimeout(_SEND_TIMEOUT_S)
