"""What a model says of its building stands on the building, and is evidence of how it is protected."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import ifcopenshell
import ifcopenshell.api.aggregate
import ifcopenshell.api.pset
import pytest
from ifcopenshell.util import element

from loaders.ifc.export.project import building_sets
from loaders.ifc.load import load_ifc
from sample_data.models.build import build_models
from sample_data.models.mall_layout import mall
from tests.loaders.ifc.author import EAST, NORTH, House, house
from twin.database.connection import Database
from twin.database.statements import statement
from twin.queries.dossier import dossier
from twin.queries.models import model_changes
from twin.queries.safety import buildings_lacking
from twin.settings import Settings

PUBLIC = frozenset({"public"})


@pytest.fixture
def city(new_database: Any, server_settings: Settings) -> Iterator[Database]:
    with new_database() as url:
        database = Database(url, statement_timeout_s=0.0)
        yield database
        database.close()


def _protected(*, sprinkler: bool | None = True) -> House:
    made = house()
    made.georeference()
    if sprinkler is not None:
        made.describe(made.building, "Pset_BuildingCommon", SprinklerProtection=sprinkler)
    made.measure(made.building, "Qto_BuildingBaseQuantities", GrossFloorArea=96.0)
    return made


def _statement(city: Database) -> list[tuple[int, str | None]]:
    rows = city.rows("select building_id, status from twin.protection_statement order by building_id")
    return [(row["building_id"], row["status"]) for row in rows]


def _sprinkler(city: Database, building: int, moment: Any = None) -> tuple[str, list[Any]]:
    [row] = [
        r for r in dossier(city, building, PUBLIC, moment)["protection"] if r["protection"] == "sprinkler"
    ]
    return row["status"], [(e["kind"], e["value"]) for e in row["evidence"]]


def test_the_building_a_model_brings_along(city: Database, server_settings: Settings, tmp_path: Path) -> None:
    path = tmp_path / "own.ifc"
    load_ifc(_protected().write(path), city, server_settings)
    building = city.scalar("select feature_id from city_now.building")
    assert _statement(city) == [(building, "present")]
    assert _sprinkler(city, building) == ("present", [("property_set", True)])
    [model] = dossier(city, building, PUBLIC)["models"]
    assert model["sets"]["psets"]["Pset_BuildingCommon"] == {"SprinklerProtection": True}
    assert model["sets"]["quantities"]["Qto_BuildingBaseQuantities"] == {"GrossFloorArea": 96.0}


def test_a_newer_file_says_otherwise_and_the_old_word_stays(
    city: Database, server_settings: Settings, tmp_path: Path
) -> None:
    path = tmp_path / "own.ifc"
    made = _protected()
    load_ifc(made.write(path), city, server_settings)
    building = city.scalar("select feature_id from city_now.building")
    before = city.scalar("select clock_timestamp()")
    made.describe(made.building, "Pset_BuildingCommon", SprinklerProtection=False)
    second = load_ifc(made.write(path), city, server_settings)
    assert _sprinkler(city, building) == ("absent", [("property_set", False)])
    assert _sprinkler(city, building, before) == ("present", [("property_set", True)])
    assert second.georeference["changes"]["properties"] == 1
    place = dossier(city, building, PUBLIC)["building"]
    for moment, status in ((None, "absent"), (before, "present")):
        [found] = buildings_lacking(city, "sprinkler", (place["lon"], place["lat"]), 20.0, moment=moment)
        assert (found.status, [one["kind"] for one in found.evidence]) == (status, ["property_set"])


@pytest.mark.parametrize("by", ["code", "footprint"])
def test_the_building_the_city_has(
    city: Database, server_settings: Settings, tmp_path: Path, by: str
) -> None:
    """By its code at once; with two buildings in the file only the footprint tells, when all is written."""
    made = _protected()
    city.execute(
        "insert into city.building (code, geometry) values ('B-7',"
        " st_multi(st_makeenvelope(%(e)s, %(n)s, %(e)s + 8, %(n)s + 6, 4547)))",
        {"e": EAST, "n": NORTH},
    )
    building = city.scalar("select feature_id from city_now.building")
    if by == "code":
        made.describe(made.building, "LH_Common", BuildingCode="B-7")
    else:
        annex = made.make("IfcBuilding", "附楼")
        ifcopenshell.api.aggregate.assign_object(made.model, products=[annex], relating_object=made.site)
    report = load_ifc(made.write(tmp_path / "linked.ifc"), city, server_settings)
    assert report.georeference["links"][made.building.GlobalId]["by"] == by
    assert _statement(city) == [(building, "present")]
    again = load_ifc(made.write(tmp_path / "linked.ifc"), city, server_settings, force=True)
    assert again.status == "done"
    assert _statement(city) == [(building, "present")]


def test_versions_are_compared_in_what_they_say_of_the_building_the_city_has(
    city: Database, server_settings: Settings, tmp_path: Path
) -> None:
    made = _known_to(city, "public")
    building = city.scalar("select feature_id from city_now.building")
    path = tmp_path / "linked.ifc"
    load_ifc(made.write(path), city, server_settings)
    made.describe(made.building, "Pset_BuildingCommon", SprinklerProtection=False, OccupancyType="住宅")
    second = load_ifc(made.write(path), city, server_settings)
    assert second.georeference["changes"] == {
        "added": 0, "removed": 0, "moved": 0, "reshaped": 0, "properties": 1,
    }  # fmt: skip
    found = model_changes(city, 1)
    assert found["changes"] == [
        {
            "feature_id": building,
            "collection": "building",
            "global_id": made.building.GlobalId,
            "name": "七号楼",
            "floor_no": None,
            "kinds": ["properties"],
            "properties": [
                {"property": "psets.Pset_BuildingCommon.SprinklerProtection", "before": True, "after": False},
                {"property": "psets.Pset_BuildingCommon.OccupancyType", "before": None, "after": "住宅"},
            ],
        }
    ]
    # a file that says nothing of it takes no building away; nor is what the city itself writes a change
    [said] = [r for r in made.building.IsDefinedBy if _set_name(r) == "Pset_BuildingCommon"]
    ifcopenshell.api.pset.remove_pset(made.model, product=made.building, pset=said.RelatingPropertyDefinition)
    city.execute("update city.building set height_m = 21 where code = 'B-7'")
    load_ifc(made.write(path), city, server_settings)
    [change] = model_changes(city, 1)["changes"]
    assert (change["kinds"], {one["after"] for one in change["properties"]}) == (["properties"], {None})
    assert len(change["properties"]) == 2


def test_what_is_said_of_a_hidden_building_is_hidden(
    city: Database, server_settings: Settings, tmp_path: Path
) -> None:
    made = _known_to(city, "operations")
    path = tmp_path / "linked.ifc"
    for sprinkler in (True, False):
        made.describe(made.building, "Pset_BuildingCommon", SprinklerProtection=sprinkler)
        load_ifc(made.write(path), city, server_settings)
    seen = city.rows(
        statement("twin.queries", "model_changes"),
        {"model": 1, "before": 1, "after": 2, "circles": ["public"]},
    )
    assert [row["collection"] for row in seen] == []
    both = ["operations", "public"]
    assert len(model_changes(city, 1, circles=frozenset(both))["changes"]) == 1


def _known_to(city: Database, visibility: str) -> House:
    """A house whose file names the building the city has."""
    city.execute(
        "insert into city.building (code, name_zh, visibility) values ('B-7', '七号楼', %(visibility)s)",
        {"visibility": visibility},
    )
    made = _protected()
    made.describe(made.building, "LH_Common", BuildingCode="B-7")
    return made


def _set_name(relation: Any) -> str:
    return str(relation.RelatingPropertyDefinition.Name)


def test_two_of_one_building_are_heard_once(
    city: Database, server_settings: Settings, tmp_path: Path
) -> None:
    made = _protected()
    city.execute("insert into city.building (code) values ('B-7')")
    annex = made.make("IfcBuilding", "附楼")
    ifcopenshell.api.aggregate.assign_object(made.model, products=[annex], relating_object=made.site)
    made.describe(annex, "Pset_BuildingCommon", SprinklerProtection=False)
    for one in (made.building, annex):
        made.describe(one, "LH_Common", BuildingCode="B-7")
    assert load_ifc(made.write(tmp_path / "both.ifc"), city, server_settings).status == "done"
    assert [status for _, status in _statement(city)] == ["present"]


def test_a_model_that_says_nothing_is_no_evidence(
    city: Database, server_settings: Settings, tmp_path: Path
) -> None:
    load_ifc(_protected(sprinkler=None).write(tmp_path / "silent.ifc"), city, server_settings)
    assert _statement(city) == []
    assert _sprinkler(city, city.scalar("select feature_id from city_now.building")) == ("unknown", [])


def test_it_goes_out_again_under_what_the_city_knows(city: Database) -> None:
    said = {
        "psets": {"Pset_BuildingCommon": {"NumberOfStoreys": 9, "OccupancyType": "住宅"}, "Own": {"A": 1}},
        "quantities": {"Qto": {"GrossFloorArea": 2.0}},
    }
    row = {"fields": {"code": "B-7", "floors_up": 3}, "sets": said}
    assert building_sets(row) == {
        "psets": {
            "Pset_BuildingCommon": {"NumberOfStoreys": 3, "OccupancyType": "住宅"},
            "Own": {"A": 1},
            "LH_Common": {"BuildingCode": "B-7"},
        },
        "quantities": {"Qto": {"GrossFloorArea": 2.0}},
    }
    assert building_sets({"fields": {}, "sets": None})["quantities"] == {}


def test_the_sample_mall_is_sprinklered(city: Database, server_settings: Settings, tmp_path: Path) -> None:
    code = mall().code
    build_models(tmp_path, only={code})
    model = ifcopenshell.open(str(tmp_path / f"{code}.ifc"))
    [stated] = model.by_type("IfcBuilding")
    assert element.get_pset(stated, "Pset_BuildingCommon", "SprinklerProtection") is True
    load_ifc(tmp_path / f"{code}.ifc", city, server_settings)
    assert [status for _, status in _statement(city)] == ["present"]


def test_a_real_house_states_that_it_has_none(
    shared_data: Path, city: Database, server_settings: Settings
) -> None:
    path = shared_data / "ifc" / "AC20-FZK-Haus.ifc"
    model = ifcopenshell.open(str(path))
    [stated] = model.by_type("IfcBuilding")
    assert element.get_pset(stated, "Pset_BuildingCommon", "SprinklerProtection") is False
    load_ifc(path, city, server_settings)
    assert [status for _, status in _statement(city)] == ["absent"]
