import assert from 'node:assert/strict';
import { test } from 'node:test';
import { beside, GAP_M, rows, shifts, sideOf, STEP_M } from '../src/scene/apart.js';

const box = (rank, half = [10, 5, 1.5]) => ({ middle: [100, 200, 3 * rank], half });
const near = (found, wanted) => found.forEach((value, i) => assert.ok(Math.abs(value - wanted[i]) < 1e-9, `${found} is not ${wanted}`));
const asking = (params) => ({ get: (key) => params[key] ?? '' });

test('upwards each storey is one step further than the one under it', () => {
  assert.deepEqual(shifts([0, 1, 2].map((i) => box(i)), { share: 0.5, way: null }, 0), [[0, 0, 0], [0, 0, STEP_M / 2], [0, 0, STEP_M]]);
});

test('rows begin where the building stands, go on along the way and then away from who looks', () => {
  // 4 storeys of 20 x 10 m and 5 m between: sqrt(4 * 15 * 1.5 / 25) = 1.9, so two columns and two rows
  const found = rows([0, 1, 2, 3].map((i) => box(i)), 90, 7);
  const wide = 20 + GAP_M;
  const half = (10 + GAP_M) / 2;
  [[100, 200 - half], [100 + wide, 200 - half], [100, 200 + half], [100 + wide, 200 + half]].forEach(([x, y], i) => near(found[i], [x, y, 8.5]));
});

test('whatever the way, no two storeys touch and all undersides are level', () => {
  for (const way of [0, 33, 90, 145, 270]) {
    const boxes = Array.from({ length: 35 }, (_, i) => box(i, [8 + (i % 3), 12, 1 + (i % 2)]));
    const found = rows(boxes, way, -2);
    const turn = (way * Math.PI) / 180;
    found.forEach((a, i) => {
      assert.ok(Math.abs(a[2] - boxes[i].half[2] + 2) < 1e-9);
      found.slice(i + 1).forEach((b, j) => {
        const other = boxes[i + 1 + j];
        const apart = [0, 1].some((axis) => Math.abs(a[axis] - b[axis]) >= boxes[i].half[axis] + other.half[axis])
          || Math.abs((a[0] - b[0]) * Math.sin(turn) + (a[1] - b[1]) * Math.cos(turn)) >= GAP_M;
        assert.ok(apart, `${i} meets ${i + 1 + j} at ${way}`);
      });
    });
    const far = Math.max(...found.map(([x, y]) => Math.hypot(x - 100, y - 200)));
    assert.ok(far < 330, `35 storeys lie within ${far} m, not in a line of 1,200`);
  }
});

test('half the share is half the way; the name stands on the side towards the eye', () => {
  const boxes = [0, 1, 2, 3].map((i) => box(i));
  const whole = shifts(boxes, { share: 1, way: 90 }, 7);
  shifts(boxes, { share: 0.5, way: 90 }, 7).forEach((by, i) => near(by, whole[i].map((v) => v / 2)));
  near(sideOf(box(0), 90), [100, 195]);
  near(sideOf(box(0), 0), [110, 200]); // who looks to the west stands in the east
});

test('storeys leave their building only where a share and a way are given', () => {
  assert.deepEqual([{}, { ex: '1' }, { exl: '90' }, { ex: '0', exl: '90' }, { ex: '0.2', exl: '0' }].map((p) => beside(asking(p))), [false, false, false, false, true]);
});
