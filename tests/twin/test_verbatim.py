"""Bytes of a file go to the database as they are, but never in place of a shape they are not of."""

from __future__ import annotations

import struct

import numpy as np
import pyarrow as pa
import pytest
import shapely

from twin.model.verbatim import Verbatim, verbatim
from twin.store.shape import shapes

_SQUARE = shapely.box(0, 0, 10, 10)
_COURT = shapely.Polygon(_SQUARE.exterior, [[(2, 2), (4, 2), (4, 4), (2, 2)]])


def _read(*given: object) -> np.ndarray:
    array = np.array(given, dtype=object)
    return verbatim(array, pa.array(shapely.to_wkb(array, byte_order=1), pa.binary()))


def _kept(array: np.ndarray, wanted: str = "MultiPolygon") -> list[bytes | None]:
    made = shapes(array, wanted)
    assert not made.wrong.any()
    return [None if one is None else bytes(one) for one in pa.array(made.wkb, pa.binary()).to_pylist()]


def test_single_parts_become_multi_geometries_with_the_bytes_as_they_came() -> None:
    read = _read(_SQUARE, None, _COURT)
    assert isinstance(read, Verbatim)
    assert read.wkb is not None
    square, nothing, court = _kept(read)
    # header of a multipolygon of one part, then the polygon of the file
    head = b"\1" + struct.pack("<II", 6, 1)
    assert nothing is None
    assert [square, court] == [head + shapely.to_wkb(one, byte_order=1) for one in (_SQUARE, _COURT)]
    assert shapely.from_wkb(court) == shapely.MultiPolygon([_COURT])


def test_the_same_is_written_with_the_bytes_and_without() -> None:
    many = shapely.MultiPolygon([_SQUARE, shapely.box(20, 0, 30, 5)])
    line = shapely.LineString([(0, 0), (5, 5)])
    point = shapely.Point(1, 2)
    for given, wanted in (
        ([many, None], "MultiPolygon"),
        ([_COURT], "MultiPolygon"),
        ([line], "MultiLineString"),
        ([point], "Point"),
        ([_COURT, None], "Geometry"),
    ):
        read = _read(*given)
        assert isinstance(read, Verbatim)
        assert _kept(read, wanted) == _kept(np.array(given, dtype=object), wanted)


def test_what_became_of_a_shape_is_written_and_not_what_it_was() -> None:
    read = _read(_SQUARE, _COURT)
    moved = shapely.transform(np.array(read, dtype=object), lambda xy: xy + 100)
    assert shapely.from_wkb(_kept(moved)[0]) == shapely.MultiPolygon([shapely.box(100, 100, 110, 110)])
    copy = read.copy()
    copy[0] = shapely.box(0, 0, 1, 1)
    assert shapely.from_wkb(_kept(copy)[0]) == shapely.MultiPolygon([shapely.box(0, 0, 1, 1)])
    assert _kept(read[::-1]) == _kept(np.array([_COURT, _SQUARE], dtype=object))
    with pytest.raises(ValueError, match="read-only"):
        read[0] = None
    assert isinstance(read, Verbatim)
    kept = read.kept(np.array([False, True]))
    assert isinstance(kept, Verbatim)
    assert kept.wkb is not None
    assert _kept(kept) == _kept(np.array([_COURT], dtype=object))


@pytest.mark.parametrize(
    "given",
    [
        [shapely.Polygon([(0, 0, 5), (1, 0, 5), (1, 1, 5)])],
        [_SQUARE, shapely.MultiPolygon([_SQUARE])],
        [None],
        [],
    ],
)
def test_heights_and_mixed_types_are_written_by_shapely(given: list[object]) -> None:
    assert not isinstance(_read(*given), Verbatim)


def test_big_endian_and_empty_shapes_are_written_by_shapely() -> None:
    array = np.array([_SQUARE], dtype=object)
    assert not isinstance(verbatim(array, pa.array(shapely.to_wkb(array, byte_order=0))), Verbatim)
    assert _kept(_read(_SQUARE, shapely.Polygon()))[1] is None
