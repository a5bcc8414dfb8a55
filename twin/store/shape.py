"""Geometry as a collection's column wants it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa  # type: ignore[import-untyped]
import pyarrow.compute as pc  # type: ignore[import-untyped]
import shapely

from twin.model.collection import Geometry
from twin.model.verbatim import Verbatim

_POINT, _LINE, _POLYGON = 0, 1, 3
_MULTI_POINT, _MULTI_LINE, _MULTI_POLYGON = 4, 5, 6
_PARTS = {"MultiLineString": (_LINE, _MULTI_LINE), "MultiPolygon": (_POLYGON, _MULTI_POLYGON)}
_Z = 0x80000000
_TO_MULTI = 3
"""From the type code of a single part to that of many."""


@dataclass(frozen=True, slots=True)
class Shapes:
    """Geometry ready to write.

    Attributes
    ----------
    wkb : ndarray of object or pyarrow.BinaryArray
        WKB, null where a feature has no place. It states no SRID: the column's own is taken.
    wrong : ndarray of bool
        Where the type does not fit the column or a coordinate is not finite.
    """

    wkb: Any
    wrong: npt.NDArray[np.bool_]


def shapes(geometry: npt.NDArray[np.object_], wanted: Geometry) -> Shapes:
    """Promote to multi-geometry, set the dimension, encode.

    An empty geometry is no place: it becomes null.

    Parameters
    ----------
    geometry : ndarray of shapely geometry
        In the storage CRS, east,north(,up), metres.
    wanted : Geometry
        Type of the column. A type ending in Z gets height 0 where there is none.
    """
    array = np.array(geometry, dtype=object)
    empty = shapely.is_empty(array)
    array[empty] = None
    missing = shapely.is_missing(array)
    types = shapely.get_type_id(array)
    base = wanted.removesuffix("Z")
    single = one = np.zeros(len(array), dtype=bool)
    if base == "Geometry":
        fits = missing | (types >= 0)
    elif base == "Point":
        one = (types == _MULTI_POINT) & (shapely.get_num_geometries(array) == 1)
        array[one] = shapely.get_geometry(array[one], 0)
        fits = missing | (types == _POINT) | one
    else:
        single = types == _PARTS[base][0]
        fits = missing | single | (types == _PARTS[base][1])
    finite = missing | np.isfinite(shapely.bounds(array)).all(axis=1)
    wrong = ~(fits & finite)
    array[wrong] = None
    solid = wanted.endswith("Z")
    as_it_is = not (solid or empty.any() or wrong.any() or one.any())
    if as_it_is and isinstance(geometry, Verbatim) and geometry.wkb is not None:
        return Shapes(_as_read(geometry.wkb, geometry.code, multi=bool(single.any())), wrong)
    if solid:
        array = shapely.force_3d(array, 0.0)
    wkb: Any = shapely.to_wkb(array, output_dimension=3 if solid else 2, byte_order=1)
    if single.any():
        # A multi-geometry of one part is a header and the part: no need to build the object.
        head = _head(_PARTS[base][1] | (_Z if solid else 0))
        for index in np.flatnonzero(single & ~wrong).tolist():
            wkb[index] = head + wkb[index]
    return Shapes(wkb, wrong)


def _as_read(wkb: pa.Array, code: int, *, multi: bool) -> Any:
    """The bytes as they came, all of one type; to be multi-geometries they get that header before them."""
    if not multi:
        return wkb
    head = pa.scalar(_head(code + _TO_MULTI), pa.binary())
    return pc.binary_join_element_wise(head, wkb, pa.scalar(b"", pa.binary()))


def _head(code: int) -> bytes:
    """Beginning of the WKB of a multi-geometry with one part."""
    return b"\x01" + code.to_bytes(4, "little") + (1).to_bytes(4, "little")
