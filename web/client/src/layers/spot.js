/** What a tool points at: a place chosen on the map, the lines to the nearest hydrants. Not a layer of the city. */
export const spot = {
  code: 'spot', collection: null, group: 'none', shown: true, source: 'spot', always: true,
  symbols: ({ p }) => [
    {
      id: 'spot-line', type: 'line', source: 'spot', filter: ['==', ['geometry-type'], 'LineString'],
      layout: { 'line-cap': 'round' }, paint: { 'line-color': '#c8342b', 'line-width': 2.5, 'line-dasharray': [1, 1.8] },
    },
    {
      id: 'spot-dot', type: 'circle', source: 'spot', filter: ['==', ['geometry-type'], 'Point'],
      paint: { 'circle-radius': 8, 'circle-color': '#d3302f', 'circle-stroke-color': p.halo, 'circle-stroke-width': 3 },
    },
  ],
};
