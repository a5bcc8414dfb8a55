"""The profile of what is buried along a line, against numbers worked out by hand."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import numpy as np
import pytest
import rasterio
from flask import Flask
from flask.testing import FlaskClient
from rasterio.transform import from_origin

from loaders.raster.load import load_raster
from twin.body.profile import beside, crossings
from twin.crs import transformer
from twin.database.connection import Database
from web.buried_svg import _COLOURS

_E, _N = 513_000.0, 2_494_000.0
_SVG = "{http://www.w3.org/2000/svg}"


def _line(*corners: tuple[float, float]) -> str:
    """Corners in metres from the place, as the API takes them."""
    back = transformer(4547, 4326)
    degrees = [back.transform(_E + e, _N + n) for e, n in corners]
    return ";".join(f"{lon:.10f},{lat:.10f}" for lon, lat in degrees)


@pytest.fixture(scope="module")
def street(module_app: Flask, city: Database, tmp_path_factory: pytest.TempPathFactory) -> dict[str, int]:
    """Ground that rises a metre in 100 to the east, 10 m at the place; five pipes."""
    path = tmp_path_factory.mktemp("ground") / "ground.tif"
    columns = np.arange(200)[None] + np.zeros((200, 1))
    with rasterio.open(
        path, "w", driver="GTiff", count=1, width=200, height=200, dtype="float32", crs="EPSG:4547",
        transform=from_origin(_E - 1_000, _N + 1_000, 10, 10), nodata=-9999,
    ) as file:  # fmt: skip
        file.write((10 + (columns * 10 + 5 - 1_000) / 100).astype("float32"), 1)
    load_raster(path, city, module_app.extensions["twin"].settings)
    pipes = {
        # crosses 20 m along, 9 m high; the ground is 10.2 m
        "WATER": ("W", 400, [(20, -50, 9.0), (20, 50, 9.0)]),
        # falls from 8 to 6 m, crosses in the middle, 60 m along at 45 degrees
        "SEWER": ("S", 600, [(30, -30, 8.0), (90, 30, 6.0)]),
        # 2 m beside the line all along
        "POWER": ("P", 150, [(-10, 2, 9.5), (110, 2, 10.5)]),
        "FAR": ("G", 100, [(-10, 9, 9.5), (110, 9, 10.5)]),
        "DEEPLESS": ("D", None, [(80, -50, float("nan")), (80, 50, float("nan"))]),
    }
    ids = {}
    for code, (kind, size, corners) in pipes.items():
        text = ",".join(f"{_E + e} {_N + n} {z}" for e, n, z in corners)
        ids[code] = city.scalar(
            "insert into city.utility_line (geometry, code, kind, dn_mm, depth_m) values"
            " (st_multi(st_geomfromtext(%(line)s, 4547)), %(code)s, %(kind)s, %(size)s, 0.8)"
            " returning feature_id",
            {"line": f"linestring z ({text})", "code": code, "kind": kind, "size": size},
        )
    return ids


def _ask(client: FlaskClient, **query: Any) -> Any:
    answer = client.get("/api/utilities/profile", query_string={"line": _line((0, 0), (100, 0)), **query})
    assert answer.status_code == 200, answer.text
    return answer.json


def test_what_is_crossed_comes_by_depth(client: FlaskClient, street: dict[str, int]) -> None:
    found = _ask(client)
    assert found["length_m"] == pytest.approx(100, abs=1e-3)
    assert [one["code"] for one in found["crossings"]] == ["WATER", "SEWER", "DEEPLESS"]
    water, sewer, unknown = found["crossings"]
    assert water["id"] == street["WATER"]
    assert water["station_m"] == pytest.approx(20, abs=0.002)
    assert (water["z_m"], water["ground_m"]) == (9.0, pytest.approx(10.2, abs=0.002))
    assert water["depth_m"] == pytest.approx(1.2, abs=0.002)
    assert water["cover_m"] == pytest.approx(1.0, abs=0.002)
    assert (water["stated_cover_m"], water["angle_deg"]) == (0.8, 90.0)
    # half-way between 8 and 6 m; the ground is 10.6
    assert (sewer["z_m"], sewer["angle_deg"]) == (pytest.approx(7.0, abs=1e-3), 45.0)
    assert sewer["depth_m"] == pytest.approx(3.6, abs=0.002)
    assert (unknown["z_m"], unknown["depth_m"], unknown["cover_m"]) == (None, None, None)
    assert found["height_unknown"] == 1
    assert found["ground"][0] == [0.0, pytest.approx(10.0, abs=0.002)]
    assert found["ground"][-1] == [pytest.approx(100, abs=1e-3), pytest.approx(11.0, abs=0.002)]


def test_what_runs_beside_is_seen_from_the_line(client: FlaskClient, street: dict[str, int]) -> None:
    [power] = _ask(client)["beside"]
    assert (power["code"], power["offset_m"]) == ("POWER", pytest.approx(2.0, abs=0.002))
    (first, low), (last, high) = power["path"]
    assert (first, last) == (0.0, pytest.approx(100, abs=1e-3))
    # a twelfth of the way from 9.5 to 10.5 at the beginning
    assert (low, high) == (pytest.approx(9.5 + 1 / 12, abs=0.002), pytest.approx(10.5 - 1 / 12, abs=0.002))
    # shallowest where it is nearest to the ground: 10.0 over 9.583, 11.0 over 10.417
    assert power["depth_m"] == pytest.approx(0.417, abs=0.002)
    assert {one["code"] for one in _ask(client, within_m=10)["beside"]} == {"POWER", "FAR"}
    assert _ask(client, within_m=0)["beside"] == []


def test_kinds_and_moments(client: FlaskClient, street: dict[str, int]) -> None:
    assert [one["kind"] for one in _ask(client, kinds="W,G")["crossings"]] == ["W"]
    assert _ask(client, kinds="W", datetime="2001-01-01T00:00:00Z")["crossings"] != [], "true since ever"


def test_a_bent_line_is_met_at_its_own_stations(client: FlaskClient, street: dict[str, int]) -> None:
    found = _ask(client, line=_line((0, -20), (0, -10), (60, -10)), kinds="W,S")
    stations = {one["code"]: one["station_m"] for one in found["crossings"]}
    # 10 m north, then east to the water main at 20 and the sewer, which is at 50, -10
    assert stations == {"WATER": pytest.approx(30, abs=0.01), "SEWER": pytest.approx(60, abs=0.01)}
    assert found["corners"] == [0, pytest.approx(10, abs=0.01), pytest.approx(70, abs=0.01)]


def test_the_drawing_goes_from_shallow_to_deep(client: FlaskClient, street: dict[str, int]) -> None:
    answer = client.get(
        "/api/utilities/profile", query_string={"line": _line((0, 0), (100, 0)), "f": "svg", "lang": "en"}
    )
    assert (answer.status_code, answer.content_type) == (200, "image/svg+xml")
    drawing = ElementTree.fromstring(answer.data)
    [pipes] = [g for g in drawing.iter(f"{_SVG}g") if g.get("id") == "pipes"]
    depths = [float(pipe.get("data-depth", "nan")) for pipe in pipes]
    assert depths == sorted(depths)
    assert [pipe.get("data-kind") for pipe in pipes] == ["P", "W", "S"]
    [table] = [g for g in drawing.iter(f"{_SVG}g") if g.get("id") == "table"]
    assert [row.get("data-id") for row in table] == [
        str(street[code]) for code in ("POWER", "WATER", "SEWER", "DEEPLESS")
    ]
    fills = {pipe.get("fill") or pipe.get("stroke-dasharray") for pipe in pipes}
    assert len(fills) == 3, "kinds differ in pattern, not only in colour"
    texts = [text.text for text in drawing.iter(f"{_SVG}text")]
    assert "1 of unknown height are not drawn." in texts
    assert "unknown" in texts
    etag = answer.headers["ETag"]
    again = client.get(
        "/api/utilities/profile",
        query_string={"line": _line((0, 0), (100, 0)), "f": "svg", "lang": "en"},
        headers={"If-None-Match": etag},
    )
    assert again.status_code == 304


def test_where_nothing_is_buried(client: FlaskClient, street: dict[str, int]) -> None:
    query = {"line": _line((400, 400), (450, 400)), "f": "svg"}
    answer = client.get("/api/utilities/profile", query_string=query)
    assert "沿线没有管线记录。" in answer.text
    beyond = _ask(client, line=_line((5_000, 0), (5_050, 0)))
    assert {z for _, z in beyond["ground"]} == {None}, "beyond the elevation model the ground is not known"


@pytest.mark.parametrize(
    "line",
    [None, "1,2", "114.1,22.5;x,y", "114.1,22.5;114.1,22.5", "114,22.5;115,22.5", "1,2;3,4", "114.1;22.5"],
)
def test_lines_that_are_none(client: FlaskClient, line: str | None) -> None:
    answer = client.get("/api/utilities/profile", query_string={} if line is None else {"line": line})
    assert (answer.status_code, answer.json["parameter"]) == (400, "line")


def test_a_corner_on_the_curtain_is_one_crossing() -> None:
    curtain = np.array([[0.0, 0.0], [10.0, 0.0], [20.0, 0.0]])
    bent = np.array([[10.0, -5.0, 1.0], [10.0, 0.0, 2.0], [12.0, 5.0, 3.0]])
    [one] = crossings(curtain, bent)
    assert (one.station_m, one.place) == (10.0, (10.0, 0.0, 2.0))
    assert beside(curtain, bent, 1.0) == [], "it only passes through"


def test_what_lies_beyond_the_end_is_not_beside() -> None:
    curtain = np.array([[0.0, 0.0], [10.0, 0.0]])
    beyond = np.array([[10.5, -1.0, 1.0], [10.5, 1.0, 1.0]])
    assert (crossings(curtain, beyond), beside(curtain, beyond, 1.0)) == ([], [])


def test_the_drawing_has_the_colours_of_the_map() -> None:
    palette = Path(__file__).parents[2] / "web" / "client" / "src" / "palette.js"
    said = re.search(r"PIPE_COLOURS = \{([^}]*)\}", palette.read_text(encoding="utf-8"))
    assert said is not None
    assert dict(re.findall(r"(\w): '(#\w+)'", said[1])) == _COLOURS
