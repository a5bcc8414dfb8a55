"""Good, broken and hostile files through the reader."""

from __future__ import annotations

import json
import math
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
import shapely

from loaders.citymodel.faces import from_wkb
from loaders.citymodel.read import read as read_model
from loaders.citymodel.recognise import is_city_model
from loaders.isolate import run_isolated
from tests.loaders.citymodel.author import (
    CRS,
    EAST,
    MEANINGS,
    NORTH,
    building,
    citygml,
    cityjson,
    corners,
    house,
    polygon,
    write,
)
from twin.errors import NotGeoreferenced, SourceUnreadable, TooLarge

Rows = list[dict[str, Any]]
Read = Callable[..., tuple[Rows, list[dict[str, Any]], dict[str, Any]]]


@pytest.fixture
def read(tmp_path: Path) -> Read:
    """Rows, faults and facts of a file."""

    def reader(path: Path, *, declared: str | None = None, memory_mb: int = 0) -> Any:
        scratch = tmp_path / "scratch"
        scratch.mkdir(exist_ok=True)
        rows: Rows = []
        faults: list[dict[str, Any]] = []
        facts: dict[str, Any] = {}

        def note(event: dict[str, Any]) -> None:
            facts.update(event.get("facts", {}))
            if "chunk" in event:
                with pa.OSFile(str(scratch / event["chunk"])) as file:
                    rows.extend(pa.ipc.open_file(file).read_all().to_pylist())
                faults.extend(event["faults"])

        arguments = {"path": str(path), "declared": declared}
        if memory_mb:
            limits = {"memory_mb": memory_mb, "seconds": 60}
            found = run_isolated(
                "loaders.citymodel.read:read", arguments, scratch=scratch, on_event=note, **limits
            )
        else:
            # what the child does, without the second a new process takes
            found = read_model(scratch, note, **arguments)
        return rows, faults, facts | found["notes"]

    return reader


def text(path: Path, content: str) -> Path:
    path.write_text(content, encoding="utf-8")
    return path


# -- both formats say the same ---------------------------------------------------------------


def test_cityjson_and_citygml_of_one_house_are_one(tmp_path: Path, read: Read) -> None:
    files = (
        write(tmp_path / "a.city.json", cityjson({"H": house()})),
        text(tmp_path / "a.gml", citygml(building("H"))),
    )
    shapes = []
    for file in files:
        assert is_city_model(file)
        rows, faults, facts = read(file)
        assert not faults
        assert (facts["file_crs"], facts["axes"]) == ("EPSG:4547", "north, east")
        (row,) = rows
        assert (row["key"], row["collection"], row["meanings"]) == ("H", "building", MEANINGS)
        faces = from_wkb(row["faces"])
        assert faces.points[:4] == pytest.approx(np.array(corners())[[3, 2, 1, 0]], abs=1e-3)
        shapes.append(shapely.from_wkb(row["shape"]))
        assert (row["z_min"], row["z_max"]) == pytest.approx((12.0, 20.0))
    box = shapely.box(EAST, NORTH, EAST + 10, NORTH + 8)
    assert all(shape.normalize().equals_exact(box.normalize(), 1e-3) for shape in shapes)


@pytest.mark.parametrize("version", ["1.0", "1.1", "2.0", "2.0.1"])
def test_versions_of_cityjson(tmp_path: Path, read: Read, version: str) -> None:
    rows, _, facts = read(write(tmp_path / "a.json", cityjson({"H": house()}, version=version)))
    assert len(rows) == 1
    assert facts["format"] == f"CityJSON {version[:3]}"


def test_a_sequence_and_duplicates_in_it(tmp_path: Path, read: Read) -> None:
    whole = cityjson({"A": house()})
    vertices = whole.pop("vertices")
    head = {**whole, "CityObjects": {}, "vertices": []}
    feature = {"type": "CityJSONFeature", "id": "A", "CityObjects": {"A": house()}, "vertices": vertices}
    file = text(tmp_path / "a.city.jsonl", "\n".join(map(json.dumps, (head, feature, feature))))
    rows, _, _ = read(file)
    assert [row["key"] for row in rows] == ["A", "A"], "the store refuses the second"
    text(file, json.dumps(feature))
    with pytest.raises(SourceUnreadable, match="begins with a feature"):
        read(file)


def test_templates_are_resolved(tmp_path: Path, read: Read) -> None:
    tree = {
        "type": "SolitaryVegetationObject",
        "geometry": [
            {
                "type": "GeometryInstance",
                "template": 0,
                "boundaries": [0],
                "transformationMatrix": [2, 0, 0, 1, 0, 3, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1],
            }
        ],
    }
    templates = {
        "vertices-templates": [[0, 0, 0], [1, 0, 0], [1, 1, 0], [0, 1, 0]],
        "templates": [{"type": "MultiSurface", "lod": "1", "boundaries": [[[0, 1, 2, 3]]]}],
    }
    rows, _, facts = read(
        write(tmp_path / "a.json", cityjson({"T": tree}, **{"geometry-templates": templates}))
    )
    assert facts["template"] == 1
    # template axes are those of the file: north is scaled by 2 and moved by 1, east scaled by 3
    expected = (EAST, NORTH + 1, EAST + 3, NORTH + 3)
    assert shapely.from_wkb(rows[0]["shape"]).bounds == pytest.approx(expected)


def test_a_whole_stands_where_its_parts_stand(tmp_path: Path, read: Read) -> None:
    parts = {
        "P1": house(0, type="BuildingPart", parents=["B"]),
        "P2": house(10, type="BuildingPart", parents=["B"]),
        "B": {"type": "Building", "children": ["P1", "P2"]},
    }
    rows, _, _ = read(write(tmp_path / "a.json", cityjson(parts, houses=2)))
    assert [(row["key"], row["parent"], row["building"], row["depth"]) for row in rows] == [
        ("B", None, None, 0),
        ("P1", "B", "B", 1),
        ("P2", "B", "B", 1),
    ]
    assert shapely.from_wkb(rows[0]["shape"]).area == pytest.approx(160, abs=0.1)
    assert (rows[0]["faces"], rows[0]["z_max"]) == (None, pytest.approx(20))


# -- broken ----------------------------------------------------------------------------------


def broken(change: Callable[[dict[str, Any]], None]) -> dict[str, Any]:
    whole = cityjson({"H": house(), "OK": house(10)}, houses=2)
    change(whole)
    return whole


def _cycle(whole: dict[str, Any]) -> None:
    whole["CityObjects"]["H"]["parents"] = ["H2"]
    whole["CityObjects"]["H2"] = {"type": "BuildingPart", "parents": ["H"]}


def _face(whole: dict[str, Any]) -> list[Any]:
    face: list[Any] = whole["CityObjects"]["H"]["geometry"][0]["boundaries"][0][0]
    return face


@pytest.mark.parametrize(
    ("change", "codes"),
    [
        (lambda w: _face(w)[0].append(99), {"H": "vertex-missing"}),
        (lambda w: _face(w)[0].append(-1), {"H": "vertex-missing"}),
        (lambda w: _face(w).append(7), {"H": "geometry-malformed"}),
        (lambda w: w["CityObjects"]["H"]["geometry"][0].update(boundaries=7), {"H": "geometry-malformed"}),
        (lambda w: w["CityObjects"]["H"]["geometry"][0].update(type="Sphere"), {"H": "geometry-malformed"}),
        (lambda w: w["vertices"].__setitem__(0, [10**15, 0, 0]), {"H": "coordinate-too-large"}),
        (lambda w: w["vertices"].__setitem__(0, [1e308, 0, 0]) or w["transform"].update(scale=[10, 1, 1]),
         {"H": "coordinate-not-finite", "OK": None}),
        (lambda w: w["CityObjects"].update(H=[]), {"H": "object-malformed"}),
        (_cycle, {"H": "parent-cycle", "H2": "parent-cycle"}),
        (lambda w: w["CityObjects"].update(G={"type": "CityObjectGroup"}), {"G": "type-not-kept"}),
        (lambda w: w["CityObjects"].update(G={"type": "+Mine"}), {"G": "geometry-missing"}),
    ],
)  # fmt: skip
def test_a_broken_object_is_left_out_with_a_code(
    tmp_path: Path, read: Read, change: Callable[[dict[str, Any]], None], codes: dict[str, str | None]
) -> None:
    rows, faults, _ = read(write(tmp_path / "a.json", broken(change)))
    assert {fault["source_key"]: fault["code"] for fault in faults} == {k: c for k, c in codes.items() if c}
    assert "OK" in {row["key"] for row in rows}


def test_an_empty_geometry_and_a_lost_parent_are_counted(tmp_path: Path, read: Read) -> None:
    objects = {
        "H": house(parents=["gone"]),
        "E": house(geometry=[{"type": "MultiSurface", "boundaries": []}]),
    }
    rows, faults, facts = read(write(tmp_path / "a.json", cityjson(objects)))
    assert not faults
    assert (facts["geometry-empty"], facts["parent-missing"]) == (1, 1)
    assert {row["key"]: row["shape"] is None for row in rows} == {"H": False, "E": True}


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ('{"type": "CityJSON", "version": "0.9", "CityObjects": {}}', "CityJSON 0.9"),
        ('{"type": "CityJSON", "CityObjects": {}}', "without version"),
        ('{"type": "FeatureCollection", "CityObjects": {}}', "no CityJSON"),
        ('{"type": "CityJSON", "version": "2.0", "CityObjects": {}, "vertices": [[NaN, 0, 0]]}', "not JSON"),
        (
            '{"type": "CityJSON", "version": "2.0", "CityObjects": {"a": {}}, "vertices": [[1, 2]]}',
            "three numbers",
        ),
        ('{"type": "CityJSON", "version": "2.0", "CityObjects": [], "vertices": []}', "no JSON object"),
        ('{"type": "CityJSON", "version": "2.0", "transform": 1, "CityObjects": {}}', "scale"),
        ("[" * 5000, "not JSON"),
    ],
)
def test_what_is_no_cityjson_is_refused(tmp_path: Path, read: Read, content: str, said: str) -> None:
    with pytest.raises(SourceUnreadable, match=said):
        read(text(tmp_path / "a.json", content))


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (citygml("")[:-5], "not well-formed"),
        ("<a/>", "no CityGML"),
        (citygml("", head='<!DOCTYPE x [<!ENTITY a "b">]>'), "document type"),
        (citygml("", head='<!DOCTYPE x SYSTEM "file:///etc/passwd">'), "document type"),
        (citygml("&a;", head='<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>'), "document type"),
        (
            citygml(building("A") + building("B").replace("<gml:Solid>", '<gml:Solid srsName="EPSG:2056">')),
            "several",
        ),
    ],
)
def test_what_is_no_citygml_is_refused(tmp_path: Path, read: Read, content: str, said: str) -> None:
    with pytest.raises(SourceUnreadable, match=said):
        read(text(tmp_path / "a.gml", content))


def test_a_deep_file_is_refused(tmp_path: Path, read: Read) -> None:
    with pytest.raises(TooLarge, match="nested deeper"):
        read(text(tmp_path / "a.gml", citygml("<core:cityObjectMember>" + "<a>" * 300 + "</a>" * 300)))


@pytest.mark.parametrize(
    ("position", "code"),
    [("nan", "coordinate-not-finite"), ("1e30", "coordinate-too-large"), ("x", "coordinate-unreadable")],
)
def test_a_broken_polygon_leaves_its_building_out(
    tmp_path: Path, read: Read, position: str, code: str
) -> None:
    wrong = building("W").replace("<gml:posList>2493008.000", f"<gml:posList>{position}", 1)
    assert wrong != building("W")
    rows, faults, _ = read(text(tmp_path / "a.gml", citygml(wrong + building("OK"))))
    assert [(fault["code"], fault["source_key"]) for fault in faults] == [(code, "W")]
    assert [row["key"] for row in rows] == ["OK"]


def test_links_may_lead_to_other_members_or_nowhere(tmp_path: Path, read: Read) -> None:
    shared = polygon(corners()[:4], "shared")
    lends = building("A").replace(
        "</bldg:Building>", f"<bldg:lod0FootPrint>{shared}</bldg:lod0FootPrint></bldg:Building>"
    )
    borrows = (
        '<core:cityObjectMember><bldg:Building gml:id="B"><bldg:lod0FootPrint><gml:MultiSurface>'
        '<gml:surfaceMember xlink:href="#shared"/><gml:surfaceMember xlink:href="#nowhere"/>'
        "</gml:MultiSurface></bldg:lod0FootPrint></bldg:Building></core:cityObjectMember>"
    )
    rows, faults, facts = read(text(tmp_path / "a.gml", citygml(borrows + lends)))
    assert not faults
    assert facts["link-missing"] == 1
    assert {row["key"]: shapely.from_wkb(row["shape"]).area for row in rows} == pytest.approx(
        {"A": 80, "B": 80}
    )


def test_links_in_a_circle_are_a_fault(tmp_path: Path, read: Read) -> None:
    circle = (
        '<core:cityObjectMember><bldg:Building gml:id="B"><bldg:lod1Solid><gml:Solid gml:id="s">'
        '<gml:exterior xlink:href="#s"/></gml:Solid></bldg:lod1Solid></bldg:Building></core:cityObjectMember>'
    )
    _, faults, _ = read(text(tmp_path / "a.gml", citygml(circle)))
    assert [fault["code"] for fault in faults] == ["link-cycle"]


def test_the_crs_is_declared_or_stated_never_guessed(tmp_path: Path, read: Read) -> None:
    file = write(tmp_path / "a.json", cityjson({"H": house()}, crs=None))
    assert read(file)[2]["file_crs"] is None
    short = read(file, declared="EPSG:4547")
    by_address = read(file, declared=CRS)
    assert short[2]["axes"] == "east, north"
    assert shapely.from_wkb(short[0][0]["shape"]).bounds[0] == pytest.approx(NORTH), "taken at its word"
    assert shapely.from_wkb(by_address[0][0]["shape"]).bounds[0] == pytest.approx(EAST)
    with pytest.raises(NotGeoreferenced, match="PROJ"):
        read(file, declared="nonsense")


def test_a_large_file_needs_no_large_memory(tmp_path: Path, read: Read) -> None:
    """24 MB of CityGML in a child that would not hold it as a tree."""
    file = tmp_path / "large.gml"
    whole = citygml("@")
    head, tail = whole.split("@")
    filler = "<gen:stringAttribute name='x'><gen:value>" + "y" * 3000 + "</gen:value></gen:stringAttribute>"
    count = 24_000_000 // len(building("B0", extra=filler))
    with file.open("w", encoding="utf-8") as stream:
        stream.write(head)
        for number in range(count):
            stream.write(building(f"B{number}", shift=20.0 * (number % 1000), extra=filler))
        stream.write(tail)
    small = text(tmp_path / "small.gml", citygml(building("B0")))
    # what Python, numpy and shapely take by themselves, by trial; the file is 24 MB, its tree ten times that
    read(small, memory_mb=700)
    rows, _, _ = read(file, memory_mb=760)
    assert len(rows) == count
    assert all(math.isfinite(row["z_max"]) for row in rows)
