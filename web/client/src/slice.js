/** Where a floor of a building lies. */

/**
 * @typedef {object} Slice
 * @property {string} code of the building
 * @property {number} floor
 * @property {number | null} ground elevation of the building's ground, metres in the heights of the city
 * @property {number | null} base foot of the floor above that, metres; null: nobody knows
 * @property {number | null} top of the floor above the ground, metres; null: nobody knows
 * @property {boolean} rooms whether rooms of it are known
 */

const number = (v) => (typeof v === 'number' && Number.isFinite(v) ? v : null);

/**
 * What is not known is not guessed: a floor of unknown height is not cut out of its building.
 * @param {string} code @param {number} floor
 * @param {any[]} storeys of the building, as its dossier lists them
 * @param {unknown} elev_base_m of the building
 * @returns {Slice | null} null where it has no such floor
 */
export function sliceOf(code, floor, storeys, elev_base_m) {
  const storey = storeys.find((s) => s.floor_no === floor);
  if (!storey) return null;
  const known = storeys.map((s) => number(s.elev_m)).filter((elevation) => elevation !== null);
  const first = storeys.filter((s) => s.floor_no === 1).map((s) => number(s.elev_m)).filter((elevation) => elevation !== null);
  const ground = number(elev_base_m) ?? (first.length ? Math.min(...first) : null);
  const foot = number(storey.elev_m);
  const height = number(storey.height_m);
  const above = known.filter((elevation) => foot !== null && elevation > foot);
  // a floor reaches to the next one where its own height is not said
  const head = foot === null ? null : height !== null ? foot + height : above.length ? Math.min(...above) : null;
  const over = (elevation) => (elevation === null || ground === null ? null : elevation - ground);
  return { code, floor, ground, base: over(foot), top: over(head), rooms: Boolean(storey.spaces) };
}
