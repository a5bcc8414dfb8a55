import { REGULAR, ink } from './text.js';

export const address = {
  code: 'adr', collection: 'address', group: 'land', shown: false, source: 'land', picks: ['adr'],
  legend: ({ p }) => [{ shape: 'text', colour: p.roadText, key: 'layer.adr' }],
  layers: ({ p }) => [
    {
      id: 'adr', type: 'symbol', 'source-layer': 'address', minzoom: 16, words: true,
      layout: { 'text-field': ['get', 'number'], 'text-font': REGULAR, 'text-size': 10.5, 'text-padding': 1 },
      paint: ink(p.roadText, p.halo),
    },
  ],
};
