"""What the touch log costs those who write."""

from __future__ import annotations

import threading
import time
from collections.abc import Sequence

import psycopg

from tests.benchmarks.editing.writers import Building

_TRIGGERS = ("d_touch_insert", "e_touch_update")
_CLIENTS = 4
_BULK = """
insert into city.hydrant (code, kind, geometry)
select 'BULK' || i, 'outdoor', st_setsrid(st_makepoint(508000 + i %% 20000, 2492000 + i / 50.0), 4547)
from generate_series(1, %(rows)s) i
"""


def set_touch(dsn: str, collection: str, *, on: bool) -> None:
    """Switch the touch log of a collection on or off."""
    with psycopg.connect(dsn) as connection:
        for trigger in _TRIGGERS:
            word = "enable" if on else "disable"
            connection.execute(f"alter table city.{collection} {word} trigger {trigger}".encode())


def edits_per_s(dsn: str, statement: str, buildings: Sequence[Building], seconds: float) -> float:
    """Single-row edits a second of four clients who do not wait for each other."""
    stop = threading.Event()
    counts = [0] * _CLIENTS

    def edit(number: int) -> None:
        mine = buildings[number::_CLIENTS]
        with psycopg.connect(dsn, autocommit=True) as connection:
            while not stop.is_set():
                _, id = mine[counts[number] % len(mine)]
                connection.execute(statement.encode(), {"id": id, "value": float(counts[number])})
                counts[number] += 1

    threads = [threading.Thread(target=edit, args=(number,)) for number in range(_CLIENTS)]
    began = time.perf_counter()
    for thread in threads:
        thread.start()
    time.sleep(seconds)
    stop.set()
    for thread in threads:
        thread.join()
    return sum(counts) / (time.perf_counter() - began)


def bulk_s(dsn: str, rows: int) -> float:
    """Seconds for so many rows in one statement, taken back afterwards."""
    with psycopg.connect(dsn) as connection:
        began = time.perf_counter()
        connection.execute(_BULK.encode(), {"rows": rows})
        took_s = time.perf_counter() - began
        connection.rollback()
    return took_s
