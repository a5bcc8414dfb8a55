"""The authored road: it stands where the sample city has its river and its ground."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import ifcopenshell
import numpy as np
import pytest
import shapely

from sample_data.gen import water
from sample_data.gen.terrain import terrain
from sample_data.models import road_plan as plan
from sample_data.models.progress import silent
from sample_data.models.road import write_road
from sample_data.models.road_works import height


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Any:
    path = tmp_path_factory.mktemp("road") / "LH-RDB-04.ifc"
    write_road(path, silent)
    return ifcopenshell.open(str(path))


def at(distance_m: float) -> tuple[float, float]:
    """Storage point on the first straight of the line, by its two first points."""
    (x0, y0), (x1, y1), _ = plan.HPOINTS
    way = np.array([x1 - x0, y1 - y0]) / np.hypot(x1 - x0, y1 - y0)
    place = plan.road_layout().place
    return tuple((np.array([place.easting_m, place.northing_m]) + way * distance_m).tolist())


def test_the_bridge_spans_the_river_and_nothing_else() -> None:
    river = water.buji().surface
    banks = [d for d in np.arange(0, 271, 1.0) if river.contains(shapely.Point(at(d)))]
    assert banks and min(banks) > plan.BRIDGE_START and max(banks) < plan.BRIDGE_END
    assert all(not river.contains(shapely.Point(at(d))) for d in (0.0, 100.0, plan.BRIDGE_START))


def test_the_road_starts_on_the_ground_and_clears_the_river_bed() -> None:
    ground = terrain()
    place = plan.road_layout().place
    start = at(0.0)
    assert float(ground.height(*start)) == pytest.approx(place.height_m + height(0.0), abs=0.15)
    assert float(ground.height(*start)) == pytest.approx(place.height_m + plan.GROUND, abs=0.15)
    under = [float(ground.height(*at(d))) for d in np.arange(225, 266, 5.0)]
    girders = place.height_m + height(225.0) + plan.GIRDER_TOP - plan.GIRDER_DEPTH
    assert max(under) < girders - 1.0


def test_the_profile_is_the_one_the_layout_states(model: Any) -> None:
    for segment in model.by_type("IfcAlignmentVerticalSegment"):
        assert segment.StartHeight == pytest.approx(height(segment.StartDistAlong), abs=1e-9) or (
            segment.HorizontalLength == 0
        )


def test_every_piece_is_counted_out(model: Any) -> None:
    length = sum(s.SegmentLength for s in model.by_type("IfcAlignmentHorizontalSegment"))
    pieces = [*plan.pieces(0, plan.BRIDGE_START), *plan.pieces(plan.BRIDGE_END, length)]
    over = plan.pieces(plan.BRIDGE_START, plan.BRIDGE_END)
    assert sum(size for _, size in pieces) + sum(size for _, size in over) == pytest.approx(length, abs=1e-3)
    assert len(model.by_type("IfcCourse")) == 4 * len(pieces) + 2 * len(over)
    assert len(model.by_type("IfcKerb")) == 2 * (len(pieces) + len(over))
    assert len(model.by_type("IfcLightFixture")) == plan.LIGHTS
    assert len([b for b in model.by_type("IfcBeam") if b.PredefinedType == "GIRDER_SEGMENT"]) == 15
    assert len(model.by_type("IfcBearing")) == 30
    kinds = {part.PredefinedType for part in model.by_type("IfcBridgePart")}
    assert kinds == {"DECK", "SUPERSTRUCTURE", "PIER", "ABUTMENT"}
    stations = [r.Name for r in model.by_type("IfcReferent")]
    assert stations[1:] == ["K1+300", "K1+400", "K1+500", "K1+600", "K1+700", "K1+800"]


def test_tiny_goes_without_the_road(tmp_path: Path) -> None:
    from sample_data.models.build import OF_TINY, build_models

    assert [m.code for m in build_models(tmp_path, only={"LH-RDB-04"})] == ["LH-RDB-04"]
    assert "LH-RDB-04" not in OF_TINY
