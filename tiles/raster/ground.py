"""Height of the ground at places of the city, from the finest elevation model that knows it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
from rasterio.errors import RasterioIOError

from tiles.raster.coverage import Coverage, coverage
from twin.crs import WGS84, transformer
from twin.database.connection import Database
from twin.database.statements import statement
from twin.errors import Unavailable

Array = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Heights:
    """The ground, asked for places in the storage CRS.

    Attributes
    ----------
    database : Database
        Where elevation models are registered.
    state_dir : Path
        Where their files are.
    """

    database: Database
    state_dir: Path

    def __call__(self, east: Array, north: Array) -> Array:
        """Metres above the vertical datum, NaN where no model knows; bilinear between pixels.

        Raises
        ------
        Unavailable
            The file of a model cannot be read.
        """
        found = np.full(np.shape(east), np.nan)
        for model in self._models(east, north):
            lacking = np.isnan(found)
            if not lacking.any():
                break
            try:
                found[lacking] = model.at(east[lacking], north[lacking], self.database.srid, model.pixel_m)
            except RasterioIOError as error:
                raise Unavailable(f"elevation model '{model.name}' cannot be read; load it again") from error
        return found

    def names(self, east: Array, north: Array) -> list[str]:
        """Elevation models that may be asked for these places."""
        return [model.name for model in self._models(east, north)]

    def _models(self, east: Array, north: Array) -> list[Coverage]:
        lon, lat = transformer(self.database.srid, WGS84).transform(east, north)
        box = {"west": np.min(lon), "south": np.min(lat), "east": np.max(lon), "north": np.max(lat)}
        binds = {name: float(value) for name, value in box.items()}
        rows = self.database.rows(statement("tiles.raster", "elevation_models"), binds)
        return [coverage(row, self.state_dir) for row in rows]
