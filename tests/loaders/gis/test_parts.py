"""Half a file, a file with a part missing and a file that changes are never half loaded."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet
import pytest

from loaders.gis import source as gis_source
from loaders.gis.mapping import ColumnRule
from tests.loaders.gis.author import (
    Load,
    houses,
    mapping,
    nothing_is_there,
)
from twin.database.connection import Database
from twin.errors import SourceUnreadable, Unprocessable
from twin.model.load import LoadCounts


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
