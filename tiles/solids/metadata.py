"""Property tables (EXT_structural_metadata): what a picked feature says of itself.

The id of a row is `city.feature.id`. A value that is not known is the property's `noData`,
never zero; a column in which nothing is known does not travel.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from tiles.solids.binary import Binary

_NO_REAL = float(np.finfo(np.float32).min)
_NO_WHOLE = -(2**31)
_LARGEST_WHOLE = 2**31 - 1


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
    binary: Binary, name: str, properties: Sequence[Property], rows: Sequence[dict[str, Any]]
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
    rows : sequence of dict
        One a feature, in the order of the feature ids of the tile; at least one.

    Returns
    -------
    dict
        The extension object of the document.
    """
    described: dict[str, Any] = {}
    tables: dict[str, Any] = {}
    for one in properties:
        values = [row[one.name] for row in rows]
        if values.count(None) == len(values):
            continue
        schema, stored = _WRITERS[one.kind](binary, values)
        label = {"name": one.zh, "description": f"{one.en} [{one.unit}]" if one.unit else one.en}
        described[one.name], tables[one.name] = {**label, **schema}, stored
    return {
        "schema": {"id": "city_twin", "classes": {name: {"properties": described}}},
        "propertyTables": [{"class": name, "count": len(rows), "properties": tables}],
    }


def _id(binary: Binary, values: list[Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """32 bits where they hold, for clients read 64-bit integers as another kind of number.

    What stands for several features has no id; no feature has the id 0.
    """
    some = None in values
    known = [value or 0 for value in values] if some else values
    wide = max(known) > 2**32 - 1
    numbers = np.array(known, "<u8" if wide else "<u4")
    schema = {"type": "SCALAR", "componentType": "UINT64" if wide else "UINT32"}
    return {**schema, **({"noData": 0} if some else {"required": True})}, {
        "values": binary.view(numbers.tobytes())
    }


def _text(binary: Binary, values: list[Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    texts = ["" if value is None else value for value in values] if None in values else values
    joined = "".join(texts)
    data = joined.encode()
    # in ASCII a character is a byte, and nothing has to be encoded by itself to know its length
    lengths = [*map(len, texts if joined.isascii() else map(str.encode, texts))]
    offsets = np.cumsum([0, *lengths]).astype("<u4")
    stored = {"values": binary.view(data or b"\0")}
    stored["stringOffsets"] = binary.view(offsets.tobytes())
    return {"type": "STRING", "noData": ""}, stored


def _real(binary: Binary, values: list[Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    numbers = np.array(values, np.float64)  # None becomes not a number
    known = np.abs(numbers) < -_NO_REAL  # not a number is not known either
    schema = {"type": "SCALAR", "componentType": "FLOAT32", "noData": _NO_REAL}
    stored = np.where(known, numbers, _NO_REAL).astype("<f4")
    return schema, {"values": binary.view(stored.tobytes())}


def _integer(binary: Binary, values: list[Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    known = [value for value in values if value is not None] if None in values else values
    if not min(known) > _NO_WHOLE or not max(known) <= _LARGEST_WHOLE:
        numbers = np.array([-(2.0**60) if value is None else value for value in values], "<f8")
        schema = {"type": "SCALAR", "componentType": "FLOAT64", "noData": -(2.0**60)}
        return schema, {"values": binary.view(numbers.tobytes())}
    filled = values if known is values else [_NO_WHOLE if value is None else value for value in values]
    numbers = np.array(filled, "<i4")
    schema = {"type": "SCALAR", "componentType": "INT32", "noData": _NO_WHOLE}
    return schema, {"values": binary.view(numbers.tobytes())}


def _boolean(binary: Binary, values: list[Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    numbers = np.array([-1 if value is None else int(value) for value in values], "i1")
    schema = {"type": "SCALAR", "componentType": "INT8", "noData": -1}
    return schema, {"values": binary.view(numbers.tobytes())}


_WRITERS = {"id": _id, "text": _text, "real": _real, "integer": _integer, "boolean": _boolean}
