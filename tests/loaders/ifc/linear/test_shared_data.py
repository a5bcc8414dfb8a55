"""Real alignments: positions their files state themselves, and the geometry kernel's curves."""

from __future__ import annotations

from pathlib import Path

import ifcopenshell
import ifcopenshell.geom
import numpy as np
import pytest
import shapely

from loaders.ifc.linear.lines import read_lines
from loaders.ifc.load import load_ifc
from loaders.ifc.positions import Positions
from loaders.ifc.units import Units
from twin.database.connection import Database
from twin.settings import Settings

WRAPPER = ifcopenshell.ifcopenshell_wrapper


def test_signals_stand_where_their_file_says_they_do(shared_data: Path) -> None:
    """Every linear placement of the file carries the position its program computed."""
    model = ifcopenshell.open(str(shared_data / "ifc-infra/linear-placement-of-signal.ifc"))
    units = Units(model)
    positions = Positions(units, read_lines(model, units))
    placements = model.by_type("IfcLinearPlacement")
    assert len(placements) == 25
    for placement in placements:
        matrix = positions.matrix(placement)
        assert matrix is not None
        stated = placement.CartesianPosition.Location.Coordinates
        assert matrix[:3, 3] == pytest.approx(stated, abs=1e-6)
    assert positions.unresolved == {}


@pytest.mark.parametrize(
    "name",
    [
        "GENERATED__CantAlignment_BlossCurve_100.0_300_inf_1_Meter.ifc",
        "GENERATED__CantAlignment_HelmertCurve_100.0_-300_-inf_1_Meter.ifc",
        "GENERATED__CantAlignment_SineCurve_100.0_300_inf_1_Meter.ifc",
        "GENERATED__CantAlignment_TS7_Cosine_100.0_300_1000_0.1_0.03_1_Meter.ifc",
        "GENERATED__VerticalAlignment_CircularArc_100.0_10.0_0.5_0.0_1_Meter.ifc",
        "linear-placement-of-signal.ifc",
    ],
)
def test_layouts_and_the_kernel_s_curves_agree(shared_data: Path, name: str) -> None:
    model = ifcopenshell.open(str(shared_data / "ifc-infra" / name))
    lines = read_lines(model, Units(model))
    compared = 0
    for number in lines.of_curve:
        curve = model.by_id(number)
        if curve.is_a() not in ("IfcGradientCurve", "IfcCompositeCurve"):
            continue
        course = lines.course(curve)
        evaluator = WRAPPER.function_item_evaluator(
            ifcopenshell.geom.settings(), WRAPPER.map_shape(ifcopenshell.geom.settings(), curve)
        )
        for distance in np.linspace(0, course.length_m * 0.9999, 23):
            kernel = np.array(evaluator.evaluate(float(distance)))
            assert np.abs(kernel - course.frame(float(distance))).max() < 1e-5
            compared += 1
    assert compared >= 23


@pytest.mark.parametrize(
    "name",
    [
        "ifc-infra/GENERATED__INDEXEDPOLYCURVE__CantAlignment_ConstantCant_100.0_300_1000_1_Meter.ifc",
        "ifc-infra/GENERATED__INDEXEDPOLYCURVE__CantAlignment_TS8_Helmert_100.0_-300_-1000_-0.1_-0.03_1_Meter.ifc",
    ],
)
def test_layouts_follow_the_points_another_program_computed(shared_data: Path, name: str) -> None:
    model = ifcopenshell.open(str(shared_data / name))
    (line,) = read_lines(model, Units(model)).by_id.values()
    assert line.course is not None
    drawn = shapely.linestrings(line.course.line(0.0005)[:, :2])
    points = [p for e in model.by_type("IfcCartesianPointList3D") for p in e.CoordList]
    assert len(points) > 50
    far = [drawn.distance(shapely.Point(p[:2])) for p in points]
    assert max(far) < 0.002


def test_directions_in_radians_in_a_file_of_degrees_are_noticed(shared_data: Path) -> None:
    path = shared_data / "ifc-rules/als016/pass-als016-scenario01-imperial_continuous.ifc"
    model = ifcopenshell.open(str(path))
    units = Units(model)
    assert units.of("PLANEANGLEUNIT") == pytest.approx(np.pi / 180)
    (line,) = read_lines(model, units).by_id.values()
    assert line.radians and line.course is not None and line.course.gaps() == 0


@pytest.mark.parametrize(
    "case",
    [
        ("ifc-infra/linear-placement-of-signal.ifc", {"rail": 1, "equipment": 2}, "cant-left-out: 1 "),
        ("ifc-infra-add2/MCON-1_add2.ifc", {"road": 3}, "linear-placement: 24 "),
        ("ifc-infra-add2/SpatialStructure-4_add2.ifc",
         {"road": 3, "rail": 2, "building": 1, "storey": 1}, "facility-without-line: 5 "),
        ("ifc-rules/sps005/pass-sps005-valid_structural_relationship.ifc",
         {"bridge": 1, "element": 18}, "needs-placing"),
    ],
)  # fmt: skip
def test_real_files_become_roads_rails_and_bridges(
    shared_data: Path, database: Database, settings: Settings, case: tuple[str, dict[str, int], str]
) -> None:
    name, counts, said = case
    report = load_ifc(shared_data / name, database, settings)
    assert report.status == "done"
    assert {key: value.written for key, value in report.counts.items()} == counts
    assert any(warning.startswith(said) for warning in report.warnings)


@pytest.mark.parametrize("folder", ["ifc-infra", "ifc-infra-add2", "ifc-rules", "ifc-small"])
def test_every_alignment_gives_a_line_or_a_reason(shared_data: Path, folder: str) -> None:
    seen = 0
    for path in sorted((shared_data / folder).rglob("*.ifc")):
        if not any(word in path.as_posix() for word in ("infra", "/al", "small", "lip0")):
            continue
        try:
            model = ifcopenshell.open(str(path))
        except (ifcopenshell.Error, RuntimeError, OSError):  # refused by the parser: not of this test
            continue
        for line in read_lines(model, Units(model)).by_id.values():
            seen += 1
            assert (line.course is None) == (line.reason is not None)
            if line.course is not None:
                points = line.course.line()
                assert len(points) >= 2 and np.isfinite(points[:, :2]).all()
    assert seen or folder == "ifc-small"
