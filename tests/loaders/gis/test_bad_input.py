"""Bad files are refused with what, where and what to do, and leave the city as it was."""

from __future__ import annotations

import json
import os
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet
import pytest
import shapely

from loaders.gis import source as gis_source
from loaders.gis.mapping import ColumnRule
from tests.loaders.gis.author import EAST, NORTH, Load, houses, mapping, nothing_is_there, ring
from twin.database.connection import Database
from twin.errors import InvalidInput, NotFound, NotGeoreferenced, SourceUnreadable, Unprocessable
from twin.model.load import LoadCounts


def test_an_empty_file_a_half_file_and_no_file(tmp_path: Path, load: Load, database: Database) -> None:
    whole = tmp_path / "whole.geojson"
    houses(50).to_crs(4326).to_file(whole)
    (tmp_path / "empty.gpkg").touch()
    (tmp_path / "half.geojson").write_bytes(whole.read_bytes()[:-3000])
    (tmp_path / "half.parquet").write_bytes(b"PAR1 and then nothing")
    reasons = {"empty.gpkg": "is empty", "half.geojson": "GeoJSON", "half.parquet": "not a Parquet"}
    for name, said in {**reasons, "none.shp": "no such file"}.items():
        with pytest.raises(SourceUnreadable, match=said):
            load(tmp_path / name, mapping=mapping())
    assert nothing_is_there(database)


def test_a_source_without_features_is_no_error(tmp_path: Path, load: Load) -> None:
    file = tmp_path / "none.geojson"
    file.write_text('{"type": "FeatureCollection", "features": []}')
    report = load(file, mapping=mapping())
    assert (report.status, report.warnings[-1]) == ("done", "the source has no features")


def test_no_crs_is_refused_and_declared_is_taken(tmp_path: Path, load: Load, database: Database) -> None:
    file = tmp_path / "houses.shp"
    houses(2).to_file(file)
    file.with_suffix(".prj").unlink()
    with pytest.raises(NotGeoreferenced, match="perhaps EPSG:4547"):
        load(file, mapping=mapping())
    assert nothing_is_there(database)
    report = load(file, mapping=mapping(), crs="EPSG:4547")
    assert report.counts["building"].written == 2
    assert report.georeference["stated_by"] == "declaration"


def test_what_the_mapping_or_the_person_gets_wrong(tmp_path: Path, load: Load, database: Database) -> None:
    file = tmp_path / "houses.gpkg"
    houses(2).to_file(file, layer="a")
    houses(2).to_file(file, layer="b")
    with pytest.raises(InvalidInput, match="layers a, b"):
        load(file, mapping=mapping())
    with pytest.raises(InvalidInput, match="no layer 'c'; it has a, b"):
        load(file, mapping=mapping(layer="c"))
    with pytest.raises(InvalidInput, match="no column 'hight'; it has code, height"):
        load(file, mapping=mapping(layer="a", columns={"height_m": ColumnRule("hight")}))
    with pytest.raises(NotFound, match="no collection 'castle'"):
        load(file, collection="castle", layer="a")
    assert nothing_is_there(database)


def test_bad_shapes_heights_and_keys_are_rejected_by_code(
    tmp_path: Path, load: Load, database: Database
) -> None:
    frame = houses(10, height=[12, np.nan, 10_000, -3, 12, 12, 12, 12, 12, 12])
    frame.loc[4, "geometry"] = ring((0, 0), (10, 10), (10, 0), (0, 10))  # a bow-tie
    frame.loc[5, "geometry"] = ring((0, 0), (10, 0), (5, 0))  # no area
    # a spike that a repair takes away without changing the area
    frame.loc[6, "geometry"] = ring((0, 0), (10, 0), (10, 15), (10, 10), (0, 10))
    frame.loc[7, "code"] = "H0"
    frame.loc[8, "code"] = None
    frame.loc[9, "geometry"] = shapely.box(NORTH, EAST, NORTH + 10, EAST + 10)
    file = tmp_path / "houses.gpkg"
    frame.to_file(file)
    report = load(file, mapping=mapping())
    assert {(r.code, r.source_key) for r in report.rejections} == {
        ("height-out-of-range", "H2"), ("height-out-of-range", "H3"), ("ring-self-crossing", "H4"),
        ("area-zero", "H5"), ("key-duplicate", "H0"), ("key-missing", "None"), ("outside-area", "H9"),
    }  # fmt: skip
    assert report.counts["building"] == LoadCounts(read=10, written=3, rejected=7)
    found = database.rows("select code, height_m from city_now.building order by code")
    assert [tuple(row.values()) for row in found] == [("H0", 12), ("H1", None), ("H6", 12)], "NaN is unknown"
    assert any("1 geometries repaired" in warning for warning in report.warnings)
    assert database.scalar(
        "select st_area(geometry) from city_now.building where code = 'H6'"
    ) == pytest.approx(100)


def test_years_that_cannot_be_are_unknown_and_said(tmp_path: Path, load: Load, database: Database) -> None:
    file = tmp_path / "houses.gpkg"
    houses(3, year=[1998, 0, 20230]).to_file(file)
    report = load(file, mapping=mapping(columns={"year_built": ColumnRule("year")}))
    found = database.rows("select year_built from city_now.building order by feature_id")
    assert [row["year_built"] for row in found] == [1998, None, None]
    assert "building.year_built: 2 values out of range (as 0), left unknown" in report.warnings


def test_a_path_trick_in_an_archive(tmp_path: Path, load: Load, database: Database) -> None:
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.writestr("../../houses.geojson", "{}")
    with pytest.raises(SourceUnreadable, match="leads out of the archive"):
        load(tmp_path / "a.zip", mapping=mapping())
    assert nothing_is_there(database)


def test_a_file_may_not_point_at_other_files(tmp_path: Path, load: Load) -> None:
    houses(1).to_file(tmp_path / "secret.gpkg")
    file = tmp_path / "trick.geojson"
    file.write_text(
        f'<OGRVRTDataSource><OGRVRTLayer name="secret"><SrcDataSource>{tmp_path}/secret.gpkg'
        "</SrcDataSource></OGRVRTLayer></OGRVRTDataSource>"
    )
    with pytest.raises(SourceUnreadable):
        load(file, mapping=mapping())


# -- files that came apart ---------------------------------------------------------------------


def _shapefile(folder: Path, count: int = 300) -> Path:
    folder.mkdir()
    houses(count, name="罗湖").to_file(folder / "h[1].shp")
    return folder / "h[1].shp"


def _cut(file: Path, share: float = 0.5) -> None:
    file.write_bytes(file.read_bytes()[: int(file.stat().st_size * share)])


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (lambda shp: shp.with_suffix(".dbf").unlink(), "without its attribute table h.1..dbf"),
        (lambda shp: _cut(shp.with_suffix(".dbf")), r"h.1..dbf is cut short: its header says .* copy it"),
        (lambda shp: _cut(shp.with_suffix(".dbf"), 0.0001), "h.1..dbf is cut short"),
        (_cut, r"h.1..shp is cut short: its header says"),
        (lambda shp: shp.write_bytes(b"no shapes" * 99), "is no shapefile"),
        (
            lambda shp: (
                houses(7).to_file(shp.parent / "b.shp")
                or (shp.parent / "b.dbf").replace(shp.with_suffix(".dbf"))
            ),
            "has 300 shapes, but h.1..dbf has 7 rows",
        ),
    ],
)
def test_a_shapefile_with_a_part_missing_or_cut(
    tmp_path: Path, load: Load, database: Database, spoil: Callable[[Path], Any], said: str
) -> None:
    file = _shapefile(tmp_path / "parts")
    spoil(file)
    with pytest.raises(SourceUnreadable, match=said):
        load(file, mapping=mapping())
    assert nothing_is_there(database)


@pytest.mark.parametrize("spoil", [Path.unlink, _cut])
def test_an_index_that_is_missing_is_made_anew_in_a_copy(
    tmp_path: Path, load: Load, spoil: Callable[[Path], Any]
) -> None:
    file = _shapefile(tmp_path / "parts")
    index = file.with_suffix(".shx")
    spoil(index)
    before = {part.name: part.read_bytes() for part in file.parent.iterdir()}
    report = load(file, mapping=mapping(columns={"name_zh": ColumnRule("name")}))
    assert report.counts["building"].written == 300
    assert "h[1].shx is missing or broken and was made anew" in report.warnings
    assert {part.name: part.read_bytes() for part in file.parent.iterdir()} == before, "the folder is theirs"


def test_a_load_leaves_the_folder_as_it_is(tmp_path: Path, load: Load) -> None:
    file = _shapefile(tmp_path / "parts", 3)
    before = {part.name: (part.stat().st_mtime_ns, part.read_bytes()) for part in file.parent.iterdir()}
    load(file, mapping=mapping())
    assert before == {
        part.name: (part.stat().st_mtime_ns, part.read_bytes()) for part in file.parent.iterdir()
    }


def test_attributes_in_capitals_belong_to_the_file(tmp_path: Path, load: Load) -> None:
    file = _shapefile(tmp_path / "a", 3)
    file.with_suffix(".dbf").rename(file.with_suffix(".DBF"))
    assert load(file, mapping=mapping()).counts["building"].written == 3
    other = _shapefile(tmp_path / "b", 3)
    houses(3, name="罗湖", height=[12.0, 12.0, 15.0]).to_file(other)
    other.with_suffix(".dbf").replace(file.with_suffix(".DBF"))
    assert load(file, mapping=mapping()).counts["building"] == LoadCounts(read=3, changed=1, unchanged=2)


@pytest.mark.parametrize("suffix", ["gpkg", "fgb", "parquet", "geojson"])
def test_half_a_file_says_so_in_every_format(
    tmp_path: Path, load: Load, database: Database, suffix: str
) -> None:
    file = tmp_path / f"half.{suffix}"
    frame = houses(3000)
    if suffix == "parquet":
        frame.to_parquet(file)
    else:
        (frame.to_crs(4326) if suffix == "geojson" else frame).to_file(file)
    _cut(file, 0.7)
    with pytest.raises(SourceUnreadable, match=f"half.{suffix}"):
        load(file, mapping=mapping())
    assert nothing_is_there(database)


def test_a_file_that_is_written_to_while_it_is_read(
    tmp_path: Path, load: Load, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "houses.csv"
    rows = "\n".join(f"{n},114.12,22.54" for n in range(20))
    file.write_text(f"code,lon,lat\n{rows}\n")
    real = gis_source.read_chunk

    def meanwhile(chunk: Path) -> pa.Table:
        with file.open("a") as more:
            more.write("20,114.12,22.54\n")
        return real(chunk)

    with monkeypatch.context() as patched:
        patched.setattr(gis_source, "read_chunk", meanwhile)
        with pytest.raises(SourceUnreadable, match=r"houses.csv was changed while it was read"):
            load(file, collection="hydrant", crs="wgs84")
    assert nothing_is_there(database)
    assert load(file, collection="hydrant", crs="wgs84").counts["hydrant"].written == 21


def test_what_is_no_file(tmp_path: Path, load: Load) -> None:
    os.mkfifo(tmp_path / "pipe.geojson")
    (tmp_path / "folder.gpkg").mkdir()
    (tmp_path / "gone.gpkg").symlink_to(tmp_path / "nowhere.gpkg")
    for name in ("pipe.geojson", "folder.gpkg"):
        with pytest.raises(SourceUnreadable, match=f"{name} is a folder, a pipe or a device"):
            load(tmp_path / name, mapping=mapping())
    with pytest.raises(SourceUnreadable, match=r"gone.gpkg: there is no such file"):
        load(tmp_path / "gone.gpkg", mapping=mapping())


def test_an_empty_file_does_not_empty_the_city(tmp_path: Path, load: Load, database: Database) -> None:
    file = tmp_path / "houses.gpkg"
    houses(2).to_file(file)
    rules = mapping(mode="replace")
    load(file, mapping=rules)
    file.unlink()
    houses(0).to_file(file)
    with pytest.raises(Unprocessable, match=r"no features, and in the mode 'replace'.*--force"):
        load(file, mapping=rules)
    assert database.scalar("select count(*) from city_now.building") == 2
    assert load(file, mapping=rules, force=True).counts["building"].closed == 2


# -- text and names ------------------------------------------------------------------------------


def _square(**properties: Any) -> dict[str, Any]:
    corners = [[114.12, 22.54], [114.121, 22.54], [114.121, 22.541], [114.12, 22.541], [114.12, 22.54]]
    return _feature({"type": "Polygon", "coordinates": [corners]}, **properties)


def _feature(geometry: Any, **properties: Any) -> dict[str, Any]:
    return {"type": "Feature", "properties": properties, "geometry": geometry}


def _collection(*features: dict[str, Any]) -> str:
    return json.dumps({"type": "FeatureCollection", "features": features}, ensure_ascii=False)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "gbk"])
def test_geojson_in_any_encoding(tmp_path: Path, load: Load, database: Database, encoding: str) -> None:
    file = tmp_path / "a.geojson"
    file.write_bytes(_collection(_square(code="A", height=3, name="东门老街")).encode(encoding))
    report = load(file, mapping=mapping(columns={"name_zh": ColumnRule("name")}))
    assert database.scalar("select name_zh from city_now.building") == "东门老街"
    assert any("not in UTF-8" in said for said in report.warnings) == (not encoding.startswith("utf-8"))


def test_half_a_letter_at_the_end_is_a_cut_and_no_other_encoding(
    tmp_path: Path, load: Load, database: Database
) -> None:
    (tmp_path / "cut.geojson").write_bytes(
        _collection(_square(code="罗湖")).encode().partition("湖".encode())[0]
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


# -- shapes --------------------------------------------------------------------------------------


def test_mixed_and_empty_shapes_are_told_apart(tmp_path: Path, load: Load, database: Database) -> None:
    point, line = [114.12, 22.54], [[114.12, 22.54], [114.13, 22.54]]
    both = [_square()["geometry"], {"type": "Point", "coordinates": point}]
    (tmp_path / "mixed.geojson").write_text(
        _collection(
            _square(code="square"),
            _feature({"type": "Point", "coordinates": point}, code="point"),
            _feature({"type": "LineString", "coordinates": line}, code="line"),
            _feature({"type": "GeometryCollection", "geometries": both}, code="both"),
            _feature({"type": "Polygon", "coordinates": []}, code="empty"),
            _feature(None, code="none"),
        )
    )
    report = load(tmp_path / "mixed.geojson", mapping=mapping(columns={"code": ColumnRule("code")}))
    assert {r.source_key: r.code for r in report.rejections} == {
        "point": "geometry-type", "line": "geometry-type", "both": "geometry-type",
        "empty": "geometry-missing", "none": "geometry-missing",
    }  # fmt: skip
    assert [row["code"] for row in database.rows("select code from city_now.building")] == ["square"]


def test_latitude_first_is_explained(tmp_path: Path, load: Load, database: Database) -> None:
    turned = [xy[::-1] for xy in _square()["geometry"]["coordinates"][0]]
    feature = _feature({"type": "Polygon", "coordinates": [turned]}, code="A", height=3)
    (tmp_path / "swapped.geojson").write_text(_collection(feature))
    with pytest.raises(NotGeoreferenced, match=r"around 22.54, 114.12. They look like latitude, longitude"):
        load(tmp_path / "swapped.geojson", mapping=mapping())
    assert nothing_is_there(database)


def test_heights_of_corners_are_no_part_of_a_plan(tmp_path: Path, load: Load, database: Database) -> None:
    for name, height_m in (("flat", 0.0), ("roof", 31.5)):
        frame = houses(1)
        frame["geometry"] = shapely.force_3d(frame.geometry.to_numpy(), height_m)
        frame.to_file(tmp_path / f"{name}.gpkg")
        report = load(tmp_path / f"{name}.gpkg", mapping=mapping(name=name))
        said = any("corners have heights" in warning for warning in report.warnings)
        assert said == (name == "roof")
    assert database.scalar("select bool_or(st_ndims(geometry) > 2) from city_now.building") is False


# -- archives ------------------------------------------------------------------------------------


def test_archives_that_hold_nothing_to_load(tmp_path: Path, load: Load, database: Database) -> None:
    for name, member in (("nested", "inner.zip"), ("model", "tower.ifc")):
        with zipfile.ZipFile(tmp_path / f"{name}.zip", "w") as archive:
            archive.writestr(member, b"PK")
        with pytest.raises(SourceUnreadable, match=f"no GIS file we know, but {member}; unpack it"):
            load(tmp_path / f"{name}.zip", mapping=mapping())
    with zipfile.ZipFile(tmp_path / "long.zip", "w") as archive:
        archive.writestr("a" * 300 + ".geojson", "{}")
    with pytest.raises(SourceUnreadable, match=r"long.zip cannot be unpacked: File name too long$"):
        load(tmp_path / "long.zip", mapping=mapping())
    assert nothing_is_there(database)


def test_layers_of_one_file_are_several_data_sets(tmp_path: Path, load: Load, database: Database) -> None:
    file = tmp_path / "city.gpkg"
    houses(2).to_file(file, layer="东")
    houses(3).to_file(file, layer="west")
    for layer, count in (("东", 2), ("west", 3)):
        assert load(file, layer=layer).counts["building"] == LoadCounts(read=count, written=count)
    found = database.rows("select distinct source from city.feature order by source")
    assert [row["source"] for row in found] == ["city/west", "city/东"]
