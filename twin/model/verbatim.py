"""Shapes together with the bytes they were read from, so that nobody has to write them again."""

from __future__ import annotations

from typing import Any, cast

import numpy as np
import numpy.typing as npt
import pyarrow as pa  # type: ignore[import-untyped]

_HEAD_BYTES = 5
_PLAIN = (1, 2, 3, 4, 5, 6)
"""Type codes of WKB in the plane, which PostGIS reads as shapely writes them."""


class Verbatim(np.ndarray[Any, np.dtype[Any]]):
    """Shapely geometry and its WKB, shape for shape.

    Whatever numpy makes of it (a copy, a part, a result) forgets the bytes; only `kept` takes both
    along. It cannot be written to.

    Attributes
    ----------
    wkb : pyarrow.BinaryArray or None
        Little-endian, in the plane, one type; null where there is no shape. None: forgotten.
    code : int
        The type, as WKB counts them.
    """

    wkb: pa.Array | None = None
    code: int = 0

    def kept(self, rows: npt.NDArray[np.bool_]) -> npt.NDArray[Any]:
        """The rows where the mask is true, with their bytes."""
        if self.wkb is None:
            return np.asarray(self)[rows]
        return _joined(np.asarray(self)[rows], self.wkb.filter(pa.array(rows)), self.code)


def verbatim(shapes: npt.NDArray[np.object_], wkb: pa.Array) -> npt.NDArray[np.object_]:
    """`Verbatim` where the bytes are such that PostGIS may have them as they are, else the shapes.

    Parameters
    ----------
    shapes : ndarray of shapely geometry
        What was read.
    wkb : pyarrow.BinaryArray
        From which.
    """
    if wkb.offset:
        wkb = pa.concat_arrays([wkb])
    if not len(wkb) or wkb.type != pa.binary():
        return shapes
    _, offsets, data = wkb.buffers()
    starts = np.frombuffer(offsets, np.int32, len(wkb) + 1)
    sizes = np.diff(starts)
    known = np.asarray(wkb.is_valid().to_numpy(zero_copy_only=False))
    if starts[0] or not known.any() or (sizes[known] < _HEAD_BYTES).any() or sizes[~known].any():
        return shapes
    heads = np.frombuffer(data, np.uint8)[starts[:-1][known][:, None] + np.arange(_HEAD_BYTES)]
    code = int(heads[0, 1])
    if code not in _PLAIN or (heads != np.array([1, code, 0, 0, 0], np.uint8)).any():
        return shapes
    return _joined(shapes, wkb, code)


def _joined(shapes: npt.NDArray[np.object_], wkb: pa.Array, code: int) -> Verbatim:
    found = cast(Verbatim, np.array(shapes, dtype=object).view(Verbatim))
    found.wkb, found.code = wkb, code
    found.flags.writeable = False
    return found
