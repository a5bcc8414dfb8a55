"""Where to look in the town, and what a tile holds, independent of who made it."""

from __future__ import annotations

import math

import mapbox_vector_tile
import numpy as np
import shapely
from pyproj import Transformer

from tiles.address import TileCoord

TO_MERCATOR = Transformer.from_crs(4547, 3857, always_xy=True)


def cover(town, zoom):
    """Every tile over the town, the middle ones first."""
    everything = shapely.union_all([g for kind in town.geometries.values() for g in kind.values()])
    box = shapely.transform(shapely.box(*everything.bounds), TO_MERCATOR.transform, interleaved=False)
    west, south, east, north = box.bounds
    half, side = math.pi * 6378137, 2 * math.pi * 6378137 / 2**zoom
    columns = range(int((west + half) / side), int((east + half) / side) + 1)
    rows = range(int((half - north) / side), int((half - south) / side) + 1)

    def off_centre(coord):
        return abs(coord.x - columns[len(columns) // 2]) + abs(coord.y - rows[len(rows) // 2])

    return sorted((TileCoord(zoom, x, y) for x in columns for y in rows), key=off_centre)


def in_tile(geometry, coord):
    """The geometry in tile units, y down, as the Vector Tile specification has them."""
    west, _, _, north = coord.mercator()
    unit = coord.side_m / 4096

    def place(points):
        x, y = TO_MERCATOR.transform(points[:, 0], points[:, 1])
        return np.c_[(x - west) / unit, (north - y) / unit]

    return shapely.transform(shapely.force_2d(geometry), place)


def decode(made):
    if made.tile.empty:
        return {}
    return mapbox_vector_tile.decode(made.tile.plain(), default_options={"y_coord_down": True})


def tile_at(zoom, lon, lat):
    n = 2**zoom
    return TileCoord(
        zoom,
        int((lon + 180) / 360 * n),
        int((1 - math.asinh(math.tan(math.radians(lat))) / math.pi) / 2 * n),
    )
