"""Tiles others published, taken to the ground and encoded anew: by us, and by ST_AsMVT of the same rows."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import mapbox_vector_tile
import numpy as np
import pytest
import shapely

from tests.tiles.vector.snapshot.packed import HOME, copied, encoded, layer_of, pack, to_ground
from tests.tiles.vector.snapshot.parity import Parity, features_of
from twin.database.connection import Database

_SIGHT = shapely.box(-64, -64, 4160, 4160)
_FIXTURES, _REAL = 37, 10
_NOTHING = {
    "001": "no layer", "025": "no feature",
    "003": "Unknown geometry type: 0", "005": "Unexpected number of tags", "011": "unknown value",
    # keys, values, or coordinates of a geometry that are not there
    "013": "out of range", "040": "out of range", "042": "out of range", "044": "out of range",
    "052": "out of range", "058": "out of range",
    # a ClosePath of count nought
    "048": "invalid literal",
}  # fmt: skip
"""Fixtures of which there is nothing to draw, and why: as the reference decoder says it."""
_POSTGIS = {
    "text": "text",
    "small": "int4",
    "big": "int8",
    "real": "float4",
    "double": "float8",
    "yes": "bool",
}


@dataclass(frozen=True)
class _Published:
    """What a tile holds: shapes in units of 4096, and values by column, whose name begins with its form."""

    shapes: list[shapely.Geometry]
    values: list[dict[str, Any]]
    columns: list[str]


@pytest.mark.shared_data
def test_a_published_tile_comes_back_and_is_that_of_st_asmvt(
    shared_data: Path, database: Database, kernels_state: Path
) -> None:
    fixtures = sorted(shared_data.glob("mvt-fixtures/*/tile.mvt"))
    real = sorted([*shared_data.rglob("mvt-real/**/*.mvt"), *shared_data.rglob("mvt-real/**/*.pbf")])
    assert (len(fixtures), len(real)) == (_FIXTURES, _REAL)
    nothing: dict[str, str] = {}
    parity, neither, there = Parity(), 0, 0
    for path in fixtures + real:
        name = path.parent.name if path.name == "tile.mvt" else f"{path.parent.name}/{path.name}"
        try:
            published = _read(path.read_bytes())
        except (AssertionError, IndexError, ValueError) as error:
            nothing[name] = str(error)
            continue
        there += len(published.shapes)
        neither += _compare(name, published, database, parity)
    assert nothing.keys() == _NOTHING.keys()
    assert not {name: said for name, said in nothing.items() if _NOTHING[name] not in said}
    assert parity.wrong == []
    assert parity.tiles == _FIXTURES + _REAL - len(_NOTHING)
    # what neither draws is out of sight or smaller than a unit
    assert parity.features + parity.slivers + neither == there == 3684
    assert parity.features > 3500
    assert parity.slivers + parity.settled < 10


def _compare(name: str, published: _Published, database: Database, parity: Parity) -> int:
    """Compare a tile with what it was made of and with that of ST_AsMVT; how many features neither draws."""
    ground = [to_ground(shape) for shape in published.shapes]
    columns = published.columns
    rows = [
        pack(i + 1, shape, values, columns=columns)
        for i, (shape, values) in enumerate(zip(ground, published.values, strict=True))
    ]
    ours = encoded(copied(rows, columns), HOME, layer_of(columns))
    theirs = _by_postgis(database, ground, published)
    parity.exact = lambda _, id: shapely.make_valid(published.shapes[id - 1])
    parity.compare(name, ours, theirs)
    mine, other = (features_of(data).get("everything", {}) for data in (ours, theirs))
    neither = 0
    for i, shape in enumerate(published.shapes):
        there = shapely.get_dimensions(shape) == 0
        want = shape if there else shapely.make_valid(shape).intersection(_SIGHT)
        if i + 1 not in mine:
            neither += i + 1 not in other
            assert (
                not _SIGHT.intersects(want) or want.area + want.length < 4 or want.buffer(-0.75).is_empty
            ), (name, shape.wkt[:200])
            continue
        got = shapely.from_geojson(json.dumps(mine[i + 1]["geometry"]))
        assert mine[i + 1]["properties"] == published.values[i], (name, i)
        assert got.is_valid
        if shapely.get_dimensions(got) < 2:
            assert got.within(shape.buffer(0.75)), (name, shape.wkt[:200])
        else:
            assert shapely.symmetric_difference(got, want).area <= 0.75 * want.length + 2, (name, i)
    return neither


def _read(data: bytes) -> _Published:
    """What a tile holds.

    Raises
    ------
    AssertionError, IndexError, ValueError
        The decoder refuses it, or there is nothing in it.
    """
    layers = mapbox_vector_tile.decode(data, default_options={"y_coord_down": True})
    if not layers:
        raise ValueError("no layer")
    shapes, properties = [], []
    for layer in layers.values():
        for feature in layer["features"]:
            shape = shapely.from_geojson(json.dumps(feature["geometry"]))
            factor = 4096 / layer["extent"]
            shapes.append(shapely.transform(shape, lambda xy, by=factor: xy * by))
            properties.append({(key, _form(value)): value for key, value in feature["properties"].items()})
    if not shapes:
        raise ValueError("no feature")
    numbers = {key: i for i, key in enumerate(dict.fromkeys(key for each in properties for key in each))}
    named = {key: f"{key[1]}_{i}" for key, i in numbers.items()}
    values = [{named[key]: value for key, value in each.items()} for each in properties]
    return _Published(shapes, values, list(named.values()))


def _form(value: object) -> str:
    """How a value is stored, in as little as holds it."""
    if isinstance(value, str):
        return "text"
    if isinstance(value, bool):
        return "yes"
    if isinstance(value, int):
        return "small" if -(2**31) <= value < 2**31 else "big"
    return "real" if float(np.float32(value)) == value else "double"


def _by_postgis(database: Database, ground: list[shapely.Geometry], published: _Published) -> bytes:
    columns = published.columns
    with database.transaction() as connection:
        described = "".join(f", {name} {_POSTGIS[name.partition('_')[0]]}" for name in columns)
        connection.execute(
            f"create temp table fixture (id int8, wkb bytea{described}) on commit drop".encode()
        )
        with connection.cursor().copy(b"copy fixture from stdin") as copy:
            for i, (shape, values) in enumerate(zip(ground, published.values, strict=True)):
                copy.write_row([i + 1, shapely.to_wkb(shape), *(values.get(name) for name in columns)])
        row = connection.execute(
            f"select st_asmvt(f, 'everything', 4096, 'geometry', 'id') as tile from (select id"
            f"{''.join(f', {name}' for name in columns)}, st_asmvtgeom(st_setsrid(wkb::geometry, 3857),"
            " st_tileenvelope(%(z)s, %(x)s, %(y)s), 4096, 64, true) as geometry from fixture) f".encode(),
            {"z": HOME.z, "x": HOME.x, "y": HOME.y},
        ).fetchone()
    assert row is not None
    return bytes(row["tile"])


def test_the_home_tile_is_the_one_it_says() -> None:
    assert HOME.side_m == pytest.approx(1222.99, abs=0.01)
