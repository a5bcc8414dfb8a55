"""Visibility by snapshot, against PostgreSQL's own answer."""

import psycopg
import pytest
from hypothesis import given
from hypothesis import strategies as st

from twin.database.connection import Database
from twin.errors import InvalidInput
from twin.live.snapshot import Snapshot


@given(st.integers(1, 10**9), st.lists(st.integers(0, 50), max_size=8), st.integers(-5, 70))
def test_text_survives_a_round_trip(xmin: int, offsets: list[int], probe: int) -> None:
    running = frozenset(xmin + offset for offset in offsets)
    snapshot = Snapshot(xmin, xmin + 51, running)
    again = Snapshot.parse(str(snapshot))
    assert again == snapshot
    assert again.sees(xmin + probe) is (probe < 0 or (probe < 51 and xmin + probe not in running))


def test_agrees_with_postgresql(database: Database) -> None:
    with (
        psycopg.connect(database.dsn) as early,
        psycopg.connect(database.dsn) as late,
    ):
        early_xid = int(early.execute("select pg_current_xact_id()::text").fetchone()[0])
        late_xid = int(late.execute("select pg_current_xact_id()::text").fetchone()[0])
        late.commit()
        row = database.row("select pg_current_snapshot()::text as s")
        snapshot = Snapshot.parse(row["s"])
        assert not snapshot.sees(early_xid)
        assert snapshot.sees(late_xid)
        for xid in range(snapshot.xmin - 3, snapshot.xmax + 3):
            told = database.scalar(
                "select pg_visible_in_snapshot(%(x)s::text::xid8, %(s)s::pg_snapshot)",
                {"x": str(xid), "s": row["s"]},
            )
            assert snapshot.sees(xid) is told


@pytest.mark.parametrize(
    "text",
    ["", "1:2", "a:b:c", "5:4:", "0:4:", "5:9:9", "5:9:4", "5:9:6,", "1:2:'; drop table x", "9" * 30 + ":1:"],
)
def test_anything_else_is_refused(text: str) -> None:
    with pytest.raises(InvalidInput, match="snapshot"):
        Snapshot.parse(text)
