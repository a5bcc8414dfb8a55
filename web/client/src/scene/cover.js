/** What bodies hide of a picture, coarsely: in each cell of it how near the nearest face is. */

/** Side of a cell, pixels. */
const CELL_PX = 4;
/** Faces nearer than this, or behind the eye, are left out, metres. */
const NEAREST_M = 1;

/**
 * A corner in the picture, pixels, and how far before the eye it is, metres along the way it looks.
 * @typedef {{x: number, y: number, depth_m: number}} Corner
 */

export class Cover {
  /** @param {number} width_px @param {number} height_px of the picture */
  constructor(width_px, height_px) {
    this.columns = Math.ceil(width_px / CELL_PX);
    this.rows = Math.ceil(height_px / CELL_PX);
    /** One over the depth of the nearest face, which is even over a flat face in perspective; 0: none. */
    this.near = new Float32Array(this.columns * this.rows);
  }

  /** Put in a flat face. @param {Corner[]} corners */
  face(corners) {
    if (corners.some(({ depth_m }) => depth_m < NEAREST_M)) return;
    const cells = corners.map(({ x, y, depth_m }) => ({ u: x / CELL_PX - 0.5, v: y / CELL_PX - 0.5, near: 1 / depth_m }));
    const slope = slopeOf(cells);
    if (!slope) return; // seen from its edge
    const vs = cells.map(({ v }) => v);
    const last = Math.min(this.rows - 1, Math.floor(Math.max(...vs)));
    for (let row = Math.max(0, Math.ceil(Math.min(...vs))); row <= last; row += 1) this.row(row, crossings(cells, row), slope);
  }

  /** @param {number} row @param {number[]} crossed where the outline crosses it @param {(u: number, v: number) => number} slope */
  row(row, crossed, slope) {
    for (let i = 0; i + 1 < crossed.length; i += 2) {
      const last = Math.min(this.columns - 1, Math.floor(crossed[i + 1]));
      for (let column = Math.max(0, Math.ceil(crossed[i])); column <= last; column += 1) {
        const at = row * this.columns + column;
        this.near[at] = Math.max(this.near[at], slope(column, row));
      }
    }
  }

  /**
   * Whether a face is before any part of a box that stands upright in the picture.
   * @param {{x: number, y: number, wide_px: number, high_px: number}} box its foot in the middle, and its size
   * @param {number} depth_m of the box
   */
  hides({ x, y, wide_px, high_px }, depth_m) {
    const near = 1 / depth_m;
    const cell = (px, most) => Math.min(most - 1, Math.max(0, Math.floor(px / CELL_PX)));
    const [west, east] = [cell(x - wide_px / 2, this.columns), cell(x + wide_px / 2, this.columns)];
    const [top, foot] = [cell(y - high_px, this.rows), cell(y, this.rows)];
    for (let row = top; row <= foot; row += 1) {
      for (let column = west; column <= east; column += 1) if (this.near[row * this.columns + column] > near) return true;
    }
    return false;
  }
}

/** Where an outline crosses the middle of a row, from west to east. */
function crossings(cells, row) {
  const found = cells.flatMap((a, i) => {
    const b = cells[(i + 1) % cells.length];
    return a.v <= row === b.v <= row ? [] : [a.u + ((row - a.v) / (b.v - a.v)) * (b.u - a.u)];
  });
  return found.sort((a, b) => a - b);
}

/** How near a face is at a cell, by its three corners that span most; null where they span nothing. */
function slopeOf(cells) {
  const [a] = cells;
  const from = (p) => [p.u - a.u, p.v - a.v];
  const most = (list, size) => list.reduce((best, one) => (size(one) > size(best) ? one : best), list[0]);
  const b = most(cells, (p) => Math.hypot(...from(p)));
  const [bu, bv] = from(b);
  const c = most(cells, (p) => Math.abs(bu * from(p)[1] - bv * from(p)[0]));
  const [cu, cv] = from(c);
  const span = bu * cv - bv * cu;
  if (Math.abs(span) < 0.5) return null;
  const [db, dc] = [b.near - a.near, c.near - a.near];
  const [along, down] = [(db * cv - dc * bv) / span, (dc * bu - db * cu) / span];
  return (u, v) => a.near + along * (u - a.u) + down * (v - a.v);
}
