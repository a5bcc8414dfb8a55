"""3D Tiles straight from PostGIS."""

from __future__ import annotations

from pathlib import Path

from tiles.solids.city import City
from tiles.solids.memory import Memory
from tiles.solids.model import Models
from tiles.solids.place import CitySquare, CityTileset, ModelFloor, ModelTileset, Place
from tiles.source import Context, Made
from twin.database.connection import Database


class PostgisSolids:
    """Makes every document, subtree and content of 3D Tiles.

    Parameters
    ----------
    database : Database
        Where the city is.
    geoid_offset_m : float
        Ellipsoidal height minus stored height, metres.
    folder : Path, optional
        Where the summary of a large city is kept for the next process.
    """

    def __init__(self, database: Database, geoid_offset_m: float, folder: Path | None = None) -> None:
        self._city = City(database, geoid_offset_m, folder)
        self._models = Models(database, geoid_offset_m)

    @property
    def memory(self) -> Memory:
        """What is kept of the city between two tiles."""
        return self._city.summaries.memory

    def make(self, names: tuple[str, ...], coord: Place, context: Context) -> Made:
        """Make what stands at a place; `names` says nothing here.

        Raises
        ------
        NotFound
            There is no such model.
        """
        match coord:
            case CityTileset():
                return self._city.tileset(context)
            case CitySquare(kind="subtree"):
                return self._city.subtree(coord, context)
            case CitySquare():
                return self._city.content(coord, context)
            case ModelTileset():
                return self._models.tileset(coord, context)
            case ModelFloor():
                return self._models.floor(coord, context)
