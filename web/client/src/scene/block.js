/**
 * What stands for small buildings far away: blocks of the city's tiles. A block has no id; it says how many
 * buildings it stands for and how tall they are in the mean, and nothing else about them.
 */

/** How many buildings a feature of the city stands for; null: it is one thing itself. @param {any} feature @returns {number | null} */
export function standsFor(feature) {
  const count = feature?.getProperty?.('buildings');
  return count === undefined || count === null ? null : Number(count);
}

/** Mean height of the buildings a block stands for, metres; null where none is known. @param {any} block @returns {number | null} */
export function meanHeight(block) {
  return block.getProperty('mean_height_m') ?? null;
}
