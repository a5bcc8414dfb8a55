import { REGULAR, ink } from './text.js';

export const parcel = {
  code: 'par', collection: 'parcel', group: 'land', shown: false, source: 'land', picks: ['par'],
  legend: ({ p }) => [{ shape: 'outline', colour: p.parcelText, key: 'layer.par' }],
  layers: ({ p }) => [
    { id: 'par', type: 'fill', 'source-layer': 'parcel', paint: { 'fill-color': p.parcel, 'fill-opacity': 0.18 }, opacity: 0.18 },
    {
      id: 'par-edge', type: 'line', 'source-layer': 'parcel',
      paint: { 'line-color': p.parcelText, 'line-width': ['interpolate', ['linear'], ['zoom'], 14, 0.6, 18, 1.6] },
    },
    {
      id: 'par-name', type: 'symbol', 'source-layer': 'parcel', minzoom: 17, words: true,
      layout: { 'text-field': ['get', 'code'], 'text-font': REGULAR, 'text-size': 10 }, paint: ink(p.parcelText, p.halo, 1.2),
    },
  ],
};
