"""Chunks of a file: bounded by rows and by bytes, nothing lost, in order."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from loaders.gis import chunk
from loaders.gis.chunk import CHUNK_BYTES, CHUNK_ROWS, chunks, rows_at_once

_LIMIT = 1_000


@pytest.fixture(autouse=True, scope="module")
def small_limit():
    """A kilobyte instead of megabytes, so that a property can be tried often."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(chunk, "CHUNK_BYTES", _LIMIT)
        yield


@given(
    st.lists(st.lists(st.integers(0, 1_500), max_size=40), max_size=12),
    st.integers(1, 30),
)
def test_chunks_are_bounded_whole_and_in_order(sizes, most):
    values = [[bytes([i % 256]) * size for i, size in enumerate(table)] for table in sizes]
    made = list(chunks((pa.table({"a": pa.array(one, pa.binary())}) for one in values), most))
    assert [row for table in made for row in table["a"].to_pylist()] == [row for one in values for row in one]
    for table in made:
        assert table.num_rows <= most
        assert table.nbytes <= _LIMIT + 8 or table.num_rows == 1
        assert table["a"].num_chunks <= 1
    for one, other in pairwise(made):
        # a chunk ends only where what comes next does not fit
        assert one.num_rows + other.num_rows > most or one.nbytes + other.nbytes > _LIMIT


def test_gdal_is_asked_for_about_one_chunk(tmp_path: Path, monkeypatch):
    monkeypatch.setattr(chunk, "CHUNK_BYTES", CHUNK_BYTES)
    file = tmp_path / "a.gpkg"
    with file.open("wb") as empty:
        empty.truncate(5 << 30)
    assert rows_at_once(file, 5 << 20) == CHUNK_ROWS, "rows of 1 kB: as many as a chunk may have"
    assert rows_at_once(file, 5 << 10) == 32, "of 1 MB: 32 MB"
    assert rows_at_once(file, 1) == 1
    for features in (None, 0):
        assert 1 <= rows_at_once(file, features) <= CHUNK_ROWS
    assert 1 <= rows_at_once(tmp_path, 10) <= CHUNK_ROWS, "a database that is a folder"


def test_a_piece_of_a_larger_array_counts_for_itself():
    """Arrow keeps the whole array behind a slice; what is written and counted is the slice."""
    table = pa.table({"a": pa.array(np.arange(1_000))})
    assert {one.num_rows for one in chunks([table], CHUNK_ROWS)} <= set(range(60, 130))
