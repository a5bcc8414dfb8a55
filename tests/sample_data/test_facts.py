"""What is told as a fact is what the generator uses."""

from __future__ import annotations

import csv
import re

import pytest

from sample_data.feeds.device_types import DEVICE_TYPES
from sample_data.gen import streets, water
from sample_data.gen.config import ROOT
from sample_data.gen.landmarks import table
from tests.sample_data.fix_city import Sample
from twin.model.incident import IncidentStatus

with (ROOT / "facts.csv").open(encoding="utf-8", newline="") as _file:
    FACTS = {row["name"]: row for row in csv.DictReader(_file)}
CODE_LISTS = sorted((ROOT / "codes").glob("*.csv"))


def read(path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.mark.parametrize("mark", table(), ids=lambda m: m["name_en"])
def test_landmarks_agree_with_the_facts(mark: dict) -> None:
    for title, field in (("height", "height_m"), ("floors above ground", "floors_up"), ("completed", "year")):
        fact = FACTS.get(f"{mark['name_en']} {title}")
        assert fact is None or float(fact["value"]) == mark[field]


def test_areas_agree_with_the_facts() -> None:
    assert streets.area("core").area / 1e6 == pytest.approx(
        float(FACTS["Core slice area"]["value"]), abs=0.01
    )
    assert water.honghu().level_m == float(FACTS["Honghu basin normal level"]["value"])
    assert water.reservoir().level_m == float(FACTS["Shenzhen Reservoir pool level"]["value"])


def test_every_fact_says_how_sure_it_is() -> None:
    assert {row["tag"] for row in FACTS.values()} == {"S", "V", "M"}


@pytest.mark.parametrize("path", CODE_LISTS, ids=lambda p: p.stem)
def test_code_lists_are_complete_and_unique(path) -> None:
    rows = read(path)
    assert list(rows[0]) == ["code", "zh", "en", "colour", "icon", "deprecated"]
    assert len({r["code"] for r in rows}) == len(rows)
    for row in rows:
        assert row["zh"]
        assert row["en"]
        assert re.fullmatch(r"#[0-9a-f]{3}([0-9a-f]{3})?", row["colour"])
        assert row["deprecated"] in {"true", "false"}


def test_device_types_and_their_code_list_are_the_same() -> None:
    assert {r["code"] for r in read(ROOT / "codes" / "device_type.csv")} == set(DEVICE_TYPES)


def test_values_in_the_files_are_in_their_code_lists(demo: Sample) -> None:
    known = {path.stem: {r["code"] for r in read(path)} for path in CODE_LISTS}
    buildings = demo.layer("buildings.gpkg")
    for field in ("typology", "use", "structure", "fire_resistance", "roof"):
        assert {str(r[field]) for r in buildings} <= known[field], field
    for field in ("tenure", "occupancy"):
        assert {v for v in demo.units()[field] if v} <= known[field]
    assert set(demo.units()["kind"]) <= known["use"]
    assert {r["section"] for r in demo.rows("enterprises.csv")} <= known["industry"]
    assert {r["state"] for r in demo.rows("hydrants.csv")} <= known["hydrant_state"]
    assert {r["用地性质"] for r in demo.layer("parcels.shp", encoding="GBK")} <= known["landuse"]
    assert {r["kind"] for r in demo.layer("utilities.gpkg", "utility_line")} <= known["pipe"]
    assert {f["properties"]["class"] for f in demo.features("roads.geojson")} <= known["road_class"]
    assert {f["properties"]["kind"] for f in demo.features("facilities.geojson")} <= known["facility"]
    assert {f["properties"]["type"] for f in demo.features("sensors.geojson")} <= known["device_type"]
    for field, name in (("sprinkler", "coverage"), ("gas", "gas")):
        assert {r[field] for r in demo.rows("fire_profiles.csv") if r[field]} <= known[name]


def test_incident_steps_and_their_code_list_are_the_same() -> None:
    assert [r["code"] for r in read(ROOT / "codes" / "incident_status.csv")] == list(IncidentStatus)
