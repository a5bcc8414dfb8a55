import { REGULAR, ink, name } from './text.js';

export const vegetation = {
  code: 'veg', collection: 'vegetation', group: 'land', shown: true, source: 'base',
  legend: ({ p }) => [{ shape: 'area', colour: p.green, key: 'layer.veg' }],
  layers: ({ p }) => [
    { id: 'veg', type: 'fill', 'source-layer': 'vegetation', paint: { 'fill-color': p.green, 'fill-opacity': 0.85 }, opacity: 0.85 },
  ],
  labels: ({ p, lang }) => [
    {
      id: 'veg-name', type: 'symbol', 'source-layer': 'vegetation', minzoom: 16, words: true,
      layout: { 'text-field': name(lang), 'text-font': REGULAR, 'text-size': 12, 'text-max-width': 6 },
      paint: ink(p.greenText, p.halo, 1.2),
    },
  ],
};
