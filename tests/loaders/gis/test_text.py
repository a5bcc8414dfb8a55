"""Encodings and column names of real offices."""

from __future__ import annotations

from pathlib import Path

import pyarrow.parquet
import pytest

from loaders.gis.mapping import ColumnRule
from tests.loaders.gis.author import (
    Load,
    collection_of,
    houses,
    mapping,
    nothing_is_there,
    square,
)
from twin.database.connection import Database
from twin.errors import SourceUnreadable


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "gbk"])
def test_geojson_in_any_encoding(tmp_path: Path, load: Load, database: Database, encoding: str) -> None:
    file = tmp_path / "a.geojson"
    file.write_bytes(collection_of(square(code="A", height=3, name="东门老街")).encode(encoding))
    report = load(file, mapping=mapping(columns={"name_zh": ColumnRule("name")}))
    assert database.scalar("select name_zh from city_now.building") == "东门老街"
    assert any("not in UTF-8" in said for said in report.warnings) == (not encoding.startswith("utf-8"))


def test_half_a_letter_at_the_end_is_a_cut_and_no_other_encoding(
    tmp_path: Path, load: Load, database: Database
) -> None:
    (tmp_path / "cut.geojson").write_bytes(
        collection_of(square(code="罗湖")).encode().partition("湖".encode())[0]
    )
    with (tmp_path / "cut.geojson").open("ab") as file:
        file.write("湖".encode()[:2])
    with pytest.raises(SourceUnreadable, match=r"cannot be opened by GDAL.*string"):
        load(tmp_path / "cut.geojson", mapping=mapping())
    (tmp_path / "cut.csv").write_bytes("code,lon,lat,name\nA,114.12,22.54,罗湖".encode()[:-1])
    with pytest.raises(SourceUnreadable, match=r"cut.csv"):
        load(tmp_path / "cut.csv", collection="hydrant", crs="wgs84")
    assert nothing_is_there(database)


def test_a_table_of_a_chinese_office(tmp_path: Path, load: Load, database: Database) -> None:
    file = tmp_path / "xhs.csv"
    file.write_bytes('编号;经度;纬度;备注\n007;114.12;22.54;"好;用"\n'.encode("gbk"))
    report = load(file, collection="hydrant", crs="EPSG:4490")
    assert report.counts["hydrant"].written == 1
    row = database.row("select code, properties from city_now.hydrant")
    assert row == {"code": "007", "properties": {"备注": "好;用"}}


def test_columns_called_like_sql_and_in_chinese(tmp_path: Path, load: Load, database: Database) -> None:
    names = ["select", "from", "order by", "名称", 'it"s; drop table city.building --', "%s", "geometry_"]
    frame = houses(1, **{name: f"value of {name}" for name in names})
    frame.to_file(tmp_path / "names.gpkg", layer='select "层"; --')
    load(tmp_path / "names.gpkg", mapping=mapping(columns={"name_zh": ColumnRule("select")}))
    row = database.row("select name_zh, properties from city_now.building")
    assert row is not None
    assert row["name_zh"] == "value of select"
    kept = {name: f"value of {name}" for name in names if name != "select"}
    assert row["properties"] == {**kept, "height": 12.0}


def test_columns_that_come_twice_or_have_our_names(tmp_path: Path, load: Load, database: Database) -> None:
    (tmp_path / "twice.csv").write_text("code,lon,lat,code\nA,114.12,22.54,B\n")
    (tmp_path / "ours.csv").write_text("code,lon,lat,__fid__\nA,114.12,22.54,B\n")
    houses(1).to_parquet(tmp_path / "houses.parquet")
    table = pyarrow.parquet.read_table(tmp_path / "houses.parquet")
    doubled = table.append_column("code", table["code"]).replace_schema_metadata(table.schema.metadata)
    pyarrow.parquet.write_table(doubled, tmp_path / "twice.parquet")
    houses(1, codf="x").to_file(tmp_path / "twice.shp")
    dbf = tmp_path / "twice.dbf"
    dbf.write_bytes(dbf.read_bytes().replace(b"codf", b"code"))
    houses(1, __wkb__="x").to_file(tmp_path / "ours.gpkg")
    for name in ("twice.csv", "twice.parquet", "twice.shp"):
        with pytest.raises(SourceUnreadable, match=f"{name}: the column 'code' comes twice"):
            load(tmp_path / name)
    for name in ("ours.csv", "ours.gpkg"):
        with pytest.raises(SourceUnreadable, match="may not be called '__"):
            load(tmp_path / name)
    assert nothing_is_there(database)
