"""Kernels compiled once a checkout, beside the cluster of the tests; a process with two hydrants."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
import shapely

from tests.tiles.vector.snapshot.asking import AWAY, SPOT
from tests.tiles.vector.snapshot.process import Process
from tiles.vector.snapshot.jit import KERNELS, keep_compiled_in, prepare
from twin.settings import Settings

_state = Settings.from_env().state_dir
_STATE = _state.with_name(f"{_state.name}-test")
# before any module of tests imports a kernel
keep_compiled_in(_STATE / KERNELS)


@pytest.fixture(scope="session")
def kernels_state() -> Path:
    """State directory in which the kernels are compiled, by a child if they are not yet."""
    prepare(_STATE / KERNELS)
    return _STATE


@pytest.fixture
def process(settings, database, add_feature):
    with database.transaction() as connection:
        add_feature(connection, "hydrant", shapely.Point(SPOT), code="old")
        add_feature(connection, "hydrant", shapely.Point(AWAY), code="far")
    one = Process(replace(settings, snapshot_mb=64))
    one.load()
    yield one
    one.close()
