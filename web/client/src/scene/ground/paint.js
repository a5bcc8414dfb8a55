/** One picture of the ground: areas and lines of a vector tile on a canvas. */

import { FONTS } from '../../layers/text.js';
import { EQUATOR_M } from '../view.js';

/** Subjects of the layer tree that lie on the ground, by the source they travel in. */
export const SUBJECTS_OF = { base: ['veg', 'wat', 'zon', 'rl', 'brg'], road: ['rd'], land: ['par'], contours: ['cnt'] };

/** Side of a picture. */
export const PICTURE_PX = 512;
const CASE_M = 2.2;

/** @typedef {{level: number, palette: import('../../palette.js').Palette, shown: Map<string, number>, lat: number, column: number, row: number, share: number}} Look */

/**
 * A feature ready to be drawn in every picture cut out of its tile, in shares of the tile's side.
 * @typedef {{path: Path2D, lines: number[][][], box: [number, number, number, number], properties: any}} Drawn
 */

/** Pixels a metre takes. @param {{level: number, lat: number}} look */
export const pixels = ({ level, lat }) => (PICTURE_PX * 2 ** level) / (EQUATOR_M * Math.cos((lat * Math.PI) / 180));

/** @param {any} layer of a decoded tile @returns {Drawn[]} */
export function outlined(layer) {
  return Array.from({ length: layer.length }, (_, i) => {
    const feature = layer.feature(i);
    const lines = feature.loadGeometry().map((ring) => ring.map(({ x, y }) => [x / feature.extent, y / feature.extent]));
    const path = new Path2D();
    for (const ring of lines) {
      ring.forEach(([x, y], index) => (index ? path.lineTo(x, y) : path.moveTo(x, y)));
      if (feature.type === 3) path.closePath();
    }
    const [xs, ys] = [0, 1].map((axis) => lines.flat().map((point) => point[axis]));
    return { path, lines, box: [Math.min(...xs), Math.min(...ys), Math.max(...xs), Math.max(...ys)], properties: { ...feature.properties } };
  });
}

/**
 * @param {CanvasRenderingContext2D} pen
 * @param {Record<string, Drawn[]>} layers
 * @param {Look} look
 */
export function paint(pen, layers, look) {
  const { palette: p, shown, level, share, column, row } = look;
  const scale = PICTURE_PX / share; // pixels a side of the tile takes
  const margin = (40 * pixels(look)) / scale;
  const [west, north, east, south] = [column * share - margin, row * share - margin, (column + 1) * share + margin, (row + 1) * share + margin];
  const inside = ({ box }) => box[0] <= east && box[2] >= west && box[1] <= south && box[3] >= north;
  const of = (name) => (layers[name] ?? []).filter(inside);
  pen.fillStyle = p.land;
  pen.fillRect(0, 0, PICTURE_PX, PICTURE_PX);
  pen.setTransform(scale, 0, 0, scale, -column * PICTURE_PX, -row * PICTURE_PX);
  pen.lineJoin = 'round';
  pen.lineCap = 'round';
  const fill = (path, colour, strength = 1) => {
    const before = pen.globalAlpha;
    pen.globalAlpha = before * strength;
    pen.fillStyle = colour;
    pen.fill(path, 'evenodd');
    pen.globalAlpha = before;
  };
  const line = (path, colour, width_px, dash_px = []) => {
    pen.strokeStyle = colour;
    pen.lineWidth = width_px / scale;
    pen.setLineDash(dash_px.map((part) => part / scale));
    pen.stroke(path);
  };
  const on = (code, act) => {
    if (!shown.has(code)) return;
    pen.globalAlpha = /** @type {number} */ (shown.get(code));
    act();
    pen.globalAlpha = 1;
  };
  const fadedLine = (path) => {
    pen.globalAlpha *= 0.45;
    line(path, p.zoneLine, 1.4, [8, 6]);
    pen.globalAlpha /= 0.45;
  };
  const roads = () => {
    const per_m = pixels(look);
    const found = of('road').map(({ path, properties }) => ({ path, rank: rank(properties.class), width: (properties.width_m ?? 7) * per_m }))
      .filter((one) => one.rank || level >= 12).sort((a, b) => a.rank - b.rank);
    for (const one of found) line(one.path, p.roadCase, Math.max(one.rank ? 2.4 : 1.4, one.width + CASE_M * per_m));
    for (const one of found) line(one.path, [p.roadLocal, p.roadSecond, p.roadSecond, p.roadMain][one.rank], Math.max(one.rank ? 1.6 : 0.8, one.width));
  };
  const contours = () => {
    for (const { path, properties } of of('contours')) line(path, p.contour, properties.index ? 1.5 : 0.8);
  };
  on('veg', () => of('vegetation').forEach(({ path }) => fill(path, p.green)));
  on('wat', () => of('water_body').forEach(({ path }) => { fill(path, p.water); line(path, p.waterLine, 1); }));
  on('cnt', contours);
  on('par', () => of('parcel').forEach(({ path }) => { fill(path, p.parcel, 0.18); line(path, p.parcelText, 1.2); }));
  on('rl', () => of('rail').forEach(({ path, properties }) => line(path, p.rail, 3, properties.underground === true ? [9, 6] : [])));
  on('rd', roads);
  on('brg', () => of('bridge').forEach(({ path }) => fill(path, p.roadCase, 0.8)));
  on('zon', () => of('terrain_zone').forEach(({ path }) => fadedLine(path)));
  pen.setTransform(1, 0, 0, 1, 0, 0);
  if (shown.has('cnt')) heights(pen, of('contours'), look);
}

/** Rank of a class: the more important lies above. */
const rank = (name) => ({ A1: 3, A2: 2, A3: 1 })[name] ?? 0;

/** Heights on every fifth contour, where a line passes the middle of the picture. */
function heights(pen, lines, { palette: p, share, column, row }) {
  const scale = PICTURE_PX / share;
  const margin = 60;
  pen.font = `500 13px ${FONTS}`;
  for (const { lines: parts, properties } of lines) {
    if (!properties.index) continue;
    for (const part of parts) {
      const here = part.map(([x, y]) => [x * scale - column * PICTURE_PX, y * scale - row * PICTURE_PX])
        .filter(([x, y]) => x > margin && y > margin && x < PICTURE_PX - margin && y < PICTURE_PX - margin);
      if (here.length < 2) continue;
      const at = Math.floor(here.length / 2);
      const [[ax, ay], [bx, by]] = [here[at - 1], here[at]];
      const angle = Math.atan2(by - ay, bx - ax);
      const upright = angle > Math.PI / 2 ? angle - Math.PI : angle <= -Math.PI / 2 ? angle + Math.PI : angle;
      write(pen, `${properties.height_m} m`, { x: (ax + bx) / 2, y: (ay + by) / 2, angle: upright }, p);
      break;
    }
  }
}

function write(pen, text, { x, y, angle }, p) {
  pen.save();
  pen.translate(x, y);
  pen.rotate(angle);
  pen.textAlign = 'center';
  pen.textBaseline = 'middle';
  pen.setLineDash([]);
  pen.strokeStyle = p.halo;
  pen.lineWidth = 4;
  pen.strokeText(text, 0, 0);
  pen.fillStyle = p.contour;
  pen.fillText(text, 0, 0);
  pen.restore();
}
