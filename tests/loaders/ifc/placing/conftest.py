"""A city with the building of the model in it."""

from __future__ import annotations

import numpy as np
import pytest
import shapely

from loaders.ifc.placing.fit import apply
from tests.loaders.ifc.author import EAST, HEIGHT, NORTH
from tests.loaders.ifc.placing.annexe import ANGLE, CODE, true_place
from twin.database.connection import Database
from twin.model.feature import FeatureBatch
from twin.model.load import LoadRequest
from twin.store.loading import begin_load


@pytest.fixture
def city(database: Database) -> Database:
    """The building the model is of, between others of other shapes."""
    east, north = EAST + 30 * np.arange(1, 6), NORTH + 20.0
    shapes = [apply(true_place(), ANGLE), *shapely.box(east, north, east + 9, north + 14)]
    codes = [CODE, *(f"440303005901900001{n}" for n in range(5))]
    with begin_load(database, LoadRequest("cadastre", "b.gpkg", "1", "GPKG", "EPSG:4547")) as load:
        load.write(
            FeatureBatch(
                "building",
                codes,
                {"code": codes, "elev_base_m": np.full(6, HEIGHT)},
                geometry=np.array(shapes, dtype=object),
            )
        )
    return database
