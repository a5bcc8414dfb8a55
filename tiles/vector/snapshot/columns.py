"""Rows as PostgreSQL writes them in binary, taken apart into columns."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from tiles.vector.snapshot.dictionary import Dictionary
from tiles.vector.snapshot.kernel import value
from tiles.vector.snapshot.kernel.record import fill, measure
from tiles.vector.snapshot.rows import Array
from twin.errors import Unprocessable

FORMS = {
    16: value.BOOLEAN, 20: value.INTEGER, 21: value.INTEGER, 23: value.INTEGER,
    25: value.TEXT, 700: value.REAL, 701: value.DOUBLE,
}  # fmt: skip
"""By PostgreSQL's type ids; columns of other types are asked for as text."""
_VALUE_HEAD = 12
"""Most bytes a value has beside its text."""


def forms_of(types: Iterable[int]) -> Array:
    """How values of these types arrive; see `kernel.value`."""
    return np.array([FORMS.get(code, value.TEXT) for code in types], np.int64)


def columns_of(
    chunk: Array, written: Array, forms: Array, dictionary: Dictionary | None, name: str
) -> tuple[dict[str, Array], Array, Dictionary]:
    """Columns of whole rows, as `Rows` has them.

    Parameters
    ----------
    chunk : uint8 array
        The rows.
    written : int64 array
        `kernel.record.COPY`, or `SENT`, where no boxes come and those and the cells stay empty.
    forms : int64 array
        One for each attribute.
    dictionary : Dictionary or None
        Gets the values it does not have yet; None: one for these rows alone.
    name : str
        Layer, for the error.

    Returns
    -------
    columns : dict
        Named as the attributes of `Rows`, without `boxes` and `sides_m`.
    boxes_m : float64 array, shape (n, 4)
        West, south, east, north as they were sent.
    dictionary : Dictionary
        The one that has the values.

    Raises
    ------
    Unprocessable
        A geometry is of a kind that is not drawn here; names the feature.
    """
    n, parts, points, strange = measure(chunk, written)
    if strange >= 0:
        raise Unprocessable(f"the geometry of '{name}' {strange} is of a kind that is not drawn from memory")
    values, size = n * len(forms), len(chunk) + _VALUE_HEAD * n * len(forms)
    if dictionary is None:
        dictionary = Dictionary(values, size)
    else:
        dictionary.make_room(values, size)
    boxes_m = np.empty((n, 4), np.float64)
    row_part, part_point = np.zeros(n + 1, np.int64), np.zeros(parts + 1, np.int64)
    columns = {
        "ids": np.empty(n, np.int64), "lots": np.empty(n, np.int32), "kinds": np.empty(n, np.uint8),
        "invalid": np.empty(n, np.uint8),
        "cells": np.empty((n, 4), np.int32), "codes": np.empty((n, len(forms)), np.int32),
        "row_part": row_part, "part_point": part_point,
        "part_hole": np.empty(parts, np.uint8), "xy": np.empty((points, 2), np.float64),
    }  # fmt: skip
    dictionary.known = fill(
        chunk, written, forms, columns["ids"], columns["lots"], columns["invalid"], columns["kinds"],
        boxes_m, columns["cells"],
        columns["codes"], row_part, part_point, columns["part_hole"], columns["xy"],
        dictionary.bytes, dictionary.start, dictionary.known, dictionary.table,
    )  # fmt: skip
    return columns, boxes_m, dictionary
