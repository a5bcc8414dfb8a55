"""Column values to the bytes PostgreSQL's binary COPY expects.

Formats: https://www.postgresql.org/docs/current/sql-copy.html, "Binary Format", and
the `*_send` functions of each type. Whatever Python calls missing (None, NaN, NaT,
pandas.NA) becomes null, which the city reads as *unknown*.
"""

from __future__ import annotations

import math
import struct
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import orjson
import pyarrow as pa  # type: ignore[import-untyped]

from twin.errors import Unprocessable
from twin.model.feature import Values

_POSTGRES_EPOCH_US = 946_684_800_000_000
"""2000-01-01T00:00:00Z, microseconds since 1970."""
_POSTGRES_EPOCH_DAYS = 10_957
_TEXT_OID, _INT4_OID = 25, 23
_INT4 = np.iinfo(np.int32)


@dataclass(frozen=True, slots=True)
class Field:
    """One column of a batch, encoded.

    Attributes
    ----------
    null : ndarray of bool
        Where the value is unknown.
    sizes : ndarray of int32
        Bytes of each value; 0 where null.
    data : buffer
        The values one after the other, without gaps.
    """

    null: npt.NDArray[np.bool_]
    sizes: npt.NDArray[np.int32]
    data: Any

    @property
    def width(self) -> int | None:
        """Bytes of every value when all are present and equally long, else None."""
        if not len(self.sizes) or self.null.any() or (self.sizes != self.sizes[0]).any():
            return None
        return int(self.sizes[0])


def encode(kind: str, values: Values, name: str) -> Field | None:
    """Encode one column.

    Parameters
    ----------
    kind : str
        A `twin.model.collection.Kind`, or `bigint`, `float4`, `bytes` (geometry as EWKB).
    values : sequence
        One a row.
    name : str
        Named in errors.

    Returns
    -------
    Field or None
        None when every value is unknown: the column need not be sent at all.

    Raises
    ------
    Unprocessable
        A value is not of this kind.
    """
    try:
        field = _ENCODERS[kind](values)
    except Unprocessable as error:
        raise Unprocessable(f"column '{name}': {error}") from error
    except (pa.ArrowException, TypeError, ValueError, OverflowError) as error:
        raise Unprocessable(f"column '{name}' expects {kind} values: {error}") from error
    return None if field is None or field.null.all() else field


def numbers(values: Values) -> tuple[npt.NDArray[Any], npt.NDArray[np.bool_]]:
    """Values as a numpy array and where they are missing."""
    array = values if isinstance(values, np.ndarray) else np.asarray(list(values), dtype=object)
    if array.dtype.kind in "iu":
        return array, np.zeros(len(array), dtype=bool)
    if array.dtype.kind != "f":
        array = pa.array(array, pa.float64(), from_pandas=True).to_numpy(zero_copy_only=False)
    return array, np.isnan(array)


def _integer(values: Values) -> Field:
    array, null = numbers(values)
    known = array[~null]
    if known.dtype.kind == "f" and (known != np.floor(known)).any():
        odd = known[known != np.floor(known)][0]
        raise Unprocessable(f"{odd} is not a whole number")
    if len(known) and (known.min() < _INT4.min or known.max() > _INT4.max):
        raise Unprocessable(f"{known.max()} does not fit a 32-bit whole number")
    return _fixed(null, known, ">i4")


def _bigint(values: Values) -> Field:
    if isinstance(values, np.ndarray) and values.dtype.kind in "iu":
        return _fixed(np.zeros(len(values), dtype=bool), values, ">i8")
    array = pa.array(list(values), pa.int64(), from_pandas=True)
    return _fixed(_nulls(array), array.drop_null().to_numpy(), ">i8")


def _float(dtype: str) -> Callable[[Values], Field]:
    def encoder(values: Values) -> Field:
        array, null = numbers(values)
        known = array[~null]
        if known.dtype.kind == "f" and np.isinf(known).any():
            raise Unprocessable("a value is infinite; leave it out if it is not known")
        return _fixed(null, known, dtype)

    return encoder


def _boolean(values: Values) -> Field:
    array = pa.array(values if isinstance(values, np.ndarray) else list(values), pa.bool_(), from_pandas=True)
    return _fixed(_nulls(array), array.drop_null().to_numpy(zero_copy_only=False), "u1")


def _date(values: Values) -> Field:
    array = pa.array(values if isinstance(values, np.ndarray) else list(values), from_pandas=True)
    array = array.cast(pa.date32(), safe=False)
    days = array.drop_null().cast(pa.int32()).to_numpy()
    return _fixed(_nulls(array), days - _POSTGRES_EPOCH_DAYS, ">i4")


def _timestamp(values: Values) -> Field:
    array = pa.array(values if isinstance(values, np.ndarray) else list(values), from_pandas=True)
    # a clock without zone is taken as UTC
    array = array.cast(pa.timestamp("us", "UTC"), safe=False)
    instants = array.drop_null().cast(pa.int64()).to_numpy()
    return _fixed(_nulls(array), instants - _POSTGRES_EPOCH_US, ">i8")


def _text(values: Values) -> Field:
    if isinstance(values, np.ndarray) and values.dtype.kind == "U":
        values = values.astype(object)
    if not isinstance(values, pa.Array):
        values = values if isinstance(values, np.ndarray) else list(values)
        values = pa.array(values, pa.string(), from_pandas=True)
    field = _variable(values)
    if b"\0" in bytes(field.data):
        raise Unprocessable("a text contains the NUL character, which PostgreSQL cannot keep")
    return field


def _bytes(values: Values) -> Field:
    if not isinstance(values, pa.Array):
        values = pa.array(values, pa.binary(), from_pandas=True)
    return _variable(values)


def _json(values: Values) -> Field:
    # jsonb_send: a version byte, then the text
    return _variable(
        pa.array(
            [None if _missing(value) else b"\x01" + dump(value) for value in values],
            pa.binary(),
        )
    )


def dump(value: Any) -> bytes:
    """JSON text of a value; numpy numbers count as numbers, NaN as null."""
    return orjson.dumps(value, option=orjson.OPT_SERIALIZE_NUMPY | orjson.OPT_NON_STR_KEYS, default=str)


def _array_of(oid: int, item: Callable[[Any], bytes]) -> Callable[[Values], Field]:
    def one(value: Sequence[Any]) -> bytes:
        items = [item(entry) for entry in value]
        if not items:
            return struct.pack(">iii", 0, 0, oid)
        body = b"".join(struct.pack(">i", len(entry)) + entry for entry in items)
        return struct.pack(">iiiii", 1, 0, oid, len(items), 1) + body

    def encoder(values: Values) -> Field:
        return _variable(pa.array([None if _missing(value) else one(value) for value in values], pa.binary()))

    return encoder


def _int4(value: Any) -> bytes:
    return struct.pack(">i", int(value))


def _utf8(value: Any) -> bytes:
    if not isinstance(value, str):
        raise Unprocessable(f"{value!r} is not text")
    return value.encode()


def _missing(value: Any) -> bool:
    return value is None or (isinstance(value, float) and math.isnan(value))


def _nulls(array: pa.Array) -> npt.NDArray[np.bool_]:
    if not array.null_count:
        return np.zeros(len(array), dtype=bool)
    return np.asarray(array.is_null().to_numpy(zero_copy_only=False), dtype=bool)


def _fixed(null: npt.NDArray[np.bool_], known: npt.NDArray[Any], dtype: str) -> Field:
    data = np.ascontiguousarray(known.astype(dtype))
    sizes = np.where(null, 0, data.dtype.itemsize).astype(np.int32)
    return Field(null, sizes, data.view(np.uint8))


def _variable(array: pa.Array) -> Field:
    if array.offset:
        array = pa.concat_arrays([array])
    buffers = array.buffers()
    offsets = np.frombuffer(buffers[1], np.int32, len(array) + 1) if len(array) else np.zeros(1, np.int32)
    sizes = np.diff(offsets).astype(np.int32)
    data = buffers[2] if buffers[2] is not None else b""
    return Field(_nulls(array), sizes, memoryview(data)[: int(offsets[-1])])


_ENCODERS: dict[str, Callable[[Values], Field | None]] = {
    "text": _text,
    "integer": _integer,
    "bigint": _bigint,
    "real": _float(">f8"),
    "float4": _float(">f4"),
    "boolean": _boolean,
    "date": _date,
    "timestamp": _timestamp,
    "json": _json,
    "place": _json,
    "bytes": _bytes,
    "text_array": _array_of(_TEXT_OID, _utf8),
    "integer_array": _array_of(_INT4_OID, _int4),
}
