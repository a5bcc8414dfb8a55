import assert from 'node:assert/strict';
import { test } from 'node:test';
import { along, standing } from '../src/scene/signs.js';

const seat = (text, x, y, weight = 10) => ({ text, x, y, weight, wide_px: 60, high_px: 16 });

test('the broader road stands, what meets it does not', () => {
  const found = standing([seat('巷', 410, 305, 4), seat('深南东路', 400, 300, 40), seat('桂园路', 400, 400, 12)], 800, 600);
  assert.deepEqual(found.map(({ text }) => text), ['深南东路', '桂园路']);
});

test('a road is named once in a picture, nearest to its middle', () => {
  const found = standing([seat('深南东路', 100, 300), seat('深南东路', 380, 300), seat('深南东路', 700, 300)], 800, 600);
  assert.deepEqual(found.map(({ x }) => x), [380]);
  assert.equal(standing([seat('深南东路', 60, 300), seat('深南东路', 740, 300)], 800, 600).length, 2, 'a long one twice, far apart');
});

test('no name stands under a mark: the road is named beside it', () => {
  const seats = [seat('和平路', 400, 300), seat('和平路', 400, 360)];
  assert.deepEqual(standing(seats, 800, 600).map(({ y }) => y), [300]);
  assert.deepEqual(standing(seats, 800, 600, { marks: [{ x: 425, y: 292 }] }).map(({ y }) => y), [360]);
  assert.deepEqual(standing(seats, 800, 600, { marks: [{ x: 445, y: 292 }] }).map(({ y }) => y), [300]);
});

test('a broad road is named under a mark rather than not at all', () => {
  const marks = [{ x: 400, y: 292 }];
  const beside = [seat('深南东路', 400, 300, 40), seat('深南东路', 460, 360, 40)];
  assert.deepEqual(standing(beside, 800, 600, { marks, broad_m: 20 }).map(({ x }) => x), [460]);
  assert.deepEqual(standing(beside.slice(0, 1), 800, 600, { marks, broad_m: 20 }).map(({ x }) => x), [400]);
  assert.deepEqual(standing([seat('巷', 400, 300, 6)], 800, 600, { marks, broad_m: 20 }), []);
});

test('no name meets a word that stands already', () => {
  assert.deepEqual(standing([seat('a', 400, 300), seat('b', 600, 300)], 800, 600, { taken: [seat('x', 420, 305)] }).map(({ text }) => text), ['b']);
});

test('no name stands under a control: the road is named beside it', () => {
  const covered = [{ left: 12, top: 12, right: 336, bottom: 62 }];
  const seats = [seat('和平路', 300, 70, 10), seat('和平路', 300, 79, 10)];
  assert.deepEqual(standing(seats.slice(0, 1), 800, 600, { covered }), [], 'its upper edge at 54');
  assert.deepEqual(standing(seats, 800, 600, { covered }).map(({ y }) => y), [79], 'its upper edge at 63');
  assert.equal(standing([seat('巷', 367, 40)], 800, 600, { covered }).length, 1, 'right of it');
  assert.equal(standing([seat('巷', 365, 40)], 800, 600, { covered }).length, 0);
});

test('words that lie beside each other need less air, and less room', () => {
  const seats = [seat('给水', 400, 300), seat('燃气', 400, 324), seat('电力', 470, 300)];
  assert.deepEqual(standing(seats, 800, 600).map(({ text }) => text), ['给水']);
  assert.equal(standing(seats, 800, 600, { air_px: { x: 8, y: 5 } }).length, 3);
  const many = Array.from({ length: 500 }, (_, i) => seat(`管${i}`, (i * 61) % 800, (i * 89) % 600));
  assert.equal(standing(many, 800, 600, { air_px: { x: 8, y: 5 }, room_px2: 24_000 }).length, 20);
});

test('no name is cut off by the edge', () => {
  assert.deepEqual(standing([seat('a', 20, 300), seat('b', 400, 10), seat('c', 400, 595), seat('d', 790, 300)], 800, 600), []);
});

test('none meets another however many there are', () => {
  const many = Array.from({ length: 500 }, (_, i) => seat(`路${i}`, (i * 61) % 800, (i * 89) % 600, i % 7));
  const found = standing(many, 800, 600);
  assert.equal(found.length, 10, 'one for each 48,000 square pixels');
  for (const [i, a] of found.entries()) for (const b of found.slice(i + 1)) assert.ok(Math.abs(a.x - b.x) >= 60 + 26 || Math.abs(a.y - b.y) >= 16 + 16, 'air between them');
});

test('places along a line are in the middle of its stretches', () => {
  assert.deepEqual(along([[0, 0], [0.5, 0], [0.5, 0.1]], 1000, 250), [[0.125, 0], [0.375, 0], [0.5, 0.05]]);
});
