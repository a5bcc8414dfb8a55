/**
 * Which map tiles a longitude/latitude box touches.
 * @typedef {[number, number, number, number]} Box west, south, east, north in degrees
 * @typedef {{z: number, x: number, y: number}} TileId
 */

const column = (lon, z) => Math.floor(((lon + 180) / 360) * 2 ** z);

const row = (lat, z) => {
  const phi = (Math.max(-85.0511, Math.min(85.0511, lat)) * Math.PI) / 180;
  return Math.floor(((1 - Math.asinh(Math.tan(phi)) / Math.PI) / 2) * 2 ** z);
};

/** @param {Box} a @param {Box} b @returns {Box | null} */
export function overlap(a, b) {
  const [w, s, e, n] = [Math.max(a[0], b[0]), Math.max(a[1], b[1]), Math.min(a[2], b[2]), Math.min(a[3], b[3])];
  return w <= e && s <= n ? [w, s, e, n] : null;
}

/**
 * Tiles of every zoom from `minZoom` to `maxZoom` that touch the part of the boxes in view.
 *
 * All zooms, because a pitched view holds tiles of several; a tile not loaded costs nothing.
 * @param {Box[]} boxes
 * @param {Box} view
 * @param {number} minZoom
 * @param {number} maxZoom
 * @returns {TileId[]}
 */
export function tilesOf(boxes, view, minZoom, maxZoom) {
  const found = new Map();
  for (const box of boxes) {
    const part = overlap(box, view);
    if (!part) continue;
    for (let z = minZoom; z <= maxZoom; z += 1) {
      const last = 2 ** z - 1;
      for (let x = Math.max(0, column(part[0], z)); x <= Math.min(last, column(part[2], z)); x += 1) {
        for (let y = Math.max(0, row(part[3], z)); y <= Math.min(last, row(part[1], z)); y += 1) {
          found.set(`${z}/${x}/${y}`, { z, x, y });
        }
      }
    }
  }
  return [...found.values()];
}

/** Longitude and latitude of a place in a row of tiles; shares of a tile's side count on. @param {TileId} at @returns {[number, number]} degrees */
export function degreesOf({ x, y, z }) {
  const count = 2 ** z;
  return [(x / count) * 360 - 180, (Math.atan(Math.sinh(Math.PI * (1 - (2 * y) / count))) * 180) / Math.PI];
}
