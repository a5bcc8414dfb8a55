import { BOLD, ink, name } from './text.js';

export const water = {
  code: 'wat', collection: 'water_body', group: 'land', shown: true, source: 'base',
  legend: ({ p }) => [{ shape: 'area', colour: p.water, key: 'layer.wat' }],
  layers: ({ p }) => [
    { id: 'wat', type: 'fill', 'source-layer': 'water_body', paint: { 'fill-color': p.water } },
    {
      id: 'wat-edge', type: 'line', 'source-layer': 'water_body', minzoom: 12,
      paint: { 'line-color': p.waterLine, 'line-width': 1 },
    },
  ],
  labels: ({ p, lang }) => [
    {
      id: 'wat-name', type: 'symbol', 'source-layer': 'water_body', minzoom: 12, words: true,
      layout: { 'text-field': name(lang), 'text-font': BOLD, 'text-size': 13, 'text-letter-spacing': 0.12, 'text-max-width': 7 },
      paint: ink(p.waterText, p.water, 1),
    },
  ],
};
