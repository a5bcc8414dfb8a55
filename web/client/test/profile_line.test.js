import assert from 'node:assert/strict';
import { test } from 'node:test';
import { densified, drawingOf, formatLine, parseLine } from '../src/scene/profile_line.js';

test('a line comes back from the link as it went in', () => {
  const corners = [[114.1068, 22.5335], [114.1071, 22.5352], [114.1080001, 22.5355]];
  assert.deepEqual(parseLine(formatLine(corners)), corners);
});

test('what is no corner is left out', () => {
  assert.deepEqual(parseLine(''), []);
  assert.deepEqual(parseLine('114.1,22.5;x,2;3;181,2;1,91;114.2,22.6'), [[114.1, 22.5], [114.2, 22.6]]);
});

test('the drawing is asked for in the language, the kinds and at the moment shown', () => {
  const address = new URL(drawingOf([[1, 2], [3, 4]], { lang: 'en', kinds: ['W', 'S'], asOf: '2023-09-07T15:00:00Z' }), 'http://city');
  assert.equal(address.pathname, '/api/utilities/profile');
  assert.deepEqual(Object.fromEntries(address.searchParams), { line: '1,2;3,4', f: 'svg', lang: 'en', kinds: 'W,S', datetime: '2023-09-07T15:00:00Z' });
  assert.ok(!drawingOf([[1, 2], [3, 4]], { lang: 'zh', kinds: null, asOf: null }).includes('kinds'));
});

test('places between corners are no further apart than asked, and corners stay', () => {
  const path = densified([[114, 22], [114, 22.001], [114.001, 22.001]], 30);
  assert.deepEqual(path.filter(({ corner }) => corner).map(({ place }) => place), [[114, 22], [114, 22.001], [114.001, 22.001]]);
  // 111.3 m in four steps, then 103.2 m in four
  assert.equal(path.length, 1 + 4 + 4);
  assert.deepEqual(densified([], 30), []);
});
