import assert from 'node:assert/strict';
import { test } from 'node:test';
import { steered } from '../src/scene/steer.js';

const HERE = { lon: 114.1, lat: 0, zoom: 16, pitch: 50, bearing: 0 };
const press = (key, shiftKey = false, from = HERE) => steered({ key, shiftKey }, from);
// at the equator a pixel of zoom 16 is 360 / (512 * 2^16) degrees both ways
const STEP_DEG = (100 * 360) / (512 * 65536);
const near = (a, b) => assert.ok(Math.abs(a - b) < 1e-9, `${a} is not ${b}`);

test('arrows move by a hundred pixels, the way they point in the picture', () => {
  near(press('ArrowRight').lon, 114.1 + STEP_DEG);
  near(press('ArrowUp').lat, STEP_DEG);
  const east = { ...HERE, bearing: 90 }; // the top of the picture is east
  near(press('ArrowUp', false, east).lon, 114.1 + STEP_DEG);
  near(press('ArrowRight', false, east).lat, -STEP_DEG);
});

test('with Shift they turn and tilt, and no further than the map tilts', () => {
  assert.deepEqual(press('ArrowRight', true), { bearing: 15 });
  assert.deepEqual(press('ArrowUp', true), { pitch: 60 });
  assert.deepEqual(press('ArrowUp', true, { ...HERE, pitch: 78 }), { pitch: 80 });
  assert.deepEqual(press('ArrowDown', true, { ...HERE, pitch: 4 }), { pitch: 0 });
});

test('plus and minus go nearer and away; other keys are not ours', () => {
  assert.deepEqual([press('+'), press('-'), press('a'), press('Tab')], [{ zoom: 17 }, { zoom: 15 }, null, null]);
});
