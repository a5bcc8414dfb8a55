"""A state directory of each test's own in which the kernels are compiled already."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tiles.archive.bake import Baked, bake
from tiles.archive.request import BakeRequest
from tiles.vector.snapshot.jit import KERNELS, keep_compiled_in, prepare
from twin.database.connection import Database
from twin.settings import Settings

_state = Settings.from_env().state_dir
_KERNELS = _state.with_name(f"{_state.name}-test") / KERNELS
# before any module of tests imports a kernel
keep_compiled_in(_KERNELS)


@pytest.fixture(scope="session")
def kernels() -> Path:
    """Folder of compiled kernels, made by a child if they are not there yet."""
    prepare(_KERNELS)
    return _KERNELS


@pytest.fixture
def state(kernels: Path, tmp_path: Path) -> Path:
    folder = tmp_path / "baking"
    folder.mkdir()
    (folder / KERNELS).symlink_to(kernels)
    return folder


Bake = Callable[..., Baked]


@pytest.fixture
def baked(state: Path) -> Bake:
    """`baked(database, settings, names, zooms=(12, 16), ...)`: bake below this test's state directory."""

    def make(
        database: Database,
        settings: Settings,
        names: tuple[str, ...],
        zooms: tuple[int, int] = (12, 16),
        *,
        runner: Any = None,
        fresh: bool = False,
        progress: Any = None,
        **values: Any,
    ) -> Baked:
        request = BakeRequest.checked(
            **{"name": "town", "names": names, "min_zoom": zooms[0], "max_zoom": zooms[1]} | values
        )
        return bake(
            database,
            replace(settings, state_dir=state),
            request,
            runner=runner,
            fresh=fresh,
            progress=progress,
        )

    return make
