"""Kernels compiled once a checkout, beside the cluster of the tests."""

from __future__ import annotations

from pathlib import Path

import pytest

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
