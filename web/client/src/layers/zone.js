import { BOLD, ink, name } from './text.js';

export const zone = {
  code: 'zon', collection: 'terrain_zone', group: 'land', shown: true, source: 'base',
  legend: ({ p }) => [{ shape: 'line', colour: p.zoneLine, dash: true, key: 'layer.zon' }],
  layers: ({ p, lang }) => [
    {
      id: 'zon', type: 'line', 'source-layer': 'terrain_zone',
      paint: { 'line-color': p.zoneLine, 'line-width': 1.2, 'line-dasharray': [4, 3], 'line-opacity': 0.7 }, opacity: 0.7,
    },
    {
      id: 'zon-name', type: 'symbol', 'source-layer': 'terrain_zone', maxzoom: 14.5, words: true,
      layout: { 'text-field': name(lang), 'text-font': BOLD, 'text-size': 14, 'text-letter-spacing': 0.15 },
      paint: ink(p.zoneText, p.halo, 1.6),
    },
  ],
};
