"""Shapes that are mixed, empty, turned, curved or solid."""

from __future__ import annotations

import sqlite3
import struct
from pathlib import Path

import numpy as np
import pytest
import shapely

from loaders.gis.mapping import ColumnRule
from tests.loaders.gis.author import (
    EAST,
    NORTH,
    Load,
    collection_of,
    feature,
    houses,
    mapping,
    nothing_is_there,
    square,
)
from twin.database.connection import Database
from twin.errors import NotGeoreferenced


def test_mixed_and_empty_shapes_are_told_apart(tmp_path: Path, load: Load, database: Database) -> None:
    point, line = [114.12, 22.54], [[114.12, 22.54], [114.13, 22.54]]
    both = [square()["geometry"], {"type": "Point", "coordinates": point}]
    (tmp_path / "mixed.geojson").write_text(
        collection_of(
            square(code="square"),
            feature({"type": "Point", "coordinates": point}, code="point"),
            feature({"type": "LineString", "coordinates": line}, code="line"),
            feature({"type": "GeometryCollection", "geometries": both}, code="both"),
            feature({"type": "Polygon", "coordinates": []}, code="empty"),
            feature(None, code="none"),
        )
    )
    report = load(tmp_path / "mixed.geojson", mapping=mapping(columns={"code": ColumnRule("code")}))
    assert {r.source_key: r.code for r in report.rejections} == {
        "point": "geometry-type", "line": "geometry-type", "both": "geometry-type",
        "empty": "geometry-missing", "none": "geometry-missing",
    }  # fmt: skip
    assert [row["code"] for row in database.rows("select code from city_now.building")] == ["square"]


def _put_wkb(file: Path, wkb: bytes) -> None:
    """Replace the geometry of the only feature of a GeoPackage by what shapely cannot write."""
    with sqlite3.connect(file) as package:
        triggers = package.execute("select name from sqlite_master where type = 'trigger'").fetchall()
        for (name,) in triggers:
            package.execute(f'drop trigger "{name}"')
        head = struct.pack("<2sBBi", b"GP", 0, 1, 4547)
        package.execute("update houses set geom = ?", (head + wkb,))
    package.close()


def test_arcs_become_lines_and_surfaces_are_named(tmp_path: Path, load: Load, database: Database) -> None:
    file = tmp_path / "houses.gpkg"
    houses(1).to_file(file)
    turn = [
        (EAST, NORTH),
        (EAST + 10, NORTH + 10),
        (EAST + 20, NORTH),
        (EAST + 10, NORTH - 10),
        (EAST, NORTH),
    ]
    ring_wkb = struct.pack("<BII", 1, 8, 5) + b"".join(struct.pack("<dd", *point) for point in turn)
    _put_wkb(file, struct.pack("<BII", 1, 10, 1) + ring_wkb)
    load(file, mapping=mapping())
    area = database.scalar("select st_area(geometry) from city_now.building")
    assert area == pytest.approx(np.pi * 100, rel=0.001), "a circle of 10 m"
    corners = [(EAST, NORTH, 0), (EAST + 9, NORTH, 0), (EAST, NORTH + 9, 5), (EAST, NORTH, 0)]
    face = struct.pack("<BIII", 1, 1003, 1, 4) + b"".join(struct.pack("<ddd", *point) for point in corners)
    _put_wkb(file, struct.pack("<BII", 1, 1015, 1) + face)
    report = load(file, mapping=mapping(name="surface"))
    [rejection] = report.rejections
    assert rejection.code == "geometry-unreadable"
    assert "a polyhedral surface, which is not read: hand over the footprint" in rejection.message


def test_latitude_first_is_explained(tmp_path: Path, load: Load, database: Database) -> None:
    turned = [xy[::-1] for xy in square()["geometry"]["coordinates"][0]]
    lying = feature({"type": "Polygon", "coordinates": [turned]}, code="A", height=3)
    (tmp_path / "swapped.geojson").write_text(collection_of(lying))
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
