"""The gate before any figure: tiles from memory, and from rows, are those of ST_AsMVT."""

from __future__ import annotations

import time
from dataclasses import replace
from functools import partial
from typing import Any

import numpy as np
import numpy.typing as npt
import shapely

from tests.benchmarks.tiling.city import places
from tests.tiles.vector.snapshot.parity import GENERALISED_UNITS, NEAR_UNITS, Parity
from tests.tiles.vector.snapshot.process import Process
from tiles.address import TileCoord
from tiles.source import PUBLIC
from tiles.vector.rows.source import FROM_ZOOM, RowSource
from tiles.vector.snapshot.jit import KERNELS, prepare
from tiles.vector.source import PostgisSource
from twin.crs import WEB_MERCATOR, transformer
from twin.database.connection import Database
from twin.settings import Settings

_LAYERS = ("building", "road", "utility_line", "sensor")
_LEAST_FEATURES = 200_000
"""A zoom whose tiles are full is done with fewer of them: decoding by the reference decoder is slow."""


def agree(settings: Settings, rows: int, snapshot_mb: int, count: int) -> list[dict[str, Any]]:
    """Compare tiles of every zoom; rows for the report.

    Raises
    ------
    RuntimeError
        A tile differs by more than rounding.
    """
    prepare(settings.state_dir / KERNELS)
    process = Process(replace(settings, snapshot_mb=snapshot_mb))
    result = []
    try:
        process.load()
        postgis, rows_source = PostgisSource(process.database), RowSource(process.database)
        for zoom in range(10, 19):
            parity, of_rows = Parity(GENERALISED_UNITS if zoom < 14 else NEAR_UNITS), Parity(NEAR_UNITS)
            ours_s = theirs_s = read_s = 0.0
            for place in dict.fromkeys(places(zoom, rows, count)):
                coord = TileCoord(*map(int, place.split("/")))
                # the clock of this process stands still: nothing is written meanwhile
                began = time.perf_counter()
                ours = process.made(_LAYERS, coord)
                between = time.perf_counter()
                theirs = postgis.make(_LAYERS, coord, PUBLIC)
                ours_s, theirs_s = ours_s + between - began, theirs_s + time.perf_counter() - between
                parity.exact = partial(_exact, process.database, coord)
                # how far a full tile is thinned follows its own bytes
                said = {text.partition(";")[0] for text in {*ours.tile.thinned} ^ {*theirs.tile.thinned}}
                parity.compare(place, ours.tile.plain(), theirs.tile.plain(), said)
                began = time.perf_counter()
                read = rows_source.make(_LAYERS, coord, PUBLIC)
                read_s += time.perf_counter() - began
                if read is not None:
                    said = {text.partition(";")[0] for text in {*read.tile.thinned} ^ {*theirs.tile.thinned}}
                    of_rows.exact = parity.exact
                    of_rows.compare(place, read.tile.plain(), theirs.tile.plain(), said)
                if parity.features > _LEAST_FEATURES:
                    break
            if wrong := parity.wrong + of_rows.wrong:
                raise RuntimeError(f"zoom {zoom}: {len(wrong)} differ, first {wrong[0]}")
            result.append({
                "what": "parity", "zoom": zoom, "tiles": parity.tiles, "features": parity.features,
                "slivers": parity.slivers, "settled": parity.settled,
                "memory_ms": round(1000 * ours_s / parity.tiles, 2),
                "rows_ms": round(1000 * read_s / parity.tiles, 2) if zoom >= FROM_ZOOM else None,
                "postgis_ms": round(1000 * theirs_s / parity.tiles, 2),
            })  # fmt: skip
    finally:
        process.close()
    return result


def _exact(database: Database, coord: TileCoord, layer: str, id: int) -> shapely.Geometry:
    """A feature in units of a tile by pyproj, the third party where the two makers differ."""
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
