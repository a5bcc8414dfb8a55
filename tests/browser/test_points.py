"""A point cloud of ours in CesiumJS itself: drawn, and styled by what each point carries."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from playwright.sync_api import Page

from loaders.pointcloud.load import load_point_cloud
from tests.browser.conftest import City
from tests.loaders.pointcloud.author import hillside, write

pytestmark = pytest.mark.browser

_DRAW = """async (address) => {
  document.body.insertAdjacentHTML('beforeend', '<div id="scene" style="width:500px;height:400px"></div>');
  const widget = new Cesium.CesiumWidget('scene', { baseLayer: false, globe: false, skyBox: false,
    skyAtmosphere: false, contextOptions: { webgl: { preserveDrawingBuffer: true } },
    useDefaultRenderLoop: false });
  const { scene } = widget;
  scene.backgroundColor = Cesium.Color.BLACK;
  const tileset = await Cesium.Cesium3DTileset.fromUrl(address);
  tileset.maximumScreenSpaceError = 2;
  tileset.colorBlendMode = Cesium.Cesium3DTileColorBlendMode.REPLACE;
  scene.primitives.add(tileset);
  const sphere = tileset.boundingSphere;
  scene.camera.viewBoundingSphere(sphere, new Cesium.HeadingPitchRange(0, -0.7, sphere.radius * 2));
  const drawn = async (style) => {
    tileset.style = new Cesium.Cesium3DTileStyle({ pointSize: '4', ...style });
    const end = performance.now() + 40000;
    for (let quiet = 0; quiet < 5 && performance.now() < end; ) {
      widget.render();
      await new Promise((next) => setTimeout(next, 30));
      quiet = tileset.tilesLoaded && tileset.statistics.numberOfTilesWithContentReady > 0 ? quiet + 1 : 0;
    }
    const flat = document.createElement('canvas');
    Object.assign(flat, { width: scene.canvas.width, height: scene.canvas.height });
    const pen = flat.getContext('2d');
    pen.drawImage(scene.canvas, 0, 0);
    const { data } = pen.getImageData(0, 0, flat.width, flat.height);
    const count = { red: 0, blue: 0, other: 0 };
    for (let i = 0; i < data.length; i += 4) {
      const [r, g, b] = data.slice(i, i + 3);
      const pure = g < 60 && Math.max(r, b) > 200 && Math.min(r, b) < 60;
      if (r + g + b > 30) count[!pure ? 'other' : r > b ? 'red' : 'blue']++;
    }
    return count;
  };
  const byClass = { conditions: [
    ['${classification} === 6', "color('#ff0000')"], ['true', "color('#0000ff')"]] };
  const answers = [await drawn({}), await drawn({ color: byClass }),
    await drawn({ color: byClass, show: '${classification} !== 6' })];
  tileset.customShader = new Cesium.CustomShader({ fragmentShaderText: `
    void fragmentMain(FragmentInput fsInput, inout czm_modelMaterial material) {
      if (fsInput.metadata.height_m > 70.0) discard;
    }` });
  answers.push(await drawn({ color: byClass }));
  answers.push({ tiles: tileset.statistics.numberOfTilesWithContentReady });
  widget.destroy();
  return answers;
}"""


def test_cesium_draws_and_styles_our_points(city: City, cesium: Page, tmp_path: Path) -> None:
    points = hillside(90_000)
    classes = np.where(points[:, 2] > 75, 6, 2)
    path = write(tmp_path / "browser-cloud.laz", points, classes=classes)
    load_point_cloud(path, city.database, city.settings)
    problems: list[str] = []
    cesium.on("console", lambda said: problems.append(said.text) if said.type == "error" else None)
    plain, styled, shown, low, tiles = cesium.evaluate(
        _DRAW, "/3dtiles/points/browser-cloud/tileset.json?colour=height"
    )
    assert problems == []
    assert tiles["tiles"] > 1
    # by height: neither red nor blue
    assert plain["other"] > 2_000
    assert plain["red"] == plain["blue"] == 0
    # the tower is of class 6, the slope is not
    assert styled["red"] > 20
    assert styled["blue"] > 2_000
    # and the tower is what is higher than 70 m
    for without in (shown, low):
        assert without["red"] == 0
        assert without["blue"] > 2_000
