import assert from 'node:assert/strict';
import { test } from 'node:test';
import { formatHash, parseHash, rounded, turn } from '../src/hash.js';
import { formatLayers, parseLayers, sameLayers } from '../src/layer_param.js';
import { readMoment, shortIso } from '../src/format.js';

const TYPICAL =
  '#v1/114.1055,22.5453,15.6,60,-20?sel=b:4403030059019000001&tab=fire&fl=13&ly=bld.9,hyd,pipe.w.6&t=2023-09-07T23:00+08&lang=zh&th=d&col=vacancy';

test('the hash of the specification survives a round trip', () => {
  const view = parseHash(TYPICAL);
  assert.deepEqual(view.camera, { lon: 114.1055, lat: 22.5453, zoom: 15.6, pitch: 60, bearing: -20 });
  assert.equal(view.params.t, '2023-09-07T23:00+08');
  assert.equal(formatHash(view), TYPICAL);
  assert.ok(TYPICAL.length <= 400);
});

test('keys of a newer version are kept', () => {
  assert.match(formatHash(parseHash('#v1/114,22,12,0,0?ex=0.6&sec=z:41.5')), /ex=0.6&sec=z:41.5$/);
});

test('numbers out of range are clamped and roll is never written', () => {
  const { camera } = parseHash('#v1/200,99,40,95,540,180');
  assert.deepEqual(camera, { lon: 180, lat: 85, zoom: 21, pitch: 80, bearing: 180 });
});

for (const broken of ['', '#', '#v1', '#v1/', '#v1/a,b,c', '#v2/1,2,3', '#v1/,,', '#?=&&=', '#%', '#v1/1,2?a=%E4%']) {
  test(`a broken hash gives no camera and no exception: ${broken}`, () => {
    assert.equal(parseHash(broken).camera, null);
  });
}

test('names with signs survive', () => {
  const params = { q: '人民南路 & 嘉宾路=?#%', lang: 'zh' };
  assert.deepEqual(parseHash(formatHash({ camera: null, params })).params, params);
});

test('bearings turn into one circle', () => {
  assert.deepEqual([0, 180, -180, 190, -190, 720].map(turn), [0, 180, 180, -170, 170, 0]);
});

test('a camera of the state survives the link unchanged', () => {
  const camera = rounded({ lon: 114.11052349, lat: 22.54249999, zoom: 15.4567, pitch: 57.9871, bearing: 33.33 });
  assert.equal(camera.bearing, 33.3);
  assert.equal(rounded({ ...camera, bearing: -179.99 }).bearing, 180);
  assert.deepEqual(parseHash(formatHash({ camera, params: {} })).camera, camera);
  assert.deepEqual(rounded({ lon: 1, lat: 2, zoom: 3, pitch: 4, bearing: -0.01 }), { lon: 1, lat: 2, zoom: 3, pitch: 4, bearing: 0 });
});

test('layers with opacity', () => {
  const shown = parseLayers('bld.9,hyd,pipe.w.6,pipe.s,,BAD!,x.0');
  assert.deepEqual([...shown], [['bld', 0.9], ['hyd', 1], ['pipe.w', 0.6], ['pipe.s', 1], ['x', 0.1]]);
  assert.equal(formatLayers(shown), 'bld.9,hyd,pipe.w.6,pipe.s,x.1');
  assert.equal(formatLayers(new Map()), '-');
  assert.equal(parseLayers('-').size, 0);
  assert.ok(sameLayers(parseLayers('a,b'), parseLayers('b,a')));
  assert.ok(!sameLayers(parseLayers('a,b'), parseLayers('a,b.5')));
});

test('moments of the URL', () => {
  assert.equal(readMoment('2023-09-07T23:00+08')?.toISOString(), '2023-09-07T15:00:00.000Z');
  assert.equal(shortIso(new Date('2023-09-07T15:00:00Z')), '2023-09-07T23:00+08');
  assert.equal(shortIso(new Date('2023-09-07T15:00:05Z')), '2023-09-07T23:00:05+08');
  assert.equal(readMoment('yesterday'), null);
});
