/** Elevation tiles as numbers: which tile holds a place, what its pixels say, what lies between them. */

/** @typedef {{side: number, heights: Float32Array}} Grid heights in metres, row by row from the north */

/**
 * The tile, no deeper than `deepest`, that holds a tile, and the part of it that is meant.
 * @param {number} x @param {number} y @param {number} level @param {number} deepest
 * @returns {{x: number, y: number, z: number, column: number, row: number, share: number}} share: side of the part; column and row count parts
 */
export function lineage(x, y, level, deepest) {
  const up = Math.max(0, level - deepest);
  const parts = 2 ** up;
  const [px, py] = [Math.floor(x / parts), Math.floor(y / parts)];
  return { x: px, y: py, z: level - up, column: x - px * parts, row: y - py * parts, share: 1 / parts };
}

/** Metres of every pixel. @param {Uint8ClampedArray} data red, green, blue, alpha @param {boolean} terrarium */
export function metres(data, terrarium) {
  const out = new Float32Array(data.length / 4);
  for (let i = 0; i < out.length; i += 1) {
    const [r, g, b] = [data[4 * i], data[4 * i + 1], data[4 * i + 2]];
    out[i] = terrarium ? r * 256 + g + b / 256 - 32768 : (r * 65536 + g * 256 + b) * 0.1 - 10000;
  }
  return out;
}

/**
 * Height between the middles of four pixels.
 * @param {Grid} grid @param {number} across 0 at the west edge, 1 at the east @param {number} down 0 at the north edge, 1 at the south
 */
export function heightAt({ side, heights }, across, down) {
  const within = (share) => Math.min(side - 1, Math.max(0, share * side - 0.5));
  const [u, v] = [within(across), within(down)];
  const [c, r] = [Math.min(side - 2, Math.floor(u)), Math.min(side - 2, Math.floor(v))];
  const [fu, fv] = [u - c, v - r];
  const at = (row, column) => heights[row * side + column];
  const north = at(r, c) * (1 - fu) + at(r, c + 1) * fu;
  const south = at(r + 1, c) * (1 - fu) + at(r + 1, c + 1) * fu;
  return north * (1 - fv) + south * fv;
}

/** Whether a place lies where elevation tiles are. @param {number[]} place longitude, latitude @param {number[]} bounds west, south, east, north; degrees */
export const within = ([lon, lat], [west, south, east, north]) => lon >= west && lon <= east && lat >= south && lat <= north;
