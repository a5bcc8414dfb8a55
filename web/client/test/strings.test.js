import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { CLASSES, cloud } from '../src/layers/cloud.js';
import { SUBJECTS, GROUPS } from '../src/layers/index.js';
import { ANSWERS, CHANGES } from '../src/colouring.js';
import { SCALE_IDS } from '../src/scales.js';
import { STATES } from '../src/palette.js';
import { en } from '../src/strings/en.js';
import { zh } from '../src/strings/zh.js';

const root = new URL('../src/', import.meta.url).pathname;
const sources = readdirSync(root, { recursive: true }).filter((name) => name.endsWith('.js') && !name.startsWith('strings'))
  .map((name) => [name, readFileSync(join(root, name), 'utf8')]);

test('both languages have the same keys', () => assert.deepEqual(Object.keys(en).sort(), Object.keys(zh).sort()));

test('both languages fill in the same values', () => {
  const slots = (text) => [...text.matchAll(/\{(\w+)\}/g)].map((m) => m[1]).sort();
  for (const key of Object.keys(zh)) assert.deepEqual(slots(en[key]), slots(zh[key]), key);
});

test('no word is empty, English holds no Chinese and Chinese says something in Chinese', () => {
  for (const [key, text] of Object.entries(en)) assert.ok(text.trim() && !/[\u4e00-\u9fff]/.test(text), key);
  for (const [key, text] of Object.entries(zh)) assert.match(text, /[\u4e00-\u9fff]/, key);
});

test('every key the page asks for by name is there', () => {
  for (const [name, text] of sources) {
    for (const [, key] of text.matchAll(/\bt\('([^']+)'/g)) assert.ok(key in zh, `${name}: ${key}`);
    for (const [, key] of text.matchAll(/key: '([a-z]+\.[a-z.]+)'/g)) assert.ok(key in zh, `${name}: ${key}`);
  }
});

test('every key made from a list is there', () => {
  const keys = [
    ...SUBJECTS.filter((s) => !s.title && !s.always).map((s) => `layer.${s.code}`), ...GROUPS.map((g) => `group.${g}`),
    ...SCALE_IDS.flatMap((id) => [`colour.${id}`, `colour.${id}.note`]), ...STATES.map((s) => `state.${s}`),
  ];
  keys.push(...Object.keys(CLASSES).map((number) => `cloud.class.${number}`), ...cloud.choice.values.map((value) => `layers.choice.${value}`));
  for (const kind of Object.keys(CHANGES)) keys.push(`model.change.${kind}`);
  for (const answer of [...Object.keys(ANSWERS), 'pass']) keys.push(`model.check.${answer}`);
  for (const which of ['from', 'to']) keys.push(`model.change.${which}`);
  for (const key of keys) assert.ok(key in zh, key);
});

test('no key is dead', () => {
  const all = sources.map(([, text]) => text).join('\n');
  const made = /^(layer|group|colour|state|status|status3|fact|tab|panel|help|side|sensor\.span|tool|section|ghost|measure|sun|model\.change|model\.check|layers\.choice|cloud\.class)\./;
  for (const key of Object.keys(zh)) assert.ok(made.test(key) || all.includes(`'${key}'`), key);
});
