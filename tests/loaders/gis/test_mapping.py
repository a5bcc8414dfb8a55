"""A mapping that cannot work is refused before anything is read."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from loaders.gis.guess import guess, to_toml
from loaders.gis.mapping import parse_mapping, read_mapping
from twin.errors import InvalidInput, NotFound, SourceUnreadable

_MAPPINGS = sorted((Path(__file__).parents[3] / "sample_data" / "mappings").glob("*.toml"))


@pytest.mark.parametrize(
    ("text", "error", "said"),
    [
        ("", InvalidInput, "needs a name"),
        ('[source]\nname = "a"\ncollection = "castle"', NotFound, "no collection 'castle'"),
        (
            '[source]\nname = "a"\ncollection = "building"\nmode = "append"',
            InvalidInput,
            "'upsert' or 'replace'",
        ),
        ('[source]\nname = "a"\ncollection = "building"\ncolour = 1', InvalidInput, "has no 'colour'"),
        ('[columms]\ncode = "x"', InvalidInput, "no section .columms."),
        (
            '[source]\nname = "a"\ncollection = "building"\n[columns]\ncolour = "c"',
            InvalidInput,
            "no column 'colour'",
        ),
        (
            '[source]\nname = "a"\ncollection = "building"\n[columns]\ncode = {of = "c"}',
            InvalidInput,
            "'code' is a column",
        ),
        ('[source]\nname = "a"\ncollection = "hydrant"\n[geometry]\nx = "e"', InvalidInput, "both x and y"),
        ('[source]\nname = "a"\ncollection = "road"\n[solid]\nbase = "z"', InvalidInput, "has no solids"),
        (
            '[source]\nname = "a"\ncollection = "unit"\n[parent]\nfrom = "b"',
            InvalidInput,
            "needs collection and from",
        ),
    ],
)
def test_what_is_wrong_is_named(text: str, error: type[Exception], said: str) -> None:
    with pytest.raises(error, match=said):
        parse_mapping(tomllib.loads(text), "m.toml")


def test_a_file_that_is_not_toml(tmp_path: Path) -> None:
    file = tmp_path / "m.toml"
    file.write_text("[source\n")
    with pytest.raises(SourceUnreadable, match=r"m\.toml cannot be read"):
        read_mapping(file)


@pytest.mark.parametrize("file", _MAPPINGS, ids=lambda file: file.stem)
def test_every_mapping_of_the_sample_city_is_sound(file: Path) -> None:
    mapping = read_mapping(file)
    assert mapping.key, "a sample object is known by its key"
    assert mapping.licence == "CC0-1.0"


def test_a_guess_reads_back_as_the_same_mapping() -> None:
    names = ["OBJECTID", "建筑编码", "HEIGHT", "层数", "名称", 'odd "one"\\']
    mapping = guess(names, layer="建筑", file="luohu", geometry="Polygon", unique=["OBJECTID", "建筑编码"])
    assert mapping.collection == "building"
    assert {name: rule.source for name, rule in mapping.columns.items()} == {
        "code": "建筑编码", "name_zh": "名称", "floors_up": "层数", "height_m": "HEIGHT",
    }  # fmt: skip
    assert mapping.key == ("建筑编码",)
    assert parse_mapping(tomllib.loads(to_toml(mapping)), "guess") == mapping


@pytest.mark.parametrize(
    ("file", "geometry", "names", "collection"),
    [
        ("fire_hydrants", "Point", ["id", "flow"], "hydrant"),
        ("roads", "LineString", ["name"], "road"),
        ("ky4_pipes", "LineString", ["diameter"], "utility_line"),
        ("tract", "MultiPolygon", ["height"], "building"),
        ("whatever", "Polygon", ["a"], "theme"),
        ("hospital_poi", None, ["名称", "经度", "纬度"], "facility"),
    ],
)
def test_guessed_collections(file: str, geometry: str | None, names: list[str], collection: str) -> None:
    assert guess(names, layer=file, file=file, geometry=geometry).collection == collection
