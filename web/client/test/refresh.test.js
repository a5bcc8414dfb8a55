import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Refresher } from '../src/map/refresh.js';

/** A map that holds every source and notes what is asked for anew. */
function fake() {
  const asked = [];
  return {
    asked,
    getBounds: () => ({ getWest: () => 114, getSouth: () => 22, getEast: () => 114.1, getNorth: () => 22.1 }),
    getSource: () => ({ minzoom: 0, maxzoom: 17 }),
    getZoom: () => 14,
    isSourceLoaded: () => true,
    refreshTiles: (source, tiles) => asked.push([source, tiles ? 'some' : 'all']),
  };
}

const edit = { building: [[114.05, 22.05, 114.06, 22.06]] };

test('a map that is seen asks for the tiles an edit touched', () => {
  const map = fake();
  new Refresher(map).touched(edit);
  assert.deepEqual(map.asked, [['building', 'some']]);
});

test('a hidden map asks for nothing, and once for all of it when it is seen again', () => {
  const map = fake();
  const refresher = new Refresher(map);
  refresher.hide(true);
  refresher.touched(edit);
  refresher.touched(edit);
  assert.deepEqual(map.asked, []);
  refresher.hide(false);
  assert.deepEqual(map.asked, [['building', 'all']]);
  refresher.hide(true);
  refresher.hide(false);
  assert.equal(map.asked.length, 1);
});
