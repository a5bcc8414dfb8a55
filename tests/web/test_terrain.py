"""Rasters over HTTP: what addresses lead to, and what is said of them."""

from __future__ import annotations

import math

import mapbox_vector_tile
import numpy as np
import pytest
import rasterio
from isal import igzip
from rasterio.transform import from_origin

from loaders.raster.load import load_raster
from tests.tiles.raster.mesh_reader import read


@pytest.fixture(scope="module")
def dem(module_app, tmp_path_factory):
    """A slope of 10 m pixels, 4 km wide, around Luohu."""
    parts = module_app.extensions["twin"]
    path = tmp_path_factory.mktemp("dem") / "dem.tif"
    rows, columns = np.mgrid[0:400, 0:400]
    with rasterio.open(
        path, "w", driver="GTiff", count=1, width=400, height=400, dtype="float32", crs="EPSG:4547",
        transform=from_origin(511_000, 2_496_000, 10, 10), nodata=-9999,
    ) as file:  # fmt: skip
        file.write((20 + columns / 5 + rows / 10).astype("float32"), 1)
    load_raster(path, parts.database, parts.settings)
    return "dem"


def test_from_layer_json_to_a_mesh(client, dem):
    document = client.get(f"/terrain/{dem}/layer.json").json
    deep = document["available"][-1][0]
    address = document["tiles"][0].format(z=document["maxzoom"], x=deep["startX"], y=deep["startY"])
    answer = client.get(f"/terrain/{dem}/{address}", headers={"Accept-Encoding": "gzip"})
    assert answer.status_code == 200
    assert answer.content_type == "application/vnd.quantized-mesh;extensions=octvertexnormals"
    mesh = read(igzip.decompress(answer.data))
    # 20 to 140 m, above the ellipsoid 3 m less; what lies beside the raster is at the datum
    assert -3.0 <= mesh.low_m < mesh.high_m
    assert max(mesh.height(i) for i in range(len(mesh.h))) < 137.1
    assert "no-cache" in answer.headers["Cache-Control"]
    again = client.get(
        f"/terrain/{dem}/{address}",
        headers={"Accept-Encoding": "gzip", "If-None-Match": answer.headers["ETag"]},
    )
    assert (again.status_code, again.data) == (304, b"")
    for root in (0, 1):
        assert client.get(f"/terrain/{dem}/0/{root}/0.terrain").status_code == 200


def test_from_the_tilejson_to_contours(client, dem):
    document = client.get(f"/raster/{dem}/contours.json?interval_m=2.5").json
    lon, lat, zoom = document["center"]
    n = 2**zoom
    x = int((lon + 180) / 360 * n)
    y = int((1 - math.asinh(math.tan(math.radians(lat))) / math.pi) / 2 * n)
    address = document["tiles"][0].removeprefix("http://localhost").format(z=zoom, x=x, y=y)
    answer = client.get(address, headers={"Accept-Encoding": "gzip"})
    assert (answer.status_code, answer.mimetype) == (200, "application/vnd.mapbox-vector-tile")
    found = mapbox_vector_tile.decode(igzip.decompress(answer.data))[document["vector_layers"][0]["id"]]
    heights = [feature["properties"]["height_m"] for feature in found["features"]]
    assert heights == sorted(heights)
    assert set(np.diff(heights)) == {2.5}
    assert {
        f["properties"]["height_m"] % 12.5 == 0 for f in found["features"] if f["properties"]["index"]
    } == {True}
    assert client.get(f"/raster/{dem}/contours/12/0/0.mvt").status_code == 204


_STATUSES = (
    ("/raster/none/contours.json", 404),
    ("/raster/none/contours/3/0/0.mvt", 404),
    ("/raster/dem/contours/3/8/0.mvt", 400),
    ("/raster/dem/contours/3/0/0.mvt?interval_m=0", 400),
    ("/raster/dem/contours/3/0/0.mvt?interval_m=nan", 400),
    ("/raster/dem/contours/3/0/0.mvt?size=256", 400),
    ("/terrain/none/layer.json", 404),
    ("/terrain/none/0/0/0.terrain", 404),
    ("/terrain/dem/5/0/0.terrain", 404),
    ("/terrain/dem/5/64/0.terrain", 400),
    ("/terrain/dem/23/0/0.terrain", 400),
    ("/terrain/dem/a/0/0.terrain", 400),
    ("/terrain/dem/0/0/0.terrain?size=256", 400),
    ("/terrain/dem/layer.json?size=256", 400),
)


@pytest.mark.parametrize(("path", "status"), _STATUSES)
def test_statuses(client, dem, path, status):
    answer = client.get(path)
    assert answer.status_code == status
    assert answer.mimetype == "application/problem+json"
