/** Relief of the ground, from the server's elevation tiles. */
export const terrain = {
  code: 'ter', collection: null, group: 'land', shown: true, source: 'dem',
  legend: () => [{ shape: 'relief', colour: '', key: 'layer.ter' }],
  layers: ({ p, hasTerrain }) =>
    hasTerrain
      ? [{
          id: 'ter', type: 'hillshade', source: 'relief', opacity: 1,
          paint: {
            'hillshade-exaggeration': 0.35, 'hillshade-shadow-color': p.shadeDark, 'hillshade-highlight-color': p.shadeBright,
            'hillshade-accent-color': p.shadeDark, 'hillshade-illumination-direction': 315,
          },
        }]
      : [],
};
