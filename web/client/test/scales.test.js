import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createExpression, latest } from '@maplibre/maplibre-gl-style-spec';
import { PALETTES, mix } from '../src/palette.js';
import { BUILDING_STATES, SCALE_IDS, buildingState, colourFor, expression, rangeText, scale } from '../src/scales.js';

const codes = () => [{ code: 'R', colour: '#ff0000' }, { code: '1', colour: null }];
const made = (id) => scale(id, codes, PALETTES.light);

/** What MapLibre itself makes of the expression. */
function drawn(id, value) {
  const compiled = createExpression(expression(made(id)), id, latest['paint_fill-extrusion']['fill-extrusion-color']);
  assert.equal(compiled.result, 'success', JSON.stringify(compiled.value));
  const properties = value === undefined ? {} : { [made(id).column]: value };
  const { r, g, b } = compiled.value.evaluate({ zoom: 15 }, { type: 3, properties });
  return `#${[r, g, b].map((c) => Math.round(c * 255).toString(16).padStart(2, '0')).join('')}`;
}

const VALUES = {
  use: ['R', 'zz', undefined], structure: ['1', 1], fire: [1, 9], height: [0, 11.9, 12, 99.9, 100, 600],
  year: [1960, 1985, 2020, undefined], vacancy: [0, 0.03, 0.0299, 0.5, undefined], risk: [0, 20, 100, 'x'], plain: [1],
  sensors: [], // goes by id: below
};

for (const id of SCALE_IDS) {
  for (const value of VALUES[id]) {
    test(`map and legend agree on ${id} = ${value}`, () => assert.equal(drawn(id, value), colourFor(made(id), value)));
  }
}

test('map and legend agree on the state of the sensors inside', () => {
  const byId = new Map([[7, 'alarm'], [8, 'stale'], [9, 'normal'], [10, 'alarm']]);
  const by = scale('sensors', codes, PALETTES.light, byId);
  const compiled = createExpression(expression(by), 'sensors', latest['paint_fill-extrusion']['fill-extrusion-color']);
  assert.equal(compiled.result, 'success', JSON.stringify(compiled.value));
  for (const id of [7, 8, 9, 10, 11]) {
    const { r, g, b } = compiled.value.evaluate({ zoom: 15 }, { type: 3, id, properties: {} });
    const hex = `#${[r, g, b].map((c) => Math.round(c * 255).toString(16).padStart(2, '0')).join('')}`;
    assert.equal(hex, colourFor(by, id).toLowerCase());
  }
  assert.equal(colourFor(by, 11), PALETTES.light.buildingUnknown, 'no sensor is not a state');
  assert.equal(expression(scale('sensors', codes, PALETTES.light)), PALETTES.light.buildingUnknown);
});

test('a building is as urgent as its worst sensor, and silent only when all are', () => {
  assert.equal(buildingState(['normal', 'offline', 'fault', 'attention']), 'attention');
  assert.equal(buildingState(['offline', 'normal', 'stale']), 'normal');
  assert.equal(buildingState(['offline', 'unknown']), 'stale');
  for (const state of BUILDING_STATES) assert.ok(BUILDING_STATES.includes(buildingState([state])));
});

test('vacancy has five classes and unknown is none of them', () => {
  const { classes, unknown } = made('vacancy');
  assert.equal(classes.length, 5);
  assert.ok(!classes.some((c) => c.colour === unknown));
  assert.notEqual(colourFor(made('vacancy'), 0), unknown);
});

test('words of a class', () => {
  const vacancy = made('vacancy');
  assert.deepEqual(vacancy.classes.map((c) => rangeText(c, vacancy)), ['< 3 %', '3–8 %', '8–15 %', '15–30 %', '≥ 30 %']);
});

test('mixing colours', () => {
  assert.equal(mix('#000000', '#ffffff', 0.5), '#808080');
  assert.equal(mix('#123456', '#ffffff', 0), '#123456');
});
