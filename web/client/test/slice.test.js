import assert from 'node:assert/strict';
import { test } from 'node:test';
import { space } from '../src/layers/space.js';
import { storeyCut } from '../src/scene/planes.js';
import { building } from '../src/layers/building.js';
import { sliceOf } from '../src/slice.js';

const STOREYS = [
  { floor_no: -1, elev_m: 1, height_m: 4 },
  { floor_no: 1, elev_m: 5, height_m: null, spaces: 3 },
  { floor_no: 2, elev_m: 9.5, height_m: 3.5 },
  { floor_no: 3, elev_m: null, height_m: 3.5 },
  { floor_no: 4, elev_m: 16, height_m: null },
];
const heights = (floor, base_m = 5) => { const s = sliceOf('A', floor, STOREYS, base_m); return s && [s.base, s.top]; };

test('a floor lies where its storey says, above the ground of the building', () => {
  assert.deepEqual(heights(2), [4.5, 8]);
  assert.deepEqual(heights(-1), [-4, 0]);
  assert.deepEqual(heights(2, 4), [5.5, 9]);
  assert.equal(heights(9), null);
});

test('without a height of its own it reaches to the next; above the last nobody knows', () => {
  assert.deepEqual(heights(1), [0, 4.5]);
  assert.deepEqual(heights(4), [11, null]);
});

test('a floor of unknown elevation is nowhere, not at three metres a floor', () => {
  assert.deepEqual(heights(3), [null, null]);
});

test('the first floor is the ground where the building does not say; without one nobody knows', () => {
  assert.equal(sliceOf('A', 2, STOREYS, null)?.ground, 5);
  const slice = sliceOf('A', 2, [STOREYS[2]], null);
  assert.deepEqual([slice?.ground, slice?.base, slice?.top], [null, null, null]);
});

test('in the plan a building keeps its plan whatever floor is chosen', () => {
  const flat = (dim) => JSON.stringify(building.layers({ p: {}, scale: { classes: [], column: 'use', id: 'use' }, sliced: sliceOf('A', 2, STOREYS, 5), dim, year: null }).find(({ id }) => id === 'bld-flat').filter ?? null);
  assert.equal(flat(2), 'null');
  assert.match(flat(3), /"!="/);
});

test('what has no known height is not cut in the 3D view, and its rooms are not on the ground', () => {
  const place = { lon: 114.1, lat: 22.5 };
  assert.equal(storeyCut({ sliced: sliceOf('A', 3, STOREYS, 5), dossier: { building: place } }), null);
  const drawn = (floor) => JSON.stringify(space.solids({ p: {}, sliced: sliceOf('A', floor, STOREYS, 5), dim: 3, selectedId: 1 })[0].filter);
  assert.match(drawn(3), /"has","base_m"/);
  assert.doesNotMatch(drawn(2), /"has"/);
});
