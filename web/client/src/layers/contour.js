/** Lines of equal height, from the server's elevation model. */
import { REGULAR, ink } from './text.js';

export const contour = {
  code: 'cnt', collection: null, group: 'land', shown: false, source: 'contours',
  legend: ({ p }) => [{ shape: 'line', colour: p.contour, key: 'layer.cnt' }],
  layers: ({ p, hasTerrain }) =>
    hasTerrain
      ? [
          {
            id: 'cnt', type: 'line', 'source-layer': 'contours', opacity: 0.8,
            paint: { 'line-color': p.contour, 'line-width': ['case', ['get', 'index'], 1.4, 0.7] },
          },
          {
            id: 'cnt-height', type: 'symbol', 'source-layer': 'contours', minzoom: 12, words: true, filter: ['get', 'index'],
            layout: {
              'symbol-placement': 'line', 'symbol-spacing': 320, 'text-field': ['concat', ['to-string', ['get', 'height_m']], ' m'], 'text-font': REGULAR, 'text-size': 11,
            },
            paint: ink(p.contour, p.halo),
          },
        ]
      : [],
};
