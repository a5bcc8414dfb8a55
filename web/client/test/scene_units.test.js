import assert from 'node:assert/strict';
import { test } from 'node:test';
import { shiftOf, wayOf } from '../src/scene/apart.js';
import { measured, unitOf } from '../src/scene/units.js';

const near = (a, b) => a.forEach((value, i) => assert.ok(Math.abs(value - b[i]) < 1e-9, `${a} is not ${b}`));

test('feet are international feet', () => {
  // KK100: 441.8 m are 1449 ft 5.7 in
  assert.ok(Math.abs(measured(441.8, 1, 'ft').value - 1449.475) < 0.001);
  assert.equal(measured(0.3048, 1, 'ft').value, 1);
  assert.ok(Math.abs(measured(1000, 2, 'ft').value - 10763.9104) < 0.0001);
  assert.deepEqual(measured(12.345, 1, 'm'), { value: 12.345, unit: 'm', digits: 2 });
  assert.deepEqual([measured(1, 2, 'ft').unit, measured(500, 1, 'm').digits], ['ft²', 1]);
  assert.deepEqual(['ft', '', 'x'].map(unitOf), ['ft', 'm', 'm']);
});

test('storeys rise by six metres each, or go sideways by the width of the widest', () => {
  near(shiftOf(3, 0.5, null, 40), [0, 0, 9]);
  near(shiftOf(3, 0.5, 90, 40), [60, 0, 0]);
  near(shiftOf(2, 1, 180, 40), [0, -80, 0]);
  near(shiftOf(0, 1, 45, 40), [0, 0, 0]);
});

test('the way of storeys comes from the link', () => {
  assert.deepEqual(['', 'x', '0', '90', '-90', '450'].map(wayOf), [null, null, 0, 90, 270, 90]);
});
