/** Colours of the map in the light and the dark theme, in one place. */

export const PALETTES = {
  light: {
    land: '#f2f0ea', water: '#b9d6e4', waterLine: '#94bccf', waterText: '#3f7590',
    green: '#d5e4c6', greenText: '#5c7c45', zoneLine: '#a59db8', zoneText: '#8d84a3',
    parcel: '#c9bfae', parcelText: '#98907f',
    contour: '#9a7b4f', roadCase: '#d3cabb', roadMain: '#fbe6b4', roadSecond: '#fdf3d9', roadLocal: '#ffffff', roadText: '#6d6455',
    halo: '#fbfaf6', rail: '#a5a1a8', railText: '#7d7882',
    alarmText: '#b3261e', building: '#e7e1d6', buildingUnknown: '#d9d9d6', shadow: '#3b3426', label: '#39424d', selected: '#1b7fa6',
    hover: '#7fc3de', floor: '#f0a03c', space: '#9fc5d8', sky: '#cfe2ee', horizon: '#eef1ee',
    light: '#ffffff', model: '#ffffff', lightIntensity: 0.46, shadeDark: '#8f8874', shadeBright: '#ffffff',
  },
  dark: {
    land: '#161c23', water: '#12354a', waterLine: '#1f4e69', waterText: '#6fa6c2',
    green: '#1b2f26', greenText: '#7ba37d', zoneLine: '#5f5876', zoneText: '#8c84a6',
    parcel: '#38404a', parcelText: '#6f7a86',
    contour: '#a58a63', roadCase: '#0e1318', roadMain: '#4d4733', roadSecond: '#3b3a33', roadLocal: '#2b323a', roadText: '#b9b2a2',
    halo: '#12181f', rail: '#5b6069', railText: '#8d939c',
    alarmText: '#ff9488', building: '#37424e', buildingUnknown: '#454c54', shadow: '#000000', label: '#dde5ec', selected: '#3fb4de',
    hover: '#2a7897', floor: '#f0a03c', space: '#3d7187', sky: '#0d1b28', horizon: '#1b2733',
    light: '#dfeaf5', model: '#9aa5b1', lightIntensity: 0.42, shadeDark: '#04070a', shadeBright: '#4a5866',
  },
};

/** @typedef {typeof PALETTES.light} Palette */

/** States of a device: colour (Okabe-Ito), so that shape and text need not do it alone. */
export const STATE_COLOURS = {
  normal: '#0072B2', attention: '#F0E442', alarm: '#D55E00', fault: '#CC79A7',
  offline: '#999999', stale: '#999999', disabled: '#bbbbbb', unknown: '#999999',
};

/** Order of urgency, the most urgent first. */
export const STATES = ['alarm', 'attention', 'fault', 'offline', 'stale', 'unknown', 'disabled', 'normal'];

/** Outlines of a model: where it stands now, and where it is proposed to stand. */
export const PLACING_COLOURS = { stated: '#c0342b', proposed: '#2b7a4b' };

export const PIPE_COLOURS = {
  W: '#2b7bba', S: '#8a5a2b', D: '#2f9e6b', G: '#e0b400', P: '#d0342c', C: '#8a8f98',
};

/** Mix two `#rrggbb` colours, `share` of the second. @param {string} a @param {string} b @param {number} share */
export function mix(a, b, share) {
  const part = (text, at) => Number.parseInt(text.slice(at, at + 2), 16);
  return `#${[1, 3, 5]
    .map((at) => Math.round(part(a, at) * (1 - share) + part(b, at) * share).toString(16).padStart(2, '0'))
    .join('')}`;
}
