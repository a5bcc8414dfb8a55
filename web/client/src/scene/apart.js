/** How storeys are drawn apart: `ex=0..1`, one over the other, or with `exl=azimuth` one beside the other. */

/** Metres between storeys, over what there is, at `ex=1`. */
export const STEP_M = 6;

/** Way storeys go, degrees clockwise from north; null: upwards. @param {string} text @returns {number | null} */
export function wayOf(text) {
  const azimuth = text.trim() === '' ? NaN : Number(text);
  return Number.isFinite(azimuth) ? ((azimuth % 360) + 360) % 360 : null;
}

/**
 * How far a storey is moved, metres east, north, up.
 * @param {number} rank 0 for the lowest @param {number} share 0 to 1 @param {number | null} way @param {number} wide_m across the widest storey: beside one another they do not touch at `ex=1`
 * @returns {[number, number, number]}
 */
export function shiftOf(rank, share, way, wide_m) {
  if (way === null) return [0, 0, rank * share * STEP_M];
  const far = rank * share * wide_m;
  const rad = (way * Math.PI) / 180;
  return [far * Math.sin(rad), far * Math.cos(rad), 0];
}
