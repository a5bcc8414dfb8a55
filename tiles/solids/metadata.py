"""Property tables (EXT_structural_metadata): what a picked feature says of itself.

The id of a row is `city.feature.id`. A value that is not known is the property's `noData`,
never zero; a column in which nothing is known does not travel.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from tiles.solids.binary import Binary
from tiles.solids.table import Values

Array = npt.NDArray[Any]

_NO_REAL = float(np.finfo(np.float32).min)
_NO_WHOLE = -(2**31)
_LARGEST_WHOLE = 2**31 - 1
_Written = tuple[dict[str, Any], dict[str, Any]]
"""How a property is described, and where its values are."""


@dataclass(frozen=True, slots=True)
class Property:
    """One column of a property table.

    Attributes
    ----------
    name : str
        As in the API and in vector tiles.
    kind : str
        `id`, `text`, `integer`, `real` or `boolean`.
    zh, en : str
        Labels.
    unit : str or None
        Unit symbol.
    """

    name: str
    kind: str
    zh: str
    en: str
    unit: str | None = None


ID = Property("id", "id", "对象编号", "city.feature.id")


def property_table(
    binary: Binary, name: str, properties: Sequence[Property], said: Mapping[str, Values], count: int
) -> dict[str, Any]:
    """Write the values and describe them.

    Parameters
    ----------
    binary : Binary
        Takes the values.
    name : str
        Class of the features.
    properties : sequence of Property
        Columns; the first is the id.
    said : mapping
        Values of each property, in the order of the feature ids of the tile.
    count : int
        How many features there are, at least one.

    Returns
    -------
    dict
        The extension object of the document.
    """
    described: dict[str, Any] = {}
    tables: dict[str, Any] = {}
    for one in properties:
        values = said[one.name]
        if values.known.count(None) == len(values.known):
            continue
        schema, stored = _WRITERS[one.kind](binary, values, count)
        label = {"name": one.zh, "description": f"{one.en} [{one.unit}]" if one.unit else one.en}
        described[one.name], tables[one.name] = {**label, **schema}, stored
    return {
        "schema": {"id": "city_twin", "classes": {name: {"properties": described}}},
        "propertyTables": [{"class": name, "count": count, "properties": tables}],
    }


def _id(binary: Binary, said: Values, count: int) -> _Written:
    """32 bits where they hold, for clients read 64-bit integers as another kind of number.

    What stands for several features has no id; no feature has the id 0.
    """
    some = None in said.known or len(said.known) < count
    known = [value or 0 for value in said.known] if some else said.known
    wide = max(known) > 2**32 - 1
    numbers = _all(np.array(known, "<u8" if wide else "<u4"), 0, said, count)
    schema = {"type": "SCALAR", "componentType": "UINT64" if wide else "UINT32"}
    return {**schema, **({"noData": 0} if some else {"required": True})}, {
        "values": binary.view(numbers.tobytes())
    }


def _text(binary: Binary, said: Values, count: int) -> _Written:
    values = said.known
    texts = ["" if value is None else value for value in values] if None in values else values
    joined = "".join(texts)
    data = joined.encode()
    # in ASCII a character is a byte, and nothing has to be encoded by itself to know its length
    lengths = np.fromiter(map(len, texts if joined.isascii() else map(str.encode, texts)), "<u4", len(texts))
    offsets = np.zeros(count + 1, "<u4")
    np.cumsum(_all(lengths, 0, said, count), dtype="<u4", out=offsets[1:])
    stored = {"values": binary.view(data or b"\0")}
    stored["stringOffsets"] = binary.view(offsets.tobytes())
    return {"type": "STRING", "noData": ""}, stored


def _real(binary: Binary, said: Values, count: int) -> _Written:
    numbers = np.array(said.known, np.float64)  # None becomes not a number
    known = np.abs(numbers) < -_NO_REAL  # not a number is not known either
    schema = {"type": "SCALAR", "componentType": "FLOAT32", "noData": _NO_REAL}
    stored = np.where(known, numbers, _NO_REAL).astype("<f4")
    return schema, {"values": binary.view(_all(stored, _NO_REAL, said, count).tobytes())}


def _integer(binary: Binary, said: Values, count: int) -> _Written:
    values = said.known
    known = [value for value in values if value is not None] if None in values else values
    nothing = -(2.0**60)
    if not min(known) > _NO_WHOLE or not max(known) <= _LARGEST_WHOLE:
        schema = {"type": "SCALAR", "componentType": "FLOAT64", "noData": nothing}
        filled = [nothing if value is None else value for value in values]
        return schema, {"values": binary.view(_all(np.array(filled, "<f8"), nothing, said, count).tobytes())}
    filled = values if known is values else [_NO_WHOLE if value is None else value for value in values]
    schema = {"type": "SCALAR", "componentType": "INT32", "noData": _NO_WHOLE}
    return schema, {"values": binary.view(_all(np.array(filled, "<i4"), _NO_WHOLE, said, count).tobytes())}


def _boolean(binary: Binary, said: Values, count: int) -> _Written:
    numbers = np.array([-1 if value is None else int(value) for value in said.known], "i1")
    schema = {"type": "SCALAR", "componentType": "INT8", "noData": -1}
    return schema, {"values": binary.view(_all(numbers, -1, said, count).tobytes())}


def _all(values: Array, nothing: float, said: Values, count: int) -> Array:
    """Values of all features: nothing before and after those that say something."""
    if len(values) == count:
        return values
    whole = np.full(count, nothing, values.dtype)
    whole[said.first : said.first + len(values)] = values
    return whole


_WRITERS = {"id": _id, "text": _text, "real": _real, "integer": _integer, "boolean": _boolean}
