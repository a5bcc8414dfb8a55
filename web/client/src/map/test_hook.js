/** `window.__lh` for browser tests (`?test=1`): look at the map without guessing pixels. */
import * as maplibregl from 'maplibre-gl';
import { app } from '../element.js';
import { SUBJECTS } from '../layers/index.js';

/** Learns the projection of a height above the ground from what MapLibre gives a custom layer. */
function lens(map) {
  let matrix = /** @type {ArrayLike<number> | null} */ (null);
  map.addLayer({
    id: 'test-lens', type: 'custom', renderingMode: '3d',
    render(_gl, args) { matrix = Array.from(args.defaultProjectionData.mainMatrix); },
  });
  return (lon, lat, height) => {
    const ground = map.queryTerrainElevation([lon, lat]) ?? 0;
    const { x, y, z } = maplibregl.MercatorCoordinate.fromLngLat([lon, lat], height + ground);
    const m = /** @type {number[]} */ (matrix);
    const out = [0, 1, 2, 3].map((row) => m[row] * x + m[row + 4] * y + m[row + 8] * z + m[row + 12]);
    const canvas = map.getCanvas();
    return [((out[0] / out[3] + 1) / 2) * canvas.clientWidth, ((1 - out[1] / out[3]) / 2) * canvas.clientHeight];
  };
}

export function hook() {
  const { map } = app.map;
  const begun = performance.now();
  let frames = 0;
  map.on('render', () => { frames += 1; });
  const project = lens(map);
  const rendered = (ids) => {
    const there = ids.filter((id) => map.getLayer(id));
    return new Set(map.queryRenderedFeatures(undefined, { layers: there }).map((f) => `${f.layer.source}/${f.id}`)).size;
  };
  window.__lh = {
    ready: new Promise((resolve) => {
      if (map.loaded()) resolve(true);
      else map.once('idle', () => resolve(true));
    }),
    idle: () => new Promise((resolve) => {
      map.once('idle', () => resolve(true));
      map.triggerRepaint();
    }),
    project,
    pick: (x, y) => {
      const hit = app.map.picker.at({ x, y });
      return hit && { layer: hit.collection, id: hit.id, code: hit.properties.code ?? null };
    },
    state: () => app.state.toJSON(),
    set: (keys) => app.state.set(keys),
    clock: app.clock,
    layers: () => Object.fromEntries(SUBJECTS.map((s) => [s.code, rendered(s.picks ?? [s.code])])),
    stats: () => ({
      buildings: rendered(['bld', 'bld-flat']), sensors: app.sensors.rows.size, refreshed: app.map.refresher.count,
      fps: (1000 * frames) / (performance.now() - begun), mem: /** @type {any} */ (performance).memory?.usedJSHeapSize ?? null,
      req: performance.getEntriesByType('resource').length,
    }),
    colour: (code) => {
      const found = map.queryRenderedFeatures(undefined, { layers: ['bld', 'bld-flat'].filter((id) => map.getLayer(id)) })
        .find((f) => f.properties.code === code);
      return found ? app.map.colourOf(found) : null;
    },
    feature: (code) => map.querySourceFeatures('building', { sourceLayer: 'building' }).find((f) => f.properties.code === code)?.properties ?? null,
    sensor: (code) => app.sensorRow(code),
    go: (camera) => app.map.camera.go(camera, { jump: true }),
    map,
    scene: () => app.stage.scene,
  };
}
