import assert from 'node:assert/strict';
import { test } from 'node:test';
import { overlap, tilesOf } from '../src/tilecover.js';

const LUOHU = [114.05, 22.5, 114.25, 22.6];
const WORLD = [-180, -85, 180, 85];

test('the tile of a point', () => {
  // 京基100, z16: worked out with PROJ (EPSG:3857) and the matrix of zoom 16
  assert.deepEqual(tilesOf([[114.1027, 22.5447, 114.1027, 22.5447]], WORLD, 16, 16), [{ z: 16, x: 53539, y: 28553 }]);
});

test('every zoom asked for, each tile once', () => {
  const box = [114.1, 22.54, 114.11, 22.55];
  const tiles = tilesOf([box, box], WORLD, 12, 14);
  assert.deepEqual([...new Set(tiles.map((tile) => tile.z))], [12, 13, 14]);
  assert.equal(new Set(tiles.map(({ z, x, y }) => `${z}/${x}/${y}`)).size, tiles.length);
});

test('what is out of view costs nothing', () => {
  assert.deepEqual(tilesOf([[100, 10, 101, 11]], LUOHU, 10, 17), []);
  assert.equal(overlap([0, 0, 1, 1], [2, 2, 3, 3]), null);
});

test('a box as large as the world stays inside it', () => {
  assert.equal(tilesOf([[-200, -90, 200, 90]], [-200, -90, 200, 90], 2, 2).length, 16);
});
