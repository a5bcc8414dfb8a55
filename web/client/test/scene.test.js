import assert from 'node:assert/strict';
import { test } from 'node:test';
import { between, fovOf, rangeOf, stands, zoomOf } from '../src/scene/view.js';

test('range and zoom undo each other', () => {
  for (const zoom of [3, 11.5, 16.4, 21]) assert.ok(Math.abs(zoomOf(rangeOf(zoom, 22.54, 748), 22.54, 748) - zoom) < 1e-9);
});

test('at the equator and zoom 0 a picture of 512 pixels stands one and a half equators away', () => {
  assert.equal(rangeOf(0, 0, 512), 1.5 * 40075016.68557849);
});

test('the longer side has the wider angle', () => {
  assert.ok(Math.abs((fovOf(500, 500) * 180) / Math.PI - 36.8699) < 1e-4);
  assert.ok(fovOf(1000, 500) > fovOf(500, 1000));
});

test('a floor leaves out what is above it; what is on no known floor stays', () => {
  assert.deepEqual([-1, 12, 13, 14, undefined].map((part) => stands(part, 13)), [true, true, true, false, true]);
  assert.equal(stands(99, null), true);
});

test('on the way from one camera to another the bearing turns the shorter way', () => {
  const from = { lon: 114, lat: 22, zoom: 15, pitch: 0, bearing: 170 };
  const to = { lon: 115, lat: 23, zoom: 17, pitch: 60, bearing: -170 };
  assert.deepEqual(between(from, to, 0.5), { lon: 114.5, lat: 22.5, zoom: 16, pitch: 30, bearing: 180 });
  assert.deepEqual(between(from, to, 1), { ...to, bearing: 190 });
});
