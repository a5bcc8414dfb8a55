/** A line whose burial profile is asked for, as a link holds it: `pf=lon,lat;lon,lat`, degrees. */
import { DEGREE_M } from './view.js';

const MOST = 100;

/** @param {string} text @returns {number[][]} corners; what is none is left out */
export const parseLine = (text) => text.split(';').filter(Boolean)
  .map((pair) => pair.split(',').map((part) => (part.trim() === '' ? NaN : Number(part))))
  .filter((p) => p.length === 2 && p.every(Number.isFinite) && Math.abs(p[0]) <= 180 && Math.abs(p[1]) <= 90).slice(0, MOST);

/** @param {number[][]} corners */
export const formatLine = (corners) => corners.map(([lon, lat]) => `${+lon.toFixed(7)},${+lat.toFixed(7)}`).join(';');

/** Address of the drawing. @param {number[][]} corners @param {{lang: string, kinds: string[] | null, asOf: string | null}} how */
export const drawingOf = (corners, { lang, kinds, asOf }) => `/api/utilities/profile?${new URLSearchParams({
  line: formatLine(corners), f: 'svg', lang, ...(kinds ? { kinds: kinds.join(',') } : {}), ...(asOf ? { datetime: asOf } : {}),
})}`;

/** Corners with places between them, at most so many metres apart. @param {number[][]} corners @param {number} step_m @returns {{place: number[], corner: boolean}[]} */
export function densified(corners, step_m) {
  return corners.flatMap((to, i) => {
    const end = { place: to, corner: true };
    if (i === 0) return [end];
    const from = corners[i - 1];
    const far_m = Math.hypot((to[0] - from[0]) * Math.cos((from[1] * Math.PI) / 180), to[1] - from[1]) * DEGREE_M;
    const count = Math.max(1, Math.ceil(far_m / step_m));
    const between = Array.from({ length: count - 1 }, (_, k) => ({ place: [0, 1].map((axis) => from[axis] + ((to[axis] - from[axis]) * (k + 1)) / count), corner: false }));
    return [...between, end];
  });
}
