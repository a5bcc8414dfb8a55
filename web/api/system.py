"""Is it well: `/healthz` for balancers, `/metrics` for Prometheus."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from pathlib import Path

from flask import Blueprint, Response

from tiles import held
from twin.errors import TwinError
from twin.queries.standby import behind_s
from web.answer import json
from web.composition import parts
from web.errors import RETRY_AFTER_S
from web.meter import Sample

blueprint = Blueprint("system", __name__)

_STARTED = time.time()
_STALE_S = 5.0


@blueprint.get("/healthz")
def health() -> Response:
    """200 while the database answers, with the age of what a standby shows; 503 names what does not."""
    composition = parts()
    began, standby_behind_s = time.perf_counter(), None
    try:
        standby_behind_s = behind_s(composition.database)
        database = "ok"
    except TwinError as error:
        database = str(error)
    answered_ms = round((time.perf_counter() - began) * 1000, 2)
    age_s = composition.feed.age_s
    # the very first request starts the feed; it is only late once it ran and fell silent
    feed = "starting" if age_s == float("inf") else "ok" if age_s < _STALE_S else "late"
    well = database == "ok" and feed != "late"
    body = {
        "status": "ok" if well else "failing",
        "database": database,
        "database_ms": answered_ms,
        "feed": feed,
        "feed_age_s": None if age_s == float("inf") else round(age_s, 3),
        "live_clients": len(composition.hub),
    }
    if standby_behind_s is not None:
        body["standby_behind_s"] = round(standby_behind_s, 3)
    response = json(body, status=200 if well else 503)
    response.headers["Cache-Control"] = "no-store"
    if not well:
        response.headers["Retry-After"] = str(RETRY_AFTER_S)
    return response


def _memory() -> Iterator[Sample]:
    """The process as the system sees it; nothing where the system does not tell."""
    try:
        pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    except OSError:
        return
    size = float(pages * os.sysconf("SC_PAGE_SIZE"))
    yield "process_resident_memory_bytes", "gauge", "Memory of this process.", size


@blueprint.get("/metrics")
def metrics() -> Response:
    """Counts of this process."""
    composition = parts()
    samples = (
        ("twin_process_start_seconds", "gauge", "Unix time this process started.", _STARTED),
        ("twin_process_id", "gauge", "Process id; every worker counts for itself.", float(os.getpid())),
        ("twin_feed_age_seconds", "gauge", "Time since the last good poll.", composition.feed.age_s),
        ("twin_live_clients", "gauge", "Open event streams.", float(len(composition.hub))),
        (
            "twin_live_dropped_total",
            "counter",
            "Events dropped for slow readers.",
            float(composition.hub.dropped),
        ),
    )
    samples += (*_memory(), *held.samples(composition.tiles))
    if composition.snapshot is not None:
        samples += composition.snapshot.samples()
    if composition.archives is not None:
        samples += composition.archives.samples()
    text = composition.meter.text(samples)
    return Response(
        text, content_type="text/plain; version=0.0.4; charset=utf-8", headers={"Cache-Control": "no-store"}
    )
