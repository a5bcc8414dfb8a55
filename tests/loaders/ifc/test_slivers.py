"""A closed mesh stays closed and keeps its volume when triangles without width are taken out."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from loaders.ifc.export.slivers import _widths, without_slivers
from loaders.ifc.solid import signed_volume

CUBE = np.array([(x, y, z) for x in (0, 1) for y in (0, 1) for z in (0, 1)], float)
FACES = [(0, 1, 3, 2), (4, 6, 7, 5), (0, 4, 5, 1), (2, 3, 7, 6), (0, 2, 6, 4), (1, 5, 7, 3)]
TRIANGLES = np.array([t for a, b, c, d in FACES for t in ((a, b, c), (a, c, d))])


def is_closed(triangles: np.ndarray) -> bool:
    sides = Counter((t[i], t[i - 2]) for t in triangles.tolist() for i in range(3))
    return all(count == 1 and sides[b, a] == 1 for (a, b), count in sides.items())


def with_sliver(share: float, off_m: float) -> tuple[np.ndarray, np.ndarray]:
    """The cube with a corner on (or a hair off) a side that only one of its two faces knows."""
    a, b = 1, 3  # a side between the faces x = 0 and z = 1
    middle = CUBE[a] + share * (CUBE[b] - CUBE[a]) + (0, 0, -off_m)
    points = np.vstack([CUBE, middle])
    made = []
    for triangle in TRIANGLES.tolist():
        at = next((i for i in range(3) if (triangle[i], triangle[i - 2]) == (a, b)), None)
        if at is None:
            made.append(triangle)
        else:  # the face knows the corner; a sliver closes the gap to the other face
            apex = triangle[at - 1]
            made += [[a, 8, apex], [8, b, apex], [a, b, 8]]
    return points, np.array(made)


@given(st.floats(0.01, 0.99), st.sampled_from([0.0, 1e-5, 1e-4]))
def test_a_sliver_goes_and_the_body_stays_closed(share: float, off_m: float) -> None:
    points, triangles = with_sliver(share, off_m)
    assert is_closed(triangles) and _widths(points, triangles).min() < 2e-4
    kept, found = without_slivers(points, triangles)
    assert is_closed(found)
    assert _widths(kept, found).min() > 1e-3
    assert abs(signed_volume(kept, found)) == pytest.approx(1.0, abs=1e-4)


def test_a_sound_mesh_keeps_its_triangles() -> None:
    assert is_closed(TRIANGLES)
    kept, found = without_slivers(CUBE, TRIANGLES)
    assert {frozenset(map(tuple, kept[t])) for t in found} == {
        frozenset(map(tuple, CUBE[t])) for t in TRIANGLES
    }


def test_corners_that_fall_together_are_one() -> None:
    points = np.vstack([CUBE, CUBE[0]])
    triangles = np.where(np.arange(12)[:, None] < 6, TRIANGLES, np.where(TRIANGLES == 0, 8, TRIANGLES))
    kept, found = without_slivers(points, triangles)
    assert len(kept) == 8 and is_closed(found)


def test_nothing_is_left_of_a_mesh_without_extent() -> None:
    kept, found = without_slivers(np.zeros((3, 3)), np.array([[0, 1, 2]]))
    assert len(found) == 0 and len(kept) == 1
