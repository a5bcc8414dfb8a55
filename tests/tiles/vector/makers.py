"""The three makers of vector tiles, asked for the same tiles of one city and held against each other."""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Iterable
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from functools import partial
from unittest.mock import patch

import numpy as np
import numpy.typing as npt
import shapely

from tests.tiles.vector.snapshot.parity import Parity
from tests.tiles.vector.snapshot.process import Process
from tiles.address import TileCoord
from tiles.source import PUBLIC, Made
from tiles.tile import Tile
from tiles.vector import fitting
from tiles.vector.layers import layer
from tiles.vector.rows.source import FROM_ZOOM, RowSource
from tiles.vector.source import PostgisSource
from twin.crs import WEB_MERCATOR, transformer
from twin.database.connection import Database

_ANY_BYTES = 1 << 30
ZOOMS = range(10, 19)
A_ZOOM = 100
"""Tiles compared of each zoom, where so many hold anything."""


def without_limit() -> AbstractContextManager[object]:
    """Let tiles be of any size meanwhile: nothing is thinned beyond the rule of its zoom."""
    return patch.object(fitting, "LIMIT_BYTES", _ANY_BYTES)


def coarse(names: Collection[str], zoom: int) -> frozenset[str]:
    """Layers whose vertices a zoom generalises; all others are as they are stored."""
    there = [layer(name, PUBLIC.access) for name in names]
    return frozenset(
        one.collection.name
        for one in there
        if one.rule(zoom).tolerance_px and one.collection.geometry not in ("Point", "Geometry")
    )


@dataclass
class Compared:
    """Tiles of one zoom by all makers.

    Attributes
    ----------
    memory, rows : Parity
        What is encoded from memory, and what from rows, against ST_AsMVT.
    filled : int
        Tiles in which ST_AsMVT had anything.
    thinned : int
        Tiles over the limit, which all makers thin; compared whole.
    otherwise : int
        Of them, those in which a maker thinned other layers than ST_AsMVT did. The line is drawn by the
        bytes of each maker's own tile, so a layer that just reaches it may be on either side.
    memory_s, rows_s, postgis_s : float
        What making took, within the limit.
    """

    memory: Parity
    rows: Parity
    filled: int = 0
    thinned: int = 0
    otherwise: int = 0
    memory_s: float = 0.0
    rows_s: float = 0.0
    postgis_s: float = 0.0
    _wrong: list[str] = field(default_factory=list)

    @property
    def wrong(self) -> list[str]:
        """What is not the same."""
        return self._wrong + self.memory.wrong + self.rows.wrong

    def note(self, name: str, ours: object, theirs: object) -> None:
        """What has to be equal and is not is wrong."""
        if ours != theirs:
            self._wrong.append(f"{name}: {ours} != {theirs}")


def compare(process: Process, names: tuple[str, ...], zoom: int, tiles: Iterable[TileCoord]) -> Compared:
    """Make tiles of a city by all three makers and compare what is in them.

    Parameters
    ----------
    process : Process
        Has a copy of every layer; nothing is written meanwhile.
    names : tuple of str
        Layers, in order.
    zoom : int
        Of the tiles.
    tiles : iterable of TileCoord
        Which.
    """
    postgis, rows = PostgisSource(process.database), RowSource(process.database)
    generalised = coarse(names, zoom)
    found = Compared(Parity(coarse=generalised), Parity(coarse=generalised))
    makers: dict[str, Callable[[TileCoord], Made | None]] = {
        "postgis": lambda coord: postgis.make(names, coord, PUBLIC),
        "memory": lambda coord: process.made(names, coord),
    }
    if zoom >= FROM_ZOOM:
        makers["rows"] = lambda coord: rows.make(names, coord, PUBLIC)
    for coord in tiles:
        made = {}
        for who, make in makers.items():
            began = time.perf_counter()
            made[who] = make(coord)
            took = f"{who}_s"
            setattr(found, took, getattr(found, took) + time.perf_counter() - began)
        whole = made
        if any(one is not None and one.tile.thinned for one in made.values()):
            with without_limit():
                whole = {who: make(coord) for who, make in makers.items()}
        _hold(found, coord, made, whole, partial(exact, process.database, coord))
    return found


def _hold(
    found: Compared,
    coord: TileCoord,
    made: dict[str, Made | None],
    whole: dict[str, Made | None],
    exactly: Callable[[str, int], shapely.Geometry],
) -> None:
    name = f"{coord.z}/{coord.x}/{coord.y}"
    theirs, other = made["postgis"], whole["postgis"]
    assert theirs is not None and other is not None
    found.filled += not other.tile.empty
    found.thinned += _over(other.tile)
    otherwise = False
    # both makers often write the same bytes
    compared: dict[bytes, Parity] = {}
    for who in made.keys() - {"postgis"}:
        parity: Parity = getattr(found, who)
        ours, all_of_it = made[who], whole[who]
        if ours is None or all_of_it is None:
            # the maker leaves it to ST_AsMVT; whoever asks sees it in the number of tiles
            continue
        data = all_of_it.tile.plain()
        if data not in compared:
            compared[data] = Parity(parity.near, parity.coarse, exact=exactly)
            compared[data].compare(name, data, other.tile.plain())
        parity.add(compared[data])
        found.note(
            f"{name} {who} leaves out by the rule of the zoom", all_of_it.tile.thinned, other.tile.thinned
        )
        found.note(f"{name} {who} shows", (ours.collections, ours.cells), (theirs.collections, theirs.cells))
        otherwise |= _thinned(ours.tile) != _thinned(theirs.tile)
    found.otherwise += otherwise


def _over(tile: Tile) -> bool:
    return len(tile.data) > fitting.LIMIT_BYTES


def _thinned(tile: Tile) -> list[str]:
    """Layers; how far each is thinned follows the tile's own bytes."""
    return [text.partition(";")[0] for text in tile.thinned]


def exact(database: Database, coord: TileCoord, layer: str, id: int) -> shapely.Geometry:
    """A feature in units of a tile by pyproj, the third party where two makers differ."""
    place = transformer(database.srid, WEB_MERCATOR)
    west, _, _, north = coord.mercator()
    unit = coord.side_m / 4096

    def placed(points: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
        x, y = place.transform(points[:, 0], points[:, 1])
        return np.column_stack([(x - west) / unit, (north - y) / unit])

    data = database.scalar(
        f"select st_asbinary(st_force2d(geometry)) from city_now.{layer} where feature_id = %(id)s",
        {"id": id},
    )
    return shapely.transform(shapely.from_wkb(bytes(data)), placed)
