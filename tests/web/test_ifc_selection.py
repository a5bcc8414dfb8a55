"""Buildings that go out as IFC come in again with types, materials, systems, zones and openings."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import ifcopenshell
import ifcopenshell.api.aggregate
import ifcopenshell.api.classification
import ifcopenshell.api.feature
import ifcopenshell.api.material
import ifcopenshell.api.spatial
import ifcopenshell.api.system
import ifcopenshell.api.type
import ifcopenshell.api.unit
import ifcopenshell.validate
import pytest
from flask.testing import FlaskClient
from ifcopenshell.util import element

from loaders.ifc.load import load_ifc
from tests.loaders.ifc.author import House, house
from twin.database.connection import Database
from twin.errors import TooLarge
from twin.queries.model_export import interior
from twin.settings import Settings

PUBLIC = frozenset({"public"})
OBJECTS = ("storey", "space", "element", "opening", "equipment")
COLUMNS = {
    "storey": ("name", "label"),
    "space": ("name", "long_name", "compartment", "use"),
    "element": ("ifc_class", "predefined_type", "name", "type_name", "material", "system", "fire_rating_min"),
    "opening": (
        "ifc_class",
        "predefined_type",
        "name",
        "type_name",
        "width_m",
        "height_m",
        "fire_rating_min",
    ),
    "equipment": ("ifc_class", "predefined_type", "name", "type_name", "kind", "device_id", "system"),
}


def rich() -> House:
    """The house with everything a model can say beside shapes; masses in kilograms, a length in feet."""
    made = house()
    model = made.model
    kilogram = ifcopenshell.api.unit.add_si_unit(model, unit_type="MASSUNIT", prefix="KILO")
    ifcopenshell.api.unit.assign_unit(model, units=[kilogram])
    walls = model.by_type("IfcWall")
    _typed_walls(made, walls)
    made.measure(walls[1], "Qto_WallBaseQuantities", Length=8.0, NetVolume=4.8, GrossWeight=9600.0)
    made.describe(walls[1], "Pset_WallCommon", ThermalTransmittance=0.24, AcousticRating="R45")
    made.describe(walls[1], "Own", Depth=1.5, Answer=42, Fine=True)
    _passage(made, walls[-1])
    _sprinklers(made)
    _zones(made)
    return made


def _typed_walls(made: House, walls: list[Any]) -> None:
    model = made.model
    kind = made.make("IfcWallType", "外墙200", PredefinedType="SOLIDWALL")
    ifcopenshell.api.type.assign_type(model, related_objects=walls[:4], relating_type=kind)
    material = ifcopenshell.api.material
    concrete, wool = (material.add_material(model, name=name) for name in ("混凝土", "岩棉"))
    layers = material.add_material_set(model, name="外墙", set_type="IfcMaterialLayerSet")
    for one, thickness in ((concrete, 0.15), (wool, 0.05)):
        layer = material.add_layer(model, layer_set=layers, material=one)
        material.edit_layer(model, layer=layer, attributes={"LayerThickness": thickness})
    material.assign_material(model, products=walls[:4], type="IfcMaterialLayerSet", material=layers)
    material.assign_material(model, products=model.by_type("IfcSlab"), material=concrete)
    parts = material.add_material_set(model, name="门", set_type="IfcMaterialConstituentSet")
    for name, one in (("Lining", concrete), ("Infill", wool)):
        material.add_constituent(model, constituent_set=parts, material=one, name=name)
    material.assign_material(model, products=model.by_type("IfcDoor"), material=parts)
    door = made.make("IfcDoorType", "FM甲", PredefinedType="DOOR", OperationType="SINGLE_SWING_LEFT")
    ifcopenshell.api.type.assign_type(model, related_objects=model.by_type("IfcDoor"), relating_type=door)
    system = ifcopenshell.api.classification.add_classification(model, classification="GB/T 51269")
    ifcopenshell.api.classification.add_reference(
        model, products=walls[:2], classification=system, identification="14-10.20", name="外墙"
    )


def _passage(made: House, wall: Any) -> None:
    """An opening nothing fills."""
    hole = made.put(made.make("IfcOpeningElement", "洞口"), (0.6, 1.0, 2.0), (7.6, 2.0, 3.5))
    ifcopenshell.api.spatial.unassign_container(made.model, products=[hole])
    ifcopenshell.api.feature.add_feature(made.model, feature=hole, element=wall)


def _sprinklers(made: House) -> None:
    model, system = made.model, ifcopenshell.api.system
    pipe = made.put(made.make("IfcPipeSegment", "DN80"), (4.0, 0.1, 0.1), (2.0, 3.0, 2.6))
    heads = [
        made.put(
            made.make("IfcFireSuppressionTerminal", f"喷头{n}", PredefinedType="SPRINKLER"),
            (0.05, 0.05, 0.05), (2.0 + n, 3.0, 2.5),
        )
        for n in range(2)
    ]  # fmt: skip
    feed = system.add_system(model, ifc_class="IfcDistributionSystem")
    feed.Name, feed.PredefinedType = "ZP-1", "FIREPROTECTION"
    system.assign_system(model, products=[pipe, *heads], system=feed)
    for head in heads:
        outlet, inlet = (system.add_port(model, element=one) for one in (pipe, head))
        system.connect_port(model, port1=outlet, port2=inlet, direction="SOURCE")


def _zones(made: House) -> None:
    model = made.model
    rooms = model.by_type("IfcSpace")
    zone = made.make("IfcSpatialZone", "FC-01", PredefinedType="FIRESAFETY", LongName="一层防火分区")
    made.make("IfcRelReferencedInSpatialStructure", "", RelatedElements=rooms[:2], RelatingStructure=zone)
    flat = made.make("IfcZone", "A户", LongName="A户型")
    made.make("IfcRelAssignsToGroup", "", RelatedObjects=rooms[1:], RelatingGroup=flat)
    part = made.put(made.make("IfcSpace", "壁橱"), (1.0, 1.0, 2.4), (5.0, 3.5, 0.0))
    ifcopenshell.api.aggregate.assign_object(model, products=[part], relating_object=rooms[1])


@pytest.fixture(scope="module", autouse=True)
def loaded(city: Database, server_settings: Settings, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("models")
    settings = replace(server_settings, state_dir=folder / "state")
    first = rich()
    first.georeference(12.0)
    load_ifc(first.write(folder / "rich.ifc"), city, settings)
    second = house("IFC2X3", millimetres=True)
    # IFC2x3 has no map conversion; the same place by property sets of the site
    second.describe(second.site, "ePSet_MapConversion", Eastings=512100.0, Northings=2494000.0,
                    OrthogonalHeight=7.0, Scale=0.001)  # fmt: skip
    second.describe(second.site, "ePSet_ProjectedCRS", Name="EPSG:4547")
    load_ifc(second.write(folder / "second.ifc"), city, settings)
    return folder


def buildings(city: Database) -> dict[str, int]:
    rows = city.rows(
        "select f.source, b.feature_id as id from city_now.building b"
        " join city.feature f on f.id = b.feature_id"
    )
    return {row["source"]: row["id"] for row in rows}


def fetch(client: FlaskClient, path: Path, **query: str) -> Any:
    response = client.get("/api/buildings/export", query_string={"format": "ifc", **query})
    assert response.status_code == 200, response.text
    assert response.content_type == "application/x-step"
    path.write_bytes(response.data)
    return response


def issues(path: Path) -> list[Any]:
    log = ifcopenshell.validate.json_logger()
    ifcopenshell.validate.validate(ifcopenshell.open(str(path)), log, express_rules=True)
    return list(log.statements)


def objects(city: Database, name: str, source: str) -> dict[str, dict[str, Any]]:
    columns = ", ".join(f"c.{column}" for column in COLUMNS[name])
    volume = "c.volume_m3" if name in ("space", "element") else "null"
    rows = city.rows(
        f"select f.source_key, {columns}, c.floor_no, c.z_min_m, c.z_max_m, {volume} as volume, p.sets,"
        f" w.source_key as parent, c.properties ->> 'host' as host, c.properties ->> 'opening' as opening"
        f" from city_now.{name} c join city.feature f on f.id = c.feature_id"
        " left join city.feature w on w.id = c.parent_id"
        " left join twin.property_set p on p.feature_id = c.feature_id where f.source = %(s)s",
        {"s": source},
    )
    return {row.pop("source_key"): row for row in rows}


def groups(city: Database, source: str) -> dict[str, Any]:
    rows = city.rows(
        "select g.global_id, g.ifc_class, g.predefined_type, g.name, g.members from twin.model_group g"
        " join twin.model m on m.id = g.model_id where m.source = %(s)s",
        {"s": source},
    )
    return {row.pop("global_id"): {**row, "members": sorted(row["members"])} for row in rows}


def joined(city: Database, source: str) -> list[Any]:
    rows = city.rows(
        "select a.source_key as a, b.source_key as b from twin.flow_edge e"
        " join city.feature a on a.id = e.from_id join city.feature b on b.id = e.to_id"
        " where a.source = %(s)s order by 1, 2",
        {"s": source},
    )
    return [(row["a"], row["b"]) for row in rows]


def told(sets: dict[str, Any] | None) -> dict[str, Any]:
    """What the model said, without what the export adds of the city's own."""
    found = dict(sets or {})
    found["psets"] = {k: v for k, v in found.get("psets", {}).items() if k != "City_Common"}
    found.pop("quantities", None)
    return {key: value for key, value in found.items() if value}


def test_one_building_comes_back_with_all_that_was_said(
    client: FlaskClient, city: Database, copy: tuple[Database, Settings], tmp_path: Path
) -> None:
    path = tmp_path / "out.ifc"
    response = fetch(client, path, ids=str(buildings(city)["ifc/rich"]))
    assert issues(path) == []
    headers = {k: v for k, v in response.headers.items() if k.startswith("Twin-")}
    assert headers == {
        "Twin-Objects-Without-Body": "0", "Twin-Classes-Replaced": "0", "Twin-Doors-Without-Wall": "0",
    }  # fmt: skip
    other, settings = copy
    report = load_ifc(path, other, settings)
    assert report.status == "done"
    for name in OBJECTS:
        before, after = objects(city, name, "ifc/rich"), objects(other, name, "ifc/out")
        assert set(before) == set(after) and before, name
        for key, row in before.items():
            again = after[key]
            for column in (*COLUMNS[name], "floor_no", "parent", "host", "opening"):
                if name != "storey" or column != "parent":
                    assert again[column] == row[column], (name, row["name"], column)
            for column in () if row["z_min_m"] is None else ("z_min_m", "z_max_m"):
                assert again[column] == pytest.approx(row[column], abs=2e-3), (name, row["name"], column)
            if row["volume"] is not None:
                assert again["volume"] == pytest.approx(row["volume"], rel=2e-3), (name, row["name"])
            assert told(again["sets"]) == told(row["sets"]), (name, row["name"])
            for title, values in (row["sets"] or {}).get("quantities", {}).items():
                assert again["sets"]["quantities"][title] == pytest.approx(values)
    assert groups(other, "ifc/out") == groups(city, "ifc/rich")
    assert joined(other, "ifc/out") == joined(city, "ifc/rich")
    assert len(joined(city, "ifc/rich")) == 2
    edges = "select kind, count(*) from twin.space_edge group by kind order by kind"
    assert other.rows(edges) == city.rows(edges.replace("group", "where model_id = (select id from twin.model"
                                          " where source = 'ifc/rich') group"))  # fmt: skip


def test_walls_stay_carved_and_doors_stand_in_their_openings(
    client: FlaskClient, city: Database, tmp_path: Path
) -> None:
    path = tmp_path / "out.ifc"
    fetch(client, path, ids=str(buildings(city)["ifc/rich"]))
    model, source = ifcopenshell.open(str(path)), rich().model
    for relation in ("IfcRelVoidsElement", "IfcRelFillsElement"):
        assert len(model.by_type(relation)) == len(source.by_type(relation)) > 0
    [door] = model.by_type("IfcDoor")
    opening = door.FillsVoids[0].RelatingOpeningElement
    assert opening.VoidsElements[0].RelatingBuildingElement.is_a("IfcWall")
    assert opening.Representation is None  # the wall has the hole already
    [empty] = [o for o in model.by_type("IfcOpeningElement") if not o.HasFillings]
    assert [r.RepresentationIdentifier for r in empty.Representation.Representations] == ["Reference"]
    assert empty.VoidsElements[0].RelatingBuildingElement.is_a("IfcWall")
    # 8.0 x 0.2 x 3.0 less a door of 1.0 x 2.1; 6.0 x 0.2 x 3.0 less a hole of 1.0 x 2.0
    carved = {r["global_id"]: r["volume_m3"] for r in city.rows(
        "select e.global_id, e.volume_m3 from city_now.element e join city.feature f on f.id = e.feature_id"
        " where f.source = 'ifc/rich'")}  # fmt: skip
    for one, volume in ((opening, 4.38), (empty, 3.2)):
        host = one.VoidsElements[0].RelatingBuildingElement.GlobalId
        assert carved[host] == pytest.approx(volume, abs=0.01)


def test_shared_things_are_written_once(client: FlaskClient, city: Database, tmp_path: Path) -> None:
    path = tmp_path / "out.ifc"
    fetch(client, path, ids=str(buildings(city)["ifc/rich"]))
    model = ifcopenshell.open(str(path))
    assert sorted(t.Name for t in model.by_type("IfcTypeObject")) == ["FM甲", "外墙200"]
    [wall] = model.by_type("IfcWallType")
    assert (wall.PredefinedType, len(wall.Types[0].RelatedObjects)) == ("SOLIDWALL", 4)
    [door] = model.by_type("IfcDoorType")
    assert (door.PredefinedType, door.OperationType) == ("DOOR", "SINGLE_SWING_LEFT")
    assert sorted(m.Name for m in model.by_type("IfcMaterial")) == ["岩棉", "混凝土"]
    [layers] = model.by_type("IfcMaterialLayerSet")
    assert [(one.Material.Name, one.LayerThickness) for one in layers.MaterialLayers] == [
        ("混凝土", 0.15), ("岩棉", 0.05),
    ]  # fmt: skip
    [system] = model.by_type("IfcDistributionSystem")
    assert (system.Name, system.PredefinedType) == ("ZP-1", "FIREPROTECTION")
    assert system.ServicesBuildings[0].RelatedBuildings == tuple(model.by_type("IfcBuilding"))
    [reference] = model.by_type("IfcClassificationReference")
    assert (reference.Identification, reference.ReferencedSource.Name) == ("14-10.20", "GB/T 51269")


def test_values_say_their_units(client: FlaskClient, city: Database, tmp_path: Path) -> None:
    path = tmp_path / "out.ifc"
    fetch(client, path, ids=str(buildings(city)["ifc/rich"]))
    model = ifcopenshell.open(str(path))
    found = {p.Name: p.NominalValue for p in model.by_type("IfcPropertySingleValue")}
    assert found["ThermalTransmittance"].is_a("IfcThermalTransmittanceMeasure")
    assert found["ThermalTransmittance"].wrappedValue == pytest.approx(0.24)
    assert found["Depth"].is_a("IfcReal") and found["Answer"].is_a("IfcInteger")
    units = {unit.UnitType for unit in model.by_type("IfcUnitAssignment")[0].Units}
    assert {"LENGTHUNIT", "MASSUNIT", "THERMALTRANSMITTANCEUNIT"} <= units
    weight = next(q for q in model.by_type("IfcQuantityWeight") if q.Name == "GrossWeight")
    assert weight.WeightValue == pytest.approx(9600.0)


def test_a_selection_is_one_file_and_comes_back(
    client: FlaskClient, city: Database, copy: tuple[Database, Settings], tmp_path: Path
) -> None:
    ids = buildings(city)
    path = tmp_path / "both.ifc"
    response = fetch(client, path, ids=f"{ids['ifc/rich']},{ids['ifc/second']}")
    assert "filename=buildings.ifc" in response.headers["Content-Disposition"]
    assert issues(path) == []
    model = ifcopenshell.open(str(path))
    grounds = sorted(b.ElevationOfRefHeight for b in model.by_type("IfcBuilding"))
    assert grounds == pytest.approx([5.0, 7.0])
    for building in model.by_type("IfcBuilding"):
        assert len(element.get_parts(building)) == 3
    other, settings = copy
    load_ifc(path, other, settings)
    for name in OBJECTS:
        before = objects(city, name, "ifc/rich") | objects(city, name, "ifc/second")
        after = objects(other, name, "ifc/both")
        assert set(before) == set(after)
        for key, row in before.items():
            for column in ("floor_no", "name"):
                assert after[key][column] == row[column]
            for column in ("z_min_m", "z_max_m"):
                assert after[key][column] == pytest.approx(row[column], abs=2e-3), (name, row["name"])
            if row["volume"] is not None:
                assert after[key]["volume"] == pytest.approx(row["volume"], rel=2e-3), row["name"]
    assert other.scalar("select count(*) from city_now.building") == 2


def test_a_box_chooses_too(client: FlaskClient, tmp_path: Path) -> None:
    path = tmp_path / "box.ifc"
    fetch(client, path, bbox="113,22,115,24", content="spaces")
    model = ifcopenshell.open(str(path))
    assert len(model.by_type("IfcBuilding")) == 2 and not model.by_type("IfcElement")
    [zone] = model.by_type("IfcSpatialZone")
    assert (zone.Name, zone.LongName, zone.PredefinedType) == ("FC-01", "一层防火分区", "FIRESAFETY")


def test_a_building_known_from_outside_goes_with_its_solid(
    client: FlaskClient, city: Database, tmp_path: Path
) -> None:
    city.execute(
        "insert into city_now.building (code, height_m, elev_base_m, geometry) values ('SHELL', 12, 4,"
        " st_multi(st_makeenvelope(512300, 2494000, 512310, 2494020, 4547)))"
    )
    path = tmp_path / "shell.ifc"
    fetch(client, path, ids="SHELL")
    assert issues(path) == []
    [building] = ifcopenshell.open(str(path)).by_type("IfcBuilding")
    assert building.Representation is not None


def test_bounds_and_refusals(client: FlaskClient, city: Database) -> None:
    address = "/api/buildings/export"
    assert client.get(address, query_string={"format": "ifc"}).status_code == 400
    assert client.get(address, query_string={"format": "ifc", "ids": "NONE"}).status_code == 404
    assert client.get(address, query_string={"format": "ifc", "bbox": "0,0,1,1"}).status_code == 404
    outside = client.get(address, query_string={"ids": "1", "content": "all"})
    assert outside.status_code == 400 and "format=ifc" in outside.text
    ids = [str(number) for number in buildings(city).values()]
    for limits, sentence in (
        ({"most_buildings": 1}, "more than 1 buildings"),
        ({"most_objects": 5}, "more than 5 objects; ask for fewer buildings"),
        ({"most_triangles": 5}, "more than 5; ask for fewer buildings"),
    ):
        with pytest.raises(TooLarge, match=sentence):
            interior(city, ids, content="all", circles=PUBLIC, **limits)
