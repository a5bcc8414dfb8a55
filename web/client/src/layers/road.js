import { BOLD, REGULAR, ink, name, trueWidth } from './text.js';

const WIDTH = ['coalesce', ['get', 'width_m'], 7];
const MAJOR = ['match', ['get', 'class'], ['A1', 'A2', 'A3'], true, false];

export const road = {
  code: 'rd', collection: 'road', group: 'transport', shown: true, source: 'road', picks: ['rd', 'rd-minor'],
  legend: ({ p }) => [
    { shape: 'road', colour: p.roadMain, edge: p.roadCase, key: 'legend.road.main' },
    { shape: 'road', colour: p.roadLocal, edge: p.roadCase, key: 'legend.road.local' },
  ],
  layers: ({ p, lang }) => {
    const fill = ['match', ['get', 'class'], 'A1', p.roadMain, ['A2', 'A3'], p.roadSecond, p.roadLocal];
    const round = { 'line-cap': 'round', 'line-join': 'round', 'line-sort-key': ['match', ['get', 'class'], 'A1', 3, 'A2', 2, 'A3', 1, 0] };
    return [
      {
        id: 'rd-minor-case', type: 'line', 'source-layer': 'road', minzoom: 14, filter: ['!', MAJOR], layout: round,
        paint: { 'line-color': p.roadCase, 'line-width': trueWidth(['+', WIDTH, 1.2], 1.4, 11) },
      },
      {
        id: 'rd-case', type: 'line', 'source-layer': 'road', minzoom: 11, filter: MAJOR, layout: round,
        paint: { 'line-color': p.roadCase, 'line-width': trueWidth(['+', WIDTH, 2.5], 2.4, 9) },
      },
      {
        id: 'rd-minor', type: 'line', 'source-layer': 'road', minzoom: 12, filter: ['!', MAJOR], layout: round,
        paint: { 'line-color': p.roadLocal, 'line-width': trueWidth(WIDTH, 0.7, 11) },
      },
      {
        id: 'rd', type: 'line', 'source-layer': 'road', filter: MAJOR, layout: round,
        paint: { 'line-color': fill, 'line-width': trueWidth(WIDTH, 1.2, 9) },
      },
    ];
  },
  signs: ({ p, lang }) => [
    {
      id: 'rd-name', type: 'symbol', 'source-layer': 'road', minzoom: 13, filter: MAJOR, words: true,
      layout: {
        'symbol-placement': 'line', 'symbol-spacing': 420, 'text-field': name(lang), 'text-font': BOLD,
        'text-size': ['interpolate', ['linear'], ['zoom'], 13, 10.5, 17, 13], 'text-letter-spacing': 0.06, 'text-padding': 6,
      },
      paint: ink(p.roadText, p.halo, 1.6),
    },
    {
      id: 'rd-minor-name', type: 'symbol', 'source-layer': 'road', minzoom: 16.2, filter: ['!', MAJOR], words: true,
      layout: { 'symbol-placement': 'line', 'symbol-spacing': 300, 'text-field': name(lang), 'text-font': REGULAR, 'text-size': 10.5 },
      paint: ink(p.roadText, p.halo),
    },
  ],
};
