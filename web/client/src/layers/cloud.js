/** Registered point clouds: bodies of the 3D view only, coloured by class or by height (`pc=`). */

/** ASPRS classes that are told apart (LAS 1.4 R15, table 17), in the colours of the server's tiles. */
export const CLASSES = {
  1: '#b0b0b0', 2: '#a6845c', 3: '#aacc78', 4: '#6eaa54', 5: '#2e7d3c', 6: '#d65c48', 9: '#4287d6', 10: '#785a82', 11: '#606068', 17: '#8282a0',
};
/** From low to high. */
export const RAMP = ['#440154', '#21918c', '#fde725'];

/** @param {string} text @returns {'class' | 'height'} */
export const cloudColour = (text) => (text === 'height' ? 'height' : 'class');

export const cloud = {
  code: 'pcl', collection: null, group: 'land', shown: false, source: 'cloud', only3d: true,
  choice: { key: 'pc', values: ['class', 'height'], read: cloudColour },
  legend: ({ clouds, cloudColours }) => {
    if (cloudColours === 'height') {
      const [low, high] = [Math.min(...clouds.map((c) => c.low_m)), Math.max(...clouds.map((c) => c.high_m))];
      return RAMP.map((colour, i) => ({ shape: 'dot', colour, text: `${Math.round(low + ((high - low) * i) / (RAMP.length - 1))} m` }));
    }
    const known = Object.keys(CLASSES).filter((number) => clouds.some((c) => Number(c.classes?.[number]) > 0));
    return known.map((number) => ({ shape: 'dot', colour: CLASSES[number], key: `cloud.class.${number}` }));
  },
};
