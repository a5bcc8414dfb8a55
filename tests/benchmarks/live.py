"""Readings a second: a batch by `record` against one INSERT a reading with the same upsert."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta
from typing import Any

from tests.benchmarks.server import Options, scratch_database
from twin.database.connection import Database
from twin.live.observations import record

_DEVICES = 500
_BATCH = 5_000

_SENSORS = """
insert into city.sensor (code, type, unit, period_s, attention, alarm, geometry)
select 'S' || i, 'pressure', 'MPa', 60, 80, 90, st_setsrid(st_makepoint(510000 + i, 2494000), 4547)
from generate_series(1, %(n)s) i
"""
_ONE = """
with d as (select id from live.datastream where code = %(code)s), o as (
    insert into live.observation (datastream_id, phenomenon_time, result)
    select id, %(t)s, %(result)s from d on conflict do nothing returning datastream_id)
insert into live.datastream_latest (datastream_id, phenomenon_time, result, state, state_since)
select datastream_id, %(t)s, %(result)s, 'normal', %(t)s from o
on conflict (datastream_id) do update set phenomenon_time = excluded.phenomenon_time, result = excluded.result
where excluded.phenomenon_time > live.datastream_latest.phenomenon_time
"""


def run(options: Options) -> list[dict[str, Any]]:
    """Rows for the report: a way to write, its readings a second, and ours in relation."""
    with scratch_database(options.settings) as settings:
        database = Database.from_settings(settings, bounded=False)
        try:
            database.execute(_SENSORS, {"n": _DEVICES})
            start = datetime.now(UTC) - timedelta(hours=20)
            ours = max(_batched(database, start + timedelta(hours=i), 50.0) for i in range(options.rounds))
            ringing = max(
                _batched(database, start + timedelta(hours=6 + i), 95.0) for i in range(options.rounds)
            )
            single = _single(database, start + timedelta(hours=15), 1_000)
        finally:
            database.close()
    named = {
        f"batches of {_BATCH}": ours,
        f"batches of {_BATCH}, every reading beyond its limit": ringing,
        "one INSERT a reading, no limits, one commit": single,
    }
    return [
        {"way": way, "readings/s": f"{rate:.0f}", "batches are": f"{ours / rate:.1f}x"}
        for way, rate in named.items()
    ]


def _batched(database: Database, start: datetime, result: float) -> float:
    each = _BATCH // _DEVICES
    readings = [
        {
            "datastream": f"S{1 + i % _DEVICES}",
            "phenomenon_time": (start + timedelta(seconds=10 * (i // _DEVICES))).isoformat(),
            "result": result,
        }
        for i in range(each * _DEVICES)
    ]
    began = time.perf_counter()
    receipt = record(database, {"observations": readings})
    seconds = time.perf_counter() - began
    if receipt.accepted != len(readings):
        raise RuntimeError(f"only {receipt.accepted} of {len(readings)} readings were taken")
    return len(readings) / seconds


def _single(database: Database, start: datetime, count: int) -> float:
    database.execute("select live.ensure_partition(%(day)s)", {"day": start.date()})
    began = time.perf_counter()
    with database.transaction() as connection:
        for i in range(count):
            t = start + timedelta(seconds=10 * (i // _DEVICES))
            connection.execute(_ONE, {"code": f"S{1 + i % _DEVICES}", "t": t, "result": 50.0})
    return count / (time.perf_counter() - began)
