"""A building with a solid is edited like any other row."""

from twin.database.connection import Database


def test_editing_a_row_with_a_solid_keeps_the_version_before(database: Database) -> None:
    database.execute(
        """insert into city.building (code, name_zh, geometry, solid) values ('B1', '旧',
        st_multi(st_makeenvelope(512000, 2494000, 512010, 2494010, 4547)),
        'srid=4547;polyhedralsurface z(((0 0 0,0 1 0,1 1 0,1 0 0,0 0 0)))'::geometry)"""
    )
    database.execute("update city_now.building set name_zh = '新'")
    rows = database.rows("select name_zh, provenance from city.building order by valid_to nulls last")
    assert [row["name_zh"] for row in rows] == ["旧", "新"]
    assert set(rows[1]["provenance"]) == {"name_zh"}
    database.execute(
        "update city_now.building set"
        " solid = 'srid=4547;polyhedralsurface z(((0 0 0,0 2 0,2 2 0,2 0 0,0 0 0)))'::geometry"
    )
    row = database.row("select provenance from city_now.building")
    assert set(row["provenance"]) == {"name_zh", "solid"}
