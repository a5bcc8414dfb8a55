"""The authored models of the sample city, loaded: every flat, every feed, every floor in its place."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import shapely

from loaders.ifc.load import load_ifc
from sample_data.models.build import build_models
from sample_data.models.layout import layouts
from sample_data.models.parts import ModelLayout
from twin.database.connection import Database
from twin.settings import Settings


@pytest.fixture(scope="module")
def models(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("models")
    build_models(folder)
    return folder


@pytest.mark.parametrize("layout", layouts(), ids=lambda layout: layout.code)
def test_a_sample_model_joins_the_city(
    database: Database, settings: Settings, models: Path, layout: ModelLayout
) -> None:
    report = load_ifc(models / f"{layout.code}.ifc", database, settings)
    assert report.status == "done"
    assert not [w for w in report.warnings if w.startswith(("shape", "kernel", "needs", "parser"))]

    flats = database.rows(
        "select unit_code, floor_no, area_m2, solid is not null as solid from city_now.space"
    )
    by_code = {flat["unit_code"]: flat for flat in flats if flat["unit_code"]}
    assert set(by_code) == {flat.unit_code for flat in layout.flats}
    assert all(by_code[flat.unit_code]["floor_no"] == flat.floor_no for flat in layout.flats)
    assert all(flat["solid"] for flat in flats)

    devices = database.rows(
        "select device_id, floor_no, st_x(geometry) as e, st_y(geometry) as n from city_now.equipment"
        " where device_id is not null"
    )
    by_id = {device["device_id"]: device for device in devices}
    assert set(by_id) == {device.id for device in layout.devices}
    for device in layout.devices:
        found, expected = by_id[device.id], layout.device_enh(device)
        assert found["floor_no"] == device.floor_no
        assert np.hypot(found["e"] - expected[0], found["n"] - expected[1]) < 1.0

    floors = database.rows("select floor_no, label, elev_m from city_now.storey order by floor_no")
    assert [row["floor_no"] for row in floors] == sorted(storey.floor_no for storey in layout.storeys)
    for row in floors:
        storey = layout.storey(row["floor_no"])
        assert row["elev_m"] == pytest.approx(layout.place.height_m + storey.elevation_m, abs=1e-3)

    outline = shapely.from_wkb(bytes(database.scalar("select st_asbinary(footprint) from twin.model")))
    drawn = shapely.Polygon(layout.footprint_en())
    assert outline.hausdorff_distance(drawn) < 0.05
    assert database.scalar("select count(*) from city_now.element where geometry is null") == 0
