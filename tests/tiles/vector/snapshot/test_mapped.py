"""Columns in a file: what is written comes back, and what a process writes behind it is its own."""

from __future__ import annotations

import resource
from pathlib import Path

import numpy as np
import pytest

from tiles.vector.snapshot.mapped import mapped, write

_CHANCE = np.random.default_rng(24)
_ARRAYS = {
    "ids": _CHANCE.integers(0, 1 << 60, 1000),
    "boxes": _CHANCE.uniform(0, 1, (1000, 4)).astype(np.float32),
    "none": np.zeros((0, 7), np.int32),
    "page": np.arange(4096, dtype=np.uint8),
    "alive": np.ones(5, np.bool_),
}
_SPARE = {"ids": 10_000, "boxes": 3, "none": 5}


@pytest.fixture
def path(tmp_path):
    return tmp_path / "file"


def test_what_is_written_comes_back_with_space_behind_it(path):
    columns = write(path, _ARRAYS, "token")
    found = mapped(path, columns, _SPARE, "token")
    for name, array in _ARRAYS.items():
        there = found.arrays[name]
        assert there.dtype == array.dtype
        assert there.shape == (len(array) + _SPARE.get(name, 0), *array.shape[1:])
        assert there.flags.writeable
        assert there.flags.c_contiguous
        np.testing.assert_array_equal(there[: len(array)], array)
        assert not there[len(array) :].any()
        assert found.holds(there)
        assert not found.holds(array)


def test_what_one_writes_the_others_and_the_file_do_not_have(path):
    columns = write(path, _ARRAYS, "token")
    before = path.read_bytes()
    one, other = (mapped(path, columns, _SPARE, "token").arrays for _ in range(2))
    for name, array in _ARRAYS.items():
        one[name][:] = 1
        np.testing.assert_array_equal(other[name][: len(array)], array)
        assert not other[name][len(array) :].any()
    assert path.read_bytes() == before


def test_a_file_that_is_replaced_or_gone_stays_for_who_has_it(path):
    columns = write(path, _ARRAYS, "token")
    found = mapped(path, columns, _SPARE, "token").arrays
    path.unlink()
    write(path, {"ids": np.zeros(3, np.int64)}, "other")
    np.testing.assert_array_equal(found["ids"][:1000], _ARRAYS["ids"])


def test_another_file_is_not_taken_for_it(path):
    columns = write(path, _ARRAYS, "token")
    with pytest.raises(ValueError, match="not what was written"):
        mapped(path, columns, _SPARE, "other")
    path.write_bytes(path.read_bytes()[:-5000])
    with pytest.raises(ValueError, match="not what was written"):
        mapped(path, columns, _SPARE, "token")


def test_of_a_file_that_could_not_be_written_nothing_is_left(path):
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (10_000, hard))
    try:
        with pytest.raises(OSError, match="too large"):
            write(path, _ARRAYS, "token")
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert not path.exists()


def test_memory_is_given_back_with_the_last_array(path):
    def maps():
        with Path("/proc/self/maps").open(encoding="utf-8") as lines:
            return sum(str(path) in line for line in lines)

    columns = write(path, _ARRAYS, "token")
    found = mapped(path, columns, _SPARE, "token")
    last = found.arrays["ids"][:5]
    assert maps() > 0
    del found
    assert maps() > 0
    np.testing.assert_array_equal(last, _ARRAYS["ids"][:5])
    del last
    assert maps() == 0
