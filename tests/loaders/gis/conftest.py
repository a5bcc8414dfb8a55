"""What the tests of the GIS loader share."""

from __future__ import annotations

import pytest

from loaders.gis.load import load_gis
from tests.loaders.gis.author import Load
from twin.database.connection import Database
from twin.settings import Settings


@pytest.fixture
def load(database: Database, settings: Settings) -> Load:
    return lambda path, **options: load_gis(path, database, settings, **options)
