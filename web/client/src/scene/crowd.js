/** Marks that would lie on one another in the picture: which become one, and where they go when it is opened. */

/** Marks nearer than this lie on one another, pixels. */
export const NEAR_PX = 18;
/** Marks of an opened crowd keep so far from one another, pixels. */
const APART_PX = 26;

/**
 * One mark: what it stands for, where it is in the picture (null: not in it), and how much it matters (less is more).
 * @typedef {{key: string, at: {x: number, y: number} | null, rank: number}} Mark
 */

/**
 * Crowds of marks, each led by the one that matters most. What is not in the picture stands alone.
 * @param {Mark[]} marks @returns {{lead: string, keys: string[]}[]} keys: the lead first
 */
export function crowds(marks) {
  const order = [...marks].sort((a, b) => a.rank - b.rank || (a.key < b.key ? -1 : 1));
  /** @type {Map<string, {lead: string, keys: string[], at: {x: number, y: number}}[]>} */
  const cells = new Map();
  /** @type {{lead: string, keys: string[]}[]} */
  const found = [];
  for (const { key, at } of order) {
    const crowd = at && around(cells, at);
    if (crowd) {
      crowd.keys.push(key);
      continue;
    }
    const own = { lead: key, keys: [key] };
    found.push(own);
    if (at) {
      const cell = cellOf(at.x, at.y);
      const placed = Object.assign(own, { at });
      cells.set(cell, [...(cells.get(cell) ?? []), placed]);
    }
  }
  return found.map(({ lead, keys }) => ({ lead, keys }));
}

const cellOf = (x, y) => `${Math.floor(x / NEAR_PX)}/${Math.floor(y / NEAR_PX)}`;

/** The nearest crowd a mark lies on. */
function around(cells, { x, y }) {
  let nearest = null;
  let least = NEAR_PX;
  for (const dx of [-NEAR_PX, 0, NEAR_PX]) {
    for (const dy of [-NEAR_PX, 0, NEAR_PX]) {
      for (const crowd of cells.get(cellOf(x + dx, y + dy)) ?? []) {
        const away = Math.hypot(crowd.at.x - x, crowd.at.y - y);
        if (away < least) [nearest, least] = [crowd, away];
      }
    }
  }
  return nearest;
}

/** How far each mark of an opened crowd is moved, pixels: a ring, the first at the top. @param {number} count @returns {number[][]} */
export function ring(count) {
  if (count < 2) return [[0, 0]];
  const radius = Math.max(APART_PX, APART_PX / (2 * Math.sin(Math.PI / count)));
  return Array.from({ length: count }, (_, i) => [radius * Math.sin((2 * Math.PI * i) / count), -radius * Math.cos((2 * Math.PI * i) / count)]);
}
