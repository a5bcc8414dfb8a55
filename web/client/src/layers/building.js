/** Buildings: flat from afar and in the plan, extruded near by, coloured by the chosen scale. */
import { expression, rangeText } from '../scales.js';
import { label } from '../codes.js';
import { BOLD, REGULAR, ink, name } from './text.js';

/** Where the height is unknown a storey counts three metres; the record still says unknown. */
const HEIGHT = ['coalesce', ['get', 'height_m'], ['*', ['coalesce', ['get', 'floors_up'], 1], 3]];
const EXTRUDE_FROM = 13.5;

/** Whether a floor can be shown where it lies. @param {import('../slice.js').Slice | null} sliced */
const cutOut = (sliced) => sliced !== null && sliced.base !== null && sliced.top !== null;

/** Hide what was not built yet at the moment shown, and the building that is shown by floors. */
function filter({ year, sliced, dim }) {
  /** @type {any[]} */
  const parts = ['all'];
  if (year) parts.push(['<=', ['coalesce', ['get', 'year_built'], 0], year]);
  // the plan has no floors to cut
  if (cutOut(sliced) && dim !== 2) parts.push(['!=', ['get', 'code'], sliced.code]);
  return parts.length > 1 ? parts : null;
}

/** @param {any} p @param {any} colour @returns {any} */
const picked = (p, colour) => [
  'case',
  ['boolean', ['feature-state', 'selected'], false], p.selected,
  ['boolean', ['feature-state', 'hover'], false], p.hover,
  colour,
];

/** What a class of the legend is called. */
function words(c, scale) {
  if (scale.byId) return { key: c.code === 'stale' ? 'legend.silent' : `state.${c.code}` };
  return { text: scale.list ? label(scale.list, c.code) : rangeText(c, scale) };
}

export const building = {
  code: 'bld', collection: 'building', group: 'building', shown: true, source: 'building', picks: ['bld', 'bld-flat'],
  /** @returns {any[]} */
  legend: ({ scale, p }) => [
    ...scale.classes.map((c) => ({
      shape: 'area', colour: c.colour, ...words(c, scale),
    })),
    ...(scale.classes.length ? [{ shape: 'area', colour: scale.unknown, key: scale.byId ? 'legend.sensorless' : 'legend.unknown' }] : []),
  ],
  layers: (ctx) => {
    const { p, scale, dim } = ctx;
    const colour = picked(p, expression(scale));
    const shared = { 'source-layer': 'building', ...(filter(ctx) ? { filter: filter(ctx) } : {}) };
    const flatTo = dim === 2 ? {} : { maxzoom: EXTRUDE_FROM };
    return [
      {
        id: 'bld-shadow', type: 'line', minzoom: 14, ...shared, opacity: 0.16,
        paint: {
          'line-color': p.shadow, 'line-opacity': 0.16,
          'line-width': ['interpolate', ['exponential', 2], ['zoom'], 14, 2, 18, 18],
          'line-blur': ['interpolate', ['exponential', 2], ['zoom'], 14, 2, 18, 16],
        },
      },
      { id: 'bld-flat', type: 'fill', ...flatTo, ...shared, paint: { 'fill-color': colour, 'fill-opacity': 0.95 }, opacity: 0.95 },
      {
        id: 'bld-edge', type: 'line', minzoom: 15, ...shared, hidden: dim !== 2, opacity: 0.5,
        paint: { 'line-color': p.shadow, 'line-width': 0.6, 'line-opacity': 0.5 },
      },
    ];
  },
  solids: (ctx) => {
    const { p, scale, dim, sliced } = ctx;
    const colour = picked(p, expression(scale));
    const cut = cutOut(sliced);
    const own = cut ? ['==', ['get', 'code'], sliced.code] : ['literal', false];
    return [
      {
        id: 'bld', type: 'fill-extrusion', minzoom: EXTRUDE_FROM, 'source-layer': 'building', hidden: dim === 2,
        ...(filter(ctx) ? { filter: filter(ctx) } : {}),
        paint: {
          'fill-extrusion-color': colour, 'fill-extrusion-height': HEIGHT, 'fill-extrusion-base': 0,
          'fill-extrusion-vertical-gradient': true, 'fill-extrusion-opacity': 1,
        },
      },
      {
        // The floors below the chosen one, as one body; the floor itself in its own colour.
        id: 'bld-slice', type: 'fill-extrusion', 'source-layer': 'building', filter: own, hidden: dim === 2 || !cut, opacity: 0.9,
        paint: { 'fill-extrusion-color': p.selected, 'fill-extrusion-height': Math.max(0.1, sliced?.base ?? 0), 'fill-extrusion-base': 0, 'fill-extrusion-opacity': 0.9 },
      },
      {
        id: 'bld-floor', type: 'fill-extrusion', 'source-layer': 'building', filter: own, hidden: dim === 2 || !cut || sliced.rooms, opacity: 0.9,
        paint: {
          'fill-extrusion-color': p.floor, 'fill-extrusion-base': Math.max(0, sliced?.base ?? 0),
          'fill-extrusion-height': Math.max(0.5, sliced?.top ?? 0), 'fill-extrusion-opacity': 0.9,
        },
      },
    ];
  },
  labels: ({ p, lang, selectedCode }) => [
    {
      id: 'bld-outline', type: 'line', 'source-layer': 'building', source: 'building', filter: ['==', ['get', 'code'], selectedCode ?? ''],
      layout: { 'line-join': 'round' }, paint: { 'line-color': p.selected, 'line-width': 3 },
    },
    // Only what towers above the rest is named from afar; every block near by.
    ...[['bld-name-far', 13.8, 15.2, 220], ['bld-name-mid', 15.2, 16.4, 130], ['bld-name', 16.4, 24, 0]].map(([id, minzoom, maxzoom, tallest]) => ({
      id, type: 'symbol', 'source-layer': 'building', minzoom, maxzoom, words: true,
      filter: ['all', ['any', ['has', 'name_zh'], ['has', 'name_en']], ['>=', ['coalesce', ['get', 'height_m'], 0], tallest]],
      layout: {
        'text-field': name(lang), 'text-font': ['step', ['coalesce', ['get', 'height_m'], 0], ['literal', REGULAR], 100, ['literal', BOLD]],
        'text-size': ['interpolate', ['linear'], ['zoom'], 14.5, 10.5, 18, 13], 'text-max-width': 8, 'text-padding': 8,
        // The few landmarks are always named, beside a marker rather than under it.
        'text-allow-overlap': Number(tallest) > 200,
        ...(Number(tallest) > 200 ? { 'text-variable-anchor': ['center', 'top', 'bottom', 'left', 'right'], 'text-radial-offset': 0.9 } : {}),
        'symbol-sort-key': ['-', 0, ['coalesce', ['get', 'height_m'], 0]],
      },
      paint: ink(p.label, p.halo, 1.5),
    })),
  ],
};
