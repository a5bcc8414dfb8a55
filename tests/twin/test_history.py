"""A version is never overwritten, whoever writes."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import psycopg
import pytest

from twin.database.connection import Database

_HERE = "st_multi(st_makeenvelope(511000, 2493000, 511020, 2493030, 4547))"


def _building(database: Database) -> int:
    database.execute(f"insert into city.building (code, height_m, geometry) values ('X-1', 20, {_HERE})")
    return int(database.scalar("select feature_id from city_now.building where code = 'X-1'"))


def _versions(database: Database) -> list[dict[str, Any]]:
    return database.rows("select * from city.building order by recorded_at, valid_to nulls last")


def test_a_row_written_by_hand_gets_an_identity(database: Database) -> None:
    feature_id = _building(database)
    row = database.row("select * from city.feature where id = %(id)s", {"id": feature_id})
    assert row is not None
    assert (row["collection"], row["source"]) == ("building", "manual")


def test_an_update_leaves_the_old_version_closed_at_the_same_instant(database: Database) -> None:
    feature_id = _building(database)
    database.execute("update city.building set height_m = 30 where code = 'X-1'", actor="li")
    old, new = _versions(database)
    assert (old["height_m"], new["height_m"]) == (20, 30)
    assert old["feature_id"] == new["feature_id"] == feature_id
    assert old["valid_from"] is None, "nobody said since when"
    assert old["valid_to"] == new["valid_from"]
    assert new["valid_to"] is None


def test_provenance_names_who_changed_which_value(database: Database) -> None:
    _building(database)
    database.execute("update city.building set height_m = 30", actor="li")
    database.execute("update city.building set use = 'O'", actor="wang")
    row = database.row("select provenance from city_now.building")
    assert row is not None
    assert {key: value["source"] for key, value in row["provenance"].items()} == {
        "height_m": "li",
        "use": "wang",
    }


def test_an_update_that_changes_nothing_makes_no_version(database: Database) -> None:
    _building(database)
    database.execute("update city.building set height_m = 20")
    assert len(_versions(database)) == 1


def test_two_edits_in_one_transaction_are_one_version(database: Database) -> None:
    _building(database)
    with database.transaction(actor="li") as connection:
        connection.execute("update city.building set height_m = 30")
        connection.execute("update city.building set height_m = 40")
    assert [v["height_m"] for v in _versions(database)] == [20, 40]


def test_an_unfiltered_update_passes_over_the_past(database: Database) -> None:
    _building(database)
    database.execute("update city.building set height_m = 30")
    touched = database.execute("update city.building set height_m = 40")
    assert touched == 1
    assert [v["height_m"] for v in _versions(database)] == [20, 30, 40]


def test_what_is_deleted_was_there_until_now(database: Database) -> None:
    _building(database)
    database.execute("delete from city.building")
    (version,) = _versions(database)
    assert version["valid_to"] is not None
    assert database.scalar("select count(*) from city_now.building") == 0


def test_a_correction_says_the_old_value_was_never_true(database: Database) -> None:
    _building(database)
    with database.transaction(actor="li") as connection:
        connection.execute("select set_config('twin.correction', 'on', true)")
        connection.execute("update city.building set height_m = 25")
    wrong, right = _versions(database)
    assert wrong["superseded_at"] is not None
    assert wrong["valid_to"] is None
    assert right["valid_from"] is None
    as_of_then = database.rows(
        "select height_m from city.building where superseded_at is null"
        " and (valid_from is null or valid_from <= now() - interval '1 day')"
    )
    assert [row["height_m"] for row in as_of_then] == [25]


def test_the_view_of_the_present_can_be_edited(database: Database) -> None:
    _building(database)
    database.execute("update city_now.building set floors_up = 7")
    database.execute(f"insert into city_now.building (code, geometry) values ('X-2', {_HERE})")
    assert database.scalar("select count(*) from city_now.building") == 2
    assert database.scalar("select count(*) from city.building") == 3


def test_whoever_began_earlier_and_writes_later_overwrites_nothing(database: Database) -> None:
    _building(database)
    with database.transaction(actor="slow") as slow:
        slow.execute("select now()")
        database.execute("update city.building set height_m = 30", actor="quick")
        slow.execute("update city.building set height_m = 40")
        slow.execute("update city.building set height_m = 50")
    versions = _versions(database)
    assert [v["height_m"] for v in versions] == [20, 30, 50]
    assert [v["valid_to"] for v in versions[:-1]] == [v["valid_from"] for v in versions[1:]]
    assert versions[1]["valid_from"] < versions[1]["valid_to"]


def test_whoever_began_earlier_and_deletes_later_leaves_what_was(database: Database) -> None:
    _building(database)
    with database.transaction() as slow:
        slow.execute("select now()")
        database.execute("update city.building set height_m = 30")
        slow.execute("delete from city.building")
    last = _versions(database)[-1]
    assert last["height_m"] == 30
    assert last["valid_from"] < last["valid_to"]


def test_no_edit_of_many_writers_is_lost(database: Database) -> None:
    _building(database)

    def write(writer: int) -> None:
        for step in range(10):
            height_m = writer * 100 + step + 0.5
            database.execute("update city.building set height_m = %(height_m)s", {"height_m": height_m})

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(write, range(1, 5)))
    versions = _versions(database)
    assert len({v["height_m"] for v in versions}) == 41
    assert [v["valid_to"] for v in versions[:-1]] == [v["valid_from"] for v in versions[1:]]


def test_history_cannot_be_truncated(database: Database) -> None:
    _building(database)
    with pytest.raises(psycopg.Error, match="history"):
        database.execute("truncate city.building")
    assert len(_versions(database)) == 1
