import { test } from 'node:test';
import assert from 'node:assert/strict';

globalThis.window = /** @type {any} */ ({ location: { origin: 'http://here' } });
const { sources, sourceOf, VECTOR } = await import('../src/map/sources.js');

const ROUND_M = 40_075_017;
const MARGIN = 64 / 4096;
const WIDEST_ROAD_M = 60;

test('a road beyond the edge of a tile is in it as far as its own half width', () => {
  const layers = [...new Set(Object.values(VECTOR).flat())].map((name) => ({ name, min_zoom: 8, max_zoom: 16 }));
  const made = sources(layers, null, null);
  const tile_m = (ROUND_M * Math.cos((22.55 * Math.PI) / 180)) / 2 ** made[/** @type {string} */ (sourceOf('road'))].maxzoom;
  assert.ok(MARGIN * tile_m >= WIDEST_ROAD_M / 2, `${MARGIN * tile_m} m`);
  assert.equal(made.building.maxzoom, 16, 'what is no wider than its outline stays as fine as it is made');
});
