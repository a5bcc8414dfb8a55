import assert from 'node:assert/strict';
import { test } from 'node:test';
import { linesOf } from '../src/scene/outline.js';

const ring = [[0, 0], [1, 0], [1, 1], [0, 0]];

test('a line is itself, a polygon its rings, a point nothing', () => {
  assert.deepEqual(linesOf({ type: 'LineString', coordinates: ring }), [ring]);
  assert.deepEqual(linesOf({ type: 'MultiLineString', coordinates: [ring, ring] }), [ring, ring]);
  assert.deepEqual(linesOf({ type: 'MultiPolygon', coordinates: [[ring], [ring, ring]] }), [ring, ring, ring]);
  assert.deepEqual(linesOf({ type: 'Point', coordinates: [0, 0] }), []);
  assert.deepEqual(linesOf(null), []);
});
