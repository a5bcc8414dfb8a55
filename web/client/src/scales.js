/**
 * How buildings are coloured: each way is a list of classes with a test, a colour and words.
 *
 * One description gives both the MapLibre expression and the legend, so they cannot
 * disagree. A value nobody knows gets a colour of its own, never the colour of zero.
 * @typedef {{colour: string, label?: string, code?: string, from?: number, to?: number}} Class
 * @typedef {{id: string, column: string, list?: string, classes: Class[], unknown: string, unit?: string, byId?: Map<number, string>}} Scale
 */
import { STATE_COLOURS, mix } from './palette.js';

/** Steps of the numeric ways: the lower bound of each class after the first. */
const NUMERIC = {
  height: { column: 'height_m', unit: 'm', breaks: [12, 24, 54, 100, 250], ramp: 'blue' },
  year: { column: 'year_built', unit: '', breaks: [1985, 1995, 2005, 2015], ramp: 'age' },
  vacancy: { column: 'vacant_ratio', unit: '%', breaks: [0.03, 0.08, 0.15, 0.3], ramp: 'warm' },
  risk: { column: 'risk', unit: '', breaks: [20, 40, 60, 80], ramp: 'danger' },
};

const RAMPS = {
  blue: ['#e3edf2', '#bcd6e4', '#8bb8d3', '#5592bb', '#2f6a9a', '#173f68'],
  age: ['#7a4b2a', '#b5804d', '#dcc39a', '#a9c7bd', '#5f9c92'],
  warm: ['#e9ede9', '#f6dfb1', '#f0b86c', '#de8245', '#b34a2b'],
  danger: ['#9ccba6', '#dbe3a0', '#f4cf74', '#e88b4f', '#c2392f'],
};

const CODED = {
  use: { column: 'use', list: 'use' },
  structure: { column: 'structure', list: 'structure' },
  fire: { column: 'fire_resistance', list: 'fire_resistance' },
};

/** Colours for codes whose list gives none. */
const FALLBACK = ['#7f9ec2', '#d9a86c', '#8fb58a', '#c58aa5', '#a79fcb', '#c9b458', '#6fb1b3', '#b98f73'];

/** States a building can have by its sensors, the most urgent first. */
export const BUILDING_STATES = ['alarm', 'attention', 'fault', 'stale', 'normal'];

/**
 * State of a building by the states of its sensors: what is wrong comes first; one that still
 * reports outweighs those that are silent.
 * @param {Iterable<string>} states
 */
export function buildingState(states) {
  const all = new Set(states);
  return ['alarm', 'attention', 'fault', 'normal'].find((state) => all.has(state)) ?? 'stale';
}

export const SCALE_IDS = ['use', 'height', 'year', 'structure', 'fire', 'vacancy', 'risk', 'sensors', 'plain'];

/**
 * @param {string} id one of SCALE_IDS; anything else is plain
 * @param {(list: string) => {code: string, colour: string | null}[]} codesOf
 * @param {import('./palette.js').Palette} palette
 * @param {Map<number, string>} [byId] state of the sensors in a building, by its id
 * @returns {Scale}
 */
export function scale(id, codesOf, palette, byId = new Map()) {
  const unknown = palette.buildingUnknown;
  if (id in NUMERIC) {
    const { column, unit, breaks, ramp } = NUMERIC[id];
    const bounds = [undefined, ...breaks, undefined];
    const classes = RAMPS[ramp].slice(0, breaks.length + 1).map((colour, index) => ({
      colour, from: bounds[index], to: bounds[index + 1],
    }));
    return { id, column, unit, classes, unknown };
  }
  if (id in CODED) {
    const { column, list } = CODED[id];
    const classes = codesOf(list).map((entry, index) => ({
      code: String(entry.code),
      // A city in full colours is unreadable: calm the list's colours towards the building colour.
      colour: mix(entry.colour ?? FALLBACK[index % FALLBACK.length], palette.building, 0.5),
    }));
    return { id, column, list, classes, unknown };
  }
  if (id === 'sensors') {
    return { id, column: '', classes: BUILDING_STATES.map((code) => ({
      // What is in order stays calm, so that what is not stands out.
      code, colour: code === 'normal' ? mix(STATE_COLOURS.normal, palette.building, 0.45) : STATE_COLOURS[code],
    })), unknown, byId };
  }
  return { id: 'plain', column: '', classes: [], unknown: palette.building };
}

/** MapLibre colour expression of a scale. @param {Scale} scale @returns {any} */
export function expression({ column, list, classes, unknown, byId }) {
  if (!classes.length) return unknown;
  if (byId) {
    const ids = (code) => [...byId].filter(([, state]) => state === code).map(([id]) => id);
    const cases = classes.flatMap((c) => (ids(String(c.code)).length ? [ids(String(c.code)), c.colour] : []));
    return cases.length ? ['match', ['id'], ...cases, unknown] : unknown;
  }
  if (list) {
    return ['match', ['to-string', ['get', column]], ...classes.flatMap((c) => [c.code, c.colour]), unknown];
  }
  const steps = ['step', ['get', column], classes[0].colour, ...classes.slice(1).flatMap((c) => [c.from, c.colour])];
  return ['case', ['==', ['typeof', ['get', column]], 'number'], steps, unknown];
}

/** Colour of one value (of a building's id, where the scale goes by id) by the same rule as `expression`. @param {Scale} scale @param {any} value */
export function colourFor({ list, classes, unknown, byId }, value) {
  if (value === null || value === undefined || !classes.length) return unknown;
  if (byId) return classes.find((c) => c.code === byId.get(Number(value)))?.colour ?? unknown;
  if (list) return classes.find((c) => c.code === String(value))?.colour ?? unknown;
  if (typeof value !== 'number') return unknown;
  return [...classes].reverse().find((c) => c.from === undefined || value >= c.from)?.colour ?? unknown;
}

/** Words of a numeric class: `24–54 m`. @param {Class} c @param {Scale} scale */
export function rangeText(c, { unit }) {
  const show = (value) => (unit === '%' ? Math.round(value * 100) : value);
  const suffix = unit ? ` ${unit}` : '';
  if (c.from === undefined) return `< ${show(c.to)}${suffix}`;
  if (c.to === undefined) return `≥ ${show(c.from)}${suffix}`;
  return `${show(c.from)}–${show(c.to)}${suffix}`;
}
