"""What is in a building model: tree, search, attributes and single objects of a house known by heart."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from ifcopenshell.util.pset import PsetQto

from loaders.ifc.load import load_ifc
from tests.interior_house import write_house
from twin.database.connection import Database
from twin.queries.applicable import CLASSES

_RATED = ", ".join(f"'{name}'" for name in sorted(CLASSES["fire_rating"]))


@pytest.fixture(scope="module")
def model(module_app: Flask, city: Database, tmp_path_factory: pytest.TempPathFactory) -> int:
    path = write_house(tmp_path_factory.mktemp("house") / "inside.ifc")
    load_ifc(path, city, module_app.extensions["twin"].settings)
    city.execute(
        "insert into twin.code (list, code, zh, en) values ('ifc_class', 'IfcDoor', '门', 'Door'),"
        " ('ifc_class', 'IfcWall', '墙', 'Wall') on conflict do nothing"
    )
    return int(city.scalar("select id from twin.model"))


def _get(client: FlaskClient, path: str, **query: Any) -> Any:
    answer = client.get(path, query_string=query)
    assert answer.status_code == 200, answer.text
    return answer.json


def _names(found: dict[str, Any]) -> list[str]:
    return sorted(one["name"] for one in found["objects"])


def test_the_tree_counts_every_object_once(client: FlaskClient, city: Database, model: int) -> None:
    tree = _get(client, f"/api/models/{model}/tree")
    counted = Counter[tuple[Any, ...]]()
    for storey in tree["storeys"]:
        assert storey["count"] == sum(one["count"] for one in storey["classes"])
        for one in storey["classes"]:
            counted[storey["floor_no"], one["collection"]] += one["count"]
    known = Counter[tuple[Any, ...]]()
    for name in ("space", "element", "opening", "equipment"):
        for row in city.rows(f"select floor_no from city_now.{name}"):
            known[row["floor_no"], name] += 1
    assert counted == known
    assert tree["count"] == known.total()
    heights = [storey["elev_m"] for storey in tree["storeys"] if storey["elev_m"] is not None]
    assert heights == sorted(heights, reverse=True)


def test_every_word_must_be_found(client: FlaskClient, city: Database, model: int) -> None:
    doors = [r["name"] for r in city.rows("select name from city_now.opening where ifc_class = 'IfcDoor'")]
    path = f"/api/models/{model}/objects"
    assert _names(_get(client, path, q="门", limit=1000)) == sorted(doors)
    one = doors[0]
    found = _get(client, path, q=f"door {one.upper()}")
    assert one in _names(found)
    assert found["matched"] == len(found["objects"])
    assert _get(client, path, q=f"{one} nowhere-at-all") == {"model": model, "matched": 0, "objects": []}


@pytest.mark.parametrize("sign", ["%", "_", "\\", "'", '"', "]["])
def test_signs_are_only_signs(client: FlaskClient, model: int, sign: str) -> None:
    found = _get(client, f"/api/models/{model}/objects", q=sign)
    assert all(sign in str(one) for one in found["objects"])


def test_pages_are_parts_of_one_order(client: FlaskClient, model: int) -> None:
    path = f"/api/models/{model}/objects"
    whole = _get(client, path, limit=1000)
    assert whole["matched"] == len(whole["objects"])
    parts = [_get(client, path, limit=7, skip=skip)["objects"] for skip in range(0, whole["matched"], 7)]
    assert [one["id"] for part in parts for one in part] == [one["id"] for one in whole["objects"]]
    beyond = _get(client, path, skip=100_000)
    assert (beyond["matched"], beyond["objects"]) == (whole["matched"], [])


def test_values_cover_every_object(client: FlaskClient, city: Database, model: int) -> None:
    total = sum(
        city.scalar(f"select count(*) from city_now.{n}")
        for n in ("space", "element", "opening", "equipment")
    )
    listed = _get(client, f"/api/models/{model}/attributes")
    wanted = [one["name"] for one in listed["columns"]] + [one["path"] for one in listed["properties"]]
    assert "ifc_class" in wanted and "global_id" not in wanted
    for attribute in wanted:
        groups = _get(client, f"/api/models/{model}/values", of=attribute)["groups"]
        ids = [number for group in groups for number in group["ids"]]
        assert len(ids) == len(set(ids)) == total
        assert all(group["count"] == len(group["ids"]) for group in groups)
    for one in listed["properties"]:
        groups = _get(client, f"/api/models/{model}/values", of=one["path"])["groups"]
        assert sum(group["count"] for group in groups if group["value"] is not None) <= one["count"]


def test_an_attribute_that_is_none_is_refused_by_name(client: FlaskClient, model: int) -> None:
    for wrong in ("visibility", "feature_id; drop table city.space", "global_id"):
        answer = client.get(f"/api/models/{model}/values", query_string={"of": wrong})
        assert answer.status_code == 400
        assert wrong in answer.json["detail"]


def test_an_object_says_where_it_belongs(client: FlaskClient, city: Database, model: int) -> None:
    door = city.row(
        "select feature_id, global_id, name from city_now.opening where ifc_class = 'IfcDoor' limit 1"
    )
    assert door is not None
    found = _get(client, f"/api/objects/{door['feature_id']}")
    assert found["collection"] == "opening"
    assert found["feature"]["properties"]["global_id"] == door["global_id"]
    assert found["feature"]["provenance"]["*"]["load_id"]
    assert found["model"]["id"] == model
    assert found["building"]["id"] == city.scalar("select feature_id from city_now.building")
    assert client.get("/api/objects/999999999").status_code == 404
    assert client.get(f"/api/objects/{found['building']['id']}").status_code == 404


def test_what_others_may_not_see_is_nowhere(client: FlaskClient, city: Database, model: int) -> None:
    door = city.scalar(
        "select feature_id from city_now.opening where ifc_class = 'IfcDoor' order by 1 limit 1"
    )
    before = _get(client, f"/api/models/{model}/tree")["count"]
    city.execute("update city.opening set visibility = 'fire' where feature_id = %(id)s", {"id": door})
    try:
        assert _get(client, f"/api/models/{model}/tree")["count"] == before - 1
        listed = _get(client, f"/api/models/{model}/objects", limit=1000)["objects"]
        assert door not in {one["id"] for one in listed}
        groups = _get(client, f"/api/models/{model}/values", of="ifc_class")["groups"]
        assert all(door not in group["ids"] for group in groups)
        assert client.get(f"/api/objects/{door}").status_code == 404
    finally:
        city.execute("update city.opening set visibility = 'public' where feature_id = %(id)s", {"id": door})


def test_properties_named_like_a_closed_column_stay_closed(
    client: FlaskClient, city: Database, model: int
) -> None:
    """Nobody finds, counts or reads what a model says of persons."""
    hidden = "Lease No"
    door = city.scalar(
        "select feature_id from city_now.opening where ifc_class = 'IfcDoor' order by 1 limit 1"
    )
    city.execute(
        "update twin.property_set set sets = jsonb_set(sets, '{psets,Own}',"
        " jsonb_build_object(%(name)s::text, 'zebra-finch')) where feature_id = %(id)s",
        {"name": hidden, "id": door},
    )
    # the column unit.lease_no is for the housing department
    assert city.scalar("select count(*) from twin.property_set where sets::text like '%%zebra-finch%%'") == 1
    assert _get(client, f"/api/models/{model}/objects", q="zebra-finch")["matched"] == 0
    listed = _get(client, f"/api/models/{model}/attributes")["properties"]
    assert f"Own.{hidden}" not in {one["path"] for one in listed}
    assert client.get(f"/api/models/{model}/values", query_string={"of": f"Own.{hidden}"}).status_code == 400
    assert "zebra" not in client.get(f"/api/objects/{door}").text


def _states(client: FlaskClient, model: int, of: str) -> dict[str, set[int]]:
    found: dict[str, set[int]] = {}
    for group in _get(client, f"/api/models/{model}/values", of=of)["groups"]:
        assert (group["value"] is None) == (group["state"] != "known")
        found.setdefault(group["state"], set()).update(group["ids"])
    return found


def test_unknown_none_and_not_applicable_are_three_things(
    client: FlaskClient, city: Database, model: int
) -> None:
    def ids(where: str) -> set[int]:
        return {row["feature_id"] for row in city.rows(f"select feature_id from city_now.{where}")}

    kinds = _states(client, model, "kind")
    assert kinds["not_applicable"] == ids("element") | ids("opening") | ids("space")
    assert set().union(*(found for state, found in kinds.items() if state != "not_applicable")) == ids(
        "equipment"
    )
    ratings = _states(client, model, "fire_rating")
    assert (
        ids("element where ifc_class = 'IfcFooting' or ifc_class like 'Ifc%Furni%'")
        <= ratings["not_applicable"]
    )
    assert not ratings["not_applicable"] & ids("element where ifc_class like 'IfcWall%'")
    assert ratings.get("unknown", set()) == ids(
        "element where fire_rating is null and regexp_replace(ifc_class, '(Standard|Elemented)Case$', '') in"
        f" ({_RATED})"
    ) | ids(f"opening where fire_rating is null and ifc_class in ({_RATED})")
    # the model has compartments, so a room in none is in none; it says of no element which system it is in
    city.execute("update city.space set compartment = 'FC-1' where feature_id = (select min(feature_id)"
                 " from city_now.space)")  # fmt: skip
    rooms = _states(client, model, "compartment")
    assert len(rooms["known"]) >= 1 and rooms["known"] | rooms.get("absent", set()) == ids("space")
    assert "unknown" not in rooms and rooms["not_applicable"] == ids("element") | ids("opening") | ids(
        "equipment"
    )


def test_a_property_makes_no_sense_of_classes_that_never_have_it(client: FlaskClient, model: int) -> None:
    listed = _get(client, f"/api/models/{model}/attributes")["properties"]
    path = next(one["path"] for one in listed if one["path"].startswith("Pset_DoorCommon."))
    states = _states(client, model, path)
    listed = _get(client, f"/api/models/{model}/objects", limit=1000, **{"class": "IfcDoor"})
    doors = {one["id"] for one in listed["objects"]}
    assert states["known"] <= doors and states.get("unknown", set()) <= doors
    assert not states["not_applicable"] & doors


def test_an_object_says_why_it_has_no_value(client: FlaskClient, city: Database, model: int) -> None:
    wall = city.row(
        "select feature_id, fire_rating from city_now.element where ifc_class like 'IfcWall%%' limit 1"
    )
    found = _get(client, f"/api/objects/{wall['feature_id']}")
    assert "kind" not in found["states"] and "kind" not in found["feature"]["properties"]
    values = found["feature"]["properties"]
    assert set(found["states"]) == {name for name, value in values.items() if value is None} & set(
        found["states"]
    )
    assert all(state in ("unknown", "absent", "not_applicable") for state in found["states"].values())
    city.execute(
        "update city.element set fire_rating = null, load_bearing = null, system = null"
        " where feature_id = %(id)s",
        {"id": wall["feature_id"]},
    )
    states = _get(client, f"/api/objects/{wall['feature_id']}")["states"]
    assert states["fire_rating"] == states["load_bearing"] == "unknown"
    systems = city.scalar(
        "select count(*) from twin.model_group where ifc_class not in ('IfcZone', 'IfcSpatialZone')"
    )
    assert states["system"] == ("absent" if systems else "unknown")


def test_classes_are_those_of_the_standard_s_property_sets() -> None:
    library = PsetQto("IFC4")
    for column, name in (
        ("fire_rating", "FireRating"), ("load_bearing", "LoadBearing"), ("is_external", "IsExternal"),
    ):  # fmt: skip
        asked = {
            kind.split("/")[0].strip()
            for template in library.templates
            for one in template.by_type("IfcPropertySetTemplate")
            if any(item.Name == name for item in one.HasPropertyTemplates or ())
            for kind in (one.ApplicableEntity or "").split(",")
        }
        # rooms and zones have no such column, and a junction box is equipment
        assert CLASSES[column] == asked - {"IfcSpace", "IfcZone", "IfcSpatialZone", "IfcJunctionBox"}
