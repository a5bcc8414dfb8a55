"""Whole cities, the sample's and real ones.

Vector tiles of every published layer by all three makers, zooms 10 to 18; every building of the sample in 3D.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pytest

from loaders.city import load_sample
from loaders.gis.inspect import inspect
from loaders.gis.load import load_gis
from sample_data.gen.output import generate
from tests.benchmarks.server import scratch_database
from tests.tiles.solids.test_parts import drawn, volume
from tests.tiles.vector.filled import filled, some
from tests.tiles.vector.makers import A_ZOOM, ZOOMS, Compared, compare
from tests.tiles.vector.snapshot.process import Process
from tiles.vector.rows.source import FROM_ZOOM
from tiles.vector.snapshot.source import public_layers
from twin.database.connection import Database
from twin.settings import Settings

pytestmark = pytest.mark.long
_NAMES = tuple(one.collection.name for one in public_layers())


@contextmanager
def _held(settings: Settings) -> Iterator[Process]:
    """All layers of a city in memory."""
    process = Process(replace(settings, snapshot_mb=512))
    try:
        process.load()
        yield process
    finally:
        process.close()


def _compare(process: Process) -> dict[int, Compared]:
    """A hundred tiles of every zoom, or all that hold anything."""
    found = {}
    for zoom, tiles in filled(process.database, _NAMES, ZOOMS).items():
        asked = some(tiles, A_ZOOM)
        found[zoom] = compare(process, _NAMES, zoom, asked)
        assert found[zoom].wrong == []
        assert found[zoom].otherwise == 0
        assert found[zoom].memory.tiles == len(asked) == min(A_ZOOM, len(tiles))
        assert found[zoom].rows.tiles == (len(asked) if zoom >= FROM_ZOOM else 0)
        for one in (found[zoom].memory, found[zoom].rows):
            assert one.slivers <= 0.05 * one.features
    return found


@pytest.fixture(scope="module")
def sample(
    new_database: Callable[[], AbstractContextManager[str]],
    server_settings: Settings,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Settings]:
    """The sample city with its building models, as `twin sample` writes and loads it."""
    folder = tmp_path_factory.mktemp("sample")
    generate("demo", folder / "files", models=True)
    with new_database() as url:
        settings = replace(server_settings, database_url=url, state_dir=folder / "state")
        database = Database.from_settings(settings, application="test")
        reports = load_sample(folder / "files", database, settings)
        database.close()
        assert {report.status for report in reports} == {"done"}
        yield settings


@pytest.mark.timeout(900)
def test_the_sample_city(sample: Settings, kernels_state: Path) -> None:
    with _held(sample) as process:
        exists = "select exists (select from city_now.{})"
        there = {name for name in _NAMES if process.database.scalar(exists.format(name))}
        found = _compare(process)
    # all that hold anything, where they are fewer than a hundred
    assert {zoom: one.filled for zoom, one in found.items()} == {
        10: 2, 11: 2, 12: 4, 13: 7, 14: 18, 15: 41, 16: 100, 17: 100, 18: 100,
    }  # fmt: skip
    assert len(there) == 22, "all the sample has, with its building models"
    for maker in ("memory", "rows"):
        assert set().union(*(getattr(one, maker).layers for one in found.values())) == there
    assert [one.memory.settled + one.rows.settled for one in found.values()] == [0] * len(found)
    assert sum(one.memory.features for one in found.values()) > 200_000
    assert sum(one.rows.features for one in found.values()) > 180_000


_RECORD = """
select b.feature_id as id, b.height_m, st_area(b.geometry) * b.height_m as volume_m3,
    exists (select from city_now.building_part p where p.building_id = b.feature_id) as parts
from city_now.building b
where not exists (select from city.space s where s.building_id = b.feature_id)
"""


@pytest.mark.timeout(300)
def test_every_building_of_the_sample_is_as_large_in_3d_as_its_record_says(sample: Settings) -> None:
    """Parts that stand for all of a building and say less of it would show here."""
    database = Database.from_settings(sample, application="test")
    try:
        found = drawn(database, sample)
        record = database.rows(_RECORD)
    finally:
        database.close()
    assert {one["id"] for one in record} == set(found), "all of them, but those whose own model is shown"
    assert sum(one["parts"] for one in record) > 1_000
    for one in record:
        corners = found[one["id"]]
        # two towers of parts taper; a podium or a hut stands beside what the record says
        least, most = (0.8, 1.5) if one["parts"] else (0.98, 1.02)
        assert least * one["volume_m3"] < volume(corners) < most * one["volume_m3"], one
        assert np.ptp(corners[..., 2]) > 0.98 * one["height_m"], one


@dataclass(frozen=True)
class _Real:
    """A place real files are of.

    Attributes
    ----------
    srid : int
        A storage CRS that fits it.
    files : tuple of str
        Below the folder of real files.
    layers : frozenset of str
        What comes of them.
    tiles : tuple of int
        Compared of each zoom.
    features : int
        Compared at least, by each maker.
    settled : int
        Lines there and back at most, over all zooms, which ST_AsMVT leaves out.
    """

    srid: int
    files: tuple[str, ...]
    layers: frozenset[str]
    tiles: tuple[int, ...]
    features: int
    settled: int = 0


_REAL = {
    "Shenzhen, buildings": _Real(
        4547,
        ("gis/shenzhen_nanshan_buildings_west.geojson", "gis-bad/nanshan_broken_mixed.geojson"),
        frozenset({"building", "theme"}),
        (1, 1, 2, 2, 3, 10, 34, 95, 100),
        14_000,
    ),
    "Shenzhen, districts": _Real(
        4547,
        ("gis/shenzhen_districts.geojson",),
        frozenset({"terrain_zone"}),
        (7, 16, 47, 100, 100, 100, 100, 100, 100),
        500,
    ),
    "Helsinki": _Real(
        32635,
        ("gis/helsinki_buildings_all.parquet", "osm/Helsinki.osm.pbf"),
        frozenset({"building", "facility", "road", "theme"}),
        (1, 1, 2, 4, 9, 24, 81, 100, 100),
        60_000,
        settled=82,
    ),
    "New York": _Real(
        32618,
        ("gis/manhattan_roads.geojson", "gis/nyc_osm_buildings_254.geojson"),
        frozenset({"building", "road"}),
        (2, 5, 6, 14, 33, 95, 100, 100, 100),
        28_000,
        settled=43,
    ),
}


@pytest.mark.shared_data
@pytest.mark.timeout(900)
@pytest.mark.parametrize("place", _REAL)
def test_a_place_of_real_files(
    place: str, shared_data: Path, server_settings: Settings, tmp_path: Path, kernels_state: Path
) -> None:
    real = _REAL[place]
    wanted = replace(server_settings, storage_srid=real.srid)
    with scratch_database(wanted, f"real_{real.srid}") as own:
        settings = replace(own, state_dir=tmp_path / "state")
        database = Database.from_settings(settings, application="test", bounded=False)
        for name in real.files:
            layers = inspect(shared_data / name, settings)
            for one in layers:
                told = one.name if len(layers) > 1 else None
                load_gis(shared_data / name, database, settings, source=f"{name}/{one.name}", layer=told)
        database.close()
        with _held(settings) as process:
            found = _compare(process)
    assert tuple(one.memory.tiles for one in found.values()) == real.tiles
    for maker in ("memory", "rows"):
        parities = [getattr(one, maker) for one in found.values()]
        assert set().union(*(one.layers for one in parities)) == real.layers
        assert sum(one.features for one in parities) > real.features
        assert sum(one.settled for one in parities) <= real.settled
