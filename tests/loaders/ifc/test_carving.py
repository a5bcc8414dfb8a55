"""Clipped and opened bodies: the volumes a person works out, and the ones OpenCASCADE gives."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from loaders.ifc import carve
from loaders.ifc.carving import carved, planned
from loaders.ifc.chunk import Mesh
from loaders.ifc.halfspace import HalfSpace, half_spaces
from loaders.ifc.kernel import EXACT, shapes
from loaders.ifc.profiles import is_hard
from loaders.ifc.solid import is_closed, signed_volume
from loaders.ifc.sorting import sort_products
from loaders.ifc.triangulation import mesh_of
from tests.loaders.ifc.author import House
from tests.loaders.ifc.clips import SIZE, clipped_wall, gable, hole, mapped_wall, red, tube

_TRIANGLES = np.array(
    [
        [0, 2, 1], [1, 2, 3], [4, 5, 6], [5, 7, 6], [0, 1, 4], [1, 5, 4],
        [2, 6, 3], [3, 6, 7], [0, 4, 2], [2, 4, 6], [1, 3, 5], [3, 7, 5],
    ],
    dtype=np.int32,
)  # fmt: skip


def _cube() -> Mesh:
    corners = np.array([[x, y, z] for z in (0, 1) for y in (0, 1) for x in (0, 1)], dtype=np.float64)
    return Mesh(corners, _TRIANGLES, np.repeat([0, 1], 6).astype(np.int32), [(1, 2, 3, 255), (9, 9, 9, 255)])


def _meets_itself(mesh: Mesh) -> bool:
    """Each directed edge once and once the other way, without the loader's welding at 0.1 mm."""
    points, index = np.unique(mesh.vertices.round(9), axis=0, return_inverse=True)
    corners = index.reshape(-1)[mesh.triangles]
    edges = np.concatenate([corners[:, [0, 1]], corners[:, [1, 2]], corners[:, [2, 0]]])
    forward = edges @ [len(points), 1]
    return bool((np.sort(forward) == np.sort(edges @ [1, len(points)])).all())


def _volume(mesh: Mesh) -> float:
    assert is_closed(mesh.vertices, mesh.triangles)
    return signed_volume(mesh.vertices, mesh.triangles)


def _carved_volume(house: House, wall: Any) -> float:
    assert sort_products(house.model, [wall]).risky == [wall], "the fast kernel alone would get it wrong"
    (found,) = carved(house.model, [wall])
    (exact,) = shapes(house.model, [wall], EXACT)
    expected = mesh_of(exact.geometry)
    assert expected is not None
    volume = _volume(found.mesh)
    assert volume == pytest.approx(_volume(expected), rel=1e-3)
    assert found.mesh.vertices.max(axis=0) == pytest.approx(expected.vertices.max(axis=0), abs=1e-4)
    return volume


@pytest.mark.parametrize("millimetres", [False, True])
@pytest.mark.parametrize("agreement", [True, False])
def test_a_gable_is_cut_on_the_side_the_flag_says(agreement: bool, millimetres: bool) -> None:
    """4 x 0.2 x 3 m under a plane from 1 m at x = 0 to 3 m at x = 4: 2 x 4 x 0.2 stay, or the rest."""
    house = House(millimetres=millimetres)
    wall = clipped_wall(house, [gable(house, agreement=agreement)])
    stays = 0.2 * 4 * 2
    whole = SIZE[0] * SIZE[1] * SIZE[2]
    assert _carved_volume(house, wall) == pytest.approx(whole - stays if agreement else stays, rel=1e-4)


def test_a_bounded_half_space_cuts_within_its_ring_only() -> None:
    house = House()
    wall = clipped_wall(
        house, [gable(house, agreement=False, ring=[(1.0, -1), (3.0, -1), (3.0, 1), (1.0, 1)])]
    )
    # between x = 1 and x = 3 the plane runs from 1.5 to 2.5 m: 2 m long, 1 m high in the mean are cut
    assert _carved_volume(house, wall) == pytest.approx(0.2 * (4 * 3 - 2 * 1.0), rel=1e-4)


def test_clips_that_end_in_the_faces_of_the_body_leave_no_film() -> None:
    house = House()
    ring = [(0.0, 0.0), (2.0, 0.0), (2.0, SIZE[1]), (0.0, SIZE[1])]
    wall = clipped_wall(house, [gable(house, agreement=False, level=1.0, ring=ring)])
    (found,) = carved(house.model, [wall])
    assert _volume(found.mesh) == pytest.approx(0.2 * (4 * 3 - 2 * 2), rel=1e-4)
    assert len(found.mesh.triangles) == 20, "an L-shaped prism has 8 faces, which are 20 triangles"


def test_a_clipped_wall_has_its_door_cut_too() -> None:
    house = House()
    wall = clipped_wall(house, [gable(house, agreement=False)])
    hole(house, wall, (1.0, 0.6, 0.8), (2.0, -0.2, 0.0))
    assert _carved_volume(house, wall) == pytest.approx(0.2 * (4 * 2 - 0.8), rel=1e-4)


def test_a_mapped_wall_has_its_door_cut_and_the_others_keep_theirs() -> None:
    house = House()
    first = mapped_wall(house)
    second = mapped_wall(house, like=first)
    hole(house, first, (1.0, SIZE[1], 2.0), (2.0, 0.0, 0.0))
    ways = sort_products(house.model, [first, second])
    assert (ways.safe, ways.risky) == ({0: [second]}, [first])
    assert _carved_volume(house, first) == pytest.approx(0.2 * (4 * 3 - 2.0), rel=1e-4)


def test_a_body_stretched_along_one_axis_is_flagged() -> None:
    house = House()
    wall = mapped_wall(house)
    assert not sort_products(house.model, [wall]).unconfirmed
    (item,) = wall.Representation.Representations[0].Items
    item.MappingTarget = house.model.create_entity(
        "IfcCartesianTransformationOperator3DnonUniform",
        LocalOrigin=item.MappingTarget.LocalOrigin,
        Scale=0.5,
        Scale2=1.0,
        Scale3=1.0,
    )
    assert sort_products(house.model, [wall]).unconfirmed == {wall.id()}


def test_the_colour_of_the_body_is_on_its_cut_faces() -> None:
    house = House()
    wall = clipped_wall(house, [gable(house, agreement=False)])
    red(house, wall)
    (found,) = carved(house.model, [wall])
    used = {found.mesh.palette[index] for index in found.mesh.materials.tolist()}
    assert used == {(255, 0, 0, 255)}


def test_the_model_is_as_it_was_afterwards() -> None:
    house = House()
    wall = clipped_wall(house, [gable(house, agreement=False)])
    red(house, wall)
    before = house.model.to_string()
    assert len(list(carved(house.model, [wall]))) == 1
    assert house.model.to_string() == before


def test_what_is_hard_or_other_booleans_is_left_to_the_exact_kernel() -> None:
    house = House()
    bent = tube(house)
    (item,) = bent.Representation.Representations[0].Items
    assert is_hard(item)
    assert sort_products(house.model, [bent]).risky == [bent]
    assert planned(bent, 1.0) is None
    wall = clipped_wall(house, [gable(house, agreement=False)])
    boolean = wall.Representation.Representations[0].Items[0]
    boolean.Operator = "UNION"
    assert half_spaces(boolean, 1.0) is None
    assert list(carved(house.model, [wall, bent])) == []


@pytest.mark.parametrize(
    ("corners", "hard"),
    [
        ([(0, 0), (4, 0), (4, 0.2), (0, 0.2)], False),
        ([(0, 0), (4, 0.2), (4, 0), (0, 0.2)], True),  # crosses itself
        ([(0, 0), (4, 0), (4, 3), (2, 0), (0, 3)], True),  # touches itself at (2, 0)
        ([(0, 0), (4, 0), (4, 3), (2, 1e-9), (0, 3)], True),  # nearly
        ([(0, 0), (4, 0), (4, 3), (2, 0.01), (0, 3)], False),
    ],
)
@pytest.mark.parametrize("indexed", [False, True])
def test_an_outline_that_meets_itself_is_left_to_the_exact_kernel(
    corners: list[tuple[float, float]], hard: bool, indexed: bool
) -> None:
    house = House()
    wall = clipped_wall(house, [])
    (item,) = wall.Representation.Representations[0].Items
    item.SweptArea = house.model.create_entity(
        "IfcArbitraryClosedProfileDef", "AREA", None, _outline(house, [*corners, corners[0]], indexed)
    )
    assert is_hard(item) is hard
    assert sort_products(house.model, [wall]).risky == ([wall] if hard else [])
    if hard:
        assert planned(wall, 1.0) is None


def _outline(house: House, corners: list[tuple[float, float]], indexed: bool) -> Any:
    model = house.model
    points = [(float(x), float(y)) for x, y in corners]
    if indexed:
        return model.create_entity(
            "IfcIndexedPolyCurve", model.create_entity("IfcCartesianPointList2D", points), None, False
        )
    return model.create_entity(
        "IfcPolyline", [model.create_entity("IfcCartesianPoint", point) for point in points]
    )


def test_a_clip_that_leaves_nothing_is_not_believed() -> None:
    house = House()
    wall = clipped_wall(house, [gable(house, agreement=False, level=-5.0)])
    assert planned(wall, 1.0) is not None
    assert list(carved(house.model, [wall])) == []


def test_an_open_mesh_is_no_solid() -> None:
    cube = _cube()
    assert carve.solid(Mesh(cube.vertices, cube.triangles[1:], cube.materials[1:], cube.palette)) is None


def test_a_mesh_that_is_inside_out_is_turned() -> None:
    cube = _cube()
    body = carve.solid(Mesh(cube.vertices, cube.triangles[:, ::-1], cube.materials, cube.palette))
    assert body is not None
    assert body.volume() == pytest.approx(1.0)


_UNIT = st.floats(-1, 1, allow_nan=False)


@given(st.tuples(_UNIT, _UNIT, _UNIT).filter(lambda n: np.linalg.norm(n) > 0.1), st.floats(0.05, 0.95))
def test_what_a_plane_leaves_and_what_it_takes_are_the_whole(
    direction: tuple[float, float, float], share: float
) -> None:
    normal = np.array(direction) / np.linalg.norm(direction)
    cube = _cube()
    reach = cube.vertices @ normal
    offset_m = float(reach.min() + share * (reach.max() - reach.min()))
    body = carve.solid(cube)
    assert body is not None
    parts = []
    for side in (1.0, -1.0):
        left = carve.clip(body, [HalfSpace(side * normal, side * offset_m, None, np.eye(4))])
        assert left is not None
        parts.append(carve.mesh(left, body.original_id(), cube.palette))
    volumes = [signed_volume(part.vertices, part.triangles) for part in parts]
    assert all(_meets_itself(part) for part in parts)
    assert sum(volumes) == pytest.approx(1.0, abs=1e-4)
    assert min(volumes) > 0
