/** Units a measure is said in: metres, or international feet (0.3048 m exactly). `un=ft` in the link. */
export const UNITS = /** @type {const} */ (['m', 'ft']);
const FOOT_M = 0.3048;

/** @param {string} text @returns {'m' | 'ft'} */
export const unitOf = (text) => (text === 'ft' ? 'ft' : 'm');

/**
 * A length or an area in a unit.
 * @param {number} metres metres, or square metres where dim is 2 @param {1 | 2} dim @param {'m' | 'ft'} unit
 * @returns {{value: number, unit: string, digits: number}} digits: decimals worth saying
 */
export function measured(metres, dim, unit) {
  const value = unit === 'ft' ? metres / FOOT_M ** dim : metres;
  return { value, unit: dim === 2 ? `${unit}²` : unit, digits: Math.abs(value) < 100 ? 2 : 1 };
}
