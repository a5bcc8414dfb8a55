/**
 * Measures as a link holds them: `ms=kind:lon,lat,z;lon,lat,z`, heights in those of the city; and their sums.
 * @typedef {'distance' | 'path' | 'area' | 'height'} Kind
 * @typedef {{kind: Kind, points: number[][]}} Measure
 * @typedef {[number, number, number]} Point metres east, north, up
 */
const KINDS = { d: 'distance', p: 'path', a: 'area', h: 'height' };
const MOST = { distance: 2, height: 1, path: 200, area: 200 };

/** @param {string} text @returns {Measure | null} */
export function parseMeasure(text) {
  const [letter, rest = ''] = text.split(':');
  if (!(letter in KINDS)) return null;
  const points = rest.split(';').filter(Boolean).map((part) => part.split(',').map(Number));
  return { kind: KINDS[letter], points: points.filter((p) => p.length === 3 && p.every(Number.isFinite)) };
}

/** @param {Measure} measure */
export function formatMeasure({ kind, points }) {
  const letter = Object.keys(KINDS).find((key) => KINDS[key] === kind);
  return `${letter}:${points.map(([lon, lat, z]) => `${+lon.toFixed(7)},${+lat.toFixed(7)},${+z.toFixed(2)}`).join(';')}`;
}

/** With one point more; a measure that is full begins anew. @param {Measure} measure @param {number[]} point @returns {Measure} */
export const extended = ({ kind, points }, point) => ({ kind, points: points.length >= MOST[kind] ? [point] : [...points, point] });

const minus = (a, b) => [a[0] - b[0], a[1] - b[1], a[2] - b[2]];

/** Length of a line in space, on the plan, and how far it rises. @param {Point[]} points */
export function lengths(points) {
  let whole_m = 0;
  let level_m = 0;
  for (let i = 1; i < points.length; i += 1) {
    const [x, y, z] = minus(points[i], points[i - 1]);
    whole_m += Math.hypot(x, y, z);
    level_m += Math.hypot(x, y);
  }
  return { whole_m, level_m, rise_m: points.length > 1 ? points[points.length - 1][2] - points[0][2] : 0 };
}

/** Area of a plane polygon in space (Newell's normal), and of its shadow on the plan. @param {Point[]} points */
export function areas(points) {
  const sum = [0, 0, 0];
  points.forEach((a, i) => {
    const b = points[(i + 1) % points.length];
    const [ax, ay, az] = minus(a, points[0]);
    const [bx, by, bz] = minus(b, points[0]);
    sum[0] += ay * bz - az * by;
    sum[1] += az * bx - ax * bz;
    sum[2] += ax * by - ay * bx;
  });
  return { whole_m2: Math.hypot(...sum) / 2, level_m2: Math.abs(sum[2]) / 2 };
}
