import assert from 'node:assert/strict';
import { test } from 'node:test';
import { unitSign } from '../src/format.js';

test('a unit is written as people write it, and what is no code stays', () => {
  const written = { Cel: '°C', 'ug/m3': 'µg/m³', 'm3/s': 'm³/s', deg: '°', MPa: 'MPa', 'dB(A)': 'dB(A)', constructor: 'constructor' };
  for (const [code, sign] of Object.entries(written)) assert.equal(unitSign(code), sign, code);
  assert.equal(unitSign('state'), '', 'a state counts nothing');
  assert.deepEqual([unitSign(null), unitSign(undefined)], ['', '']);
});
