/** Which names stand in the picture: upright, of one size, none on another, the broader road first. */

/** Names of one road keep so far apart, pixels. */
const AGAIN_PX = 480;
/** Area of the picture for each name, square pixels. */
const ROOM_PX2 = 48_000;
/** Air between two names, pixels. */
const AIR_PX = { x: 26, y: 16 };
/** Reach of a mark around its middle, pixels. */
const MARK_PX = 9;
/** Room to the edge of the picture, pixels. */
const EDGE_PX = 12;

/**
 * A place where a name could stand: its words, where it is in the picture, how much room it takes, and how much it matters.
 * @typedef {{text: string, x: number, y: number, wide_px: number, high_px: number, weight: number}} Seat
 */

/**
 * A part of the picture that a control of the page lies on, pixels.
 * @typedef {{left: number, top: number, right: number, bottom: number}} Area
 */

/** Room a word takes, pixels: Chinese letters are square, others half as wide. @param {string} text @param {number} size_px */
export const widthOf = (text, size_px) => size_px * [...text].reduce((sum, letter) => sum + (letter.charCodeAt(0) > 0x2e7f ? 1 : 0.58), 0);

/**
 * @template {Seat} T
 * @param {T[]} seats @param {number} width_px @param {number} height_px of the picture
 * @param {{marks?: {x: number, y: number}[], broad_m?: number, taken?: Seat[], covered?: Area[], air_px?: {x: number, y: number}, room_px2?: number}} [around] marks that
 *   only what weighs so much may lie under, where it can stand nowhere else; words that stand already; what lies on the picture; air between
 *   words, and area for each
 * @returns {T[]} no two of them meet; of one name those nearest to the middle
 */
export function standing(seats, width_px, height_px, { marks = [], broad_m = Number.POSITIVE_INFINITY, taken = [], covered = [], air_px = AIR_PX, room_px2 = ROOM_PX2 } = {}) {
  const away = ({ x, y }) => Math.hypot(x - width_px / 2, y - height_px / 2);
  const inside = ({ x, y, wide_px, high_px }) => x - wide_px / 2 > EDGE_PX && x + wide_px / 2 < width_px - EDGE_PX && y - high_px > EDGE_PX && y < height_px - EDGE_PX;
  const seen = ({ x, y, wide_px, high_px }) => !covered.some(({ left, top, right, bottom }) => x + wide_px / 2 > left && x - wide_px / 2 < right && y > top && y - high_px < bottom);
  const bare = ({ x, y, wide_px, high_px }) => !marks.some((mark) => Math.abs(mark.x - x) < wide_px / 2 + MARK_PX && mark.y > y - high_px - MARK_PX && mark.y < y + MARK_PX);
  const order = seats.filter((seat) => inside(seat) && seen(seat)).map((seat) => ({ seat, under: bare(seat) ? 0 : 1 })).filter(({ seat, under }) => !under || seat.weight >= broad_m)
    .sort((a, b) => b.seat.weight - a.seat.weight || a.under - b.under || away(a.seat) - away(b.seat)).map(({ seat }) => seat);
  /** @type {T[]} */
  const chosen = [];
  for (const seat of order) {
    if (chosen.length >= (width_px * height_px) / room_px2) break;
    const meets = (other) => Math.abs(seat.x - other.x) < (seat.wide_px + other.wide_px) / 2 + air_px.x && Math.abs(seat.y - other.y) < Math.max(seat.high_px, other.high_px) + air_px.y;
    if (taken.some(meets) || chosen.some((other) => meets(other) || (other.text === seat.text && Math.hypot(other.x - seat.x, other.y - seat.y) < AGAIN_PX))) continue;
    chosen.push(seat);
  }
  return chosen;
}

/**
 * Places along a line, one in the middle of each stretch of so many metres.
 * @param {number[][]} points of the line, in shares of a tile's side @param {number} side_m of the tile @param {number} every_m
 * @returns {number[][]}
 */
export function along(points, side_m, every_m) {
  return points.slice(1).flatMap((b, i) => {
    const a = points[i];
    const count = Math.max(1, Math.ceil((Math.hypot(b[0] - a[0], b[1] - a[1]) * side_m) / every_m));
    return Array.from({ length: count }, (_, n) => [0, 1].map((axis) => a[axis] + ((n + 0.5) / count) * (b[axis] - a[axis])));
  });
}
