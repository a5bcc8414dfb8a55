"""Our meshes in CesiumJS itself: its provider reads them, its worker builds what it would draw."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from playwright.sync_api import Page
from pyproj import Transformer

from loaders.raster.ground import Ground
from tests.browser.conftest import City

pytestmark = pytest.mark.browser

_READ = """async ({ name, places }) => {
  const asking = { requestVertexNormals: true };
  const provider = await Cesium.CesiumTerrainProvider.fromUrl(`/terrain/${name}`, asking);
  const level = provider.availability.computeMaximumLevelAtPosition(
    Cesium.Cartographic.fromDegrees(...places[0]));
  const asked = places.map(([lon, lat]) => Cesium.Cartographic.fromDegrees(lon, lat));
  await Cesium.sampleTerrain(provider, level, asked);
  const scheme = provider.tilingScheme;
  const { x, y } = scheme.positionToTileXY(asked[0], level);
  const meshes = [];
  for (const [i, j] of [[x, y], [x + 1, y]]) {
    const data = await provider.requestTileGeometry(i, j, level);
    const mesh = await data.createMesh({ tilingScheme: scheme, x: i, y: j, level });
    meshes.push({ vertices: mesh.vertices.length / mesh.encoding.stride,
      normals: mesh.encoding.hasVertexNormals, plain: mesh.vertexCountWithoutSkirts,
      low: mesh.minimumHeight, high: mesh.maximumHeight,
      edge: mesh.eastIndicesNorthToSouth.length });
  }
  const root = await provider.requestTileGeometry(1, 0, 0);
  return { level, meshes, root: root !== undefined, normals: provider.hasVertexNormals,
    available: [provider.getTileDataAvailable(x, y, level), provider.getTileDataAvailable(0, 0, level)],
    heights: asked.map((one) => one.height) };
}"""


def test_cesium_finds_the_ground_in_our_meshes(city: City, cesium: Page) -> None:
    name = city.database.scalar(
        "select name from twin.coverage where kind = 'elevation' order by pixel_m limit 1"
    )
    random = np.random.default_rng(7)
    lon, lat = 114.1147 + random.uniform(-0.002, 0.002, 60), 22.5432 + random.uniform(-0.002, 0.002, 60)
    places = np.column_stack([lon, lat]).tolist()
    found: dict[str, Any] = cesium.evaluate(_READ, {"name": name, "places": places})
    assert found["normals"]
    assert found["root"]
    assert found["available"] == [True, False]
    east, north = Transformer.from_crs(4326, city.database.srid, always_xy=True).transform(lon, lat)
    wanted = Ground(city.database, city.settings).at(np.column_stack([east, north]))
    assert np.ptp(wanted) > 0.05
    # the corners of the mesh stand up to a pixel apart: between them the ground bends a little
    np.testing.assert_allclose(found["heights"], wanted + city.settings.geoid_offset_m, atol=0.35)
    for mesh in found["meshes"]:
        assert mesh["normals"]
        assert mesh["plain"] == 65 * 65
        assert mesh["edge"] == 65
        # Cesium hung its skirts from the four edges we name
        assert mesh["vertices"] == 65 * 65 + 4 * 65
        assert mesh["low"] <= mesh["high"]
