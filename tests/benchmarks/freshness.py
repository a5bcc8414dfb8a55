"""A million buildings that are edited a hundred times a second: what is seen when, and what it costs.

`--quick` is a city of 20,000 and 20 s instead of ten minutes. Edits are one row and one commit
each, by ten writers on a schedule; of a hundred commits five come late, five more edits are taken back,
and thirty are at buildings whose tiles readers ask for all the time, of two server processes in turn. A
reader's answer is *stale* when it misses what the database confirmed more than a second before the request
was sent. *visible* is the time from that confirmation until a request was sent whose answer shows the
edit, asked every hundredth of a second. A third server reads a standby that applies every commit two
seconds later; its answers are counted apart, and are stale when they miss what the standby itself had a
second before. In the end it has to show all that was confirmed. Peers are asked and edited in the same
way, their own plain table instead of ours.

*warm* is what eight connections get of a hundred tiles that were asked for before, while nobody
edits and while everybody does, before readers of watched tiles begin; edits anywhere in the city make
some of them anew. What counts is requests per CPU-second of the server, all its threads included. *beside*
is the same while another city of the same PostgreSQL is edited so: writers, database and readers share the
machine then as well, and a request costs more because of that alone. In the end the touch log is switched
off: what single edits and one large statement cost with it and without.
"""

from __future__ import annotations

import tempfile
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import psycopg

from tests.benchmarks.editing.cost import bulk_s, edits_per_s, set_touch
from tests.benchmarks.editing.lagging import Lagging
from tests.benchmarks.editing.readers import check, follow
from tests.benchmarks.editing.session import Session
from tests.benchmarks.editing.writers import Building, Target, write
from tests.benchmarks.server import Options, copied_database
from tests.benchmarks.tiling.city import places, seeded
from tests.benchmarks.tiling.client import ask_all
from tests.benchmarks.tiling.cost import server_cpu_s
from tests.benchmarks.tiling.servers import Contestant, missing, peers, twin, wait_for_memory
from tests.standby import standby
from twin.settings import Settings

_ROWS, _ROWS_QUICK = 1_000_000, 20_000
_SECONDS, _SECONDS_QUICK, _SECONDS_PEER = 600.0, 20.0, 60.0
_EDITS_PER_S, _WRITERS, _CHECKERS, _FOLLOWERS = 100.0, 10, 3, 2
_WATCHED, _ZOOM = 200, 18
_WARM_ZOOM, _WARM_TILES, _WARM_CONNECTIONS, _WARM_S = 16, 100, 8, 8.0
_MEMORY_MB = 3072
_STANDBY_BEHIND_S, _STANDBY_BUFFERS_MB = 2.0, 256
_OURS = """
update city.building set height_m = %(value)s
where feature_id = %(id)s and valid_to is null and superseded_at is null
"""
_THEIRS = "update public.peer_building set height_m = %(value)s where id = %(id)s"
_WATCHED_SQL = """
select code, feature_id, st_x(c) as lon, st_y(c) as lat from (
    select code, feature_id, st_transform(st_pointonsurface(geometry), 4326) as c from city_now.building
    where feature_id in (select feature_id from city_now.building order by hashint8(feature_id) limit %(n)s)
) picked
"""


def run(options: Options) -> list[dict[str, Any]]:
    """Rows for the report: freshness of each, then what the touch log costs."""
    rows = options.rows or (_ROWS_QUICK if options.quick else _ROWS)
    seconds = _SECONDS_QUICK if options.quick else _SECONDS
    with (
        seeded(options, rows) as (original, features),
        copied_database(original, "edited") as settings,
        copied_database(original, "beside") as beside,
        tempfile.TemporaryDirectory() as folder,
    ):
        for city in (settings, beside):
            _prepare(city)
        result = []
        scratch = Path(folder)
        with ExitStack() as stack:
            ours = [stack.enter_context(twin(settings, scratch, f"twin {n}", _MEMORY_MB)) for n in (1, 2)]
            for one in ours:
                wait_for_memory(one, features)
            copy = stack.enter_context(standby(settings, _STANDBY_BEHIND_S, _STANDBY_BUFFERS_MB))
            reader = stack.enter_context(twin(copy, scratch, "twin on a standby", _MEMORY_MB))
            lagging = Lagging(reader, copy, _STANDBY_BEHIND_S)
            result += _measured(ours, settings, rows, _OURS, seconds, beside=beside, lagging=lagging)
        for peer in peers(settings, scratch):
            with peer as one:
                least = min(seconds, _SECONDS_PEER)
                result += _measured([one], settings, rows, _THEIRS, least)
        result += [{"who": f"{name}: not installed"} for name in missing()]
        return result + _cost(settings, rows, options)


def _prepare(settings: Settings) -> None:
    with psycopg.connect(settings.dsn, autocommit=True) as connection:
        connection.execute("alter table city.building enable trigger user")


def _measured(
    servers: list[Contestant],
    settings: Settings,
    rows: int,
    statement: str,
    seconds: float,
    *,
    beside: Settings | None = None,
    lagging: Lagging | None = None,
) -> list[dict[str, Any]]:
    tiles, place_of, watched, others = _watched(settings)
    warm = [servers[0].address(("building",), place) for place in places(_WARM_ZOOM, rows, _WARM_TILES)]
    ask_all(servers[0].port, warm, _WARM_CONNECTIONS)
    target = Target(statement, watched, others)
    quiet = _throughput(servers[0], warm)
    shared = None if beside is None else _while_edited(beside, target, servers[0], warm)
    session = Session()
    editors = _editors(settings, target, session)
    readers: list[Callable[[], None]] = [
        partial(check, servers, tiles, session, number) for number in range(_CHECKERS)
    ]
    readers += [partial(follow, servers, place_of, session)] * _FOLLOWERS
    if lagging is not None:
        readers += lagging.work(tiles, watched, session)
    failures: list[BaseException] = []
    began = time.monotonic()
    threads = _started(editors, session, failures)
    session.stop.wait(min(2.0, seconds / 4))
    busy = _throughput(servers[0], warm)
    # what nobody was there to follow is old by now
    while not session.fresh.empty():
        session.fresh.get()
    threads += _started(readers, session, failures)
    session.stop.wait(max(0.0, began + seconds - time.monotonic()))
    session.stop.set()
    took_s = time.monotonic() - began
    for thread in threads:
        thread.join(30)
    if failures:
        raise RuntimeError(f"{servers[0].name}: {failures[0]}") from failures[0]
    shown = np.array(session.visible_s)
    figures = {
        "who": servers[0].name, "servers": len(servers), "buildings": rows,
        "seconds": round(took_s), "edits_per_s": round(len(session.record) / took_s, 1),
        "taken_back": session.taken_back,
        "checked": session.checked, "stale": session.stale, "followed": len(shown),
        "visible_p50_s": round(float(np.quantile(shown, 0.5, method="higher")), 3),
        "visible_p99_s": round(float(np.quantile(shown, 0.99, method="higher")), 3),
        "visible_max_s": round(float(shown.max()), 3),
        "warm_quiet_per_cpu_s": round(quiet), "warm_edited_per_cpu_s": round(busy),
        "warm_ratio": round(busy / quiet, 2),
    }  # fmt: skip
    if shared is not None:
        figures |= {"warm_beside_per_cpu_s": round(shared), "warm_beside_ratio": round(busy / shared, 2)}
    return [figures] if lagging is None else [figures, lagging.figures(tiles, session.record)]


def _watched(
    settings: Settings,
) -> tuple[dict[str, list[str]], dict[str, str], list[Building], list[Building]]:
    """Watched codes by tile, tile by code, watched buildings, all others."""
    tiles: dict[str, list[str]] = {}
    place_of: dict[str, str] = {}
    watched = []
    with psycopg.connect(settings.dsn) as connection:
        for code, id, lon, lat in connection.execute(_WATCHED_SQL, {"n": _WATCHED}):
            x = int((lon + 180) / 360 * 2**_ZOOM)
            y = int((1 - np.arcsinh(np.tan(np.radians(lat))) / np.pi) / 2 * 2**_ZOOM)
            place_of[code] = f"{_ZOOM}/{x}/{y}"
            tiles.setdefault(place_of[code], []).append(code)
            watched.append((code, id))
        everybody = connection.execute("select code, feature_id from city_now.building").fetchall()
    return tiles, place_of, watched, [one for one in everybody if one[0] not in place_of]


def _editors(settings: Settings, target: Target, session: Session) -> list[Callable[[], None]]:
    shares = [target.share(number, _WRITERS) for number in range(_WRITERS)]
    return [partial(write, settings.dsn, share, _EDITS_PER_S / _WRITERS, session) for share in shares]


def _while_edited(city: Settings, target: Target, server: Contestant, paths: Sequence[str]) -> float:
    """Warm requests per CPU-second of a server whose city is another than the one that is edited."""
    session, failures = Session(), list[BaseException]()
    threads = _started(_editors(city, target, session), session, failures)
    session.stop.wait(2.0)
    found = _throughput(server, paths)
    session.stop.set()
    for thread in threads:
        thread.join(30)
    if failures:
        raise RuntimeError(f"{server.name}: {failures[0]}") from failures[0]
    return found


def _throughput(server: Contestant, paths: Sequence[str]) -> float:
    """Requests per CPU-second of the server, for some seconds."""
    began, before, asked = time.monotonic(), server_cpu_s(server.process.pid), 0
    while time.monotonic() - began < _WARM_S:
        asked += len(ask_all(server.port, paths, _WARM_CONNECTIONS).times_s)
    return asked / (server_cpu_s(server.process.pid) - before)


def _started(
    work: Sequence[Callable[[], None]], session: Session, failures: list[BaseException]
) -> list[threading.Thread]:
    threads = [threading.Thread(target=_guarded, args=(one, session, failures), daemon=True) for one in work]
    for thread in threads:
        thread.start()
    return threads


def _guarded(does: Callable[[], None], session: Session, failures: list[BaseException]) -> None:
    try:
        does()
    except BaseException as error:  # raised again by who waits for the thread
        failures.append(error)
        session.stop.set()


def _cost(settings: Settings, rows: int, options: Options) -> list[dict[str, Any]]:
    """Single edits and one large statement, with the touch log and without, in turn."""
    *_, others = _watched(settings)
    seconds = 2.0 if options.quick else 6.0
    rates: dict[bool, list[float]] = {True: [], False: []}
    bulks: dict[bool, list[float]] = {True: [], False: []}
    # a copy that nobody edited yet is half as fast, whoever is first
    edits_per_s(settings.dsn, _OURS, others, seconds)
    for _ in range(options.rounds):
        for on in (True, False):
            set_touch(settings.dsn, "building", on=on)
            set_touch(settings.dsn, "hydrant", on=on)
            rates[on].append(edits_per_s(settings.dsn, _OURS, others, seconds))
            bulks[on].append(bulk_s(settings.dsn, rows))
    set_touch(settings.dsn, "building", on=True)
    set_touch(settings.dsn, "hydrant", on=True)
    return [
        {
            "what": "single-row edits a second, best", "with_log": round(max(rates[True])),
            "without": round(max(rates[False])), "ratio": round(max(rates[True]) / max(rates[False]), 2),
        },
        {
            "what": f"{rows:,} rows in one statement, seconds, best", "with_log": round(min(bulks[True]), 2),
            "without": round(min(bulks[False]), 2), "ratio": round(min(bulks[True]) / min(bulks[False]), 2),
        },
    ]  # fmt: skip
