"""Which tiles of a city hold anything, found by shapely: no maker of tiles is asked."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import numpy.typing as npt
import shapely

from tiles.address import HALF_WORLD_M, TileCoord
from tiles.vector.layers import layer
from twin.crs import WEB_MERCATOR, transformer
from twin.database.connection import Database


def filled(database: Database, names: Iterable[str], zooms: Iterable[int]) -> dict[int, list[TileCoord]]:
    """Tiles of each zoom which a feature meets that is published and shown there.

    Parameters
    ----------
    database : Database
        The city.
    names : iterable of str
        Collections.
    zooms : iterable of int
        Ascending.
    """
    place = transformer(database.srid, WEB_MERCATOR)
    shapes: list[npt.NDArray[np.object_]] = []
    shown_from: list[int] = []
    for name in names:
        rows = database.rows(
            f"select st_asbinary(st_force2d(geometry)) as wkb from city_now.{name}"
            " where geometry is not null and not st_isempty(geometry) and visibility = 'public'"
        )
        shapes.append(shapely.from_wkb([bytes(row["wkb"]) for row in rows]))
        shown_from += [layer(name, ()).collection.min_zoom] * len(rows)
    ground = shapely.transform(np.concatenate(shapes), place.transform, interleaved=False)
    tree, first_zoom = shapely.STRtree(ground), np.array(shown_from)
    found: dict[int, list[TileCoord]] = {}
    west, south, east, north = shapely.total_bounds(ground)
    # what is in a tile is in the one above
    above, up = np.empty((0, 2), np.int64), 0
    for zoom in zooms:
        side_m = 2 * HALF_WORLD_M / (1 << zoom)
        if not len(above):
            low, high = _number(west, north, side_m), _number(east, south, side_m)
            ranges = [np.arange(a, b + 1) for a, b in zip(low, high, strict=True)]
        else:
            ranges = [np.arange(1 << (zoom - up))] * 2
        inner = np.array(np.meshgrid(*ranges, indexing="ij")).reshape(2, -1).T
        tiles = inner if not len(above) else ((above << (zoom - up))[:, None] + inner).reshape(-1, 2)
        edges = np.column_stack([
            tiles[:, 0] * side_m - HALF_WORLD_M, HALF_WORLD_M - (tiles[:, 1] + 1) * side_m,
            (tiles[:, 0] + 1) * side_m - HALF_WORLD_M, HALF_WORLD_M - tiles[:, 1] * side_m,
        ])  # fmt: skip
        number, feature = tree.query(shapely.box(*edges.T), predicate="intersects")
        above, up = tiles[np.unique(number)], zoom
        there = tiles[np.unique(number[first_zoom[feature] <= zoom])]
        found[zoom] = [TileCoord(zoom, int(x), int(y)) for x, y in there]
    return found


def some(tiles: list[TileCoord], count: int) -> list[TileCoord]:
    """So many of them, always the same, from everywhere; all where there are no more."""
    order = np.random.default_rng(20261128).permutation(len(tiles))
    return [tiles[i] for i in order[:count]]


def _number(x_m: float, y_m: float, side_m: float) -> tuple[int, int]:
    return int((x_m + HALF_WORLD_M) / side_m), int((HALF_WORLD_M - y_m) / side_m)
