import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createExpression, latest } from '@maplibre/maplibre-gl-style-spec';
import { PALETTES, mix } from '../src/palette.js';
import { SCALE_IDS, colourFor, expression, rangeText, scale } from '../src/scales.js';

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
};

for (const id of SCALE_IDS) {
  for (const value of VALUES[id]) {
    test(`map and legend agree on ${id} = ${value}`, () => assert.equal(drawn(id, value), colourFor(made(id), value)));
  }
}

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
