export const bridge = {
  code: 'brg', collection: 'bridge', group: 'transport', shown: true, source: 'base', picks: ['brg'],
  legend: ({ p }) => [{ shape: 'area', colour: p.roadCase, key: 'layer.brg' }],
  layers: ({ p }) => [
    { id: 'brg', type: 'fill', 'source-layer': 'bridge', paint: { 'fill-color': p.roadCase, 'fill-opacity': 0.8 }, opacity: 0.8 },
    { id: 'brg-tunnel', type: 'fill', 'source-layer': 'tunnel', paint: { 'fill-color': p.rail, 'fill-opacity': 0.25 }, opacity: 0.25 },
  ],
};
