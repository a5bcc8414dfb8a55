"""Segments of circles keep the chord error they are worked out from."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from loaders.ifc.kernel import EXACT, FAST, shapes
from loaders.ifc.segments import CHORD_ERROR_M, TURN_RAD, segments
from loaders.ifc.solid import signed_volume
from loaders.ifc.sorting import sort_products
from loaders.ifc.triangulation import mesh_of
from tests.loaders.ifc.author import House


@given(st.floats(1e-4, 1.5))
def test_a_chord_is_never_further_from_its_arc_than_allowed(radius_m: float) -> None:
    count = segments(radius_m)
    if count:
        turn = 2 * math.pi / count
        assert count % 8 == 0
        assert turn <= TURN_RAD
        assert radius_m * (1 - math.cos(turn / 2)) <= CHORD_ERROR_M * (1 + 1e-9)


@pytest.mark.parametrize("radius_m", [0.0, -1.0, math.nan, math.inf, 100.0])
def test_what_is_no_circle_or_too_large_is_left_to_the_kernel(radius_m: float) -> None:
    assert segments(radius_m) == 0


@pytest.mark.parametrize("millimetres", [False, True])
def test_a_round_column_has_the_volume_of_the_exact_kernel(millimetres: bool) -> None:
    """0.3 m radius, 3 m high: 0.848 m3."""
    house = House(millimetres=millimetres)
    column = house.put(house.make("IfcColumn", "圆柱"), (0.6, 0.6, 3.0), (0.0, 0.0, 0.0))
    (solid,) = column.Representation.Representations[0].Items
    solid.SweptArea = house.model.create_entity("IfcCircleProfileDef", "AREA", None, None, 0.3 * house.scale)
    wall = house.put(house.make("IfcWall", "墙"), (1.0, 0.2, 3.0), (2.0, 0.0, 0.0))
    assert sort_products(house.model, [column, wall]).safe == {0: [wall], 40: [column]}
    volumes = []
    for kernel, count in ((FAST, 40), (EXACT, 0)):
        (shape,) = shapes(house.model, [column], kernel, segments=count)
        mesh = mesh_of(shape.geometry)
        assert mesh is not None
        volumes.append(signed_volume(mesh.vertices, mesh.triangles))
    assert volumes[0] == pytest.approx(volumes[1], rel=0.01)
    assert volumes[0] == pytest.approx(math.pi * 0.09 * 3, rel=0.01)
