/** Rooms of the chosen floor of the selected building, lifted to where they are. */
import { REGULAR, ink } from './text.js';

export const space = {
  code: 'spc', collection: 'space', group: 'building', shown: true, source: 'interior', picks: ['spc', 'spc-flat'],
  legend: ({ p }) => [{ shape: 'area', colour: p.space, key: 'layer.spc' }],
  solids: ({ p, sliced, dim, selectedId }) => {
    const filter = sliced
      ? ['all', ['==', ['get', 'building_id'], selectedId], ['==', ['get', 'floor_no'], sliced.floor]]
      : ['literal', false];
    // metres above the ground, from the tile; what nobody knows the height of is drawn nowhere
    const known = sliced?.base ?? null;
    const base = ['max', 0.1, known === null ? ['get', 'base_m'] : ['coalesce', ['get', 'base_m'], known]];
    const placed = known === null ? ['all', filter, ['has', 'base_m']] : filter;
    const colour = [
      'case',
      ['boolean', ['feature-state', 'selected'], false], p.selected,
      ['boolean', ['feature-state', 'hover'], false], p.hover,
      p.space,
    ];
    return [
      {
        id: 'spc', type: 'fill-extrusion', 'source-layer': 'space', filter: placed, hidden: !sliced || dim === 2, opacity: 0.95,
        paint: {
          'fill-extrusion-color': colour, 'fill-extrusion-base': base, 'fill-extrusion-height': ['+', base, 1.4],
          'fill-extrusion-opacity': 0.95,
        },
      },
      {
        id: 'spc-flat', type: 'fill', 'source-layer': 'space', filter, hidden: !sliced || dim !== 2, opacity: 0.8,
        paint: { 'fill-color': colour, 'fill-opacity': 0.8, 'fill-outline-color': p.label },
      },
    ];
  },
  labels: ({ p, sliced, selectedId }) => [
    {
      id: 'spc-name', type: 'symbol', 'source-layer': 'space', minzoom: 18, hidden: !sliced, words: true,
      filter: sliced ? ['all', ['==', ['get', 'building_id'], selectedId], ['==', ['get', 'floor_no'], sliced.floor]] : ['literal', false],
      layout: { 'text-field': ['coalesce', ['get', 'name'], ['get', 'long_name']], 'text-font': REGULAR, 'text-size': 11 },
      paint: ink(p.label, p.halo),
    },
  ],
};
