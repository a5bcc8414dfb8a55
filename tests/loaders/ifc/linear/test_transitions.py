"""Cubic, Viennese bend, spirals, vertical clothoid, offsets and arcs, against integrals made otherwise."""

from __future__ import annotations

import math
from collections.abc import Callable
from pathlib import Path
from typing import Any

import ifcopenshell
import ifcopenshell.api.alignment
import ifcopenshell.geom
import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from loaders.ifc.linear.bend import Bend
from loaders.ifc.linear.course import CHORD_M, Course
from loaders.ifc.linear.cubic import Cubic
from loaders.ifc.linear.curve import curve_course
from loaders.ifc.linear.facilities import read_infrastructure
from loaders.ifc.linear.grade import Grade
from loaders.ifc.linear.layout import Unresolved, layout_course
from loaders.ifc.linear.lines import Line, read_lines
from loaders.ifc.linear.offset import offset_points
from loaders.ifc.linear.rise import Rise
from loaders.ifc.load import load_ifc
from loaders.ifc.positions import Positions
from loaders.ifc.spatial import read_spatial
from loaders.ifc.units import Units
from tests.loaders.ifc.author import EAST, HEIGHT, NORTH, House
from tests.loaders.ifc.linear.author import SLOPE, Street
from twin.database.connection import Database
from twin.settings import Settings

WRAPPER = ifcopenshell.ifcopenshell_wrapper
GRAVITY_M, RAILS_M = 1.8, 1.5
RADII = [(0.0, 300.0), (300.0, 0.0), (300.0, 1000.0), (-1000.0, -300.0), (400.0, -250.0)]


def followed(curvature: Callable[[float], float], length: float, heading: float) -> np.ndarray:
    """End of a curve from the origin by Runge and Kutta's method, 4,000 steps: x, y, heading."""
    steps = 4_000
    h, x, y, turned = length / steps, 0.0, 0.0, heading
    for number in range(steps):
        s = number * h
        k1, k2, k3 = (curvature(s + share * h) for share in (0.0, 0.5, 1.0))
        middle = turned + h * (5 * k1 + 8 * k2 - k3) / 24
        after = turned + h * (k1 + 4 * k2 + k3) / 6
        x += h * (math.cos(turned) + 4 * math.cos(middle) + math.cos(after)) / 6
        y += h * (math.sin(turned) + 4 * math.sin(middle) + math.sin(after)) / 6
        turned = after
    return np.array([x, y, turned])


def viennese(first: float, last: float, length: float, sway: float) -> Callable[[float], float]:
    """Curvature of the bend by the text of the standard: base function and its second derivative."""

    def curvature(s: float) -> float:
        u = s / length
        base = 35 * u**4 - 84 * u**5 + 70 * u**6 - 20 * u**7
        second = 420 * (u**2 - 4 * u**3 + 5 * u**4 - 2 * u**5)
        return first + (last - first) * base - sway / length**2 * second

    return curvature


@pytest.mark.parametrize(("first", "last"), [(0.0, 1 / 300), (1 / 300, 1 / 1000), (-1 / 400, 1 / 250)])
@pytest.mark.parametrize("sway", [0.0, 0.12, -0.12])
def test_a_viennese_bend_is_the_integral_of_its_curvature(first: float, last: float, sway: float) -> None:
    bend = Bend("VIENNESEBEND", 0.0, 0.0, 0.3, 104.0, first, last, sway)
    for share in (0.3, 0.77, 1.0):
        at = np.array([share * 104.0])
        x, y, turned = followed(viennese(first, last, 104.0, sway), float(at[0]), 0.3)
        assert bend.points(at)[0] == pytest.approx((x, y), abs=1e-8)
        assert bend.headings(at)[0] == pytest.approx(turned, abs=1e-10)
    dense = np.array([viennese(first, last, 104.0, sway)(s) for s in np.linspace(0, 104, 500)])
    assert np.abs(dense).max() <= bend.sharpest * (1 + 1e-12)


@pytest.mark.parametrize(("start", "end"), RADII)
def test_a_cubic_is_a_cubic_parabola(start: float, end: float) -> None:
    """The parabola itself by its own formula; its length by a sum of 200,000 chords."""
    length, bends = 100.0, [0.0 if r == 0 else 1 / r for r in (start, end)]
    cubic = Cubic.between((0.0, 0.0, 0.0), length, *bends)
    rate = (bends[1] - bends[0]) / (6 * length)
    x = np.linspace(-400, 400, 200_001)
    ways = np.concatenate([[0], np.cumsum(np.hypot(np.diff(x), np.diff(rate * x**3)))])
    ways -= np.interp(0, x, ways)
    x0 = np.interp(bends[0] / (6 * rate), ways, x)
    angle = -math.atan(3 * rate * x0**2)
    for share in (0.25, 0.5, 1.0):
        x1 = np.interp(bends[0] / (6 * rate) + share * length, ways, x)
        dx, dy = x1 - x0, rate * (x1**3 - x0**3)
        expected = (
            dx * math.cos(angle) - dy * math.sin(angle),
            dx * math.sin(angle) + dy * math.cos(angle),
        )
        assert cubic.points(np.array([share * length]))[0] == pytest.approx(expected, abs=1e-5)


def laid(kind: str, start: float, end: float, *, sway: bool = False) -> tuple[House, Any]:
    """An alignment of one stretch, its geometry made by the toolkit from the same parameters."""
    made, api = House("IFC4X3_ADD2"), ifcopenshell.api.alignment
    model = made.model
    line = api.create(model, "A", include_vertical=sway, include_cant=sway)
    if sway:
        api.get_cant_layout(line).RailHeadDistance = RAILS_M
        tilt = model.create_entity(
            "IfcAlignmentCantSegment", StartDistAlong=0.0, HorizontalLength=100.0, StartCantLeft=0.0,
            EndCantLeft=0.1, StartCantRight=0.0, EndCantRight=0.0, PredefinedType="VIENNESEBEND",
        )  # fmt: skip
        api.create_layout_segment(model, api.get_cant_layout(line), tilt)
    stated = model.create_entity(
        "IfcAlignmentHorizontalSegment", StartPoint=model.create_entity("IfcCartesianPoint", (3.0, 5.0)),
        StartDirection=0.4, StartRadiusOfCurvature=start, EndRadiusOfCurvature=end, SegmentLength=100.0,
        GravityCenterLineHeight=GRAVITY_M if sway else None, PredefinedType=kind,
    )  # fmt: skip
    api.create_layout_segment(model, api.get_horizontal_layout(line), stated)
    return made, line


@pytest.mark.parametrize(("start", "end"), RADII[:4])
@pytest.mark.parametrize(
    "kind", ["CUBIC", "VIENNESEBEND", "BLOSSCURVE", "COSINECURVE", "SINECURVE", "HELMERTCURVE", "CLOTHOID"]
)
def test_layout_geometry_and_kernel_agree(kind: str, start: float, end: float) -> None:
    made, line = laid(kind, start, end, sway=kind == "VIENNESEBEND")
    course = read_lines(made.model, Units(made.model)).by_id[line.id()].course
    assert course is not None
    [curve] = [c for c in made.model.by_type("IfcCompositeCurve") if c.is_a() == "IfcCompositeCurve"]
    drawn = curve_course(curve, 1.0)
    settings = ifcopenshell.geom.settings()
    kernel = WRAPPER.function_item_evaluator(settings, WRAPPER.map_shape(settings, curve))
    for distance in np.linspace(0, 99.9, 9):
        there = np.array(kernel.evaluate(float(distance)))
        assert np.abs(there - drawn.frame(float(distance))).max() < 5e-6
        if kind != "HELMERTCURVE":  # the toolkit's own halves leave a step of centimetres between them
            assert np.abs(there - course.frame(float(distance))).max() < 5e-6


@given(st.floats(20, 400), st.floats(-0.1, 0.1), st.floats(-0.1, 0.1), st.floats(-1e-3, 1e-3))
def test_a_vertical_clothoid_is_the_integral_of_its_curvature(
    length: float, first: float, last: float, bend: float
) -> None:
    rise = Rise(20.0, length, 7.0, first, last, bend)
    arc, (begin, end) = rise.arc_m, rise.bends
    x, y, turned = followed(lambda s: begin + (end - begin) * s / arc, arc, math.atan(first))
    assert x == pytest.approx(length, abs=1e-7)
    assert math.tan(turned) == pytest.approx(last, abs=1e-9)
    heights, slopes = rise.heights(np.array([20.0, 20.0 + length]))
    assert heights == pytest.approx([7.0, 7.0 + y], abs=1e-7)
    assert slopes == pytest.approx([first, last], abs=1e-9)
    mirror = Rise.ending(20.0, length, 7.0, (first, last), end)
    assert mirror.bend_first == pytest.approx(begin, abs=1e-12)


def layouts(*stretches: tuple[str, float, float, float]) -> tuple[House, Any]:
    """A straight line with the stretches (kind, length, first and last slope) over it."""
    made, api = House("IFC4X3_ADD2"), ifcopenshell.api.alignment
    line = api.create(made.model, "A", include_vertical=True)
    total = sum(stretch[1] for stretch in stretches)
    plan = made.model.create_entity(
        "IfcAlignmentHorizontalSegment", StartPoint=made.model.create_entity("IfcCartesianPoint", (0.0, 0.0)),
        StartDirection=0.0, StartRadiusOfCurvature=0.0, EndRadiusOfCurvature=0.0, SegmentLength=total,
        PredefinedType="LINE",
    )  # fmt: skip
    api.create_layout_segment(made.model, api.get_horizontal_layout(line), plan)
    at, segments = 0.0, []
    for kind, length, first, last in stretches:
        stated = made.model.create_entity(
            "IfcAlignmentVerticalSegment", StartDistAlong=at, HorizontalLength=length, StartHeight=10.0,
            StartGradient=first, EndGradient=last, PredefinedType=kind,
        )  # fmt: skip
        segments.append(made.make("IfcAlignmentSegment", kind, DesignParameters=stated))
        at += length
    made.make("IfcRelNests", "", RelatingObject=api.get_vertical_layout(line), RelatedObjects=segments)
    return made, line


def profile(*stretches: tuple[str, float, float, float]) -> Line:
    """The line of such layouts."""
    made, line = layouts(*stretches)
    return read_lines(made.model, Units(made.model)).by_id[line.id()]


def test_a_clothoid_of_a_profile_bends_as_what_it_joins() -> None:
    into = profile(
        ("CONSTANTGRADIENT", 50, 0.0, 0.0), ("CLOTHOID", 60, 0.0, 0.03), ("CIRCULARARC", 40, 0.03, 0.07)
    )
    out = profile(
        ("CIRCULARARC", 40, 0.07, 0.03), ("CLOTHOID", 60, 0.03, 0.0), ("CONSTANTGRADIENT", 50, 0.0, 0.0)
    )
    between = profile(
        ("PARABOLICARC", 40, 0.0, 0.04), ("CLOTHOID", 60, 0.04, 0.05), ("CIRCULARARC", 40, 0.05, 0.06)
    )
    for line in (into, out, between):
        assert line.course is not None, line.reason
    assert into.course.grades[1].bends[0] == 0.0  # type: ignore[union-attr]
    assert out.course.grades[1].bends[1] == pytest.approx(0.0, abs=1e-15)  # type: ignore[union-attr]
    before, rise, _ = between.course.grades  # type: ignore[union-attr]
    assert rise.bends[0] == pytest.approx(before.bends[1]) != 0.0
    # 60 m that turn by 0.03 with a curvature that grows from nothing: 0.001 at the end
    assert into.course.grades[1].bends[1] == pytest.approx(0.001, rel=1e-3)  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("stretches", "why"),
    [
        ((("CLOTHOID", 60, 0.0, 0.03),), "joins nothing"),
        ((("CONSTANTGRADIENT", 9, 0.0, 0.0), ("CLOTHOID", 60, 0.0, 0.03), ("CONSTANTGRADIENT", 9, 0.03, 0.03)
          ), "does not say where it bends"),
    ],
)  # fmt: skip
def test_a_clothoid_that_is_not_told_is_said_to_be(stretches: Any, why: str) -> None:
    _, line = layouts(*stretches)
    plan, rise = (f(line) for f in (ifcopenshell.api.alignment.get_horizontal_layout,
                                    ifcopenshell.api.alignment.get_vertical_layout))  # fmt: skip
    with pytest.raises(Unresolved, match=why):
        layout_course(plan, rise, 1.0, 1.0)


@pytest.mark.parametrize("drawn", [False, True])
def test_a_profile_that_cannot_be_followed_is_counted_with_its_reason(drawn: bool) -> None:
    made, line = layouts(("CLOTHOID", 60, 0.0, 0.03))
    model = made.model
    line.Representation = None
    if drawn:
        points = [model.create_entity("IfcCartesianPoint", (x, 0.0, 10.0 + x / 100)) for x in (0.0, 60.0)]
        curve = model.create_entity("IfcPolyline", points)
        context = model.by_type("IfcGeometricRepresentationContext")[0]
        shape = model.create_entity("IfcShapeRepresentation", context, "Axis", "Curve3D", [curve])
        line.Representation = model.create_entity("IfcProductDefinitionShape", None, None, [shape])
    units = Units(model)
    lines = read_lines(model, units)
    about = {"lines": lines, "sets": {}, "spatial": read_spatial(model), "positions": Positions(units, lines)}
    [told] = [w for w in read_infrastructure(model, **about).warnings if "clothoid" in w]
    assert told.startswith("alignment-by-curve: 1 " if drawn else "alignment-unresolved: 1 "), told
    assert "joins nothing that says with which curvature it starts" in told
    assert (lines.by_id[line.id()].course is not None) is drawn


def test_an_offset_on_an_arc_is_an_arc_and_leans_with_the_slope() -> None:
    arc = Course(
        (Bend("CIRCULARARC", 0.0, 0.0, 0.0, 100.0, 1 / 50, 1 / 50),),
        (Grade("CONSTANTGRADIENT", 0.0, 100.0, 5.0, 0.1, 0.1),),
    )
    points = offset_points(arc, [(40.0, 3.0, 0.0, 0.0)])  # one offset goes on to both ends
    assert np.hypot(points[:, 0], points[:, 1] - 50) == pytest.approx(np.full(len(points), 47.0))
    raised = offset_points(arc, [(0.0, 0.0, 2.0, 0.0)])[0]
    lean = math.hypot(1, 0.1)
    assert raised == pytest.approx((-0.2 / lean, 0.0, 5.0 + 2.0 / lean))


def test_offsets_change_evenly_between_where_they_are_stated() -> None:
    line = Course((Bend("LINE", 0.0, 0.0, 0.0, 100.0),))
    points = offset_points(line, [(80.0, -4.0, 0.0, 0.0), (20.0, 2.0, 0.0, 0.0)])
    assert [(round(x), round(y)) for x, y, _ in points] == [(0, 2), (20, 2), (80, -4), (100, -4)]
    assert np.isnan(points[:, 2]).all(), "a line without heights gives none"


@given(st.floats(30, 500), st.floats(-20, 20), st.floats(-20, 20), st.floats(20, 200))
def test_an_offset_line_stays_within_the_bound(
    radius: float, left: float, right: float, length: float
) -> None:
    turn = min(length, radius * 2) / radius
    course = Course((Bend("CIRCULARARC", 0.0, 0.0, 0.0, turn * radius, 1 / radius, 1 / radius),))
    drawn = shapely.linestrings(
        offset_points(course, [(0.0, left, 0, 0), (turn * radius, right, 0, 0)])[:, :2]
    )
    angles = np.linspace(0, turn, 200)
    away = radius - left - (right - left) * angles / turn
    true = shapely.points(away * np.sin(angles), radius - away * np.cos(angles))
    assert shapely.distance(drawn, true).max() <= CHORD_M


def test_arcs_of_a_polyline() -> None:
    made = House("IFC4X3_ADD2")
    create = made.model.create_entity
    points = create(
        "IfcCartesianPointList2D", ((0.0, 0.0), (10.0, 0.0), (20.0, 10.0), (10.0, 20.0), (0.0, 20.0))
    )
    parts = [create("IfcLineIndex", (1, 2)), create("IfcArcIndex", (2, 3, 4)), create("IfcLineIndex", (4, 5))]
    course = curve_course(create("IfcIndexedPolyCurve", points, parts, False), 1.0)
    assert course.length_m == pytest.approx(20 + 10 * math.pi) and course.gaps(1e-9) == 0
    assert course.plan(np.array([10 + 5 * math.pi]))[0][0] == pytest.approx((20, 10))
    right = [create("IfcArcIndex", (4, 3, 2))]
    back = curve_course(create("IfcIndexedPolyCurve", points, right, False), 1.0)
    assert back.plan(np.array([5 * math.pi]))[0][0] == pytest.approx((20, 10))
    assert back.bends[0].headings(np.array([0.0]))[0] == pytest.approx(0.0)
    steep = create("IfcCartesianPointList3D", ((0.0, 0.0, 0.0), (5.0, 5.0, 1.0), (10.0, 0.0, 2.0)))
    with pytest.raises(Unresolved, match="does not lie level"):
        curve_course(create("IfcIndexedPolyCurve", steep, [create("IfcArcIndex", (1, 2, 3))], False), 1.0)


def test_a_road_along_an_offset_line_is_loaded(
    database: Database, settings: Settings, tmp_path: Path
) -> None:
    street, api = Street(), ifcopenshell.api.alignment
    model = street.model
    basis = api.get_curve(street.line)
    offsets = [
        model.create_entity(
            "IfcPointByDistanceExpression", model.create_entity("IfcLengthMeasure", distance),
            left, None, None, basis,
        )
        for distance, left in ((0.0, 0.0), (100.0, 5.0))
    ]  # fmt: skip
    edge = api.create_as_offset_curve(model, "路缘", offsets)
    lines = read_lines(model, Units(model))
    course = lines.by_id[edge.id()].course
    assert course is not None, lines.by_id[edge.id()].reason
    report = load_ifc(street.saved(tmp_path), database, settings)
    assert [w.partition(":")[0] for w in report.warnings if "align" in w] == ["alignment-alone"]
    lengths = [a["length_m"] for r in database.rows("select properties from city_now.road") for a in
               r["properties"]["alignments"]]  # fmt: skip
    # 100 m that drift by 5 m, then an arc of 50 m and radius 200 m seen from 5 m further in
    assert sorted(lengths) == pytest.approx([math.hypot(100, 5) + 50 * 195 / 200, 150.0], abs=0.02)
    ends = [shapely.from_wkb(bytes(r["line"])) for r in database.rows(
        "select st_asbinary((st_dump(geometry)).geom) as line from city_now.road")]  # fmt: skip
    assert min(line.distance(shapely.Point(EAST + 100, NORTH + 5)) for line in ends) < 0.01
    assert course.line()[-1, 2] == pytest.approx(3 + 150 * SLOPE, abs=0.01) and HEIGHT


@pytest.mark.shared_data
@pytest.mark.parametrize(
    "name",
    [
        "GENERATED__INDEXEDPOLYCURVE__CantAlignment_TS1_VienneseBend_100.0_inf_300_0_0.1_1_Meter.ifc",
        "GENERATED__PB_Viennese Bend_100_-1000_-300_-0.0_-0.1_1_Meter-2.ifc",
        "GENERATED__CantAlignment_Extra_VienneseBend_104_inf_-510.56_0_-0.115_0.5_Meter-2.ifc",
    ],
)
def test_real_viennese_bends(shared_data: Path, name: str) -> None:
    """Points another program computed where the file has some, else its spiral by the kernel."""
    model = ifcopenshell.open(str(shared_data / "ifc-infra" / name))
    (line,) = read_lines(model, Units(model)).by_id.values()
    assert line.course is not None, line.reason
    points = [p for e in model.by_type("IfcCartesianPointList3D") for p in e.CoordList]
    if points:
        drawn = shapely.linestrings(line.course.line(0.0002)[:, :2])
        assert max(drawn.distance(shapely.Point(p[:2])) for p in points) < 0.001
        return
    [curve] = [c for c in model.by_type("IfcCompositeCurve") if c.is_a() == "IfcCompositeCurve"]
    settings = ifcopenshell.geom.settings()
    kernel = WRAPPER.function_item_evaluator(settings, WRAPPER.map_shape(settings, curve))
    for distance in np.linspace(0, line.course.length_m * 0.999, 17):
        there = np.array(kernel.evaluate(float(distance)))
        assert np.abs(there[:2, 3] - line.course.frame(float(distance))[:2, 3]).max() < 1e-4
