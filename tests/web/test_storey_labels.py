"""Names of rooms on a plan: inside, readable, beside the symbols."""

from __future__ import annotations

import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from shapely import affinity

from web.storey_labels import Label, room_label, width_of

ROOM = shapely.box(0, 0, 4, 3)
TURNED = affinity.rotate(shapely.box(0, 0, 6, 1.4), 77)
ELL = shapely.Polygon([(0, 0), (9, 0), (9, 1), (3, 1), (3, 6), (0, 6)])


def block(label: Label) -> shapely.Polygon:
    half = label.size_m * max(width_of(line) for line in label.lines) / 2
    return shapely.box(
        label.e_m - half, label.n_m - label.height_m / 2, label.e_m + half, label.n_m + label.height_m / 2
    )


def test_a_name_breaks_at_its_blank_and_stands_in_the_middle() -> None:
    label = room_label(ROOM, "1304室 三室一厅一卫", 81.42, ())
    assert label is not None
    assert (label.lines, label.area) == (("1304室", "三室一厅一卫"), "81.4 m²")
    assert (label.e_m, label.n_m) == pytest.approx((2, 1.5), abs=0.6)
    assert label.size_m == pytest.approx(0.4)


def test_letters_shrink_with_the_room_until_nobody_could_read_them() -> None:
    wide = room_label(shapely.box(0, 0, 1.2, 1.0), "消防电梯合用前室", 1.2, ())
    assert wide is not None
    assert wide.size_m == pytest.approx(1.2 / 8, rel=0.1)
    assert wide.area is None, "an area under such a name could not be read"
    assert room_label(shapely.box(0, 0, 0.8, 1.0), "消防电梯合用前室", 0.8, ()) is None
    assert room_label(ROOM, "", 12.0, ()) is None


@pytest.mark.parametrize("shape", [ROOM, TURNED, ELL, shapely.MultiPolygon([ROOM, shapely.box(9, 0, 10, 1)])])
def test_a_name_keeps_inside_rooms_of_any_shape(shape: shapely.Geometry) -> None:
    label = room_label(shape, "走道", None, ())
    assert label is not None
    assert shapely.covers(shape, shapely.box(*block(label).bounds))


@given(st.floats(0.5, 3.5), st.floats(0.5, 2.5))
def test_a_symbol_is_not_covered_where_there_is_room_beside_it(e_m: float, n_m: float) -> None:
    label = room_label(ROOM, "厨房", 12.0, [(e_m, n_m)])
    assert label is not None
    assert shapely.distance(block(label), shapely.points(e_m, n_m)) >= 0.169
    assert shapely.covers(ROOM, block(label))
