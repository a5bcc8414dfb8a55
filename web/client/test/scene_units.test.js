import assert from 'node:assert/strict';
import { test } from 'node:test';
import { wayOf } from '../src/scene/apart.js';
import { measured, unitOf } from '../src/scene/units.js';

test('feet are international feet', () => {
  // KK100: 441.8 m are 1449 ft 5.7 in
  assert.ok(Math.abs(measured(441.8, 1, 'ft').value - 1449.475) < 0.001);
  assert.equal(measured(0.3048, 1, 'ft').value, 1);
  assert.ok(Math.abs(measured(1000, 2, 'ft').value - 10763.9104) < 0.0001);
  assert.deepEqual(measured(12.345, 1, 'm'), { value: 12.345, unit: 'm', digits: 2 });
  assert.deepEqual([measured(1, 2, 'ft').unit, measured(500, 1, 'm').digits], ['ft²', 1]);
  assert.deepEqual(['ft', '', 'x'].map(unitOf), ['ft', 'm', 'm']);
});

test('the way of storeys comes from the link', () => {
  assert.deepEqual(['', 'x', '0', '90', '-90', '450'].map(wayOf), [null, null, 0, 90, 270, 90]);
});
