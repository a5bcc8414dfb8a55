"""A process with two hydrants, and processes that share their copies of them."""

from __future__ import annotations

from dataclasses import replace

import pytest
import shapely

from tests.tiles.vector.snapshot.asking import AWAY, SPOT
from tests.tiles.vector.snapshot.process import Process
from tiles.vector.snapshot import reading
from tiles.vector.snapshot.reading import read
from tiles.vector.snapshot.shared import SharedCopies


@pytest.fixture
def process(settings, database, add_feature):
    with database.transaction() as connection:
        add_feature(connection, "hydrant", shapely.Point(SPOT), code="old")
        add_feature(connection, "hydrant", shapely.Point(AWAY), code="far")
    one = Process(replace(settings, snapshot_mb=64))
    one.load()
    yield one
    one.close()


@pytest.fixture
def folder(tmp_path):
    return tmp_path / "copies"


@pytest.fixture
def join(settings, database, add_feature, folder):
    """`join()`: another process of the server, which has its copies."""
    with database.transaction() as connection:
        add_feature(connection, "hydrant", shapely.Point(SPOT), code="old")
        add_feature(connection, "hydrant", shapely.Point(AWAY), code="far")
    running = []

    def joined(*, ready=True):
        one = Process(replace(settings, snapshot_mb=64), SharedCopies(folder, 2))
        running.append(one)
        if ready:
            one.poll()
            one.poll()
            # not more: what is touched is not read again yet
            while one.source.keeper.load():
                pass
            one.poll()
            assert set(one.source.keeper.states().values()) == {"ready"}
        return one

    yield joined
    for one in running:
        one.close()


@pytest.fixture
def reads(monkeypatch):
    """Names of layers that were read, whole or in part."""
    names = []

    def spied(database, layer, *arguments):
        names.append(layer.collection.name)
        return read(database, layer, *arguments)

    monkeypatch.setattr(reading, "read", spied)
    return names
