"""Bad files are refused with what, where and what to do, and leave the city as it was."""

from __future__ import annotations

import zipfile
from pathlib import Path

import numpy as np
import pytest
import shapely

from loaders.gis.mapping import ColumnRule
from tests.loaders.gis.author import (
    EAST,
    NORTH,
    Load,
    houses,
    mapping,
    nothing_is_there,
    ring,
)
from twin.database.connection import Database
from twin.errors import InvalidInput, NotFound, NotGeoreferenced, SourceUnreadable
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
