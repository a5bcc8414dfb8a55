/** A user's own layers without a class of their own: plain areas, lines and dots. */
export const theme = {
  code: 'thm', collection: 'theme', group: 'theme', shown: false, source: 'theme', picks: ['thm', 'thm-line', 'thm-dot'],
  legend: ({ p }) => [{ shape: 'outline', colour: p.selected, key: 'layer.thm' }],
  layers: ({ p }) => {
    const kind = (type) => ['==', ['geometry-type'], type];
    return [
      { id: 'thm', type: 'fill', 'source-layer': 'theme', filter: kind('Polygon'), paint: { 'fill-color': p.selected, 'fill-opacity': 0.2 }, opacity: 0.2 },
      { id: 'thm-line', type: 'line', 'source-layer': 'theme', filter: ['!', kind('Point')], paint: { 'line-color': p.selected, 'line-width': 2 } },
      {
        id: 'thm-dot', type: 'circle', 'source-layer': 'theme', filter: kind('Point'),
        paint: { 'circle-radius': 4, 'circle-color': p.selected, 'circle-stroke-color': p.halo, 'circle-stroke-width': 1.5 },
      },
    ];
  },
};
