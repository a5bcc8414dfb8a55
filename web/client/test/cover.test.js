import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Cover } from '../src/scene/cover.js';

const corner = (x, y, depth_m = 100) => ({ x, y, depth_m });
const word = (x, y) => ({ x, y, wide_px: 60, high_px: 18 });

function wall() {
  const cover = new Cover(800, 600);
  cover.face([corner(300, 200), corner(400, 200), corner(400, 400), corner(300, 400)]);
  return cover;
}

test('a word behind a face is hidden, one before it or beside it is not', () => {
  const cover = wall();
  assert.equal(cover.hides(word(350, 300), 120), true);
  assert.equal(cover.hides(word(350, 300), 80), false);
  assert.equal(cover.hides(word(440, 300), 120), false);
});

test('a word that a face hides only an end of is hidden', () => {
  const cover = wall();
  assert.equal(cover.hides(word(425, 300), 120), true, 'its left end');
  assert.equal(cover.hides(word(350, 410), 120), true, 'its upper half');
  assert.equal(cover.hides(word(350, 426), 120), false, 'it stands under the wall');
});

test('a wall that runs away from the eye hides what is behind its near end and not what is before its far end', () => {
  const cover = new Cover(800, 600);
  // one over the depth is even along it: in the middle it is 2 / (1/50 + 1/200) = 80 m away
  cover.face([corner(200, 200, 50), corner(400, 200, 200), corner(400, 300, 200), corner(200, 300, 50)]);
  const dot = (x) => ({ x, y: 250, wide_px: 2, high_px: 2 });
  assert.equal(cover.hides(dot(300), 90), true);
  assert.equal(cover.hides(dot(300), 72), false);
  assert.equal(cover.hides(dot(390), 150), false);
  assert.equal(cover.hides(dot(210), 60), true);
});

test('the yard of a building with an angle hides nothing', () => {
  const cover = new Cover(800, 600);
  cover.face([[100, 100], [300, 100], [300, 150], [150, 150], [150, 300], [100, 300]].map(([x, y]) => corner(x, y)));
  assert.equal(cover.hides(word(240, 240), 120), false);
  assert.equal(cover.hides(word(125, 240), 120), true);
});

test('what is behind the eye or seen from its edge hides nothing', () => {
  const cover = new Cover(800, 600);
  cover.face([corner(0, 0, -5), corner(800, 0), corner(800, 600), corner(0, 600)]);
  cover.face([corner(100, 0), corner(100, 600), corner(100, 300)]);
  assert.equal(cover.hides(word(400, 300), 1000), false);
});
