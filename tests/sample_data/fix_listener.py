"""The other end of the simulator's wire, one a test."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.sample_data.listener import City, listen


@pytest.fixture
def city() -> Iterator[City]:
    heard = City()
    server = listen(heard)
    yield heard
    server.shutdown()
    server.server_close()
