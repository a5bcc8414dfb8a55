"""A process with two hydrants."""

from __future__ import annotations

from dataclasses import replace

import pytest
import shapely

from tests.tiles.vector.snapshot.asking import AWAY, SPOT
from tests.tiles.vector.snapshot.process import Process


@pytest.fixture
def process(settings, database, add_feature):
    with database.transaction() as connection:
        add_feature(connection, "hydrant", shapely.Point(SPOT), code="old")
        add_feature(connection, "hydrant", shapely.Point(AWAY), code="far")
    one = Process(replace(settings, snapshot_mb=64))
    one.load()
    yield one
    one.close()
