import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Pictures } from '../src/scene/pictures.js';

/** What `Pictures` uses of the scene of Cesium, and how many pictures were asked of it. */
function scene() {
  const event = () => { const told = []; return { addEventListener: (one) => told.push(one), tell: () => told.forEach((one) => one()) }; };
  return { asked: 0, requestRender() { this.asked += 1; }, postRender: event(), postUpdate: event() };
}

test('a picture is drawn at once where nothing is awaited', () => {
  const s = scene();
  new Pictures(/** @type {any} */ (s));
  s.requestRender();
  assert.equal(s.asked, 1);
});

test('pictures wait for all that is awaited, and are one then', () => {
  const s = scene();
  const pictures = new Pictures(/** @type {any} */ (s));
  const [a, b] = [{}, {}];
  pictures.await([a]);
  pictures.await([b]);
  s.requestRender();
  s.requestRender();
  pictures.came(a);
  assert.equal(s.asked, 0);
  pictures.came(b);
  assert.equal(s.asked, 1);
  pictures.came(b);
  assert.equal(s.asked, 1);
});

test('nobody asked for a picture: none is drawn when what was awaited has come', () => {
  const s = scene();
  const pictures = new Pictures(/** @type {any} */ (s));
  const a = {};
  pictures.await([a]);
  pictures.came(a);
  assert.equal(s.asked, 0);
});

test('a picture is put off no longer than half a second, however often something new is awaited', (t) => {
  t.mock.timers.enable({ apis: ['Date'], now: 1000 });
  const s = scene();
  const pictures = new Pictures(/** @type {any} */ (s));
  pictures.await([{}]);
  s.requestRender();
  t.mock.timers.tick(400);
  pictures.await([{}]);
  s.postUpdate.tell();
  assert.equal(s.asked, 0);
  t.mock.timers.tick(200);
  s.postUpdate.tell();
  assert.equal(s.asked, 1);
  s.requestRender();
  assert.equal(s.asked, 2);
});
