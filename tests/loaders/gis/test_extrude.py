"""Solids against numbers made by hand and against PostGIS."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import numpy as np
import pytest
import shapely

from loaders.gis.extrude import extrude
from twin.database.connection import Database

_COURT = shapely.Polygon([(0, 0), (10, 0), (10, 10), (0, 10)], [[(2, 2), (4, 2), (4, 4), (2, 4)]])
_BENT = shapely.Polygon([(0, 0), (10, 0), (10, 5), (5, 5), (5, 10), (0, 10)])


def _faces(wkb: bytes) -> list[np.ndarray[Any, Any]]:
    """Rings of the faces, read by hand: shapely has no polyhedral surfaces."""
    assert wkb[:5] == b"\x01" + (1015).to_bytes(4, "little")
    count, at, faces = int.from_bytes(wkb[5:9], "little"), 9, []
    for _ in range(count):
        assert wkb[at : at + 9] == b"\x01" + (1003).to_bytes(4, "little") + (1).to_bytes(4, "little")
        points = int.from_bytes(wkb[at + 9 : at + 13], "little")
        faces.append(np.frombuffer(wkb, "<f8", points * 3, at + 13).reshape(-1, 3))
        at += 13 + points * 24
    assert at == len(wkb)
    return faces


def _volume(wkb: bytes) -> float:
    """By the divergence theorem: positive only if every face looks outward."""
    total = 0.0
    for face in _faces(wkb):
        first = face[0]
        for a, b in pairwise(face[1:-1]):
            total += float(np.dot(first, np.cross(a, b))) / 6.0
    return total


@pytest.mark.parametrize(
    ("shape", "base", "height", "volume"),
    [
        (shapely.box(0, 0, 10, 20), 5.0, 30.0, 6000.0),
        (shapely.box(0, 0, 10, 20).reverse(), -3.0, 30.0, 6000.0),
        (_COURT, 0.0, 10.0, 960.0),
        (_BENT, 100.0, 2.0, 150.0),
        (shapely.MultiPolygon([shapely.box(0, 0, 1, 1), shapely.box(5, 5, 7, 7)]), 1.0, 2.0, 10.0),
        (shapely.MultiPolygon([_COURT, shapely.box(20, 0, 21, 1)]), 1.0, 2.0, 194.0),
        (shapely.Polygon([(0, 0), (10, 0), (10, 0), (10, 10), (0, 10)]), 0.0, 1.0, 100.0),
    ],
)
def test_volume_and_closedness(
    database: Database, shape: Any, base: float, height: float, volume: float
) -> None:
    (wkb,) = extrude(np.array([shape], dtype=object), np.array([base]), np.array([height]))
    assert wkb is not None
    assert _volume(wkb) == pytest.approx(volume)
    row = database.row(
        "select st_isclosed(g) as closed, st_zmin(g) as low, st_zmax(g) as top,"
        " st_area(st_envelope(g)) as plan from (select st_geomfromwkb(%(wkb)s) as g) s",
        {"wkb": wkb},
    )
    assert row is not None
    assert row["closed"] is True
    assert (row["low"], row["top"]) == (base, base + height)


def test_unknown_stays_unknown_and_rows_keep_their_places() -> None:
    shapes = np.array(
        [None, shapely.box(0, 0, 1, 1), shapely.box(0, 0, 1, 1), _COURT, shapely.box(0, 0, 2, 2)], object
    )
    made = extrude(shapes, np.array([0, np.nan, 0, 0, 0.0]), np.array([1, 1, 0, 3, 5.0]))
    assert [wkb is None for wkb in made] == [True, True, True, False, False]
    assert [_volume(wkb) for wkb in made if wkb] == pytest.approx([288.0, 20.0])


def test_a_batch_is_the_same_as_one_by_one() -> None:
    shapes = np.array([_COURT, _BENT, shapely.box(3, 3, 4, 9)] * 5, dtype=object)
    base, height = np.arange(15.0), np.arange(1.0, 16.0)
    alone = [extrude(shapes[n : n + 1], base[n : n + 1], height[n : n + 1])[0] for n in range(15)]
    assert extrude(shapes, base, height) == alone


@pytest.mark.parametrize(
    "shape",
    [
        shapely.box(0, 0, 10, 20),
        shapely.box(0, 0, 10, 20).reverse(),
        _BENT,
        shapely.MultiPolygon([shapely.box(0, 0, 1, 1), shapely.box(5, 5, 7, 7)]),
        shapely.Polygon([(512345.125, 2493000.1), (512345.3, 2493010.7), (512333.333, 2493001.9)]),
        shapely.Polygon([(0, 0), (10, 0), (10, 0), (10, 10), (0, 10)]),
    ],
)
def test_the_database_makes_the_same_faces(database: Database, shape: Any) -> None:
    (ours,) = extrude(np.array([shape], dtype=object), np.array([3.5]), np.array([7.25]))
    theirs = database.scalar(
        "select st_asbinary(twin.prism(st_geomfromwkb(%(shape)s), 3.5, 10.75))", {"shape": shape.wkb}
    )
    assert ours is not None and theirs is not None

    def turned(face: np.ndarray[Any, Any]) -> tuple[Any, ...]:
        """A ring from its smallest corner on, so that where it begins does not matter."""
        corners = [tuple(corner) for corner in face[:-1].tolist()]
        first = corners.index(min(corners))
        return tuple(corners[first:] + corners[:first])

    assert sorted(map(turned, _faces(ours))) == sorted(map(turned, _faces(bytes(theirs))))


@pytest.mark.parametrize("shape", [_COURT, shapely.MultiPolygon([_COURT, shapely.box(20, 0, 21, 1)])])
def test_the_database_closes_courtyards(database: Database, shape: Any) -> None:
    row = database.row(
        "select st_asbinary(g) as wkb, st_isclosed(g) as closed"
        " from (select twin.prism(st_geomfromwkb(%(shape)s), 1, 4) as g) s",
        {"shape": shape.wkb},
    )
    if not database.scalar("select twin.can_triangulate()"):
        assert row["wkb"] is None
        return
    assert row["closed"] is True
    assert _volume(bytes(row["wkb"])) == pytest.approx(3 * shape.area)
