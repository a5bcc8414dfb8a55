"""Readings: what is stored, what is refused, what becomes the latest, which alarms rise."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from twin.database.connection import Database
from twin.errors import InvalidInput, NotFound, TooLarge
from twin.live.message import MOST, parse
from twin.live.observations import record, series
from twin.live.replay import oldest_snapshot
from twin.live.upkeep import tidy

_SENSOR = """
insert into city.sensor (code, type, unit, period_s, attention, alarm, direction, geometry)
values (%(code)s, 'pressure', 'MPa', 60, %(attention)s, %(alarm)s, %(direction)s,
        st_setsrid(st_makepoint(513000, 2494000), 4547))
"""


@pytest.fixture
def now() -> datetime:
    return datetime.now(UTC).replace(microsecond=0) - timedelta(minutes=30)


def add_sensor(
    database: Database,
    code: str = "P1",
    attention: float | None = 0.8,
    alarm: float | None = 1.0,
    direction: str = "above",
) -> None:
    database.execute(_SENSOR, {"code": code, "attention": attention, "alarm": alarm, "direction": direction})


def reading(code: str, t: datetime, result: object, **more: object) -> dict:
    return {"datastream": code, "phenomenon_time": t.isoformat(), "result": result, **more}


def send(database: Database, *readings: dict):
    return record(database, {"observations": list(readings)})


def latest(database: Database, code: str = "P1") -> dict:
    return database.row("select * from live.sensor_state where code = %(c)s", {"c": code})


def alarms(database: Database) -> list[tuple]:
    rows = database.rows("select severity, cleared_at is null as open, result from live.alarm order by id")
    return [(r["severity"], r["open"], r["result"]) for r in rows]


def test_a_sensor_written_by_sql_takes_readings_at_once(database: Database, now: datetime) -> None:
    add_sensor(database)
    receipt = send(database, reading("P1", now, 0.5))
    assert (receipt.accepted, receipt.duplicate, receipt.late, receipt.quarantined) == (1, 0, 0, ())
    assert latest(database)["result"] == 0.5


def test_duplicate_and_late_readings(database: Database, now: datetime) -> None:
    add_sensor(database)
    send(database, reading("P1", now, 0.5))
    receipt = send(
        database,
        reading("P1", now, 0.7),
        reading("P1", now - timedelta(minutes=1), 0.4),
        reading("P1", now - timedelta(minutes=1), 0.3),
    )
    assert (receipt.accepted, receipt.duplicate, receipt.late) == (1, 2, 1)
    assert latest(database)["result"] == 0.5
    stored = series(database, "P1", now - timedelta(hours=1), now)["observations"]
    assert [o[1] for o in stored] == [0.4, 0.5]


def test_what_cannot_be_right_is_in_quarantine_with_its_place(database: Database, now: datetime) -> None:
    add_sensor(database)
    receipt = send(
        database,
        reading("P1", now, 0.5),
        reading("nobody", now, 0.5),
        reading("P1", datetime.now(UTC) + timedelta(hours=1), 0.5),
        reading("P1", datetime(1970, 1, 1, tzinfo=UTC), 0.5),
        reading("P1", now, "NaN"),
        reading("P1", now, [1]),
        {"datastream": "P1", "phenomenon_time": "2026-11-20T08:00:00", "result": 1},
        reading("P1", now, 1, quality=3),
    )
    assert receipt.accepted == 1
    assert [(r.index, r.code) for r in receipt.quarantined] == [
        (1, "unknown-datastream"),
        (2, "future"),
        (3, "too-old"),
        (4, "not-a-number"),
        (5, "malformed"),
        (6, "malformed"),
        (7, "malformed"),
    ]
    kept = database.rows("select code, reason, message from live.quarantine")
    assert sorted(r["code"] for r in kept) == sorted(r.code for r in receipt.quarantined)
    assert all(r["reason"] and r["message"] for r in kept)


def test_a_message_as_a_whole_is_refused(database: Database) -> None:
    for message in ({}, {"observations": 1}, {"observations": [], "x": 1}):
        with pytest.raises(InvalidInput):
            record(database, message)
    with pytest.raises(TooLarge, match=str(MOST)):
        record(database, {"observations": [{}] * (MOST + 1)})


def test_alarm_rises_escalates_and_clears_beyond_the_hysteresis(database: Database, now: datetime) -> None:
    add_sensor(database)
    steps = [
        (0.5, "normal", []),
        (0.85, "attention", [("attention", True, 0.85)]),
        (1.2, "alarm", [("alarm", True, 1.2)]),
        (0.99, "alarm", [("alarm", True, 1.2)]),  # not yet 2 % below the limit
        (0.9, "attention", [("attention", True, 0.9)]),
        (0.79, "attention", [("attention", True, 0.9)]),
        (0.5, "normal", [("attention", False, 0.9)]),
    ]
    for minute, (result, state, expected) in enumerate(steps):
        send(database, reading("P1", now + timedelta(minutes=minute), result))
        row = database.row("select state from live.datastream_latest")
        assert (row["state"], alarms(database)) == (state, expected), result


def test_a_crossing_inside_one_batch_leaves_its_alarm(database: Database, now: datetime) -> None:
    add_sensor(database)
    values = [0.5, 1.5, 0.5]
    send(database, *(reading("P1", now + timedelta(minutes=i), v) for i, v in enumerate(values)))
    assert alarms(database) == [("alarm", False, 1.5)]
    assert database.scalar("select state from live.datastream_latest") == "normal"


def test_limits_from_below(database: Database, now: datetime) -> None:
    add_sensor(database, attention=0.16, alarm=0.14, direction="below")
    send(database, reading("P1", now, 0.30))
    assert alarms(database) == []
    send(database, reading("P1", now + timedelta(minutes=1), 0.13))
    assert alarms(database) == [("alarm", True, 0.13)]


def test_a_late_reading_raises_nothing(database: Database, now: datetime) -> None:
    add_sensor(database)
    send(database, reading("P1", now, 0.5))
    send(database, reading("P1", now - timedelta(minutes=5), 9.0))
    assert alarms(database) == []


def test_hold_time(database: Database, now: datetime) -> None:
    add_sensor(database)
    database.execute("update live.datastream set hold_s = 120")
    send(database, reading("P1", now, 1.5))
    send(database, reading("P1", now + timedelta(seconds=60), 1.5))
    assert alarms(database) == []
    send(database, reading("P1", now + timedelta(seconds=120), 1.6))
    assert alarms(database) == [("alarm", True, 1.6)]


def test_silent_for_three_periods_is_stale_and_never_heard_is_unknown(
    database: Database, now: datetime
) -> None:
    add_sensor(database, "quiet")
    add_sensor(database, "mute")
    send(database, reading("quiet", now, 0.5))
    assert latest(database, "quiet")["state"] == "stale"
    assert latest(database, "mute")["state"] == "unknown"


def test_a_removed_sensor_takes_no_more_readings(database: Database, now: datetime) -> None:
    add_sensor(database)
    send(database, reading("P1", now, 0.5))
    database.execute("delete from city.sensor where code = 'P1'")
    receipt = send(database, reading("P1", now + timedelta(minutes=1), 0.6))
    assert [r.code for r in receipt.quarantined] == ["unknown-datastream"]
    assert len(series(database, "P1", now, now)["observations"]) == 1


def test_old_days_are_dropped_whole(database: Database, now: datetime) -> None:
    add_sensor(database)
    day = (now - timedelta(days=1)).date()
    send(database, reading("P1", now - timedelta(days=1), 0.4), reading("P1", now, 0.5))
    dropped = database.scalar(
        "select live.drop_partitions(%(h)s)",
        {"h": datetime.combine(day + timedelta(days=1), datetime.min.time(), UTC)},
    )
    assert dropped == 1
    assert [o[1] for o in series(database, "P1", now - timedelta(days=2), now)["observations"]] == [0.5]


def test_unknown_series(database: Database) -> None:
    with pytest.raises(NotFound, match="nobody"):
        series(database, "nobody")


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=30),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(
                st.sampled_from(["datastream", "phenomenon_time", "result", "quality", "x"]),
                inner,
                max_size=4,
            )
        ),
        max_leaves=20,
    )
)
def test_every_item_is_either_read_or_refused(item: object) -> None:
    good, bad = parse({"observations": [item, item]})
    assert len(good) + len(bad) == 2
    assert all(o.phenomenon_time.tzinfo and abs(o.result) < float("inf") for _, o in good)
    assert all(r.reason for r, _ in bad)


def test_tidying_keeps_the_newest_touch_of_a_cell_and_notes_the_horizon(database: Database) -> None:
    insert = "insert into twin.touch (collection, cell_e, cell_n) values ('road', 512, 2494)"
    for _ in range(3):
        database.execute(insert)
    assert tidy(database, 48)
    assert database.scalar("select count(*) from twin.touch") == 3
    assert oldest_snapshot(database) == 0
    # an hour goes by
    database.execute(
        "update twin.about set value = split_part(value, ' ', 1) || ' 0' where key = 'touch_next'"
    )
    newest = database.scalar("select max(xid::text::bigint) from twin.touch")
    database.execute(insert.replace("512", "513"))
    assert tidy(database, 48)
    left = database.rows("select cell_e, xid::text::bigint as xid from twin.touch order by cell_e")
    assert [row["cell_e"] for row in left] == [512, 513]
    assert left[0]["xid"] == newest
    assert oldest_snapshot(database) > newest
    assert database.scalar("select to_regclass('live.observation_' || to_char(now() + '1 day', 'YYYYMMDD'))")
