"""The touch log names the 1 km cells a statement changed, and nothing else."""

from __future__ import annotations

from twin.database.connection import Database


def _box(e: float, n: float, size_m: float = 20) -> str:
    return f"st_multi(st_makeenvelope({e}, {n}, {e + size_m}, {n + size_m}, 4547))"


def _touches(database: Database, after: int = 0) -> list[tuple[str, int | None, int | None]]:
    rows = database.rows(
        "select collection, cell_e, cell_n from twin.touch where xid::text::bigint > %(after)s"
        " order by 1, 2, 3",
        {"after": after},
    )
    return [(r["collection"], r["cell_e"], r["cell_n"]) for r in rows]


def _last(database: Database) -> int:
    return int(database.scalar("select coalesce(max(xid::text::bigint), 0) from twin.touch"))


def test_an_insert_touches_every_cell_it_covers_once(database: Database) -> None:
    database.execute(
        "insert into city.building (code, geometry) values"
        f" ('a', {_box(511_990, 2_493_990)}), ('b', {_box(511_500, 2_493_500)})"
    )
    assert _touches(database) == [
        ("building", 511, 2493),
        ("building", 511, 2494),
        ("building", 512, 2493),
        ("building", 512, 2494),
    ]


def test_a_move_touches_where_it_was_and_where_it_is(database: Database) -> None:
    database.execute(f"insert into city.building (code, geometry) values ('a', {_box(511_100, 2_493_100)})")
    before = _last(database)
    database.execute(f"update city.building set geometry = {_box(515_100, 2_499_100)}")
    assert set(_touches(database, before)) == {("building", 511, 2493), ("building", 515, 2499)}


def test_a_delete_touches_where_it_was(database: Database) -> None:
    database.execute(f"insert into city.building (code, geometry) values ('a', {_box(511_100, 2_493_100)})")
    before = _last(database)
    database.execute("delete from city.building")
    assert _touches(database, before) == [("building", 511, 2493)]


def test_a_row_without_a_place_touches_its_collection(database: Database) -> None:
    database.execute("insert into city.enterprise (code, name) values ('e', '示例企业')")
    assert ("enterprise", None, None) in _touches(database)


def test_a_rollback_touches_nothing(database: Database) -> None:
    try:
        with database.transaction() as connection:
            box = _box(511_100, 2_493_100)
            connection.execute(f"insert into city.building (code, geometry) values ('a', {box})".encode())
            raise InterruptedError
    except InterruptedError:
        pass
    assert _touches(database) == []
