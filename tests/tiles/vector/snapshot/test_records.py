"""Rows as PostgreSQL sends them: values, kinds, what cannot be drawn, and the grid they are found by."""

from __future__ import annotations

import struct

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.tiles.vector.snapshot.packed import FORMS, copied, encode, pack, to_ground
from tiles.vector.snapshot.copied import Copied
from tiles.vector.snapshot.dictionary import Dictionary
from tiles.vector.snapshot.kernel.cells import on_cells
from tiles.vector.snapshot.kernel.search import search
from tiles.vector.snapshot.reading import rows_of
from twin.errors import Unprocessable

_SPOT = to_ground(shapely.Point(100, 100))
_real = st.floats(width=32, allow_nan=False)
_values = st.fixed_dictionaries(
    {},
    optional={
        "text": st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=300),
        "small": st.integers(-(2**31), 2**31 - 1),
        "big": st.integers(-(2**63), 2**63 - 1),
        "real": _real,
        "double": st.floats(allow_nan=False),
        "yes": st.booleans(),
    },
)


@given(st.lists(_values, min_size=1, max_size=30))
@settings(max_examples=150, deadline=None)
def test_values_of_every_kind_arrive_and_the_unknown_is_left_out(features):
    """Most extreme numbers, empty and long texts; equal values share one entry."""
    found = encode(copied([pack(i + 1, _SPOT, values) for i, values in enumerate(features)]))
    assert {id: one["properties"] for id, one in found.items()} == {
        i + 1: values for i, values in enumerate(features)
    }
    for id, one in found.items():
        for name, value in one["properties"].items():
            assert type(value) is type(features[id - 1][name])


def test_a_value_is_kept_once():
    one = copied([pack(i, _SPOT, {"text": "同", "small": 7, "big": 7, "double": 0.5}) for i in range(1, 500)])
    # an integer is an integer, however many bytes it came in
    assert one.dictionary.known == 3


def test_ids_up_to_the_largest():
    assert set(encode(copied([pack(id, _SPOT, {}) for id in (1, 127, 128, 2**53 + 1, 2**63 - 1)]))) == {
        1, 127, 128, 2**53 + 1, 2**63 - 1,
    }  # fmt: skip


def test_thousands_of_values_and_features_grow_everything():
    rows = [pack(i, _SPOT, {"text": f"名称{i}", "small": -i, "double": i / 7}) for i in range(1, 20_000)]
    found = encode(copied(rows))
    assert len(found) == 19_999
    assert found[12_345]["properties"] == {"text": "名称12345", "small": -12_345, "double": 12_345 / 7}


def test_geometry_that_is_not_drawn_is_named():
    tin = shapely.to_wkb(_SPOT, byte_order=1)
    strange = tin[:1] + struct.pack("<I", 16) + tin[5:]
    record = pack(77, _SPOT, {}).replace(tin, strange)
    with pytest.raises(Unprocessable, match="'everything' 77"):
        copied([pack(1, _SPOT, {}), record])


def test_a_place_that_is_none_is_named():
    nowhere = shapely.LineString([(0, 0), (np.inf, 1)])
    with pytest.raises(Unprocessable, match="'everything' 78"):
        copied([pack(1, _SPOT, {}), pack(78, nowhere, {}), pack(2, _SPOT, {})])


_edge = st.floats(-3e6, 3e6, allow_nan=False)
_box = st.tuples(
    _edge, _edge, st.sampled_from([0.0, 1.0, 90.0, 4e3, 3e6]), st.sampled_from([0.0, 2.0, 300.0])
).map(lambda b: (b[0], b[1], b[0] + b[2], b[1] + b[3]))


def _as_postgis_compares(box):
    """In 32 bits, away from the middle."""
    near = [np.float32(value) for value in box]
    ends = (-np.inf, -np.inf, np.inf, np.inf)
    return [
        float(one if (one <= value if end < 0 else one >= value) else np.nextafter(one, np.float32(end)))
        for one, value, end in zip(near, box, ends, strict=True)
    ]


@given(st.lists(_box, max_size=60), _box, st.integers(0, 60))
@settings(max_examples=200, deadline=None)
def test_the_grid_finds_what_a_look_at_all_finds(boxes, asked, tail):
    one = copied([pack(i + 1, _SPOT, {}, box) for i, box in enumerate(boxes)])
    alive = np.arange(len(boxes)) % 5 != 3
    # the last ones as if they had come since
    keys = one.keys[: max(0, len(boxes) - tail)]
    found = search(keys, one.rows.boxes, alive, *asked)
    boxes32 = one.rows.boxes.astype(float)
    west, south, east, north = _as_postgis_compares(asked)
    meets = (
        (boxes32[:, 0] <= east) & (boxes32[:, 2] >= west)
        & (boxes32[:, 1] <= north) & (boxes32[:, 3] >= south) & alive
    )  # fmt: skip
    assert sorted(found) == list(np.flatnonzero(meets))


@given(
    st.lists(_box, min_size=1, max_size=40),
    st.lists(st.tuples(st.integers(-3, 3), st.integers(-3, 3)), min_size=1),
)
@settings(max_examples=100, deadline=None)
def test_cells_are_those_of_the_touch_log(boxes, cells):
    boxes = [tuple(v / 1000 for v in box) for box in boxes]
    one = copied([pack(i + 1, _SPOT, {}, box) for i, box in enumerate(boxes)])
    east, north = (np.array(v, np.int32) for v in zip(*cells, strict=True))
    got = one.rows.ids[on_cells(one.rows.cells, one.alive, east, north)]
    want = {
        i + 1
        for i, box in enumerate(boxes)
        if any(
            np.floor(box[0] / 250) <= e <= np.floor(box[2] / 250)
            and np.floor(box[1] / 250) <= n <= np.floor(box[3] / 250)
            for e, n in cells
        )
    }
    assert set(got) == want


def test_an_update_takes_out_what_stood_there_and_puts_in_what_stands_there():
    boxes = {i: (i * 100.0, 100.0, i * 100.0 + 12.5, 150.0) for i in range(1, 11)}
    one = copied([pack(i, _SPOT, {"small": i}, box) for i, box in boxes.items()])
    # cell 1 held 3 and 4: 3 is gone, 4 has another value, 99 has moved in; 5 of cell 2 came along
    fresh_rows = _in_dictionary(
        one.dictionary, {4: 44, 99: 9, 5: 55}, {4: boxes[4], 99: boxes[3], 5: boxes[5]}
    )
    found = encode(one.updated({(1, 0)}, fresh_rows))
    assert {id: f["properties"]["small"] for id, f in found.items()} == {
        1: 1, 2: 2, 4: 44, 5: 5, 6: 6, 7: 7, 8: 8, 9: 9, 10: 10, 99: 9,
    }  # fmt: skip
    assert encode(one)[4]["properties"] == {"small": 4}, "the older copy is as it was"


def test_many_updates_are_sorted_in_and_forget_old_values():
    one = copied([pack(1, _SPOT, {"text": "far"}, (9_500.0, 0.0, 9_501.0, 1.0))])
    for number in range(12):
        values = {i: f"{number}-{i}" for i in range(2, 1_002)}
        rows = _in_dictionary(one.dictionary, values, dict.fromkeys(values, (10.0, 10.0, 11.0, 11.0)), "text")
        one = one.updated({(0, 0)}, rows)
    assert one.count == 1_001
    assert len(one.rows) < 7_000
    assert one.dictionary.known < 7_000
    found = encode(one)
    assert found[1]["properties"] == {"text": "far"}
    assert found[500]["properties"] == {"text": "11-500"}


def _in_dictionary(dictionary: Dictionary, values, boxes, name="small"):
    chunk = b"".join(pack(id, _SPOT, {name: value}, boxes[id]) for id, value in values.items())
    return rows_of(
        np.frombuffer(bytearray(chunk), np.uint8), np.array(list(FORMS.values()), np.int64), dictionary, "x"
    )


def test_no_rows_at_all():
    none = copied([])
    assert encode(none) == {}
    assert isinstance(none, Copied)
    assert none.count == 0
