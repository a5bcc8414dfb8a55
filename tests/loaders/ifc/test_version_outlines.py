"""Versions of what has a line or an outline instead of a body: roads, bridges, the building itself."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import ifcopenshell.api.root
import ifcopenshell.api.spatial
import pytest

from loaders.ifc.load import load_ifc
from tests.interior_house import InteriorHouse
from tests.loaders.ifc.author import EAST
from tests.loaders.ifc.linear.author import Street
from twin.database.connection import Database
from twin.queries.models import model_changes
from twin.settings import Settings


class Works(Street):
    """A road along a line, and a bridge of one slab 10 m by 4 m."""

    def __init__(self) -> None:
        super().__init__()
        self.road = self.facility("IfcRoad", "测试路")
        self.stand("IfcKerb", "K", self.road, self.along(120.0, 4.0), (2.0, 0.2, 0.3))
        self.bridge = self.facility("IfcBridge", "测试桥")
        self.slab = self.make("IfcSlab", "桥面")
        self.show(self.slab, self.box(10.0, 4.0, 0.5))
        self.place(self.slab, 20.0, -30.0, 6.0)
        ifcopenshell.api.spatial.assign_container(
            self.model, products=[self.slab], relating_structure=self.bridge
        )

    def shift(self, north_m: float) -> None:
        for one in self.model.by_type("IfcAlignmentHorizontalSegment"):
            x, y = one.StartPoint.Coordinates
            one.StartPoint.Coordinates = (x, y + north_m)


def _nothing(made: Works) -> None:
    made.describe(made.slab, "Pset_SlabCommon", FireRating="1.00h")


def _road_aside(made: Works) -> None:
    made.shift(5.0)


def _tighter_bend(made: Works) -> None:
    for one in made.model.by_type("IfcAlignmentHorizontalSegment"):
        if one.PredefinedType == "CIRCULARARC":
            one.StartRadiusOfCurvature = one.EndRadiusOfCurvature = 150.0


def _steeper(made: Works) -> None:
    for one in made.model.by_type("IfcAlignmentVerticalSegment"):
        one.StartGradient = one.EndGradient = 0.03


def _renamed(made: Works) -> None:
    made.road.Name = "新路名"


def _without_road(made: Works) -> None:
    [kerb] = made.model.by_type("IfcKerb")
    ifcopenshell.api.root.remove_product(made.model, product=kerb)
    ifcopenshell.api.root.remove_product(made.model, product=made.road)


def _wider_bridge(made: Works) -> None:
    made.slab.Representation.Representations[0].Items[0].SweptArea.YDim = 5.0


def _bridge_aside(made: Works) -> None:
    made.place(made.slab, 23.0, -26.0, 6.0)


def _all_elsewhere(made: Works) -> None:
    made.model.by_type("IfcMapConversion")[0].Eastings = EAST + 10


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (_nothing, ([], {})),
        (_road_aside, ([("road", ["moved"])], {"road": 5.0})),
        (_tighter_bend, ([("road", ["reshaped"])], {})),
        (_steeper, ([("road", ["reshaped"])], {})),
        (_renamed, ([("road", ["properties"])], {})),
        # a line that belongs to no road any more is one of its own
        (_without_road, ([("road", ["added"]), ("road", ["removed"])], {})),
        (_wider_bridge, ([("bridge", ["reshaped"])], {})),
        (_bridge_aside, ([("bridge", ["moved"])], {"bridge": 5.0})),
        (_all_elsewhere, ([], {})),
    ],
)
def test_lines_and_bridges_are_compared(
    database: Database,
    settings: Settings,
    tmp_path: Path,
    change: Any,
    expected: tuple[list[tuple[str, list[str]]], dict[str, float]],
) -> None:
    kinds, moved_m = expected
    made = Works()
    load_ifc(made.saved(tmp_path), database, settings)
    change(made)
    load_ifc(made.saved(tmp_path), database, settings)
    found = model_changes(database, 1)
    lines = [one for one in found["changes"] if one["collection"] in ("road", "bridge")]
    assert sorted((one["collection"], one["kinds"]) for one in lines) == kinds
    told = {one["collection"]: one for one in lines}
    for name, far in moved_m.items():
        assert told[name]["moved_m"] == pytest.approx(far, abs=2e-3)
    if change is _renamed:
        assert told["road"]["properties"] == [
            {"property": "name_zh", "before": "测试路", "after": "新路名"},
        ]
    if change is _all_elsewhere:
        # the kerb, the slab, the road and the bridge
        assert found["together"] == pytest.approx({"objects": 4, "moved_m": 10.0}, abs=1e-3)


def test_the_building_of_the_model_is_compared(
    database: Database, settings: Settings, tmp_path: Path
) -> None:
    """A wall beside the house makes its outline larger; the name of the building is another."""
    made = InteriorHouse()
    made.georeference()
    path = tmp_path / "house.ifc"
    load_ifc(made.write(path), database, settings)
    before = database.scalar("select footprint_m2 from city_now.building")
    made.put(made.make("IfcWall", "附墙"), (5.0, 0.3, 3.0), (20.1, 5.0, 0.0), 1)
    [building] = made.model.by_type("IfcBuilding")
    building.LongName = "改名大楼"
    load_ifc(made.write(path), database, settings)
    [told] = [one for one in model_changes(database, 1)["changes"] if one["collection"] == "building"]
    assert told["kinds"] == ["reshaped", "properties"]
    said = {entry["property"]: (entry["before"], entry["after"]) for entry in told["properties"]}
    assert said["name_zh"][1] == "改名大楼"
    # 5.0 m x 0.3 m stand outside
    assert said["footprint_m2"][1] - said["footprint_m2"][0] == pytest.approx(1.5, abs=0.02)
    assert said["footprint_m2"][0] == pytest.approx(before, abs=0.01)
    assert told["feature_id"] == database.scalar("select feature_id from city_now.building")
