/** Pipes and cables by kind: colour and pattern both say which (the pattern repeats the colour's news). */
import { label } from '../codes.js';
import { PIPE_COLOURS } from '../palette.js';

const DASH = { S: [4, 2], D: [4, 1.5, 1, 1.5], P: [0.4, 1.6] };

/** @param {string} kind code of the list `pipe` */
const pipe = (kind) => {
  const code = `pipe.${kind.toLowerCase()}`;
  const colour = PIPE_COLOURS[kind];
  return {
    code, collection: 'utility_line', kind, group: 'utility', shown: false, source: 'utility', picks: [code],
    title: () => label('pipe', kind),
    legend: () => [{ shape: 'line', colour, dash: kind in DASH, text: label('pipe', kind) }],
    layers: () => {
      const filter = ['==', ['get', 'kind'], kind];
      const width = ['interpolate', ['linear'], ['zoom'], 13, 1, 18, ['interpolate', ['linear'], ['coalesce', ['get', 'dn_mm'], 150], 100, 2.5, 1200, 8]];
      const shared = { type: 'line', 'source-layer': 'utility_line', filter };
      const edge = { id: `${code}-edge`, ...shared, layout: { 'line-cap': 'round' }, paint: { 'line-color': '#202020', 'line-width': ['interpolate', ['linear'], ['zoom'], 13, 2, 18, 6] } };
      return [
        ...(kind === 'G' ? [edge] : []),
        {
          id: code, ...shared, layout: { 'line-cap': kind === 'P' ? 'round' : 'butt', 'line-join': 'round' },
          paint: { 'line-color': colour, 'line-width': width, ...(DASH[kind] ? { 'line-dasharray': DASH[kind] } : {}) },
        },
      ];
    },
  };
};

export const utilities = Object.keys(PIPE_COLOURS).map(pipe);

export const utilityNode = {
  code: 'nod', collection: 'utility_node', group: 'utility', shown: false, source: 'utility', picks: ['nod'],
  legend: ({ p }) => [{ shape: 'dot', colour: p.rail, key: 'layer.nod' }],
  layers: ({ p }) => [
    {
      id: 'nod', type: 'circle', 'source-layer': 'utility_node', minzoom: 15,
      paint: {
        'circle-radius': ['interpolate', ['linear'], ['zoom'], 15, 1.6, 18, 4],
        'circle-color': ['match', ['get', 'kind'], ...Object.entries(PIPE_COLOURS).flat(), p.rail],
        'circle-stroke-color': p.halo, 'circle-stroke-width': 1,
      },
    },
  ],
};
