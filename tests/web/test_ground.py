"""Buildings stand on the ground as our 3D view draws it: the gap under their walls, measured."""

from __future__ import annotations

import geopandas
import numpy as np
import pytest
import rasterio
import shapely
from rasterio.io import MemoryFile
from rasterio.transform import from_origin

from loaders.gis.load import load_gis
from loaders.gis.mapping import parse_mapping
from loaders.raster.load import load_raster
from tiles.solids.skirt import SKIRT_M
from twin.crs import WEB_MERCATOR, transformer

_WEST, _NORTH, _SIDE, _PIXEL_M = 511_000.0, 2_496_000.0, 100, 30.0
_DEEPER, _CELLS = 2, 32
"""As `scene/ground/relief.js` cuts the ground: two levels below the elevation tiles, 33 points a side."""
_HALF_M = 20_037_508.342789244
_MAPPING = {
    "source": {"name": "ground/gap", "collection": "building"},
    "key": {"from": "id"},
    "columns": {"code": "id", "height_m": "height", "elev_base_m": "base"},
    "solid": {"base": "elev_base_m", "height": "height_m", "ground": True},
}


@pytest.fixture(scope="module")
def hillside(module_app, tmp_path_factory):
    """Rough hills of 30 m pixels as surveys have them, and 300 houses on their lowest ground."""
    parts, folder, chance = (
        module_app.extensions["twin"],
        tmp_path_factory.mktemp("gap"),
        np.random.default_rng(8),
    )
    rows, columns = np.mgrid[0:_SIDE, 0:_SIDE] * _PIXEL_M
    heights = 60 + 40 * np.sin(columns / 320) * np.cos(rows / 250) + chance.normal(0, 1.2, rows.shape)
    with rasterio.open(
        folder / "gap.tif", "w", driver="GTiff", count=1, width=_SIDE, height=_SIDE, dtype="float32",
        crs="EPSG:4547", transform=from_origin(_WEST, _NORTH, _PIXEL_M, _PIXEL_M), nodata=-9999,
    ) as file:  # fmt: skip
        file.write(heights.astype("float32"), 1)
    load_raster(folder / "gap.tif", parts.database, parts.settings)
    plans = [
        shapely.affinity.rotate(shapely.box(e, n, e + w, n + d), turn)
        for e, n, w, d, turn in chance.uniform(
            (_WEST + 300, _NORTH - 2700, 8, 8, 0), (_WEST + 2700, _NORTH - 300, 60, 40, 90), (300, 5)
        )
    ]
    count = len(plans)
    geopandas.GeoDataFrame(
        {"id": [f"G{i}" for i in range(count)], "height": [20.0] * count, "base": [np.nan] * count},
        geometry=plans,
        crs="EPSG:4547",
    ).to_file(folder / "houses.gpkg")
    load_gis(folder / "houses.gpkg", parts.database, parts.settings, mapping=parse_mapping(_MAPPING, "test"))
    return parts.database


def _pixels(client, z, x, y):
    """Heights of an elevation tile."""
    answer = client.get(f"/terrain/gap/{z}/{x}/{y}.png")
    assert answer.status_code == 200
    with MemoryFile(answer.data) as held, held.open() as file:
        red, green, blue = file.read()[:3].astype(float)
    return (red * 65536 + green * 256 + blue) * 0.1 - 10000


def _between(pixels, across, down):
    """`heightAt` of `scene/ground/elevation.js`."""
    side = len(pixels)
    u, v = (np.clip(share * side - 0.5, 0, side - 1) for share in (across, down))
    c, r = (np.minimum(side - 2, np.floor(one)).astype(int) for one in (u, v))
    fu, fv = u - c, v - r
    top = pixels[r, c] * (1 - fu) + pixels[r, c + 1] * fu
    low = pixels[r + 1, c] * (1 - fu) + pixels[r + 1, c + 1] * fu
    return top * (1 - fv) + low * fv


def _mesh(client, zoom, points):
    """Lowest the mesh may be at points (east, north; storage CRS), however its squares are cut in two."""
    mercator = np.column_stack(transformer(4547, WEB_MERCATOR).transform(*points.T))
    tile = np.column_stack([mercator[:, 0] + _HALF_M, _HALF_M - mercator[:, 1]]) / (2 * _HALF_M) * 2**zoom
    cells = tile * 2**_DEEPER * _CELLS
    corner, within = np.floor(cells), cells % 1
    found = np.empty((2, 2, len(points)))
    for x, y in np.unique(np.floor(tile).astype(int), axis=0).tolist():
        here, pixels = (np.floor(tile) == (x, y)).all(axis=1), _pixels(client, zoom, x, y)
        for i, j in np.ndindex(2, 2):
            share = (corner[here] + (i, j)) / (2**_DEEPER * _CELLS) - (x, y)
            found[i, j, here] = _between(pixels, *share.T)
    (u, v), (a, b), (c, d) = within.T, found[:, 0], found[:, 1]
    falling = np.where(u > v, a + u * (b - a) + v * (d - b), a + v * (c - a) + u * (d - c))
    rising = np.where(u + v < 1, a + u * (b - a) + v * (c - a), d + (1 - u) * (c - d) + (1 - v) * (b - d))
    return np.minimum(falling, rising)


@pytest.mark.filterwarnings("ignore::rasterio.errors.NotGeoreferencedWarning")
@pytest.mark.filterwarnings("ignore::PendingDeprecationWarning")
def test_no_wall_ends_above_the_ground(client, hillside):
    zoom = client.get("/terrain/gap.json").get_json()["maxzoom"]
    gaps = []
    for row in hillside.rows(
        "select elev_base_m as base, st_asbinary(geometry) as plan from city_now.building"
    ):
        ring = shapely.get_coordinates(shapely.segmentize(shapely.from_wkb(row["plan"]), 1.0))
        gaps.append(row["base"] - _mesh(client, zoom, ring).min())
    assert len(gaps) == 300
    worst = max(gaps)
    print(
        f"without walls below the base: worst {worst:.2f} m, {sum(g > 0.5 for g in gaps)} of 300 over 0.5 m"
    )
    assert worst > 0.1, "where it is no trouble this proves nothing"
    assert worst - SKIRT_M <= 0.5
