"""However full a tile is: within the limit, by both makers, and what is left out is counted."""

from __future__ import annotations

import math
import re
from collections.abc import Callable

import mapbox_vector_tile
import pytest

from tests.tiles.vector.snapshot.process import Process
from tiles.address import TileCoord
from tiles.source import PUBLIC, Made
from tiles.vector import fitting
from tiles.vector.source import PostgisSource
from twin.crs import transformer

_COUNT = 1600
_STREETS = """
insert into city.road (name_zh, class, geometry)
select 'R' || i, 'residential', st_multi(st_setsrid(st_makeline(
    st_makepoint(513000 + 40 * (i %% 40), 2494000 + 40 * (i / 40)),
    st_makepoint(513000 + 40 * (i %% 40) + long_m, 2494000 + 40 * (i / 40))), 4547))
from (select i, case when %(alike)s then 32 else 16 + i %% 64 end as long_m from generate_series(0, 1599) i) r
"""
_SENSORS = """
insert into city.sensor (code, type, geometry)
select 'S' || i, 'smoke', st_setsrid(st_makepoint(513000 + 40 * (i %% 40), 2494000 + 40 * (i / 40)), 4547)
from generate_series(0, 1599) i
"""


@pytest.mark.parametrize("alike", [False, True], ids=["of many sizes", "all of one size"])
def test_a_full_tile_fits_and_what_it_leaves_out_is_counted(
    process: Process, monkeypatch: pytest.MonkeyPatch, alike: bool
) -> None:
    process.database.execute(_STREETS, {"alike": alike})
    process.database.execute(_SENSORS, {})
    process.load()
    postgis = PostgisSource(process.database)
    makers: list[Callable[[tuple[str, ...], TileCoord], Made]] = [
        process.made,
        lambda names, coord: postgis.make(names, coord, PUBLIC),
    ]
    lon, lat = transformer(4547, 4326).transform(513_800, 2_494_800)
    for place in [_around(zoom, lon, lat) for zoom in range(10, 15)]:
        for make in makers:
            monkeypatch.setattr(fitting, "LIMIT_BYTES", 500_000)
            whole = make(("road", "sensor"), place)
            assert whole.tile.thinned == ()
            there, _, _ = _drawn(whole)
            monkeypatch.setattr(fitting, "LIMIT_BYTES", len(whole.tile.data) // 2)
            drawn, left_out, said = _drawn(make(("road", "sensor"), place))
            assert 0 < drawn["road"] < there["road"], (place, said)
            assert ("one_in" in said["road"]) == alike, "the smallest go first, where one is smaller"
            for name in ("road", "sensor"):
                # rows that only their box brings into the tile are left out too
                assert there[name] <= drawn[name] + left_out[name] <= _COUNT, (place, said)


def _around(zoom: int, lon: float, lat: float) -> TileCoord:
    north = (1 - math.asinh(math.tan(math.radians(lat))) / math.pi) / 2
    return TileCoord(zoom, int((lon + 180) / 360 * 2**zoom), int(north * 2**zoom))


def _drawn(made: Made) -> tuple[dict[str, int], dict[str, int], dict[str, str]]:
    """Features of each layer in the tile, features it says it left out, and how it says so."""
    assert 0 < len(made.tile.data) <= fitting.LIMIT_BYTES
    layers = mapbox_vector_tile.decode(made.tile.plain())
    said = dict(text.split(";", 1) for text in made.tile.thinned)
    names = ("road", "sensor")
    found = {name: re.search(r"left_out=(\d+)", said.get(name, "")) for name in names}
    return (
        {name: len(layers[name]["features"]) if name in layers else 0 for name in names},
        {name: int(match[1]) if match else 0 for name, match in found.items()},
        said,
    )
