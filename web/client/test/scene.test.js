import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fovOf, rangeOf, stands, zoomOf } from '../src/scene/view.js';

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
