import assert from 'node:assert/strict';
import { test } from 'node:test';
import { classes, UNKNOWN } from '../src/classes.js';

const words = { label: (v) => v, colour: () => null, left: (state) => state, others: (n) => `+${n}`, number: String };
let next = 0;
const group = (value, count, state = value === null ? 'unknown' : 'known') => ({ value, state, count, ids: Array.from({ length: count }, () => (next += 1)) });

test('every object is in one class, what nobody knows in the last', () => {
  const groups = [group('a', 5), group('b', 2), group(null, 3)];
  const found = classes(groups, words);
  assert.deepEqual(found.map((c) => [c.key, c.count]), [['a', 5], ['b', 2], ['?', 3]]);
  assert.equal(found.at(-1).colour, UNKNOWN);
  assert.deepEqual(found.flatMap((c) => c.ids).sort(), groups.flatMap((g) => g.ids).sort());
});

test('nobody knows, there is none and nobody would ask are three classes', () => {
  const groups = [group('a', 1), group(null, 9, 'not_applicable'), group(null, 4), group(null, 2, 'absent')];
  const found = classes(groups, words);
  assert.deepEqual(found.map((c) => [c.key, c.text, c.count]), [['a', 'a', 1], ['?', 'unknown', 4], ['-', 'absent', 2], ['/', 'not_applicable', 9]]);
  assert.equal(new Set(found.map((c) => c.colour)).size, 4);
});

test('many words: the most frequent, and the rest together', () => {
  const groups = Array.from({ length: 30 }, (_, i) => group(`v${i}`, 40 - i));
  const found = classes(groups, words);
  assert.equal(found.length, 12);
  assert.deepEqual([found[11].key, found[11].text], ['*', '+19']);
  assert.equal(new Set(found.slice(0, 11).map((c) => c.colour)).size, 11);
  assert.deepEqual(new Set(found.flatMap((c) => c.ids)).size, groups.reduce((sum, g) => sum + g.count, 0));
});

test('many numbers: five steps from low to high with all objects', () => {
  const groups = Array.from({ length: 50 }, (_, i) => group(String(100 - 2 * i), 1 + (i % 3)));
  const found = classes(groups, words);
  assert.equal(found.length, 5);
  const ends = found.map((c) => c.key.split('..').map(Number));
  for (let i = 0; i < 5; i += 1) assert.ok(ends[i][0] <= ends[i][1] && (i === 0 || ends[i - 1][1] < ends[i][0]));
  assert.equal(found.reduce((sum, c) => sum + c.count, 0), groups.reduce((sum, g) => sum + g.count, 0));
});

test('one value with nearly all objects makes fewer steps, never an empty one', () => {
  const groups = [group('1', 1000), ...Array.from({ length: 20 }, (_, i) => group(String(2 + i), 1))];
  for (const c of classes(groups, words)) assert.ok(c.count > 0);
});
