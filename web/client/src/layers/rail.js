import { REGULAR, ink, name } from './text.js';

export const rail = {
  code: 'rl', collection: 'rail', group: 'transport', shown: true, source: 'base', picks: ['rl'],
  legend: ({ p }) => [{ shape: 'line', colour: p.rail, dash: true, key: 'layer.rl' }],
  layers: ({ p }) => [
    {
      id: 'rl', type: 'line', 'source-layer': 'rail', filter: ['!=', ['get', 'underground'], true],
      paint: { 'line-color': p.rail, 'line-width': ['interpolate', ['linear'], ['zoom'], 10, 0.8, 17, 3] },
    },
    {
      id: 'rl-metro', type: 'line', 'source-layer': 'rail', filter: ['==', ['get', 'underground'], true], minzoom: 11,
      paint: { 'line-color': p.rail, 'line-width': ['interpolate', ['linear'], ['zoom'], 10, 0.8, 17, 2.4], 'line-dasharray': [3, 2] },
    },
  ],
  signs: ({ p, lang }) => [
    {
      id: 'rl-name', type: 'symbol', 'source-layer': 'rail', minzoom: 14, words: true,
      layout: { 'symbol-placement': 'line', 'symbol-spacing': 500, 'text-field': name(lang), 'text-font': REGULAR, 'text-size': 10.5 },
      paint: ink(p.railText, p.halo),
    },
  ],
};
