"""The authored IFC files: valid, reproducible, georeferenced, joined to tables and feeds."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import ifcopenshell
import ifcopenshell.geom
import ifcopenshell.validate
import numpy as np
import pytest
import shapely
from ifcopenshell.util import element, geolocation

from sample_data.models.build import BuiltModel, build_models
from sample_data.models.layout import layouts, pump_station, tower
from sample_data.models.mall_layout import mall
from sample_data.models.progress import silent
from sample_data.models.pump_station import write_pump_station
from sample_data.models.road import write_road

LARGEST_MB = {"LH-RES-01": 12.0, "LH-PMP-03": 3.0, "LH-RDB-04": 4.0, "LH-MAL-02": 10.0}
LAYOUTS = {layout.code: layout for layout in (*layouts(), mall())}


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> dict[str, BuiltModel]:
    return {m.code: m for m in build_models(tmp_path_factory.mktemp("models"))}


@pytest.fixture(scope="session")
def models(built: dict[str, BuiltModel]) -> dict[str, Any]:
    return {code: ifcopenshell.open(str(model.path)) for code, model in built.items()}


def common(product: Any) -> dict[str, Any]:
    return element.get_pset(product, "LH_Common") or {}


@pytest.mark.parametrize("code", LARGEST_MB)
def test_validation_finds_nothing(models: dict[str, Any], code: str) -> None:
    log = ifcopenshell.validate.json_logger()
    ifcopenshell.validate.validate(models[code], log, express_rules=True)
    assert log.statements == []


@pytest.mark.parametrize("code", LARGEST_MB)
def test_size_stays_within_its_goal(built: dict[str, BuiltModel], code: str) -> None:
    assert built[code].size <= LARGEST_MB[code] * 1e6
    assert built[code].sha256 == hashlib.sha256(built[code].path.read_bytes()).hexdigest()
    assert not list(built[code].path.parent.glob(".*partial"))


def test_another_process_with_another_hash_seed_writes_the_same_bytes(
    built: dict[str, BuiltModel], tmp_path: Path
) -> None:
    subprocess.run(
        [sys.executable, "-m", "sample_data.models", str(tmp_path)],
        env={**os.environ, "PYTHONHASHSEED": "4711"}, check=True, capture_output=True, timeout=200,
    )  # fmt: skip
    again = {path.stem: hashlib.sha256(path.read_bytes()).hexdigest() for path in tmp_path.glob("*.ifc")}
    assert again == {code: model.sha256 for code, model in built.items()}


@pytest.mark.parametrize("made_before", range(8))
@pytest.mark.parametrize(("code", "write"), [("LH-PMP-03", write_pump_station), ("LH-RDB-04", write_road)])
def test_what_the_process_did_before_leaves_no_trace(
    built: dict[str, BuiltModel], tmp_path: Path, made_before: int, code: str, write: Any
) -> None:
    """An entity's hash is its number in the whole process: any set of entities has its order by it."""
    model = built[code]
    other = ifcopenshell.file(schema="IFC4")
    first = other.create_entity("IfcWall")
    while (hash(first) + 1) % 8 != made_before:
        first = other.create_entity("IfcWall")
    write(tmp_path / model.path.name, silent)
    assert hashlib.sha256((tmp_path / model.path.name).read_bytes()).hexdigest() == model.sha256


@pytest.mark.parametrize("code", LARGEST_MB)
def test_units_stand_in_the_order_they_were_given(models: dict[str, Any], code: str) -> None:
    (assignment,) = models[code].by_type("IfcUnitAssignment")
    assert [u.UnitType for u in assignment.Units] == [
        "LENGTHUNIT", "AREAUNIT", "VOLUMEUNIT", "PLANEANGLEUNIT",
    ]  # fmt: skip


@pytest.mark.parametrize("code", LAYOUTS)
def test_local_points_land_where_the_layout_says(models: dict[str, Any], code: str) -> None:
    layout = LAYOUTS[code]
    (crs,) = models[code].by_type("IfcProjectedCRS")
    assert (crs.Name, crs.VerticalDatum, crs.MapZone) == ("EPSG:4547", "EPSG:5737", "CM 114E")
    for point in ((0.0, 0.0, 0.0), (12.0, -14.4, 3.0), (-7.5, 8.25, 100.5)):
        assert np.allclose(
            geolocation.auto_xyz2enh(models[code], *point), layout.place.enh(*point), atol=1e-3
        )


@pytest.mark.parametrize("code", LAYOUTS)
def test_storeys_and_spaces_carry_the_promised_ids(models: dict[str, Any], code: str) -> None:
    layout = LAYOUTS[code]
    storeys = {s.GlobalId: s.Elevation for s in models[code].by_type("IfcBuildingStorey")}
    assert storeys == {s.global_id: pytest.approx(s.elevation_m) for s in layout.storeys}
    spaces = {s.GlobalId for s in models[code].by_type("IfcSpace")}
    assert spaces == {r.global_id for r in (*layout.rooms, *layout.flats)}


def test_every_flat_joins_its_unit_both_ways(models: dict[str, Any]) -> None:
    spaces = [(common(s), s) for s in models["LH-RES-01"].by_type("IfcSpace")]
    coded = {values["UnitCode"]: space for values, space in spaces if "UnitCode" in values}
    flats = {f.unit_code: f for f in tower().flats}
    assert set(coded) == set(flats)
    for unit_code, space in coded.items():
        flat, qto = flats[unit_code], element.get_pset(space, "Qto_SpaceBaseQuantities")
        assert (space.GlobalId, space.Name) == (flat.global_id, flat.room)
        assert qto["GrossFloorArea"] == pytest.approx(flat.area_m2, abs=0.01)
        assert 0.8 * flat.area_m2 < qto["NetFloorArea"] < flat.area_m2
    grouped = [m for zone in models["LH-RES-01"].by_type("IfcZone") for m in element.get_grouped_by(zone)]
    assert len(grouped) == 252 and {m.GlobalId for m in grouped} == {f.global_id for f in flats.values()}


@pytest.mark.parametrize("code", LAYOUTS)
def test_every_device_joins_its_feed_both_ways(models: dict[str, Any], code: str) -> None:
    wanted = {(d.id, d.global_id, d.ifc_class) for d in LAYOUTS[code].devices}
    found = {(common(p)["DeviceId"], p.GlobalId, p.is_a())
             for p in models[code].by_type("IfcElement") if "DeviceId" in common(p)}  # fmt: skip
    assert found == wanted
    assert {s.GlobalId for s in models[code].by_type("IfcSensor")} <= {gid for _, gid, _ in found}


def test_fire_equipment_of_a_typical_floor_is_counted_out(models: dict[str, Any]) -> None:
    model, gid = models["LH-RES-01"], tower().storey(13).global_id
    counts: dict[str, int] = {}
    for product in element.get_contained(model.by_guid(gid)):
        kind = element.get_predefined_type(product) or ""
        counts[kind] = counts.get(kind, 0) + 1
    assert (counts["SPRINKLER"], counts["FIREHYDRANT"], counts["SMOKESENSOR"]) == (28, 2, 24)
    assert (counts["BREAKGLASSBUTTON"], counts["SIREN"]) == (2, 4)
    terminals = [element.get_predefined_type(t) for t in model.by_type("IfcFireSuppressionTerminal")]
    assert terminals.count("BREECHINGINLET") == 3
    lifts = model.by_type("IfcTransportElement")
    fighting = [element.get_pset(e, "Pset_TransportElementElevator", "FireFightingLift") for e in lifts]
    assert sorted(fighting) == [False, False, True]
    assert {element.get_predefined_type(z) for z in model.by_type("IfcSpatialZone")} == {"FIRESAFETY"}
    assert len(model.by_type("IfcSpatialZone")) == 35


def test_doors_to_flats_and_stairs_are_fire_doors(models: dict[str, Any]) -> None:
    ratings: dict[str, int] = {}
    for door in models["LH-RES-01"].by_type("IfcDoor"):
        rating = element.get_pset(door, "Pset_DoorCommon", "FireRating")
        ratings[rating] = ratings.get(rating, 0) + 1
        assert door.FillsVoids, "a door stands in an opening"
    assert ratings["甲级"] == 16  # eight rooms on each basement floor
    # 252 flats, four refuge doors, eight ground-floor rooms, two lobbies and two stair doors a floor, roof
    assert ratings["乙级"] == 252 + 4 + 8 + 35 * 4 + 4


def test_names_are_chinese_with_an_english_twin(models: dict[str, Any]) -> None:
    for code, layout in LAYOUTS.items():
        (building,) = models[code].by_type("IfcBuilding")
        assert building.Name == layout.name_zh
        assert common(building)["BuildingCode"] == layout.building_code
        assert common(building)["NameEn"] == layout.name_en


def _outlet(host: dict[Any, Any], product: Any) -> Any:
    return next(port for port, owner in host.items() if owner == product and port.FlowDirection == "SOURCE")


def test_water_flows_from_every_gate_to_its_flap(models: dict[str, Any]) -> None:
    model = models["LH-PMP-03"]
    after = {r.RelatingPort: r.RelatedPort for r in model.by_type("IfcRelConnectsPorts")}
    host = {port: rel.RelatingObject for rel in model.by_type("IfcRelNests") for port in rel.RelatedObjects}
    gates = [v for v in model.by_type("IfcValve") if element.get_predefined_type(v) == "ISOLATING"]
    assert len(gates) == 6
    for gate in gates:
        way, here = [gate.is_a()], gate
        while (
            outlet := next(p for p, h in host.items() if h == here and p.FlowDirection == "SOURCE")
        ) in after:
            assert after[outlet].FlowDirection == "SINK"
            here = host[after[outlet]]
            way.append(here.is_a())
        assert way == ["IfcValve", "IfcFilter", "IfcPump", "IfcPipeSegment", "IfcValve"]
        assert element.get_predefined_type(here) == "CHECK"


@pytest.mark.parametrize(
    ("code", "layout"), [("LH-RES-01", tower()), ("LH-PMP-03", pump_station()), ("LH-MAL-02", mall())]
)
def test_the_ground_slab_is_the_footprint(models: dict[str, Any], code: str, layout: Any) -> None:
    ground = models[code].by_guid(layout.storey(1).global_id)
    (slab,) = [s for s in element.get_contained(ground)
               if s.is_a("IfcSlab") and element.get_predefined_type(s) == "FLOOR"]  # fmt: skip
    shape = ifcopenshell.geom.create_shape(ifcopenshell.geom.settings(), slab)
    corners = np.array(shape.geometry.verts).reshape(-1, 3)
    frame = np.array(shape.transformation.matrix).reshape(4, 4, order="F")
    local = corners @ frame[:3, :3].T + frame[:3, 3]
    drawn = shapely.MultiPoint([geolocation.auto_xyz2enh(models[code], *p)[:2] for p in local]).convex_hull
    assert drawn.hausdorff_distance(shapely.Polygon(layout.footprint_en())) < 0.05
    assert local[:, 2].max() == pytest.approx(0.0, abs=1e-6)


def test_shapes_have_the_volume_they_were_drawn_with(models: dict[str, Any]) -> None:
    """A typical façade wall: its box less its eight windows, by the geometry kernel."""
    model = models["LH-RES-01"]
    storey = model.by_guid(tower().storey(13).global_id)
    walls = [w for w in element.get_contained(storey) if w.is_a("IfcWall") and len(w.HasOpenings) == 8]
    assert len(walls) == 2
    windows = (1.8, 1.2, 2.4, 0.9, 1.2, 1.5, 1.8, 1.8)
    for wall in walls:
        geometry = ifcopenshell.geom.create_shape(ifcopenshell.geom.settings(), wall).geometry
        corners = np.array(geometry.verts).reshape(-1, 3)[np.array(geometry.faces).reshape(-1, 3)]
        volume = np.einsum("ij,ij->i", corners[:, 0], np.cross(corners[:, 1], corners[:, 2])).sum() / 6
        assert volume == pytest.approx(24.0 * 0.25 * 2.85 - sum(windows) * 1.5 * 0.25, rel=1e-6)
