/** How storeys are drawn apart: `ex=0..1`, one over the other, or with `exl=azimuth` in rows on the ground. */

/** Metres between storeys, over what there is, at `ex=1`. */
export const STEP_M = 6;
/** Metres between storeys that lie beside one another. */
export const GAP_M = 5;
/** How much wider than deep the rows are together. */
const WIDER = 1.5;
const rad = Math.PI / 180;

/**
 * The box of a storey as it was built, metres east, north, up from one place: its middle and half its sizes.
 * @typedef {{middle: number[], half: number[]}} Box
 */

/** Way storeys go, degrees clockwise from north; null: upwards. @param {string} text @returns {number | null} */
export function wayOf(text) {
  const azimuth = text.trim() === '' ? NaN : Number(text);
  return Number.isFinite(azimuth) ? ((azimuth % 360) + 360) % 360 : null;
}

/** What the state asks for. @param {{get: (key: string) => string}} state @returns {{share: number, way: number | null}} */
export const askedOf = (state) => ({ share: Math.min(1, Math.max(0, Number(state.get('ex')) || 0)), way: wayOf(state.get('exl')) });

/** Whether storeys leave their building for the ground around it. @param {{get: (key: string) => string}} state */
export function beside(state) {
  const { share, way } = askedOf(state);
  return share > 0 && way !== null;
}

/** @param {number[]} half @param {number[]} axis east, north */
const reach = (half, [x, y]) => Math.abs(half[0] * x) + Math.abs(half[1] * y);

/**
 * Where storeys lie in rows, the lowest where the building stands, further ones along `way`, further rows to the left of it:
 * away from who looks with `way` to the right. The rows are about the building's middle, all at one height.
 * @param {Box[]} boxes from the lowest storey up @param {number} way degrees @param {number} low_m of the undersides
 * @returns {number[][]} middles
 */
export function rows(boxes, way, low_m) {
  const along = [Math.sin(way * rad), Math.cos(way * rad)];
  const away = [-along[1], along[0]];
  const [wide, deep] = [along, away].map((axis) => 2 * Math.max(...boxes.map(({ half }) => reach(half, axis))) + GAP_M);
  const columns = Math.max(1, Math.min(boxes.length, Math.ceil(Math.sqrt((boxes.length * deep * WIDER) / wide))));
  const last = Math.ceil(boxes.length / columns) - 1;
  const [x, y] = [0, 1].map((axis) => (Math.min(...boxes.map((b) => b.middle[axis] - b.half[axis])) + Math.max(...boxes.map((b) => b.middle[axis] + b.half[axis]))) / 2);
  return boxes.map(({ half }, rank) => {
    const [a, b] = [(rank % columns) * wide, (Math.floor(rank / columns) - last / 2) * deep];
    return [x + a * along[0] + b * away[0], y + a * along[1] + b * away[1], low_m + half[2]];
  });
}

/**
 * How far each storey is moved, metres east, north, up.
 * @param {Box[]} boxes from the lowest storey up @param {{share: number, way: number | null}} asked @param {number} low_m of the ground the rows lie on
 * @returns {number[][]}
 */
export function shifts(boxes, { share, way }, low_m) {
  if (way === null) return boxes.map((_, rank) => [0, 0, rank * share * STEP_M]);
  const goals = rows(boxes, way, low_m);
  return boxes.map(({ middle }, rank) => middle.map((from, axis) => share * (goals[rank][axis] - from)));
}

/** Where the name of a storey stands, metres east, north: its south-western corner, or with rows the middle of the side towards who looks. @param {Box} box @param {number | null} way */
export function sideOf({ middle, half }, way) {
  if (way === null) return [middle[0] - half[0], middle[1] - half[1]];
  const near = [Math.cos(way * rad), -Math.sin(way * rad)];
  // positive is to the right of `way`, which is towards the eye
  return [0, 1].map((axis) => middle[axis] + near[axis] * reach(half, near));
}
