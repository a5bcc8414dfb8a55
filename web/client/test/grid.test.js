import assert from 'node:assert/strict';
import { test } from 'node:test';
import { inZone, toGrid } from '../src/grid.js';

// Golden values by PROJ 9.5 (EPSG:4326 -> EPSG:4547, always x,y).
const GOLDEN = [
  [114.131, 22.548, 513474.7616, 2494488.6137],
  [114.1027, 22.5447, 510564.0503, 2494120.9023],
  [114.21464, 22.58228, 522072.6028, 2498294.6811],
  [112.5, 22.0, 345093.9591, 2434560.1928],
];

for (const [lon, lat, east, north] of GOLDEN) {
  test(`${lon},${lat}`, () => {
    const found = toGrid(lon, lat);
    assert.ok(Math.abs(found.east - east) < 0.001, `east ${found.east}`);
    assert.ok(Math.abs(found.north - north) < 0.001, `north ${found.north}`);
  });
}

test('far from its zone the grid says nothing', () => {
  assert.equal(inZone(114.1), true);
  assert.equal(inZone(-123.07), false);
});
