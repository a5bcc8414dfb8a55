import assert from 'node:assert/strict';
import { test } from 'node:test';
import { areas, extended, formatMeasure, lengths, parseMeasure } from '../src/scene/measuring.js';
import { along, directionOf, fence, flipped, formatCuts, kindOf, meets, normalOf, parseCuts, pushed, pushOf, storeyCut } from '../src/scene/planes.js';
import { dayOf, shadowOf, sunAt } from '../src/scene/sunpath.js';
import { tube } from '../src/scene/tube.js';

const near = (found, wanted, off) => assert.ok(Math.abs(found - wanted) <= off, `${found} is not ${wanted}`);
const KK100 = [114.1027, 22.5447];

test('the sun over KK100 at noon of the great cold', () => {
  const { altitude, azimuth } = sunAt(new Date('2026-01-20T12:00+08:00'), ...KK100);
  near(altitude, 46.5, 0.1);
  near(azimuth, 168.19, 0.1);
  near(/** @type {number} */ (shadowOf(441.8, altitude)), 419, 5);
});

test('the sun of other days and places', () => {
  // NREL SPA, the example of its report: Golden, 2003-10-17 19:30:30 UTC; topocentric with refraction, zenith 50.11, azimuth 194.34
  const golden = sunAt(new Date('2003-10-17T19:30:30Z'), -105.1786, 39.742476);
  near(golden.altitude, 90 - 50.11, 0.05);
  near(golden.azimuth, 194.34, 0.05);
  const night = sunAt(new Date('2026-06-21T00:00+08:00'), ...KK100);
  assert.ok(night.altitude < 0);
  assert.equal(shadowOf(100, night.altitude), null);
});

test('day and night: the sun is on the horizon at sunrise and sunset', () => {
  const day = dayOf(new Date('2026-01-20T12:00+08:00'), ...KK100);
  assert.ok(day);
  for (const at of [day.rise, day.set]) near(sunAt(at, ...KK100).altitude, -0.833, 0.1);
  assert.equal(new Date(day.rise.getTime() + 8 * 3600e3).toISOString().slice(0, 13), '2026-01-20T07');
  assert.equal(dayOf(new Date('2026-06-21T12:00Z'), 25, 80), null, 'the sun of midnight');
});

test('planes go through a link and back; what is none is left out', () => {
  const text = '114.1068,22.534,45.2,0,90|x114.1068,22.534,10,90,0';
  assert.equal(formatCuts(parseCuts(text)), text);
  assert.deepEqual(parseCuts('1,2,3|,,,,|nonsense|200,0,0,0,0|1,2,3,4,95'), []);
  assert.deepEqual(parseCuts(text).map(kindOf), ['level', 'upright']);
});

test('a plane pushed out is where it says', () => {
  const middle = { lon: 114.1, lat: 22.5, z: 50 };
  for (const [azimuth, tilt] of [[0, 90], [37, 0], [200, -30]]) {
    const cut = { on: true, ...middle, azimuth, tilt };
    near(pushOf(pushed(cut, middle, 12.5), middle), 12.5, 1e-6);
    const back = directionOf(normalOf(cut));
    near(back.tilt, tilt, 1e-9);
    if (tilt < 90) near(back.azimuth, azimuth, 1e-9);
    assert.deepEqual(normalOf(flipped(cut)).map((n, i) => +(n + normalOf(cut)[i]).toFixed(9) + 0), [0, 0, 0]);
  }
});

test('measures go through a link and back', () => {
  const text = 'd:114.1027,22.5447,5.2;114.1031,22.545,447';
  assert.equal(formatMeasure(/** @type {any} */ (parseMeasure(text))), text);
  assert.equal(parseMeasure('q:1,2,3'), null);
  assert.deepEqual(parseMeasure('a:1,2;x,y,z;1,2,3')?.points, [[1, 2, 3]]);
  assert.equal(extended({ kind: 'distance', points: [[0, 0, 0], [1, 1, 1]] }, [2, 2, 2]).points.length, 1);
});

test('lengths and areas', () => {
  assert.deepEqual(lengths([[0, 0, 0], [3, 4, 12]]), { whole_m: 13, level_m: 5, rise_m: 12 });
  assert.deepEqual(areas([[0, 0, 0], [4, 0, 3], [4, 2, 3], [0, 2, 0]]), { whole_m2: 10, level_m2: 8 });
  assert.deepEqual(areas([[0, 0, 0], [0, 5, 0], [0, 5, 2], [0, 0, 2]]), { whole_m2: 10, level_m2: 0 });
});

test('a tube keeps its distance from the line and closes round it', () => {
  const mesh = tube([[0, 0, 0], [10, 0, 0], [10, 0, 0], [20, 0, -1]], 0.5, 6);
  assert.ok(mesh);
  assert.equal(mesh.positions.length, 3 * 6 * 3);
  assert.equal(mesh.indices.length, 2 * 6 * 6);
  assert.ok(Math.max(...mesh.indices) < 18);
  for (let i = 0; i < 6; i += 1) near(Math.hypot(mesh.positions[3 * i], mesh.positions[3 * i + 1], mesh.positions[3 * i + 2]), 0.5, 1e-9);
  for (let i = 0; i < 18; i += 1) near(Math.hypot(mesh.normals[3 * i], mesh.normals[3 * i + 1], mesh.normals[3 * i + 2]), 1, 1e-6);
  // the first triangle looks outwards
  const corner = (k) => [0, 1, 2].map((axis) => mesh.positions[3 * mesh.indices[k] + axis]);
  const [a, b, c] = [corner(0), corner(1), corner(2)];
  const [u, v] = [b.map((x, i) => x - a[i]), c.map((x, i) => x - a[i])];
  const normal = [u[1] * v[2] - u[2] * v[1], u[2] * v[0] - u[0] * v[2], u[0] * v[1] - u[1] * v[0]];
  const out = [0, 1, 2].map((axis) => mesh.normals[3 * mesh.indices[0] + axis]);
  assert.ok(normal[0] * out[0] + normal[1] * out[1] + normal[2] * out[2] > 0);
  assert.equal(tube([[1, 1, 1], [1, 1, 1]], 0.5), null);
});

test('the plane of a floor lies over it; what is not known is no plane', () => {
  const building = { lon: 114.1, lat: 22.5 };
  assert.deepEqual(storeyCut({ sliced: { ground: 6.9, top: 51.5 }, dossier: { building } }), { on: true, lon: 114.1, lat: 22.5, z: 58.4, azimuth: 0, tilt: 90 });
  assert.equal(storeyCut({ sliced: null, dossier: { building } }), null);
  assert.equal(storeyCut({ sliced: { ground: 0, top: 3 }, dossier: { building: {} } }), null);
});

test('a fence keeps the building and 15 m around it', () => {
  const box = [114.1, 22.5, 114.101, 22.5008];
  const sides = fence(box);
  const middle = { lon: 114.1005, lat: 22.5004, z: 10 };
  const metre_deg = 1 / 111195;
  const half = [0.0005 * Math.cos((22.5 * Math.PI) / 180), 0.0004].map((deg) => deg / metre_deg + 15);
  assert.deepEqual(sides.map(({ azimuth }) => azimuth), [90, 0, 270, 180]);
  sides.forEach((side, i) => near(pushOf(side, middle), half[i % 2], 0.2));
});

test('a storey that is lifted is met by a level plane where it hangs, and by an upright one as before', () => {
  const level = { on: true, lon: 0, lat: 0, z: 0, azimuth: 0, tilt: 90 };
  const north = { ...level, tilt: 0 };
  assert.ok(Math.abs(along(level, [3, 4, 6]) - 6) < 1e-9);
  assert.ok(Math.abs(along(north, [3, 4, 6]) - 4) < 1e-9);
  const box = { middle: [10, 20, 8], half: [5, 5, 1.5] };
  assert.equal(meets(level, [0, 0, 9], box), true);
  assert.equal(meets(level, [0, 0, 10.5], box), false);
  assert.equal(meets(north, [0, 24, 0], box), true);
  assert.equal(meets(north, [0, 26, 0], box), false);
});
