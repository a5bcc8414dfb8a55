"""A load is all or nothing, once, and keeps what was there before."""

from __future__ import annotations

import signal
import subprocess
import sys
import textwrap
import threading
import time
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import psycopg
import pytest
import shapely

from twin.database.connection import Database
from twin.errors import DatabaseUnavailable, Unprocessable
from twin.model.feature import FeatureBatch, References
from twin.model.load import LoadCounts, LoadReport, LoadRequest, Rejection
from twin.settings import Settings
from twin.store import compare
from twin.store.loading import begin_load


def request(sha: str = "a", **changes: Any) -> LoadRequest:
    said = {
        "source": "test/houses",
        "file_name": "houses.gpkg",
        "format": "GPKG",
        "crs": "EPSG:4547",
        **changes,
    }
    return LoadRequest(file_sha256=sha, **said)


def houses(heights: Sequence[float | None], **changes: Any) -> FeatureBatch:
    count = len(heights)
    east = 511_000 + 20.0 * np.arange(count)
    return FeatureBatch(**{
        "collection": "building",
        "source_key": [f"H{n}" for n in range(count)],
        "columns": {"code": [f"H{n}" for n in range(count)], "height_m": np.array(heights, float)},
        "geometry": shapely.box(east, 2_493_000, east + 10, 2_493_010),
        **changes,
    })  # fmt: skip


def put(database: Database, batch: FeatureBatch, sha: str, **changes: Any) -> LoadReport:
    with begin_load(database, request(sha, **changes)) as load:
        if not load.unchanged:
            load.write(batch)
    return load.report


def test_what_goes_in_stands_there(database: Database) -> None:
    report = put(database, houses([3.0, None]), "a")
    assert report.counts == {"building": LoadCounts(read=2, written=2)}
    found = database.rows(
        "select code, height_m, st_astext(geometry) as wkt from city_now.building order by code"
    )
    assert [(row["code"], row["height_m"]) for row in found] == [("H0", 3.0), ("H1", None)]
    assert found[0]["wkt"].startswith("MULTIPOLYGON(((511010 2493000,")


def test_the_same_file_twice_changes_nothing(database: Database) -> None:
    put(database, houses([3.0, 4.0]), "a")
    before = database.rows("select * from city.building order by version_id")
    report = put(database, houses([3.0, 4.0]), "a")
    assert (report.status, report.counts) == ("unchanged", {})
    assert database.rows("select * from city.building order by version_id") == before
    assert [r["status"] for r in database.rows("select status from twin.load order by id")] == [
        "done",
        "unchanged",
    ]


def test_the_same_rows_in_another_file_are_left_alone(database: Database) -> None:
    put(database, houses([3.0, 4.0]), "a")
    before = database.rows("select * from city.building order by version_id")
    touches = database.scalar("select count(*) from twin.touch")
    report = put(database, houses([3.0, 4.0]), "b")
    assert report.counts["building"] == LoadCounts(read=2, unchanged=2)
    assert database.rows("select * from city.building order by version_id") == before
    assert database.scalar("select count(*) from twin.touch") == touches, "no tile was made old"


def test_a_changed_row_closes_its_version_and_opens_one(database: Database) -> None:
    put(database, houses([3.0, 4.0]), "a")
    report = put(database, houses([3.0, 5.0]), "b")
    assert report.counts["building"] == LoadCounts(read=2, changed=1, unchanged=1)
    old, new = database.rows("select * from city.building where code = 'H1' order by version_id")
    assert (old["height_m"], new["height_m"]) == (4.0, 5.0)
    assert old["feature_id"] == new["feature_id"]
    assert old["valid_to"] == new["valid_from"] is not None, "no moment without a version, none with two"
    assert new["valid_to"] is None
    assert new["provenance"] is None, "a load is not an edit by hand"


def test_a_stated_start_later_than_the_old_one_is_the_turn(database: Database) -> None:
    put(database, houses([3.0], valid_from=[datetime(1990, 1, 1, tzinfo=UTC)]), "a")
    put(database, houses([9.0], valid_from=[datetime(2010, 6, 1, tzinfo=UTC)]), "b")
    at = (
        "select height_m from city.building"
        " where valid_from <= %(t)s and (valid_to is null or valid_to > %(t)s)"
    )
    assert database.scalar(at, {"t": datetime(2009, 1, 1, tzinfo=UTC)}) == 3.0
    assert database.scalar(at, {"t": datetime(2011, 1, 1, tzinfo=UTC)}) == 9.0


def test_a_stated_end_closes_the_version_and_nothing_changes_again(database: Database) -> None:
    put(database, houses([3.0]), "a")
    end = [datetime(2020, 1, 1, tzinfo=UTC)]
    assert put(database, houses([3.0], valid_to=end), "b").counts["building"].closed == 1
    assert database.scalar("select count(*) from city_now.building") == 0
    assert put(database, houses([3.0], valid_to=end), "c").counts["building"].unchanged == 1
    assert database.scalar("select valid_to from city.building") == end[0]


def test_replace_closes_what_vanished_and_spares_what_is_only_bad_now(database: Database) -> None:
    put(database, houses([3.0, 4.0, 5.0]), "a", mode="replace")
    put(database, houses([8.0], source_key=["OTHER"], columns={}), "x", source="test/other")
    with begin_load(database, request("b", mode="replace")) as load:
        load.write(houses([3.0]))
        load.reject(Rejection("ring-self-crossing", "H1", "mend the source"), "building")
    assert load.report.counts["building"] == LoadCounts(read=2, unchanged=1, closed=1, rejected=1)
    now = database.rows("select code from city_now.building order by code")
    assert [row["code"] for row in now] == ["H0", "H1", None]


def test_what_vanished_may_come_back(database: Database) -> None:
    put(database, houses([3.0, 4.0]), "a", mode="replace")
    put(database, houses([3.0]), "b", mode="replace")
    report = put(database, houses([3.0, 4.0]), "c", mode="replace")
    assert report.counts["building"].written == 1
    first, second = database.rows("select * from city.building where code = 'H1' order by version_id")
    assert first["valid_to"] <= second["valid_from"]


def test_a_value_a_person_corrected_stays(database: Database) -> None:
    put(database, houses([3.0]), "a")
    database.execute("update city.building set height_m = 33 where code = 'H0'", actor="surveyor")
    report = put(database, houses([3.0], columns={"code": ["H0"], "height_m": [3.0], "use": ["R"]}), "b")
    row = database.row("select height_m, use, provenance from city_now.building")
    assert row is not None
    assert (row["height_m"], row["use"]) == (33.0, "R")
    assert row["provenance"]["height_m"]["source"] == "surveyor"
    assert "corrected by hand" in report.warnings[0]


def test_an_edit_committed_while_a_load_judges_is_not_lost(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(database, houses([3.0, 4.0]), "a")
    run, names = compare._run, []

    def edited_after_judging(connection: Any, name: str, *rest: Any) -> Any:
        result = run(connection, name, *rest)
        names.append(name)
        if name == "stage_judge" and names.count(name) == 1:
            database.execute("update city.building set height_m = 33 where code = 'H0'", actor="surveyor")
        return result

    monkeypatch.setattr(compare, "_run", edited_after_judging)
    report = put(database, houses([5.0, 6.0]), "b")
    found = database.rows("select height_m from city_now.building order by code")
    assert [row["height_m"] for row in found] == [33.0, 6.0]
    assert names.count("stage_judge") == 2
    assert "corrected by hand" in report.warnings[0]
    past = database.rows("select height_m from city.building where code = 'H0' order by valid_to nulls last")
    assert [row["height_m"] for row in past] == [3.0, 33.0], "no version is lost, none is there twice"


def test_references_find_keys_and_codes(database: Database) -> None:
    put(database, houses([3.0, 4.0], columns={"code": ["C0", "C1"]}), "a")
    batch = FeatureBatch(
        "unit", ["u1", "u2", "u3", "u4"],
        columns={"code": ["u1", "u2", "u3", "u4"]},
        building=References("building", ["H0", "C1", "nowhere", None]),
    )  # fmt: skip
    report = put(database, batch, "u", source="test/units")
    found = database.rows(
        "select u.code, b.code as building from city_now.unit u left join city_now.building b"
        " on b.feature_id = u.building_id order by 1"
    )
    assert [row["building"] for row in found] == ["C0", "C1", None, None]
    assert "1 keys lead to no building (nowhere)" in report.warnings[0]


def test_a_key_twice_and_a_shape_of_the_wrong_kind_are_rejected(database: Database) -> None:
    batch = houses([1.0, 2.0, 3.0], source_key=["A", "A", "B"])
    assert batch.geometry is not None
    batch.geometry[2] = shapely.Point(511_000, 2_493_000)
    report = put(database, batch, "a")
    assert [(r.code, r.source_key) for r in report.rejections] == [
        ("geometry-type", "B"),
        ("key-duplicate", "A"),
    ]
    assert report.counts["building"] == LoadCounts(read=3, written=1, rejected=2)
    stored = database.rows("select code, source_key from twin.rejection order by seq")
    assert [row["code"] for row in stored] == ["geometry-type", "key-duplicate"]


@pytest.mark.parametrize(
    ("columns", "said"),
    [
        ({"colour": ["red"]}, "no column 'colour'"),
        ({"floors_up": [2.5]}, "'floors_up': 2.5 is not a whole number"),
        ({"floors_up": [2**40]}, "'floors_up'"),
        ({"height_m": [float("inf")]}, "'height_m': a value is infinite"),
        ({"code": ["a\0b"]}, "NUL character"),
        ({"code": [7]}, "'code' expects text"),
        ({"use": ["R", "R"]}, "2 values for 1"),
    ],
)
def test_a_value_of_the_wrong_kind_undoes_all(database: Database, columns: dict[str, Any], said: str) -> None:
    with pytest.raises(Unprocessable, match=said), begin_load(database, request()) as load:
        load.write(houses([1.0], source_key=["fine"], columns={}))
        load.write(houses([1.0], columns=columns))
    assert database.scalar("select count(*) from city.feature") == 0
    row = database.row("select status, warnings from twin.load")
    assert row is not None
    assert row["status"] == "failed"
    assert row["warnings"][0], "the row says why"


def test_a_constraint_of_the_schema_undoes_all_and_says_which(database: Database) -> None:
    with pytest.raises(Unprocessable, match="no_floor_zero"), begin_load(database, request()) as load:
        load.write(houses([1.0], floor_no=[0]))
    assert database.scalar("select count(*) from city.building") == 0


def test_an_error_of_the_caller_undoes_all(database: Database) -> None:
    with pytest.raises(RuntimeError, match="parser"), begin_load(database, request()) as load:
        load.write(houses([1.0, 2.0]))
        raise RuntimeError("the parser stopped")
    assert database.scalar("select count(*) from city.building") == 0
    assert database.scalar("select status from twin.load") == "failed"
    assert put(database, houses([1.0, 2.0]), "a").counts["building"].written == 2, "the next one may try"


def test_a_step_stands_when_the_next_one_fails(database: Database) -> None:
    with pytest.raises(RuntimeError), begin_load(database, request(format="IFC4")) as load:
        load.write(houses([1.0, None]))
        load.step("semantics")
        load.write(houses([1.0, 7.0]))
        raise RuntimeError("no shapes")
    assert database.scalar("select status from twin.load") == "partial"
    found = database.rows("select height_m from city.building order by code")
    assert [row["height_m"] for row in found] == [1.0, None]


def test_a_second_pass_of_one_load_puts_rows_right_in_place(database: Database) -> None:
    with begin_load(database, request(format="IFC4")) as load:
        load.write(houses([1.0, None]))
        load.step("semantics")
        load.write(houses([1.0, 7.0]))
    found = database.rows("select height_m, valid_to, provenance from city.building order by code")
    assert [tuple(row.values()) for row in found] == [(1.0, None, None), (7.0, None, None)]


def test_a_killed_backend_leaves_no_row(database: Database) -> None:
    with pytest.raises(DatabaseUnavailable), begin_load(database, request()) as load:
        load.write(houses([1.0, 2.0]))
        database.execute("select pg_terminate_backend(%(pid)s)", {"pid": load.connection.info.backend_pid})
        time.sleep(0.2)
        load.write(houses([3.0], source_key=["later"]))
    assert database.scalar("select count(*) from city.feature") == 0
    assert database.scalar("select status from twin.load") == "failed"


def test_a_killed_loader_leaves_no_row_and_the_next_load_says_so(
    database: Database, settings: Settings
) -> None:
    program = textwrap.dedent(f"""
        import sys, time
        sys.path.insert(0, {str(Path(__file__).parent)!r})
        from test_store_loading import *
        database = Database({settings.dsn!r}, statement_timeout_s=0)
        with begin_load(database, request()) as load:
            load.write(houses([1.0, 2.0]))
            print("written", flush=True)
            time.sleep(60)
    """)
    with subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE) as child:
        assert child.stdout is not None
        assert child.stdout.readline() == b"written\n"
        assert database.scalar("select status from twin.load") == "running", "seen while it runs"
        child.send_signal(signal.SIGKILL)
    report = put(database, houses([1.0, 2.0, 3.0]), "b")
    assert report.counts["building"].written == 3, "nothing of the killed load was there"
    rows = database.rows("select status, warnings from twin.load order by id")
    assert [row["status"] for row in rows] == ["failed", "done"]
    assert "interrupted" in rows[0]["warnings"][0]


def test_two_loads_of_one_source_queue(database: Database) -> None:
    order: list[str] = []

    def second() -> None:
        with begin_load(database, request("b")) as load:
            order.append("second")
            load.write(houses([2.0]))

    with begin_load(database, request("a")) as load:
        other = threading.Thread(target=second)
        other.start()
        wait = (
            "select count(*) from pg_locks where locktype = 'advisory' and not granted"
            " and database = (select oid from pg_database where datname = current_database())"
        )
        deadline = time.monotonic() + 20
        while not database.scalar(wait):
            assert time.monotonic() < deadline, "the second load does not wait"
            time.sleep(0.02)
        load.write(houses([1.0]))
        order.append("first")
    other.join(20)
    assert order == ["first", "second"]
    found = database.rows("select height_m, valid_to is null as now from city.building order by version_id")
    assert [tuple(row.values()) for row in found] == [(1.0, False), (2.0, True)]


def test_loads_of_two_sources_do_not_wait(database: Database) -> None:
    with begin_load(database, request("a")) as load:
        load.write(houses([1.0]))
        report = put(database, houses([2.0]), "b", source="test/other")
    assert report.counts["building"].written == load.report.counts["building"].written == 1


def test_statistics_taken_in_the_middle_of_a_load_do_not_make_it_crawl(database: Database) -> None:
    """They call tables empty that are full of rows not committed yet, as autovacuum does every minute."""
    count = 20_000
    storeys = houses([None] * count, collection="storey", columns={})
    with begin_load(database, request()) as load:
        load.write(storeys)
        for table in ("city.feature", "city.storey"):
            database.execute(f"analyze {table}", {})
        # the wrong plan takes 40 s here, the right one 0.3 s
        load.connection.execute("select set_config('statement_timeout', '15s', false)")
        load.write(replace(storeys, source_key=[f"S{n}" for n in range(count)]))
    assert load.report.counts["storey"].written == 2 * count


def test_a_row_without_an_object_is_refused(database: Database) -> None:
    with pytest.raises(Unprocessable, match="no object 4711"):
        database.execute("insert into city.building (feature_id) values (4711)")


def test_the_connection_is_handed_back_as_it_was(database: Database) -> None:
    put(database, houses([1.0]), "a")
    with database.transaction() as connection:
        row = connection.execute("show statement_timeout").fetchone()
    assert row == {"statement_timeout": "10s"}
    with psycopg.connect(database.dsn) as other:
        held = (
            "select count(*) from pg_locks where locktype = 'advisory'"
            " and database = (select oid from pg_database where datname = current_database())"
        )
        assert other.execute(held).fetchone() == (0,)
