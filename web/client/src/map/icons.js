/**
 * Markers, drawn here so that no image has to be fetched.
 *
 * State = colour + shape (+ the word in the card). Every marker has a white rim and
 * a black one, so it stands out on any ground.
 */
import { STATE_COLOURS } from '../palette.js';

const RATIO = 2;

/** @param {number} size px @param {(c: CanvasRenderingContext2D) => void} draw in a box of `size` */
function image(size, draw) {
  const canvas = document.createElement('canvas');
  canvas.width = size * RATIO;
  canvas.height = size * RATIO;
  const context = /** @type {CanvasRenderingContext2D} */ (canvas.getContext('2d', { willReadFrequently: true }));
  context.scale(RATIO, RATIO);
  context.lineJoin = 'round';
  context.lineCap = 'round';
  draw(context);
  return context.getImageData(0, 0, canvas.width, canvas.height);
}

/** Outline of a shape about the middle of a 24 px box. */
const SHAPES = {
  circle: (c, r) => c.arc(12, 12, r, 0, Math.PI * 2),
  triangle: (c, r) => poly(c, 3, r * 1.25, 12, 13.2),
  diamond: (c, r) => poly(c, 4, r * 1.25, 12, 12),
  square: (c, r) => c.rect(12 - r * 0.88, 12 - r * 0.88, r * 1.76, r * 1.76),
};

function poly(c, sides, r, x, y) {
  for (let i = 0; i < sides; i += 1) {
    const angle = -Math.PI / 2 + (i * 2 * Math.PI) / sides;
    c[i ? 'lineTo' : 'moveTo'](x + r * Math.cos(angle), y + r * Math.sin(angle));
  }
  c.closePath();
}

function trace(c, shape, r) {
  c.beginPath();
  SHAPES[shape](c, r);
}

function badge(c, shape, colour, { hollow = false, r = 6.5 } = {}) {
  trace(c, shape, r);
  c.lineWidth = 6;
  c.strokeStyle = '#1a1a1a';
  c.stroke();
  c.lineWidth = 4;
  c.strokeStyle = '#ffffff';
  c.stroke();
  c.fillStyle = hollow ? '#ffffff' : colour;
  c.fill();
  if (hollow) {
    c.lineWidth = 2.4;
    c.strokeStyle = colour;
    trace(c, shape, r - 1.2);
    c.stroke();
  }
}

function line(c, colour, width, ...points) {
  c.beginPath();
  points.forEach(([x, y], i) => c[i ? 'lineTo' : 'moveTo'](x, y));
  c.lineWidth = width;
  c.strokeStyle = colour;
  c.stroke();
}

const slash = (c) => line(c, '#1a1a1a', 1.8, [8, 16], [16, 8]);
const path = (c, d, colour) => {
  c.fillStyle = colour;
  c.fill(new Path2D(d));
};

/** @type {Record<string, [string, ((c: any) => void) | null | undefined, boolean?] | [string]>} */
const STATE_SHAPE = {
  normal: ['circle'], attention: ['triangle'], alarm: ['diamond'], fault: ['square', slash],
  offline: ['circle', null, true], stale: ['circle', null, true], disabled: ['square', null, true], unknown: ['circle', null, true],
};

const FLAME = 'M12.300 4.200c.6 3-2.600 4.100-3.700 6.600-1.500 3.500.8 7.500 4 7.500 3 0 5-2.300 4.800-5.200-.2-2.300-1.600-3.200-1.700-4.900-1 .6-1.500 1.500-1.500 2.700-1.200-1.800-.9-4.800-1.900-6.700z';
const DROP = 'M12 5c2.500 3.300 4.400 5.600 4.400 8.200a4.400 4.400 0 0 1-8.800 0C7.600 10.600 9.500 8.300 12 5z';

/** Glyphs of public places, 24 px box, white on the badge. */
const PLACES = {
  school: ['#4a7fb5', 'M12 6.500 5 10l7 3.500L19 10zM8 12.700V16c1.300 1.200 6.700 1.200 8 0v-3.300l-4 2z'],
  hospital: ['#c2453d', 'M10.300 6.500h3.400v3.800h3.800v3.400h-3.800v3.800h-3.400v-3.800H6.500v-3.400h3.800z'],
  station: ['#51606e', 'M8 6h8v8.500H8zM9.300 7.500V11h5.400V7.500zM8.500 15.500h7L17 18h-1.800l-.8-1.200H9.600L8.800 18H7z'],
  government: ['#7a6a9a', 'M12 6 6 9.200v1.300h12V9.200zM7 11.500h2V16H7zm4 0h2V16h-2zm4 0h2V16h-2zM6 16.800h12v1.700H6z'],
  police: ['#2f4f7f', 'M12 5.800 7 7.600v4c0 3.200 2.200 5.700 5 6.900 2.800-1.200 5-3.700 5-6.900v-4z'],
  park: ['#5b8c4a', 'M12 5.500 7.500 12h2.200l-3 4.200h4.400V19h1.800v-2.800h4.400l-3-4.200h2.200z'],
  market: ['#b9803a', 'M6 8h1.800l1.600 6.500h6.400L17.500 9H9zm4 8a1.300 1.300 0 1 1 0 2.600 1.300 1.300 0 0 1 0-2.600zm5 0a1.300 1.300 0 1 1 0 2.600 1.300 1.300 0 0 1 0-2.600z'],
  hotel: ['#8a6aa8', 'M6 7h1.800v5.500H18V17h-1.600v-1.800H7.800V17H6zm3.600 1.600a1.600 1.600 0 1 1 0 3.200 1.600 1.600 0 0 1 0-3.200zm2.600.4H16a2 2 0 0 1 2 2v1h-5.800z'],
  shelter: ['#3f8f7a', 'M12 6 5.500 12H8v6h3v-4h2v4h3v-6h2.500z'],
};

/** Kinds of the facility list (and words near to them) -> drawing. */
const PLACE_OF = {
  school: 'school', kindergarten: 'school', education: 'school', E: 'school', hospital: 'hospital', clinic: 'hospital', M: 'hospital',
  metro: 'station', hotel: 'hotel', station: 'station', railway: 'station', port: 'station', T: 'station', government: 'government', community: 'government',
  civic: 'government', G: 'government', police: 'police', park: 'park', market: 'market', mall: 'market', shelter: 'shelter',
};

const plate = (colour, glyph) => (c) => {
  c.beginPath();
  c.roundRect(3, 3, 18, 18, 5);
  c.lineWidth = 2.4;
  c.strokeStyle = '#ffffff';
  c.stroke();
  c.fillStyle = colour;
  c.fill();
  path(c, glyph, '#ffffff');
};

function hydrant(c, colour) {
  badge(c, 'circle', colour, { r: 7 });
  path(c, DROP, '#ffffff');
}

/** @type {Record<string, [number, (c: CanvasRenderingContext2D) => void]>} */
export const ICONS = {
  hydrant: [24, (c) => hydrant(c, '#c8342b')],
  'hydrant-low': [24, (c) => hydrant(c, '#d98a1f')],
  'hydrant-broken': [24, (c) => {
    hydrant(c, '#8c8c8c');
    line(c, '#ffffff', 4, [6, 6], [18, 18]);
    line(c, '#1a1a1a', 2, [6, 6], [18, 18]);
    line(c, '#ffffff', 4, [18, 6], [6, 18]);
    line(c, '#1a1a1a', 2, [18, 6], [6, 18]);
  }],
  station: [24, plate('#b3261e', FLAME)],
  hazard: [24, (c) => {
    badge(c, 'triangle', '#e8a33d', { r: 7 });
    line(c, '#1a1a1a', 2, [12, 9], [12, 13.5]);
    line(c, '#1a1a1a', 2, [12, 16.2], [12, 16.3]);
  }],
  incident: [24, (c) => {
    badge(c, 'diamond', '#d3302f', { r: 8 });
    line(c, '#ffffff', 2.2, [12, 7.5], [12, 12.8]);
    line(c, '#ffffff', 2.4, [12, 16], [12, 16.1]);
  }],
  'incident-F1': [24, (c) => {
    badge(c, 'diamond', '#d3302f', { r: 8 });
    path(c, FLAME, '#ffffff');
  }],
  'incident-W1': [24, (c) => {
    badge(c, 'diamond', '#2b6fb0', { r: 8 });
    path(c, DROP, '#ffffff');
  }],
  facility: [24, plate('#6c7680', 'M12 7.500a4.500 4.500 0 1 1 0 9 4.500 4.500 0 0 1 0-9z')],
};
for (const [state, [shape, extra, hollow]] of Object.entries(STATE_SHAPE)) {
  ICONS[`sensor-${state}`] = [24, (c) => {
    badge(c, shape, STATE_COLOURS[state], { hollow: Boolean(hollow) });
    extra?.(c);
  }];
}
for (const [kind, drawing] of Object.entries(PLACE_OF)) ICONS[`facility-${kind}`] = [24, plate(...PLACES[drawing])];

/** @param {import('maplibre-gl').Map} map */
export function addIcons(map) {
  for (const [name, [size, draw]] of Object.entries(ICONS)) {
    if (!map.hasImage(name)) map.addImage(name, image(size, draw), { pixelRatio: RATIO });
  }
}

/** Whether there is a drawing of that name. @param {string} name */
export const isDrawn = (name) => name in ICONS;

/** The same drawing as a picture for the legend. @param {string} name @returns {string} data URL */
export function iconUrl(name) {
  const [size, draw] = ICONS[name] ?? ICONS.facility;
  const canvas = document.createElement('canvas');
  canvas.width = canvas.height = size * RATIO;
  const context = /** @type {CanvasRenderingContext2D} */ (canvas.getContext('2d'));
  context.scale(RATIO, RATIO);
  context.lineJoin = context.lineCap = 'round';
  draw(context);
  return canvas.toDataURL();
}
