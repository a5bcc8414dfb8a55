"""A building with a solid is edited like any other row, and its solid follows."""

import pytest

from twin.database.connection import Database

HOUSE = "st_multi(st_makeenvelope(512000, 2494000, 512010, 2494020, 4547))"
RANGE = """select st_zmin(solid) as low, st_zmax(solid) as top, z_min_m, z_max_m,
    st_isclosed(solid) as closed,
    st_xmax(solid) - st_xmin(solid) as wide from city_now.building"""


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


def test_a_plain_update_takes_the_solid_along(database: Database) -> None:
    database.execute(
        f"insert into city.building (code, geometry, elev_base_m, height_m) values ('B1', {HOUSE}, 4, 30)"
    )
    assert database.row(RANGE) == {
        "low": 4, "top": 34, "z_min_m": 4, "z_max_m": 34, "closed": True, "wide": 10,
    }  # fmt: skip
    database.execute("update city_now.building set height_m = 12.5")
    assert (database.row(RANGE)["top"], database.row(RANGE)["z_max_m"]) == (16.5, 16.5)
    database.execute("update city_now.building set elev_base_m = 5")
    assert (database.row(RANGE)["low"], database.row(RANGE)["top"]) == (5, 17.5)
    database.execute("update city_now.building set geometry = st_translate(st_scale(geometry, 1, 1), 3, 0)")
    assert database.row(RANGE)["closed"] is True
    assert database.scalar("select st_xmin(solid) from city_now.building") == 512003
    past = database.rows(
        "select st_zmax(solid) - st_zmin(solid) as high from city.building where valid_to is not null"
        " order by valid_to"
    )
    assert [row["high"] for row in past] == [30, 12.5, 12.5]


def test_a_height_made_unknown_leaves_no_solid_behind(database: Database) -> None:
    database.execute(
        f"insert into city.building (code, geometry, elev_base_m, height_m) values ('B1', {HOUSE}, 4, 30)"
    )
    database.execute("update city_now.building set height_m = null")
    row = database.row("select solid is null as gone, z_min_m, z_max_m from city_now.building")
    assert row == {"gone": True, "z_min_m": 4, "z_max_m": None}


def test_a_base_from_the_terrain_stays(database: Database) -> None:
    database.execute(
        f"""insert into city.building (code, geometry, height_m, solid, z_min_m, z_max_m)
        values ('B1', {HOUSE}, 30, twin.prism({HOUSE}, 7, 37), 7, 37)"""
    )
    database.execute("update city_now.building set height_m = 20")
    assert (database.row(RANGE)["low"], database.row(RANGE)["top"]) == (7, 27)


@pytest.mark.parametrize("rest", ["name_zh = '新'", "height_m = height_m"])
def test_other_edits_leave_the_solid_alone(database: Database, rest: str) -> None:
    database.execute(
        f"""insert into city.building (code, geometry, elev_base_m, height_m, solid)
        values ('B1', {HOUSE}, 0, 30,
                'srid=4547;polyhedralsurface z(((0 0 0,0 1 0,1 1 9,0 0 0)))'::geometry)"""
    )
    database.execute(f"update city_now.building set {rest}")
    assert database.scalar("select st_zmax(solid) from city_now.building") == 9


def test_a_new_solid_takes_the_meaning_of_the_old_faces_away(database: Database) -> None:
    database.execute(
        f"""insert into city.building (code, geometry, elev_base_m, height_m, solid, surfaces, shell)
        values ('B1', {HOUSE}, 4, 30,
                'srid=4547;polyhedralsurface z(((0 0 0,0 1 0,1 1 9,0 0 0)))'::geometry,
                array['RoofSurface'], '{{"boundaries": []}}')"""
    )
    database.execute("update city_now.building set name_zh = '新'")
    kept = "select surfaces, shell from city_now.building"
    assert database.row(kept) == {"surfaces": ["RoofSurface"], "shell": {"boundaries": []}}
    database.execute("update city_now.building set height_m = 20")
    assert database.row(kept) == {"surfaces": None, "shell": None}
    assert database.scalar("select st_zmax(solid) from city_now.building") == 24


def test_a_load_brings_its_own(database: Database) -> None:
    load = database.scalar(
        "insert into twin.load (source, file_name, file_sha256, format, crs, mode, status)"
        " values ('s', 'f', 'a', 'GPKG', 'EPSG:4547', 'upsert', 'done') returning id"
    )
    database.execute(
        "insert into city.building (load_id, geometry, elev_base_m, height_m)"
        f" values ({load}, {HOUSE}, 4, 30)"
    )
    assert database.scalar("select solid from city_now.building") is None
