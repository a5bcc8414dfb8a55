"""What is encoded here, PostgreSQL reads as the same value."""

from __future__ import annotations

import math
from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import Any

import numpy as np
import psycopg
import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as rules
from hypothesis import strategies as st
from psycopg import sql

from tests.conftest import DatabaseFactory
from twin.store.copy import copy_rows
from twin.store.fields import encode

_COLUMNS = {
    "text": "text", "integer": "int4", "bigint": "int8", "real": "float8", "float4": "float4",
    "boolean": "bool", "date": "date", "timestamp": "timestamptz", "json": "jsonb",
    "text_array": "text[]", "integer_array": "int4[]",
}  # fmt: skip

_TEXT = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=30)
_INT4 = st.integers(-(2**31), 2**31 - 1)
_JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | _TEXT,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_TEXT, inner, max_size=3),
    max_leaves=6,
)
_VALUES: dict[str, st.SearchStrategy[Any]] = {
    "text": _TEXT,
    "integer": _INT4,
    "bigint": st.integers(-(2**63), 2**63 - 1),
    "real": st.floats(allow_nan=False, allow_infinity=False),
    "float4": st.floats(allow_nan=False, allow_infinity=False, width=32),
    "boolean": st.booleans(),
    "date": st.dates(date(1, 1, 1)),
    "timestamp": st.datetimes(datetime(1, 1, 2), datetime(9999, 12, 30), timezones=st.just(UTC)),
    # a bare null is the unknown of the column, not a value of JSON
    "json": _JSON.filter(lambda value: value is not None),
    "text_array": st.lists(_TEXT, max_size=4),
    "integer_array": st.lists(_INT4, max_size=4),
}


@pytest.fixture(scope="module")
def connection(new_database: DatabaseFactory) -> Iterator[psycopg.Connection[Any]]:
    with new_database() as url, psycopg.connect(url) as opened:
        opened.execute("set timezone to 'UTC'")
        for kind, column in _COLUMNS.items():
            opened.execute(f"create temp table t_{kind} (n int4, v {column})".encode())
        opened.commit()
        yield opened


def _round_trip(connection: psycopg.Connection[Any], kind: str, values: Any, count: int) -> list[Any]:
    encoded = {"n": encode("integer", np.arange(count), "n"), "v": encode(kind, values, "v")}
    fields = {name: field for name, field in encoded.items() if field is not None}
    copy_rows(connection, sql.Identifier(f"t_{kind}"), fields, count)
    found = connection.execute(f"select v from t_{kind} order by n".encode()).fetchall()
    connection.rollback()
    return [row[0] for row in found]


@pytest.mark.parametrize("kind", sorted(_COLUMNS))
@given(data=st.data())
@rules(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_every_kind_comes_back(connection: psycopg.Connection[Any], kind: str, data: st.DataObject) -> None:
    values = data.draw(st.lists(st.none() | _VALUES[kind], min_size=1, max_size=8))
    found = _round_trip(connection, kind, values, len(values))
    if kind == "float4":  # printed short: what counts is that it is the same single-precision number
        found = [None if value is None else float(np.float32(value)) for value in found]
    assert found == values


@pytest.mark.parametrize(
    ("kind", "values", "wanted"),
    [
        ("real", np.array([1.5, math.nan]), [1.5, None]),
        ("integer", np.array([7.0, math.nan]), [7, None]),
        ("integer", np.array([1, 2], np.int16), [1, 2]),
        ("real", [1, None, float("nan")], [1.0, None, None]),
        ("text", np.array(["中", None], object), ["中", None]),
        ("text", pa.array(["a", None, "b"])[1:], [None, "b"]),
        ("timestamp", np.array(["2024-01-02T03:04:05", "NaT"], "datetime64[ns]"),
         [datetime(2024, 1, 2, 3, 4, 5, tzinfo=UTC), None]),
        ("date", np.array(["2024-02-29", "NaT"], "datetime64[D]"), [date(2024, 2, 29), None]),
        ("json", [{"a": np.float64("nan")}, np.nan], [{"a": None}, None]),
    ],
)  # fmt: skip
def test_every_way_to_say_nothing_is_null(
    connection: psycopg.Connection[Any], kind: str, values: Any, wanted: list[Any]
) -> None:
    assert _round_trip(connection, kind, values, len(wanted)) == wanted


def test_a_column_of_nothing_is_not_sent() -> None:
    assert encode("real", [None, math.nan], "height_m") is None
