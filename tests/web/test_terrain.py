"""Rasters over HTTP: what addresses lead to, and what is said of them."""

from __future__ import annotations

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


_STATUSES = (
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
