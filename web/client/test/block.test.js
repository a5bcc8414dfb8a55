import assert from 'node:assert/strict';
import { test } from 'node:test';
import { meanHeight, standsFor } from '../src/scene/block.js';

const feature = (values) => ({ getProperty: (name) => values[name] });

test('a block says how many buildings it stands for; a building, a marker and nothing do not', () => {
  assert.equal(standsFor(feature({ buildings: 12 })), 12);
  assert.equal(standsFor(feature({ id: 7, height_m: 9 })), null);
  assert.equal(standsFor({ id: { collection: 'sensor' } }), null);
  assert.equal(standsFor(undefined), null);
});

test('a mean height that is not known is not zero', () => {
  assert.equal(meanHeight(feature({ buildings: 3 })), null);
  assert.equal(meanHeight(feature({ buildings: 3, mean_height_m: 14.5 })), 14.5);
});
