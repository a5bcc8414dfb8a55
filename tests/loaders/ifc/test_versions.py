"""A newer file of a model: what was added, removed, moved, reshaped, said anew; the old one as it was."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

import ifcopenshell.api.root
import numpy as np
import pytest

from loaders.ifc.load import load_ifc
from tests.interior_house import InteriorHouse
from tests.tiles.solids.reader import read
from tiles.solids.place import ModelFloor, ModelTileset
from tiles.solids.source import PostgisSolids
from tiles.source import PUBLIC
from twin.catalogue import collection
from twin.database.connection import Database
from twin.errors import InvalidParameter, NotFound
from twin.model.load import LoadReport
from twin.queries.items import ItemQuery, items
from twin.queries.models import differences, model_changes, model_versions
from twin.queries.room_graph import room_graph
from twin.settings import Settings


@pytest.fixture(scope="module")
def versions(
    new_database: Any, server_settings: Settings, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Database, list[LoadReport], datetime]]:
    """Three files of one model; the moment between the first two."""
    folder = tmp_path_factory.mktemp("versions")
    with new_database() as url:
        database = Database(url, statement_timeout_s=0.0)
        try:
            made = InteriorHouse()
            made.georeference()
            first = load_ifc(made.write(folder / "a.ifc"), database, server_settings, source="ifc/house")
            between = database.scalar("select clock_timestamp()")
            _change(made)
            second = load_ifc(made.write(folder / "b.ifc"), database, server_settings, source="ifc/house")
            made.describe(made.walls[2, "北墙"], "Pset_WallCommon", FireRating="4.00h")
            third = load_ifc(made.write(folder / "c.ifc"), database, server_settings, source="ifc/house")
            yield database, [first, second, third], between
        finally:
            database.close()


def _change(made: InteriorHouse) -> None:
    extra = made.make("IfcWall", "新墙")
    made.put(extra, (0.2, 3.8, 3.0), (7.0, 0.1, 3.5), 2)
    ifcopenshell.api.root.remove_product(made.model, product=made.things["IfcFlowTerminal"])
    # SP-2 goes 3 m east and 4 m north; the partition gets longer
    made.place(made.things["SP-2"], 5.0, 6.0, 2.7)
    made.walls[1, "隔墙南"].Representation.Representations[0].Items[0].SweptArea.YDim = 3.0
    door = made.things["1/D-S1"]
    made.describe(door, "Pset_DoorCommon", FireRating="甲级")
    door.Name = "D-S1 新"


def _changes(versions: Any, **asked: Any) -> dict[str, dict[str, Any]]:
    found = model_changes(versions[0], 1, **asked)
    return {change["name"]: change for change in found["changes"]} | {"": found["counts"]}


def test_the_report_counts_what_differs(versions: Any) -> None:
    database, (first, second, third), _ = versions
    assert [report.status for report in (first, second, third)] == ["done"] * 3
    assert "changes" not in first.georeference
    assert second.georeference["changes"] == {
        "added": 1, "removed": 1, "moved": 1, "reshaped": 1, "properties": 1,
    }  # fmt: skip
    assert third.georeference["changes"] == {
        "added": 0, "removed": 0, "moved": 0, "reshaped": 0, "properties": 1,
    }  # fmt: skip
    kept = [row["changes"] for row in model_versions(database, 1)]
    assert kept == [None, second.georeference["changes"], third.georeference["changes"]]


def test_each_change_is_named(versions: Any) -> None:
    first, second, _ = versions[1]
    found = _changes(versions, before=first.load_id, after=second.load_id)
    assert found["新墙"]["kinds"] == ["added"]
    assert found["IfcFlowTerminal-2"]["kinds"] == ["removed"]
    assert (found["SP-2"]["kinds"], found["SP-2"]["moved_m"]) == (["moved"], pytest.approx(5.0, abs=1e-3))
    assert found["隔墙南"]["kinds"] == ["reshaped"]
    said = {entry["property"]: (entry["before"], entry["after"]) for entry in found["D-S1 新"]["properties"]}
    assert said == {
        "name": ("D-S1", "D-S1 新"),
        "fire_rating": (None, "甲级"),
        "psets.Pset_DoorCommon.FireRating": (None, "甲级"),
    }


def test_any_two_versions_can_be_compared(versions: Any) -> None:
    first, second, third = versions[1]
    newest = _changes(versions)
    assert set(newest) == {"北墙", ""}
    assert newest["北墙"]["floor_no"] == 2
    whole = _changes(versions, before=first.load_id, after=third.load_id)
    assert whole[""] == {"added": 1, "removed": 1, "moved": 1, "reshaped": 1, "properties": 2}
    nothing = model_changes(versions[0], 1, before=second.load_id, after=second.load_id)
    assert nothing["changes"] == []


def test_wrong_versions_are_named(versions: Any) -> None:
    database, reports, _ = versions
    with pytest.raises(InvalidParameter, match="left no version"):
        model_changes(database, 1, before=99, after=reports[0].load_id)
    with pytest.raises(InvalidParameter, match="one version only"):
        model_changes(database, 1, after=reports[0].load_id)
    with pytest.raises(NotFound):
        model_changes(database, 2)


def test_the_version_before_stays_reachable(versions: Any) -> None:
    database, (first, _, _), between = versions

    def names(layer: str, moment: datetime | None) -> list[str]:
        query = ItemQuery(limit=1000, start=moment, end=moment)
        page = items(database, collection(layer), query)
        return sorted(re.findall(r'"name":"([^"]*)"', page.features))

    now, then = names("element", None), names("element", between)
    assert "新墙" in now and "新墙" not in then
    assert len(now) == len(then) + 1
    assert "IfcFlowTerminal-2" in names("equipment", between)
    assert "IfcFlowTerminal-2" not in names("equipment", None)
    # the mesh the partition showed then, and where the sprinkler hung
    rows = database.rows(
        "select o.name, o.mesh_id, o.matrix, m.triangles from twin.model_objects(1, %(load)s) o"
        " left join twin.mesh m on m.id = o.mesh_id where o.name in ('SP-2', '隔墙南') and o.floor_no = 1",
        {"load": first.load_id},
    )
    old = {row["name"]: row for row in rows}
    assert old["隔墙南"]["triangles"] == 12
    assert np.array(old["SP-2"]["matrix"]).reshape(4, 4)[:2, 3] == pytest.approx([2.0, 2.0])


def test_differences_name_what_is_gone_and_new() -> None:
    assert differences({"a": 1, "s": {"x": 1, "y": 2}}, {"a": 1, "s": {"x": 3}, "b": None}) == [
        {"property": "s.x", "before": 1, "after": 3},
        {"property": "s.y", "before": 2, "after": None},
    ]


@pytest.mark.shared_data
def test_two_real_revisions_of_a_wall(database: Database, settings: Settings, shared_data: Path) -> None:
    """In the second revision the wall has a door."""
    for revision in (1, 2):
        path = shared_data / "ifc" / f"compare_by_guid_rev_{revision}.ifc"
        if not path.is_file():
            pytest.skip(f"{path.name} is not there")
        report = load_ifc(path, database, settings, source="ifc/wall")
    assert report.georeference["changes"] == {
        "added": 1, "removed": 0, "moved": 0, "reshaped": 1, "properties": 1,
    }  # fmt: skip
    found = model_changes(database, 1)["changes"]
    assert [(change["name"], change["kinds"]) for change in found] == [
        ("SW - 010", ["reshaped", "properties"]),
        ("DOO - 001", ["added"]),
    ]


@pytest.mark.shared_data
def test_the_rooms_of_a_real_house(database: Database, settings: Settings, shared_data: Path) -> None:
    """Two flats of two storeys, boundaries stated; not placed in this city, so no way has a length."""
    path = shared_data / "ifc" / "Ifc2x3_Duplex_Architecture.ifc"
    if not path.is_file():
        pytest.skip(f"{path.name} is not there")
    report = load_ifc(path, database, settings)
    assert report.georeference["room_graph"] == {
        "edges": 24, "exits": 4, "doors_within_a_room": 0, "doors_without_a_room": 0,
    }  # fmt: skip
    graph = room_graph(database, database.scalar("select feature_id from city_now.building"))
    rooms = {room["name"]: identity for identity, room in graph.rooms.items()}
    dependent = graph.depending_on(rooms["A201"])
    assert dependent is not None
    assert {graph.rooms[i]["name"] for i in dependent} == {"A202", "A203", "A204", "A205"}
    assert set(graph.escapes().values()) == {None}


def test_the_3d_tiles_of_a_moment_show_the_version_of_then(versions: Any) -> None:
    database, _, between = versions
    old, now = (_drawn(database, moment) for moment in (between, None))
    assert {"新墙", "D-S1 新"} & set(old) == set()
    assert "IfcFlowTerminal-2" in old and "IfcFlowTerminal-2" not in now
    assert "新墙" in now
    # SP-2 went 3 m east and 4 m north
    assert np.linalg.norm(now["SP-2"] - old["SP-2"]) == pytest.approx(5.0, abs=0.02)
    same = set(old) & set(now) - {"SP-2", "隔墙南"}
    assert len(same) >= 5
    assert max(np.linalg.norm(now[name] - old[name]) for name in same) < 0.02


def _drawn(database: Database, moment: datetime | None) -> dict[str, Any]:
    """Middle of what is drawn of every object of a name nothing else has, metres of the globe."""
    source = PostgisSolids(database, -3.0)
    context = replace(PUBLIC, moment=moment)
    document = json.loads(source.make((), ModelTileset(1, "objects"), context).tile.plain())
    matrix = np.array(document["root"]["transform"]).reshape(4, 4).T
    middles: dict[str, list[Any]] = {}
    for child in document["root"]["children"]:
        part, origin, name = child["content"]["uri"].partition("?")[0].split("/")
        east, north = (int(v) for v in origin.split("."))
        floor = name.removesuffix(".glb")
        place = ModelFloor(1, part, east, north, None if floor == "none" else int(floor))
        content = read(source.make((), place, context).tile.plain())
        drawn = content.features()
        for row in content.rows:
            points = np.vstack(drawn[row["id"]].points)
            middle = (points.min(axis=0) + points.max(axis=0)) / 2
            middles.setdefault(row["name"], []).append(matrix[:3, :3] @ middle + matrix[:3, 3])
    return {name: found[0] for name, found in middles.items() if len(found) == 1}
