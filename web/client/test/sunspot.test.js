import assert from 'node:assert/strict';
import { test } from 'node:test';
import { known, formatSunspot, parseSunspot, question, shareOf } from '../src/scene/sunspot.js';

test('a place on a face comes back from the link as it went in', () => {
  const spot = { lon: 114.1068123, lat: 22.5341, z: 12.35, face: { azimuth: 181.5, tilt: 2 } };
  assert.deepEqual(parseSunspot(formatSunspot(spot)), spot);
});

test('ground has no face: the sky is all around it', () => {
  const text = formatSunspot({ lon: 114.1, lat: 22.5, z: 4, face: { azimuth: 30, tilt: 88 } });
  assert.equal(text, '114.1,22.5,4');
  assert.equal(parseSunspot(text)?.face, null);
});

test('what is no place is none', () => {
  for (const text of ['', '1,2', '1,2,x', '1,2,3,4', '200,2,3', '1,2,3,4,95', '1,,3']) assert.equal(parseSunspot(text), null, text);
});

test('the question names the face only where there is one', () => {
  assert.deepEqual(question({ lon: 1, lat: 2, z: 3, face: null }, '2026-01-20'), { lon: 1, lat: 2, z: 3, date: '2026-01-20' });
  assert.equal(question({ lon: 1, lat: 2, z: 3, face: { azimuth: 90, tilt: 0 } }, '2026-01-20').azimuth, 90);
});

test('times lie on the bar where they lie in the window', () => {
  const window = { from: '08:00', to: '16:00' };
  assert.deepEqual(['08:00', '12:00', '13:30', '16:00'].map((time) => shareOf(time, window)), [0, 0.5, 0.6875, 1]);
});

test('sun that hills nobody knows decide is not zero', () => {
  assert.deepEqual(known({ sun_min: 0, unknown_min: 480 }), { minutes: null, least: false });
  assert.deepEqual(known({ sun_min: 120, unknown_min: 30 }), { minutes: 120, least: true });
  assert.deepEqual(known({ sun_min: 0, unknown_min: 0 }), { minutes: 0, least: false });
});
