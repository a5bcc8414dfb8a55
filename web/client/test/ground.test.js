import assert from 'node:assert/strict';
import { test } from 'node:test';
import { heightAt, lineage, metres, within } from '../src/scene/ground/elevation.js';
import { pixels } from '../src/scene/ground/paint.js';

test('a tile too deep is cut out of its ancestor', () => {
  assert.deepEqual(lineage(107081, 57111, 17, 15), { x: 26770, y: 14277, z: 15, column: 1, row: 3, share: 0.25 });
  assert.deepEqual(lineage(5, 6, 4, 15), { x: 5, y: 6, z: 4, column: 0, row: 0, share: 1 });
});

test('a pixel says its height in both encodings', () => {
  // 0 m and 441.8 m: 10000 / 0.1 = 100000 = 1, 134, 160; 32768 = 128, 0
  assert.deepEqual([...metres(Uint8ClampedArray.of(1, 134, 160, 255), false)], [0]);
  assert.deepEqual([...metres(Uint8ClampedArray.of(129, 185, 128, 255), true)], [441.5]);
});

test('heights between the middles of pixels are straight', () => {
  const grid = { side: 4, heights: Float32Array.from({ length: 16 }, (_, i) => (i % 4) + 10 * Math.floor(i / 4)) };
  assert.equal(heightAt(grid, 0.125, 0.125), 0);
  assert.equal(heightAt(grid, 0.875, 0.875), 33);
  assert.ok(Math.abs(heightAt(grid, 0.5, 0.25) - 6.5) < 1e-6);
  assert.equal(heightAt(grid, 0, 1), 30, 'beyond the outer middles the edge is level');
});

test('a picture of level 15 takes 0.419 pixels a metre at the equator', () => {
  assert.ok(Math.abs(pixels({ level: 15, lat: 0 }) - (512 * 2 ** 15) / 40075016.68557849) < 1e-12);
});

test('beyond the tiles the ground is not known', () => {
  const bounds = [114.07, 22.52, 114.24, 22.61];
  assert.equal(within([114.1, 22.55], bounds), true);
  for (const place of [[114.06, 22.55], [114.25, 22.55], [114.1, 22.51], [114.1, 22.62]]) assert.equal(within(place, bounds), false);
});
