"""What a source wrote to what a column holds.

A value that cannot be read as its column's kind becomes *unknown* and is counted, with
an example, so that the report can say so.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

import numpy as np
import orjson
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from twin.model.place import place

_YES = frozenset(("1", "1.0", "true", "t", "yes", "y", "是", "有", "on"))
_NO = frozenset(("0", "0.0", "false", "f", "no", "n", "否", "无", "off"))
_NOTHING = frozenset(("", "null", "nan", "n/a", "na", "-", "--", "/", "<null>", "未知", "不详"))
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")
_IS_CONTROL = np.array([chr(byte) not in "\t\n\r" and (byte < 32 or byte == 127) for byte in range(256)])
_YEARS = (1000, 2200)
_DAY = re.compile(r"(\d{4})(?:[-/.年]?(\d{1,2})(?:[-/.月]?(\d{1,2})日?)?)?(?:[T ].*)?年?")


@dataclass(slots=True)
class Unread:
    """Values that could not be read as their kind."""

    count: int = 0
    example: str = ""

    def add(self, value: Any) -> None:
        """One more."""
        self.count += 1
        self.example = self.example or str(value)[:40]


def converted(
    column: pa.ChunkedArray,
    kind: str,
    *,
    scale: float = 1.0,
    values: dict[str, Any] | None = None,
    split: str | None = None,
    srid: int | None = None,
) -> tuple[Any, Unread]:
    """Values of a column of the catalogue from a column of the source.

    Parameters
    ----------
    column : pyarrow.ChunkedArray
        As the format gave it: text, numbers, booleans, dates.
    kind : str
        `twin.model.collection.Kind` of the target.
    scale : float
        Multiplies numbers, so that a source in millimetres fills a column in metres.
    values : dict, optional
        The source's word to our code; a word not listed stays what it is.
    split : str, optional
        Separator, where one text holds a list.
    srid : int, optional
        EPSG code of the storage CRS, for a ``place``.
    """
    unread = Unread()
    if kind in ("real", "integer") and values is None and _is_number(column.type):
        return _numbers(column, kind, scale, unread), unread
    if kind == "text" and values is None and pa.types.is_string(column.type):
        return _texts(column), unread
    plain = column.to_pylist()
    if values is not None:
        plain = [values.get(_text(value) or "", value) for value in plain]
    plain = [_plain(value) for value in plain]
    if kind in ("real", "integer"):
        return _numbers_of(plain, kind, scale, unread), unread
    reader = _readers(split, srid)[kind]
    return [_read(reader, value, unread) for value in plain], unread


def instants(column: pa.ChunkedArray) -> tuple[list[datetime | None], Unread]:
    """Years, days or instants as instants; a year is its first moment, UTC."""
    unread = Unread()
    return [_read(_instant, _plain(value), unread) for value in column.to_pylist()], unread


def keys(column: pa.ChunkedArray) -> list[str | None]:
    """Values as natural keys."""
    if pa.types.is_string(column.type):
        return [value.strip() or None if value is not None else None for value in column.to_pylist()]
    return [_text(_plain(value)) for value in column.to_pylist()]


def _is_number(kind: pa.DataType) -> bool:
    return bool(pa.types.is_integer(kind) or pa.types.is_floating(kind))


def _numbers(column: pa.ChunkedArray, kind: str, scale: float, unread: Unread) -> Any:
    if kind == "integer" and scale == 1.0 and pa.types.is_integer(column.type) and not column.null_count:
        array = column.to_numpy()
        if not len(array) or (array.min() >= -(2**31) and array.max() < 2**31):
            return array
    numbers = column.cast(pa.float64(), safe=False).to_numpy(zero_copy_only=False) * scale
    return _bounded(numbers, kind, unread)


def _numbers_of(plain: list[Any], kind: str, scale: float, unread: Unread) -> Any:
    texts = pd.Series(
        [value if isinstance(value, (int, float)) else _text(value) for value in plain], dtype=object
    )
    numbers = pd.to_numeric(texts.where(texts.map(lambda v: v is not None), np.nan), errors="coerce")
    numbers = numbers.to_numpy(dtype=float)
    for index in np.flatnonzero(np.isnan(numbers)).tolist():
        if texts.iloc[index] is not None and not _is_nan(texts.iloc[index]):
            unread.add(texts.iloc[index])
    return _bounded(numbers * scale, kind, unread)


def _bounded(numbers: Any, kind: str, unread: Unread) -> Any:
    """Whole where they must be, and finite."""
    odd = np.isinf(numbers)
    if kind == "integer":
        with np.errstate(invalid="ignore"):
            odd |= (numbers != np.round(numbers)) & ~np.isnan(numbers)
            odd |= np.abs(numbers) >= 2**31
    for value in numbers[odd][:1]:
        unread.add(value)
        unread.count += int(odd.sum()) - 1
    return np.where(odd, np.nan, numbers)


def _texts(column: pa.ChunkedArray) -> pa.Array:
    texts = column.cast(pa.string()).combine_chunks()
    if isinstance(texts, pa.ChunkedArray):
        texts = pa.concat_arrays(texts.chunks) if texts.num_chunks else pa.array([], pa.string())
    if _has_controls(texts):
        return pa.array([_text(value) for value in texts.to_pylist()], pa.string())
    texts = pc.utf8_trim_whitespace(texts)
    return pc.if_else(pc.equal(texts, ""), pa.scalar(None, pa.string()), texts)


def _has_controls(texts: pa.Array) -> bool:
    """Whether some text may hold a control character; in UTF-8 no other character has such a byte."""
    buffers = pa.concat_arrays([texts]).buffers()
    return buffers[2] is not None and bool(_IS_CONTROL[np.frombuffer(buffers[2], np.uint8)].any())


def _plain(value: Any) -> Any:
    """None for every way to say nothing."""
    if value is None or _is_nan(value):
        return None
    return None if isinstance(value, str) and value.strip().lower() in _NOTHING else value


def _is_nan(value: Any) -> bool:
    return isinstance(value, float) and math.isnan(value)


def _text(value: Any) -> str | None:
    if value is None:
        return None
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        value = int(value)
    text = value if isinstance(value, str) else str(value)
    if not text.isprintable():
        text = _CONTROL.sub("", text)
    text = text.strip()
    return text or None


def _boolean(value: Any) -> bool:
    if isinstance(value, bool):
        return value
    text = (_text(value) or "").lower()
    if text in _YES:
        return True
    if text in _NO:
        return False
    raise ValueError(text)


def _date(value: Any) -> date:
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    text = _text(value) or ""
    match = _DAY.fullmatch(text)
    if match is None:
        raise ValueError(text)
    year, month, day = int(match[1]), int(match[2] or 1), int(match[3] or 1)
    if not _YEARS[0] <= year <= _YEARS[1]:
        raise ValueError(text)
    return date(year, month, day)


def _instant(value: Any) -> datetime:
    if isinstance(value, datetime):
        return value if value.tzinfo else value.replace(tzinfo=UTC)
    if isinstance(value, str) and len(value) > 10:
        found = datetime.fromisoformat(value.strip())
        return found if found.tzinfo else found.replace(tzinfo=UTC)
    day = _date(value)
    return datetime(day.year, day.month, day.day, tzinfo=UTC)


def _json(value: Any) -> Any:
    if not isinstance(value, str):
        return value
    return orjson.loads(value)


def _place(srid: int | None) -> Callable[[Any], Any]:
    def reader(value: Any) -> dict[str, Any]:
        if srid is None:
            raise TypeError("a place needs the storage CRS")
        read = _json(value)
        return place(read.tolist() if isinstance(read, np.ndarray) else read, srid)

    return reader


def _list(split: str | None, item: Callable[[Any], Any]) -> Callable[[Any], list[Any]]:
    def reader(value: Any) -> list[Any]:
        if isinstance(value, str):
            text = value.strip()
            if split is None and text.startswith("["):
                value = orjson.loads(text)
            elif split is None and text.startswith("{") and text.endswith("}"):
                value = text[1:-1].split(",")
            else:
                value = re.split(r"[,;，；、|]", text) if split is None else text.split(split)
        entries: Iterable[Any] = value if isinstance(value, (list, tuple, np.ndarray)) else [value]
        return [item(entry) for entry in entries if _plain(entry) is not None]

    return reader


def _readers(split: str | None, srid: int | None) -> dict[str, Callable[[Any], Any]]:
    return {
        "text": _text,
        "boolean": _boolean,
        "date": _date,
        "timestamp": _instant,
        "json": _json,
        "place": _place(srid),
        "text_array": _list(split, _text),
        "integer_array": _list(split, lambda entry: int(float(entry))),
    }


def _read(reader: Callable[[Any], Any], value: Any, unread: Unread) -> Any:
    if value is None:
        return None
    try:
        return reader(value)
    except (ValueError, TypeError, OverflowError):
        unread.add(value)
        return None
