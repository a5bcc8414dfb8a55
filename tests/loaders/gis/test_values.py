"""What offices write, and what it means."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from loaders.gis.values import converted, instants, keys

LON, LAT = 114.01944316, 22.54363982
"""Of 502000, 2494000 in EPSG:4547, by PROJ."""


def _plain(values: Any) -> list[Any]:
    if isinstance(values, pa.Array):
        return list(values.to_pylist())
    if isinstance(values, np.ndarray):
        return [None if isinstance(v, float) and np.isnan(v) else v for v in values.tolist()]
    return list(values)


@pytest.mark.parametrize(
    ("kind", "source", "wanted", "unread"),
    [
        ("text", [" a ", "", None, "none", "a\x07b"], ["a", None, None, "none", "ab"], 0),
        ("text", [1.0, 2.5, None], ["1", "2.5", None], 0),
        ("integer", ["7", " 8 ", "", "x", "-"], [7, 8, None, None, None], 1),
        ("integer", [1.5, 2.0, None], [None, 2, None], 1),
        ("real", ["1e2", "inf", "NaN", "高", None], [100, None, None, None, None], 2),
        ("real", [1, 2, None], [1, 2, None], 0),
        ("boolean", ["是", "否", "1", "0", "true", "maybe", None],
         [True, False, True, False, True, None, None], 1),
        ("date", ["2023-09-07", "20230907", "2023/9/7", "2023年9月7日", "1998", "soon", "2023-13-01"],
         [date(2023, 9, 7)] * 4 + [date(1998, 1, 1), None, None], 2),
        ("json", ['{"a": 1}', "[1]", "{", None], [{"a": 1}, [1], None, None], 1),
        ("text_array", ['["a","b"]', "a;b、c", "", None], [["a", "b"], ["a", "b", "c"], None, None], 0),
        ("integer_array", ["[16, 31]", "16,31", "x"], [[16, 31], [16, 31], None], 1),
    ],
)  # fmt: skip
def test_conversions(kind: str, source: list[Any], wanted: list[Any], unread: int) -> None:
    values, problems = converted(pa.chunked_array([pa.array(source)]), kind)
    assert _plain(values) == wanted
    assert problems.count == unread


def test_scale_and_words() -> None:
    values, _ = converted(pa.chunked_array([[2500, None]]), "real", scale=0.001)
    assert _plain(values) == [2.5, None]
    values, _ = converted(pa.chunked_array([["框架", "钢", None]]), "text", values={"框架": "3"})
    assert values == ["3", "钢", None]


def test_years_days_and_instants() -> None:
    found, unread = instants(pa.chunked_array([["1998", "2001-05-04", "2001-05-04T10:00:00+08:00", "x"]]))
    assert found == [
        datetime(1998, 1, 1, tzinfo=UTC),
        datetime(2001, 5, 4, tzinfo=UTC),
        datetime(2001, 5, 4, 2, tzinfo=UTC),
        None,
    ]
    assert unread.count == 1


def test_numbers_as_keys() -> None:
    assert keys(pa.chunked_array([[1.0, 2.0, None]])) == ["1", "2", None]


def test_places_of_every_writing_are_points_in_degrees() -> None:
    grid = [502000.0, 2494000.0]
    point = {"type": "Point", "coordinates": [pytest.approx(LON, abs=1e-7), pytest.approx(LAT, abs=1e-7)]}
    texts = [
        json.dumps(grid), json.dumps({"type": "Point", "coordinates": grid}), f"[{LON}, {LAT}]",
        json.dumps(grid[::-1]), "[1]", "behind the door", None,
    ]  # fmt: skip
    values, unread = converted(pa.chunked_array([texts]), "place", srid=4547)
    assert values == [point, point, point, None, None, None, None]
    assert unread.count == 3
    values, _ = converted(pa.chunked_array([[grid, None]]), "place", srid=4547)
    assert values == [point, None]


@given(st.lists(st.none() | st.text(max_size=20), max_size=6), st.sampled_from(
    ["text", "integer", "real", "boolean", "date", "timestamp", "json", "place", "text_array"]))  # fmt: skip
def test_no_text_is_too_odd(source: list[str | None], kind: str) -> None:
    values, problems = converted(pa.chunked_array([pa.array(source, pa.string())]), kind, srid=4547)
    assert len(_plain(values)) == len(source)
    assert problems.count <= len(source)
