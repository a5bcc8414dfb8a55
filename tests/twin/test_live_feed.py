"""The feed tells every committed change once, however late it commits."""

import threading
from collections.abc import Callable

import psycopg
import pytest

from twin.database.connection import Database
from twin.live.feed import Feed, read_news
from twin.live.tick import Tick

_INSERT = (
    "insert into city.water_body (name_zh, geometry) values (%s,"
    " st_multi(st_makeenvelope(512000, 2494000, 512010, 2494010, 4547)))"
)


class Heard:
    """Collects ticks and waits for one that fits, without sleeping a fixed time."""

    def __init__(self, feed: Feed) -> None:
        self.ticks: list[Tick] = []
        self._changed = threading.Condition()
        feed.listen(self._hear)

    def _hear(self, tick: Tick) -> None:
        with self._changed:
            self.ticks.append(tick)
            self._changed.notify_all()

    def until(self, fits: Callable[[Tick], bool], within_s: float = 10.0) -> Tick:
        with self._changed:
            assert self._changed.wait_for(lambda: any(map(fits, self.ticks)), within_s), "not heard"
            return next(t for t in self.ticks if fits(t))

    def touches(self) -> list[tuple]:
        with self._changed:
            return [(t.collection, t.cell_e, t.cell_n) for tick in self.ticks for t in tick.touches]


def test_first_poll_brings_no_rows(database: Database) -> None:
    with database.transaction() as connection:
        connection.execute(_INSERT, ("湖",))
    assert read_news(database, None).empty


def test_a_change_is_told_once(database: Database) -> None:
    first = read_news(database, None)
    with database.transaction() as connection:
        connection.execute(_INSERT, ("湖",))
    second = read_news(database, first.snapshot)
    assert [(t.collection, t.cell_e, t.cell_n) for t in second.touches] == [("water_body", 2048, 9976)]
    assert second.snapshot.sees(second.touches[0].xid)
    assert read_news(database, second.snapshot).empty


def test_a_late_commit_is_told_and_a_rollback_never(database: Database) -> None:
    first = read_news(database, None)
    with psycopg.connect(database.dsn) as late, psycopg.connect(database.dsn) as gone:
        late.execute(_INSERT, ("晚",))
        gone.execute(_INSERT, ("无",))
        with database.transaction() as connection:
            connection.execute(_INSERT, ("早",))
        second = read_news(database, first.snapshot)
        assert len(second.touches) == 1
        gone.rollback()
        late.commit()
    third = read_news(database, second.snapshot)
    assert len(third.touches) == 1
    assert third.touches[0].xid < second.touches[0].xid


def test_thread_tells_listeners_and_survives_a_lost_connection(database: Database) -> None:
    feed = Feed(database, interval_s=0.02)
    heard = Heard(feed)

    def broken(tick: Tick) -> None:
        raise RuntimeError("deaf")

    feed.listen(broken)
    feed.start()
    try:
        heard.until(lambda t: len(heard.ticks) > 1)
        assert feed.age_s < 5
        with psycopg.connect(database.dsn, autocommit=True) as admin:
            admin.execute(
                "select pg_terminate_backend(pid) from pg_stat_activity"
                " where application_name = 'twin feed' and datname = current_database()"
            )
            admin.execute(_INSERT, ("断",))
        heard.until(lambda t: any(x.collection == "water_body" for x in t.touches))
        assert heard.touches() == [("water_body", 2048, 9976)]
    finally:
        feed.stop()
    assert not feed.running


def test_age_is_infinite_before_the_first_poll(database: Database) -> None:
    assert Feed(database).age_s == pytest.approx(float("inf"))
