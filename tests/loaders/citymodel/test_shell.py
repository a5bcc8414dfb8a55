"""What is a solid and what is not, against volumes known beforehand and against PostGIS."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from loaders.citymodel.faces import Faces, area_vectors, from_wkb, joined, made, taken, to_wkb
from loaders.citymodel.shell import judge
from tests.loaders.citymodel.author import FACES, MEANINGS, VOLUME_M3, corners
from twin.database.connection import Database


def house(shift: float = 0.0) -> Faces:
    points = np.array(corners(shift))
    return made([[points[face]] for face in FACES])


def box(low: tuple[float, ...], high: tuple[float, ...]) -> list[list[np.ndarray]]:
    """Six faces looking out."""
    corner = np.array([[x, y, z] for z in (0, 1) for y in (0, 1) for x in (0, 1)], float)
    points = np.array(low) + corner * (np.array(high) - np.array(low))
    sides = [[0, 2, 3, 1], [4, 5, 7, 6], [0, 1, 5, 4], [2, 6, 7, 3], [0, 4, 6, 2], [1, 3, 7, 5]]
    return [[points[side]] for side in sides]


def volume(faces: Faces) -> float:
    """By the divergence theorem, written apart from the code under test: fans of tetrahedra."""
    total, at = 0.0, 0
    for size in faces.rings:
        ring = faces.points[at : at + size] - faces.points[0]
        total += sum(np.linalg.det([ring[0], ring[i], ring[i + 1]]) for i in range(1, size - 1)) / 6
        at += size
    return total


@given(
    turned=st.lists(st.booleans(), min_size=7, max_size=7),
    order=st.permutations(range(7)),
    noise=st.integers(0, 2**32 - 1),
)
def test_a_house_is_a_solid_however_its_faces_come(turned: list[bool], order: list[int], noise: int) -> None:
    points = np.array(corners())
    wobble = np.random.default_rng(noise)
    faces = [
        [(points[FACES[n]] + wobble.uniform(-1e-4, 1e-4, (len(FACES[n]), 3)))[:: -1 if turned[n] else 1]]
        for n in order
    ]
    verdict = judge(made(faces), [MEANINGS[n] for n in order])
    assert verdict.code is None
    assert verdict.volume_m3 == pytest.approx(VOLUME_M3, rel=1e-3)
    assert volume(verdict.faces) == pytest.approx(VOLUME_M3, rel=1e-3), "facing out"
    assert verdict.meanings == [MEANINGS[n] for n in order]


@given(st.integers(0, 6))
def test_a_missing_face_leaves_it_open_and_untouched(gone: int) -> None:
    faces = taken(house(), np.arange(7) != gone)
    verdict = judge(faces, MEANINGS[:gone] + MEANINGS[gone + 1 :])
    assert verdict.code == "shell-open"
    assert np.array_equal(verdict.faces.points, faces.points)
    assert len(verdict.meanings) == 6


def test_touching_solids_lose_the_wall_between_them() -> None:
    verdict = judge(made(box((0, 0, 0), (2, 2, 3)) + box((2, 0, 0), (4, 2, 3))), [None] * 12)
    assert (verdict.code, len(verdict.faces)) == (None, 10)
    assert verdict.volume_m3 == pytest.approx(24)
    assert verdict.repairs == Counter({"face-double": 2})


def test_two_bodies_apart_are_both_turned_out() -> None:
    inside_out = [[ring[::-1] for ring in face] for face in box((10, 0, 0), (11, 1, 1))]
    verdict = judge(made(box((0, 0, 0), (1, 1, 1)) + inside_out), [None] * 12)
    assert verdict.code is None
    assert volume(verdict.faces) == pytest.approx(2)


def test_a_corner_on_a_neighbours_edge_is_inserted_there() -> None:
    faces = box((0, 0, 0), (4, 2, 3))
    top = faces[1][0]
    half = (top[0] + top[1]) / 2
    other = (top[2] + top[3]) / 2
    faces[1:2] = [[np.array([top[0], half, other, top[3]])], [np.array([half, top[1], top[2], other])]]
    verdict = judge(made(faces), [None] * 7)
    assert verdict.code is None
    assert verdict.repairs["corner-inserted"] == 2
    assert verdict.volume_m3 == pytest.approx(24)


def test_a_bent_face_becomes_triangles_with_its_meaning() -> None:
    points = np.array(corners())
    points[9, 2] += 1.0  # the ridge rises: both roofs are warped
    verdict = judge(made([[points[face]] for face in FACES]), list(MEANINGS))
    assert verdict.code is None
    assert verdict.repairs["face-bent"] == 2
    assert verdict.meanings.count("RoofSurface") == 4
    assert (verdict.faces.rings[-4:] == 3).all()


def test_faces_with_holes_become_triangles() -> None:
    """A block with a courtyard right through: floor and roof have a hole."""
    outer, inner = box((0, 0, 0), (10, 10, 5)), box((3, 3, 0), (7, 7, 5))
    walls = [[ring[::-1] for ring in face] for face in inner[2:]]
    floor, roof = [outer[0][0], inner[0][0][::-1]], [outer[1][0], inner[1][0][::-1]]
    verdict = judge(
        made([floor, roof, *outer[2:], *walls]), ["GroundSurface", "RoofSurface", *["WallSurface"] * 8]
    )
    assert verdict.code is None
    assert (verdict.faces.faces == 1).all()
    assert verdict.volume_m3 == pytest.approx(5 * (100 - 16))
    up = area_vectors(verdict.faces)[:, 2]
    roofs = [area for area, meaning in zip(up, verdict.meanings, strict=True) if meaning == "RoofSurface"]
    assert sum(roofs) == pytest.approx(84)


@pytest.mark.parametrize(
    ("faces", "code"),
    [
        (box((0, 0, 0), (1, 1, 0.0005)), "shell-no-volume"),
        (box((0, 0, 0), (1, 1, 1)) + box((1, 1, 0), (2, 2, 1)), "shell-not-manifold"),
        (box((0, 0, 0), (1, 1, 1))[:3], "shell-open"),
    ],
)
def test_what_is_no_solid_says_why(faces: list[list[np.ndarray]], code: str) -> None:
    found = judge(made(faces), [None] * len(faces)).code
    # a slab thinner than the weld is welded to nothing
    assert found in (code, "shell-open") if code == "shell-no-volume" else found == code


def test_a_crossing_face_is_no_face() -> None:
    """A bow-tie as ground plan: every edge twice, yet the floor crosses itself."""
    plan = np.array([[0, 0], [4, 4], [4, 0], [0, 4.5]], float)
    low, high = (np.column_stack((plan, np.full(4, z))) for z in (0.0, 3.0))
    walls = [[np.array([low[i], low[j], high[j], high[i]])] for i, j in ((0, 1), (1, 2), (2, 3), (3, 0))]
    assert judge(made([[low[::-1]], [high], *walls]), [None] * 6).code == "face-crossing"


def test_a_moebius_band_closed_is_not_orientable() -> None:
    """The projective plane of six corners (its ten triangles), as points in general position."""
    points = np.array([[0, 0, 0], [9, 1, 0], [2, 8, 1], [7, 7, 6], [1, 3, 9], [8, 2, 7]], float)
    triangles = [
        *((0, 1, 2), (0, 2, 3), (0, 3, 4), (0, 4, 5), (0, 5, 1)),
        *((1, 2, 4), (2, 3, 5), (3, 4, 1), (4, 5, 2), (5, 1, 3)),
    ]
    faces = made([[points[list(triangle)]] for triangle in triangles])
    assert judge(faces, [None] * 10).code == "shell-not-orientable"


@given(
    st.lists(st.lists(st.integers(3, 9), min_size=1, max_size=3), min_size=1, max_size=6), st.integers(0, 9)
)
def test_wkb_comes_back(sizes: list[list[int]], seed: int) -> None:
    random = np.random.default_rng(seed)
    faces = made([[random.normal(size=(size, 3)) for size in face] for face in sizes])
    back = from_wkb(to_wkb(faces))
    assert np.array_equal(back.points, faces.points)
    assert back.rings.tolist() == faces.rings.tolist()
    assert back.faces.tolist() == faces.faces.tolist()


def test_postgis_agrees(database: Database) -> None:
    closed = judge(joined([house(), house(50)]), MEANINGS * 2)
    row = database.row(
        "select st_geometrytype(g) as kind, st_isclosed(g) as closed, st_npoints(g) as points,"
        " st_numpatches(g) as faces from (select st_geomfromwkb(%(wkb)s) as g) s",
        {"wkb": to_wkb(closed.faces)},
    )
    assert row == {"kind": "ST_PolyhedralSurface", "closed": True, "points": 2 * (30 + 7), "faces": 14}
    opened = to_wkb(taken(house(), np.arange(7) > 0))
    assert not database.scalar("select st_isclosed(st_geomfromwkb(%(wkb)s))", {"wkb": opened})
