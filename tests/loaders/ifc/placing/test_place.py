"""A model with each of the usual mistakes is found its place; nothing moves before a person says so."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import shapely
from ifcopenshell.util.placement import get_axis2placement

from loaders.ifc.load import load_ifc
from loaders.ifc.placing.fit import apply
from loaders.ifc.placing.place import propose_places
from tests.loaders.ifc.author import EAST, HEIGHT, NORTH, House
from tests.loaders.ifc.placing.annexe import ANGLE, CODE, TURN_DEG, model, true_place
from twin.database.connection import Database
from twin.errors import Conflict, NotFound, Unprocessable
from twin.model.feature import FeatureBatch
from twin.model.load import LoadRequest
from twin.queries.placing import placing, placings
from twin.settings import Settings
from twin.store.loading import begin_load
from twin.store.placing import decide


def doubled(made: House) -> None:
    """Every placement is at map coordinates already, and the conversion adds them again."""
    matrix = np.eye(4)
    matrix[:2, :2], matrix[:2, 3] = true_place()[:2, :2], true_place()[:2, 2]
    matrix[2, 3] = HEIGHT
    file = made.model
    for placement in file.by_type("IfcLocalPlacement"):
        if placement.PlacementRelTo is None:
            at = matrix @ get_axis2placement(placement.RelativePlacement)
            placement.RelativePlacement = file.create_entity(
                "IfcAxis2Placement3D",
                file.create_entity("IfcCartesianPoint", at[:3, 3].tolist()),
                file.create_entity("IfcDirection", at[:3, 2].tolist()),
                file.create_entity("IfcDirection", at[:3, 0].tolist()),
            )
    made.georeference()


MISTAKES: dict[str, Callable[[House], None]] = {
    "axes-swapped": lambda made: made.georeference(TURN_DEG, Eastings=NORTH, Northings=EAST),
    "unit": lambda made: made.georeference(TURN_DEG, Eastings=EAST / 1000, Northings=NORTH / 1000),
    "doubled": doubled,
    "shifted": lambda made: made.georeference(TURN_DEG + 3, Eastings=EAST + 40, Northings=NORTH - 25),
    "missing": lambda made: None,
}


@pytest.mark.parametrize("problem", list(MISTAKES))
def test_a_mistake_is_named_undone_and_accepted(
    city: Database, settings: Settings, tmp_path: Path, problem: str
) -> None:
    made = model()
    MISTAKES[problem](made)
    path = made.write(tmp_path / "house.ifc")
    source = load_ifc(path, city, settings).source
    before = _model(city, source)

    found, ids = propose_places(city, source)
    assert found.problem == problem
    best = found.proposals[0]
    assert best.building.code == CODE
    assert best.residual_m < 0.3
    assert best.overlap > 0.9
    assert not best.ambiguous
    assert best.matrix[2, 3] == pytest.approx(0.0 if problem == "doubled" else HEIGHT, abs=0.01)
    assert _model(city, source) == before, "a proposal moves nothing"

    row = placing(city, ids[0])
    assert (row["building_code"], row["problem"], row["decision"]) == (CODE, problem, None)
    kinds = {shape["kind"] for shape in row["shapes"]}
    assert {"frame", "building", "proposed"} <= kinds
    proposed = next(shape["shape"] for shape in row["shapes"] if shape["kind"] == "proposed")
    assert shapely.from_wkb(bytes(proposed)).symmetric_difference(apply(true_place(), ANGLE)).area < 4

    decide(city, ids[0], "accepted", actor="surveyor", note="seen on site")
    report = load_ifc(path, city, settings)
    assert report.status == "done"
    after = _model(city, source)
    assert (after["placement"], after["approximate"], after["hides_lod1"]) == ("accepted", False, True)
    assert after["code"] == CODE
    shape = shapely.from_wkb(bytes(after["footprint"]))
    assert shape.symmetric_difference(apply(true_place(), ANGLE)).area < 4
    ground = city.scalar("select elev_m from city_now.storey where global_id is not null and floor_no = 1")
    assert ground == pytest.approx(HEIGHT, abs=0.01)
    assert load_ifc(path, city, settings).status == "unchanged"
    assert propose_places(city, source)[0].problem == "none"
    assert placing(city, ids[0])["decided_by"] == "surveyor", "decisions stay"


def test_a_model_in_its_place_is_left_alone(city: Database, settings: Settings, tmp_path: Path) -> None:
    made = model()
    made.georeference(TURN_DEG)
    source = load_ifc(made.write(tmp_path / "house.ifc"), city, settings).source
    found, ids = propose_places(city, source)
    assert (found.problem, found.proposals, ids) == ("none", (), [])


def test_twins_are_ambiguous_and_a_decision_holds_for_one_statement(
    city: Database, settings: Settings, tmp_path: Path
) -> None:
    twin = apply(np.array([[1, 0, 300.0], [0, 1, 0.0], [0, 0, 1]]), apply(true_place(), ANGLE))
    with begin_load(city, LoadRequest("twin", "t.gpkg", "1", "GPKG", "EPSG:4547")) as load:
        load.write(FeatureBatch("building", ["T"], {"code": ["T"]}, geometry=np.array([twin], dtype=object)))
    path = model().write(tmp_path / "house.ifc")
    source = load_ifc(path, city, settings).source
    found, ids = propose_places(city, source)
    assert {one.building.code for one in found.proposals[:2]} == {CODE, "T"}
    assert all(one.ambiguous for one in found.proposals[:2])
    decide(city, ids[1], "rejected", actor="surveyor")
    with pytest.raises(Conflict, match="rejected before"):
        decide(city, ids[1], "accepted", actor="surveyor")
    decide(city, ids[0], "accepted", actor="surveyor")
    assert [row["decision"] for row in placings(city, source=source)].count("accepted") == 1

    made = model()
    made.georeference(TURN_DEG)
    report = load_ifc(made.write(path), city, settings)
    assert any(sentence.startswith("placing-outdated") for sentence in report.warnings)
    assert _model(city, source)["placement"] == "map-conversion"


def test_what_cannot_be_placed_is_said(city: Database, settings: Settings, tmp_path: Path) -> None:
    with pytest.raises(NotFound, match="no building model"):
        propose_places(city, "ifc/nothing")
    with pytest.raises(NotFound):
        decide(city, 99, "accepted", actor="x")
    source = load_ifc(House().write(tmp_path / "empty.ifc"), city, settings).source
    with pytest.raises(Unprocessable, match="no outline"):
        propose_places(city, source)


def _model(database: Database, source: str) -> dict[str, Any]:
    row = database.row(
        "select m.placement, m.approximate, m.hides_lod1, m.matrix, st_asbinary(m.footprint) as footprint,"
        " b.code from twin.model m left join city_now.building b on b.feature_id = m.building_id"
        " where m.source = %(source)s",
        {"source": source},
    )
    assert row is not None
    return dict(row)
