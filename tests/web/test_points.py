"""Point clouds over HTTP."""

from __future__ import annotations

import pytest
from isal import igzip

from loaders.pointcloud.load import load_point_cloud
from tests.loaders.pointcloud.author import hillside, write
from tests.tiles.solids.reader import read


@pytest.fixture(scope="module")
def cloud(module_app, tmp_path_factory):
    parts = module_app.extensions["twin"]
    path = write(tmp_path_factory.mktemp("cloud") / "hill.laz", hillside(2000))
    load_point_cloud(path, parts.database, parts.settings)
    return "hill"


def test_from_the_list_to_the_points(client, cloud):
    (listed,) = client.get("/3dtiles/").json["points"]
    assert listed["name"] == cloud
    (known,) = client.get("/api/pointclouds").json["pointclouds"]
    assert (known["name"], known["points"], known["classes"]) == ("hill", 2000, {"2": 2000})
    answer = client.get(listed["url"].removeprefix("http://localhost") + "?colour=class")
    assert (answer.status_code, answer.mimetype) == (200, "application/json")
    uri = answer.json["root"]["content"]["uri"]
    content = client.get(f"/3dtiles/points/hill/{uri}", headers={"Accept-Encoding": "gzip"})
    assert (content.status_code, content.mimetype) == (200, "model/gltf-binary")
    glb = read(igzip.decompress(content.data))
    assert glb.document["accessors"][0]["count"] == 2000
    again = client.get(
        f"/3dtiles/points/hill/{uri}",
        headers={"Accept-Encoding": "gzip", "If-None-Match": content.headers["ETag"]},
    )
    assert again.status_code == 304


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/3dtiles/points/none/tileset.json", 404),
        ("/3dtiles/points/hill/content/1.0.0.0.glb", 404),
        ("/3dtiles/points/hill/content/0.0.0.glb", 404),
        ("/3dtiles/points/hill/content/0.0.0.-1.glb", 404),
        ("/3dtiles/points/hill/tileset.json?colour=red", 400),
        ("/3dtiles/points/hill/tileset.json?colour=own", 400),
        ("/3dtiles/points/hill/tileset.json?datetime=now", 400),
        ("/api/pointclouds?x=1", 400),
    ],
)
def test_statuses(client, cloud, path, status):
    answer = client.get(path)
    assert answer.status_code == status
    assert answer.mimetype == "application/problem+json"
