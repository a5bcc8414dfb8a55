"""The application on a database of its own: one a module, or one a test."""

import math
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
import shapely
from flask import Flask
from flask.testing import FlaskClient
from pyproj import Transformer

from twin.database.connection import Database
from twin.settings import Settings
from web.app import create_app


@pytest.fixture(scope="module")
def module_app(new_database, server_settings: Settings, tmp_path_factory) -> Iterator[Flask]:
    """Return an app whose database all tests of one module share: cloning one costs more than most tests."""
    with new_database() as url:
        settings = replace(server_settings, database_url=url, state_dir=tmp_path_factory.mktemp("state"))
        application = create_app(settings)
        yield application
        application.extensions["twin"].close()


@pytest.fixture(scope="module")
def city(module_app: Flask) -> Database:
    """Database of `module_app`."""
    return module_app.extensions["twin"].database


@pytest.fixture
def client(module_app: Flask) -> FlaskClient:
    return module_app.test_client()


@pytest.fixture
def app(settings: Settings, database: Database) -> Iterator[Flask]:
    """Return an app on a database of this test alone."""
    application = create_app(settings)
    yield application
    application.extensions["twin"].close()


@pytest.fixture
def copy(new_database, server_settings: Settings, tmp_path: Path) -> Iterator[tuple[Database, Settings]]:
    """Another city, to load into what this one gave out."""
    with new_database() as url:
        settings = replace(server_settings, database_url=url, state_dir=tmp_path / "state")
        database = Database.from_settings(settings, "copy")
        yield database, settings
        database.close()


@pytest.fixture
def hydrant(database: Database) -> str:
    """One hydrant in the middle of Luohu; the path of its zoom 16 tile."""
    point = shapely.to_wkb(
        shapely.set_srid(shapely.Point(513_474.76, 2_494_488.61), 4547), hex=True, include_srid=True
    )
    database.execute(
        "insert into city.hydrant (geometry, code, state) values (%(point)s, 'XHS-1', 'ok')", {"point": point}
    )
    lon, lat = Transformer.from_crs(4547, 4326, always_xy=True).transform(513_474.76, 2_494_488.61)
    row = (1 - math.asinh(math.tan(math.radians(lat))) / math.pi) / 2
    return f"16/{int((lon + 180) / 360 * 65536)}/{int(row * 65536)}"
