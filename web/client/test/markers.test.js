import assert from 'node:assert/strict';
import { test } from 'node:test';
import { expression as expr } from '@maplibre/maplibre-gl-style-spec';
import { setCodes } from '../src/codes.js';
import { hydrantExpression, hydrantIcon } from '../src/map/hydrant_icon.js';
import { marksSensor, sensorFilter, SENSORS_FROM_ZOOM } from '../src/map/sensor_filter.js';

const said = (expression, properties, type) => {
  const parsed = expr.createExpression(expression, { type });
  assert.equal(parsed.result, 'success');
  return parsed.value.evaluate({ zoom: 18 }, { type: 1, properties });
};

test('the map and the 3D view mark the same sensors', () => {
  for (const building of [null, { id: 7 }]) {
    for (const floor of [null, 3]) {
      if (!building && floor) continue;
      for (const building_id of [0, 7, 8]) for (const floor_no of [0, 3, 4]) for (const state of ['normal', 'alarm', 'stale']) {
        const row = { building_id, floor_no, state };
        assert.equal(marksSensor(row, building, floor, 18), said(['all', ...sensorFilter(building, floor)], row, 'boolean'), JSON.stringify({ row, building, floor }));
      }
    }
  }
});

test('from far only what is urgent is marked', () => {
  const row = { building_id: 7, floor_no: 3 };
  assert.equal(marksSensor({ ...row, state: 'alarm' }, { id: 7 }, 3, 12), true);
  assert.equal(marksSensor({ ...row, state: 'normal' }, { id: 7 }, 3, SENSORS_FROM_ZOOM - 0.1), false);
  assert.equal(marksSensor({ ...row, state: 'normal' }, { id: 7 }, 3, SENSORS_FROM_ZOOM), true);
});

test('the map and the 3D view draw a hydrant alike', () => {
  setCodes({ hydrant_state: [['正常', 'Normal'], ['损坏', 'Broken'], ['低压', 'Low'], ['遮挡', 'Blocked']].map(([zh, en]) => ({ code: zh, zh, en, colour: null, icon: null })) });
  for (const state of ['正常', '损坏', '低压', '遮挡', '别的', null]) assert.equal(said(hydrantExpression(), { state }, 'string'), hydrantIcon(state));
  assert.equal(hydrantIcon('损坏'), 'hydrant-broken');
  assert.equal(hydrantIcon('遮挡'), 'hydrant-low');
});
