"""Search finds what a person types, whoever wrote the name."""

from collections.abc import Iterator

import pytest

from twin.database.connection import Database
from twin.errors import InvalidParameter
from twin.queries.search import search

_PLACE = "st_multi(st_transform(st_makeenvelope(114.1055, 22.5453, 114.1060, 22.5458, 4326), 4547))"


@pytest.fixture(scope="module")
def read_only(new_database) -> Iterator[Database]:
    """Return a small city the reading tests of this module share."""
    with new_database() as url:
        database = Database(url)
        fill(database)
        yield database
        database.close()


@pytest.fixture
def city(database: Database) -> Database:
    """Return a small city of one test."""
    fill(database)
    return database


def fill(database: Database) -> None:
    database.execute(
        f"""insert into city.building (code, name_zh, name_en, alias, address, geometry) values
        ('4403030010010000007', '京基100大厦', 'KK100', array['京基金融中心'],
         '罗湖区深南东路5016号', {_PLACE}),
        ('4403030010010000008', '地王大厦', 'Shun Hing Square', null, '罗湖区深南东路5002号', {_PLACE}),
        ('4403030010010000009', '中国银行大厦', null, null, '罗湖区建设路2022号', {_PLACE})""",
        {},
    )
    database.execute(
        """insert into city.road (name_zh, name_en, geometry) values ('深南东路', 'Shennan East Road',
        st_multi(st_transform('srid=4326;linestring(114.1 22.54, 114.12 22.54)'::geometry, 4547)))"""
    )
    database.execute(
        """insert into city.unit (code, room, floor_no, building_id)
        select 'LH-U-1301', '1301', 13, feature_id from city.building where name_en = 'KK100'"""
    )
    database.execute(
        """insert into city.hydrant (code, road, geometry) values ('HYD-0042', '宝安南路',
        st_transform(st_setsrid(st_makepoint(114.1, 22.54), 4326), 4547))"""
    )


@pytest.mark.parametrize(
    ("typed", "first", "matched"),
    [
        ("京基", "京基100大厦", "name"),
        ("京基100大厦", "京基100大厦", "name"),
        ("基100", "京基100大厦", "name"),
        ("金融中心", "京基100大厦", "name"),
        ("kk100", "京基100大厦", "name"),
        ("ＫＫ１００", "京基100大厦", "name"),
        ("jj100", "京基100大厦", "initials"),
        ("jingji100", "京基100大厦", "pinyin"),
        ("4403030010010000008", "地王大厦", "code"),
        ("44030300100100000", "京基100大厦", "code"),
        ("地王大廈", "地王大厦", "name"),
        ("zhongguoyinhang", "中国银行大厦", "pinyin"),
        ("深南东路5016", "京基100大厦", "name"),
        ("深南东路 5002号", "地王大厦", "name"),
        ("深南东路", "深南东路", "name"),
        ("shun hing", "地王大厦", "name"),
        ("Shun Hang Square", "地王大厦", "typing"),
        ("hyd 0042", "HYD-0042", "code"),
        ("LH-U-1301", "1301", "code"),
    ],
)
def test_typed_and_found(read_only: Database, typed: str, first: str, matched: str) -> None:
    hits = search(read_only, typed)
    assert hits, "nothing found"
    assert (hits[0]["label_zh"], hits[0]["matched"]) == (first, matched)
    assert hits[0]["lon"] == pytest.approx(114.11, abs=0.02)
    assert [h["score"] for h in hits] == sorted((h["score"] for h in hits), reverse=True)


def test_a_room_leads_to_its_building_and_floor(read_only: Database) -> None:
    hit = search(read_only, "LH-U-1301")[0]
    assert (hit["building_code"], hit["floor_no"], hit["detail"]) == (
        "4403030010010000007",
        13,
        "京基100大厦",
    )


def test_a_position(read_only: Database) -> None:
    for typed in ("114.1055,22.5453", "22.5453 114.1055"):
        hit = search(read_only, typed)[0]
        assert (hit["lon"], hit["lat"], hit["matched"]) == (114.1055, 22.5453, "position")


def test_nothing_is_an_empty_list_and_signs_do_no_harm(read_only: Database) -> None:
    for typed in ("没有这样的楼", "%", "_", "'; drop table city.building; --", "\\", "《》", "a" * 100):
        assert isinstance(search(read_only, typed), list)
    assert search(read_only, "没有这样的楼") == []
    assert search(read_only, "大厦 没有") == []
    with pytest.raises(InvalidParameter):
        search(read_only, " ")
    with pytest.raises(InvalidParameter):
        search(read_only, "a" * 101)


def test_a_street_is_one_hit_and_its_namesake_another(city: Database) -> None:
    """Seven pieces of 200 m, and a street of the same name five kilometres away; pipes are not streets."""
    city.execute(
        """insert into city.road (code, name_zh, geometry)
        select 'P' || i, '解放路', st_multi(st_setsrid(st_makeline(
            st_makepoint(e, 2494000), st_makepoint(e + 200, 2494000)), 4547))
        from (select i, 512000 + 200 * i + case when i > 7 then 5000 else 0 end as e
              from generate_series(1, 9) i) p"""
    )
    city.execute(
        "insert into city.building (code, name_zh, geometry)"
        f" select 'T' || i, '解放大厦', {_PLACE} from generate_series(1, 2) i"
    )
    hits = search(city, "解放", limit=20)
    assert [hit["label_zh"] for hit in hits].count("解放大厦") == 2, "two buildings of a name are two"
    streets = [hit["id"] for hit in hits if hit["collection"] == "road"]
    names = city.rows("select feature_id, code from city.road where feature_id = any(%(f)s)", {"f": streets})
    assert {row["code"] for row in names} == {"P4", "P8"}
    assert len(streets) == 2


def test_an_edit_by_plain_sql_is_found_at_once(city: Database) -> None:
    city.execute("update city_now.building set name_zh = '新城大廈' where name_en = 'KK100'")
    assert search(city, "新城")[0]["label_en"] == "KK100"
    assert search(city, "xcds")[0]["label_en"] == "KK100"
    assert search(city, "京基100") == []
    city.execute("delete from city.building where name_en = 'KK100'")
    assert search(city, "新城") == []
    assert (
        city.scalar(
            "select count(*) from twin.search_code c left join twin.search_document d"
            " using (feature_id) where d.feature_id is null"
        )
        == 0
    )


def test_of_many_edited_rows_only_those_that_read_differently_are_spelled_anew(city: Database) -> None:
    def written() -> dict[str, tuple[int, str]]:
        rows = city.rows(
            "select b.code, d.xmin::text::bigint as at, st_astext(d.point) as point"
            " from twin.search_document d join city_now.building b using (feature_id)", {}
        )  # fmt: skip
        return {row["code"][-1]: (row["at"], row["point"]) for row in rows}

    before = written()
    city.execute(
        "update city.building set height_m = 9,"
        " name_zh = case when name_en = 'KK100' then '改名大厦' else name_zh end", {}
    )  # fmt: skip
    after = written()
    assert after["7"][0] > before["7"][0]
    assert (after["8"], after["9"]) == (before["8"], before["9"])
    assert search(city, "改名大厦")[0]["label_en"] == "KK100"
    assert search(city, "京基100") == []
    city.execute(
        "update city.building set geometry = st_translate(geometry, 50, 0) where code like '%%8'", {}
    )
    moved = written()
    assert moved["8"][1] != after["8"][1]
    assert moved["9"] == after["9"]


def test_rows_that_are_not_public_are_not_found(city: Database) -> None:
    city.execute("update city.building set visibility = 'fire' where name_en = 'KK100'")
    assert search(city, "京基100") == []


def test_each_part_is_found_by_an_index(city: Database) -> None:
    city.execute(
        """insert into city.facility (name_zh, geometry)
        select '设施' || i || '号', st_setsrid(st_makepoint(513000 + i, 2494000), 4547)
        from generate_series(1, 5000) i""",
        {},
    )
    city.execute("analyze twin.search_document")
    city.execute("analyze twin.search_code")
    plans = [
        "explain select from twin.search_document where bigrams @> array['施4', '42']",
        "explain select from twin.search_code where code ~>=~ '4403' and code ~<~ '4404'"
        " order by code using ~<~ limit 300",
    ]
    for plan in plans:
        lines = [row["QUERY PLAN"] for row in city.rows(plan)]
        assert not any("Seq Scan" in line for line in lines), lines
