"""Solids, volumes, shadows and cuts against numbers computed by hand or by PostGIS."""

from __future__ import annotations

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from loaders.ifc.box import _CORNERS, _TRIANGLES
from loaders.ifc.chunk import Mesh
from loaders.ifc.footprint import outline
from loaders.ifc.plan import cut, plan_polygon
from loaders.ifc.quantise import quantise
from loaders.ifc.solid import is_closed, mesh_solid, prism, signed_volume, surface_area
from twin.database.connection import Database


def _box(size: tuple[float, float, float] = (4.0, 3.0, 2.0), at: tuple[float, float, float] = (0, 0, 0)):
    return _CORNERS * np.array(size) + np.array(at), _TRIANGLES


def _ring_mesh():
    """A square tower with a courtyard: 10 x 10 outside, 4 x 4 inside, 5 high."""
    outer = np.array([[0, 0], [10, 0], [10, 10], [0, 10]], dtype=float)
    inner = np.array([[3, 3], [7, 3], [7, 7], [3, 7]], dtype=float)
    points = [[*p, z] for z in (0, 5) for ring in (outer, inner) for p in ring]
    faces = []
    for i in range(4):
        j = (i + 1) % 4
        for a, b, c, d in (
            (i, j, 8 + j, 8 + i),  # outside wall
            (4 + j, 4 + i, 12 + i, 12 + j),  # courtyard wall
            (8 + i, 8 + j, 12 + j, 12 + i),  # top
            (j, i, 4 + i, 4 + j),  # bottom
        ):
            faces += [[a, b, c], [a, c, d]]
    return np.array(points, dtype=float), np.array(faces, dtype=np.int32)


def test_box_volume_and_area() -> None:
    points, faces = _box(at=(512000.0, 2494000.0, 5.0))
    assert signed_volume(points, faces) == pytest.approx(24.0)
    assert surface_area(points, faces) == pytest.approx(2 * (12 + 8 + 6))
    assert is_closed(points, faces)
    assert not is_closed(points, faces[1:])


@pytest.mark.parametrize("sliver_m", [1e-3, 2e-5, 1e-8])
def test_a_sliver_thinner_than_the_weld_leaves_a_body_closed(sliver_m: float) -> None:
    """As a cut leaves them: one edge of the box is split that near to its end."""
    points, faces = _box()
    start, end = (int(corner) for corner in faces[0, :2])
    way = (points[end] - points[start]) / np.linalg.norm(points[end] - points[start])
    points = np.vstack([points, points[start] + sliver_m * way])
    split: list[list[int]] = []
    for face in faces.tolist():
        if {start, end} <= set(face):
            split += [
                [len(points) - 1 if corner == old else corner for corner in face] for old in (start, end)
            ]
        else:
            split.append(face)
    triangles = np.array(split, dtype=np.int32)
    assert len(triangles) == 14
    assert is_closed(points, triangles)
    assert mesh_solid(points, triangles) is not None
    assert signed_volume(points, triangles) == pytest.approx(24.0)
    assert not is_closed(points, triangles[1:-1])


def test_what_falls_together_as_a_whole_is_no_body() -> None:
    points, faces = _box(size=(1e-5, 1e-5, 1e-5))
    assert not is_closed(points, faces)


def test_a_mesh_inside_out_becomes_a_solid_with_its_outside_out(database: Database) -> None:
    points, faces = _ring_mesh()
    solid = mesh_solid(points, faces[:, ::-1])
    row = database.row(
        "select st_isclosed(g) as closed, st_numgeometries(g) as faces, st_zmax(g) as top"
        " from st_geomfromwkb(%(solid)s) g",
        {"solid": solid},
    )
    assert row == {"closed": True, "faces": 32, "top": 5.0}
    assert signed_volume(points, faces) == pytest.approx((100 - 16) * 5)


def test_an_open_mesh_is_no_solid() -> None:
    points, faces = _box()
    assert mesh_solid(points, faces[:-1]) is None


def test_a_prism_keeps_its_courtyard(database: Database) -> None:
    plan = shapely.box(0, 0, 10, 10).difference(shapely.box(3, 3, 7, 7))
    row = database.row(
        "select st_isclosed(g) as closed, st_3darea(st_makesolid(g)) as area from st_geomfromwkb(%(s)s) g"
        if _has_sfcgal(database)
        else "select st_isclosed(g) as closed, 584.0 as area from st_geomfromwkb(%(s)s) g",
        {"s": prism(plan, 2.0, 7.0)},
    )
    # two rings of 84 m2, walls 40 x 5 outside and 16 x 5 inside
    assert row is not None
    assert row["closed"]
    assert row["area"] == pytest.approx(2 * 84 + 40 * 5 + 16 * 5 if _has_sfcgal(database) else 584.0)


def test_a_prism_without_height_is_nothing() -> None:
    assert prism(shapely.box(0, 0, 1, 1), 3.0, 3.0) is None


def test_shadow_of_a_courtyard_has_a_hole() -> None:
    points, faces = _ring_mesh()
    assert plan_polygon(points, faces).area == pytest.approx(84.0)


def test_shadow_of_an_upright_plane_is_a_strip() -> None:
    points = np.array([[0, 0, 0], [5, 0, 0], [5, 0, 3], [0, 0, 3]], dtype=float)
    strip = plan_polygon(points, np.array([[0, 1, 2], [0, 2, 3]], dtype=np.int32))
    assert strip.area == pytest.approx(5.0 * 0.01, rel=0.05)


@given(
    st.lists(
        st.tuples(st.floats(-50, 50), st.floats(-50, 50), st.floats(0.5, 20), st.floats(0.5, 20)),
        min_size=1,
        max_size=6,
    )
)
def test_the_shadow_of_boxes_is_the_union_of_their_rectangles(boxes: list[tuple[float, ...]]) -> None:
    points, faces = [], []
    for number, (x, y, width, depth) in enumerate(boxes):
        points.append(_CORNERS * [width, depth, 1.0 + number] + [x, y, 0.0])
        faces.append(_TRIANGLES + 8 * number)
    shadow = plan_polygon(np.concatenate(points), np.concatenate(faces))
    expected = shapely.union_all([shapely.box(x, y, x + w, y + d) for x, y, w, d in boxes])
    assert shadow.is_valid
    assert shadow.symmetric_difference(expected).area < 0.01 * expected.length


def test_a_cut_meets_the_walls_and_not_the_floor() -> None:
    points, faces = _ring_mesh()
    segments = cut(points, faces, 1.2)
    assert np.linalg.norm(segments[:, 0] - segments[:, 1], axis=1).sum() == pytest.approx(40 + 16)
    assert len(cut(points, faces, 5.5)) == 0


def test_an_outline_closes_gaps_and_fills_only_what_no_floor_covers() -> None:
    walls = [shapely.box(0, 0, 10, 0.2), shapely.box(0, 9.8, 10, 10), shapely.box(0, 0.4, 0.2, 9.6)]
    walls.append(shapely.box(9.8, 0.2, 10, 9.8))
    filled, quality = outline(walls, [])
    assert (round(filled.area), quality) == (100, "walls-filled")
    floor = shapely.box(0, 0, 10, 10).difference(shapely.box(4, 4, 6, 6))
    kept, quality = outline([*walls, floor], [floor])
    assert (round(kept.area), quality) == (96, "slabs")
    assert outline([], []) == (None, "none")


@given(st.floats(0.01, 200), st.floats(-1e6, 1e6))
def test_a_quantised_mesh_comes_back_within_its_step(size: float, offset: float) -> None:
    points, faces = _box((size, size / 2, size * 3), (offset, -offset, 0.0))
    stored = quantise(Mesh(points, faces, np.zeros(12, np.int32), []))
    low, high = np.array(stored.box_min_m), np.array(stored.box_max_m)
    steps = np.frombuffer(stored.positions, "<u2").reshape(-1, 3)
    back = low + steps / 65535 * (high - low)
    assert np.abs(back - points).max() <= (high - low).max() / 65535 + 1e-9 * abs(offset)
    assert np.array_equal(np.frombuffer(stored.indices, "<u4").reshape(-1, 3), faces)


def _has_sfcgal(database: Database) -> bool:
    return bool(database.scalar("select count(*) from pg_extension where extname = 'postgis_sfcgal'"))
