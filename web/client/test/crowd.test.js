import assert from 'node:assert/strict';
import { test } from 'node:test';
import { crowds, NEAR_PX, ring } from '../src/scene/crowd.js';

const mark = (key, x, y, rank = 9) => ({ key, at: { x, y }, rank });

test('marks on one another become one, led by what matters most', () => {
  const found = crowds([mark('a', 100, 100), mark('b', 104, 100), mark('alarm', 110, 103, 0), mark('far', 300, 100)]);
  assert.deepEqual(found, [{ lead: 'alarm', keys: ['alarm', 'a', 'b'] }, { lead: 'far', keys: ['far'] }]);
});

test('none is lost, and leads never lie on one another', () => {
  const marks = Array.from({ length: 400 }, (_, i) => mark(`m${i}`, (i * 37) % 211, (i * 53) % 97, i % 3));
  const found = crowds(marks);
  assert.deepEqual(found.flatMap(({ keys }) => keys).sort(), marks.map(({ key }) => key).sort());
  const at = new Map(marks.map((one) => [one.key, one.at]));
  for (const [i, a] of found.entries()) {
    for (const b of found.slice(i + 1)) {
      const [p, q] = [at.get(a.lead), at.get(b.lead)];
      assert.ok(Math.hypot(p.x - q.x, p.y - q.y) >= NEAR_PX, `${a.lead} lies on ${b.lead}`);
    }
  }
});

test('what is behind the eye stands alone', () => {
  assert.deepEqual(crowds([{ key: 'a', at: null, rank: 0 }, { key: 'b', at: null, rank: 0 }]).length, 2);
});

test('an opened crowd lies in a ring, each apart from the next', () => {
  assert.deepEqual(ring(1), [[0, 0]]);
  for (const count of [2, 5, 40]) {
    const places = ring(count);
    places.forEach(([x, y], i) => {
      const [u, v] = places[(i + 1) % count];
      assert.ok(Math.hypot(x - u, y - v) > 25.9);
    });
  }
});
