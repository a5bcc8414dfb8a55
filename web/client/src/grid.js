/**
 * CGCS2000 / 3-degree Gauss-Kruger CM 114E (EPSG:4547): longitude, latitude -> east, north in metres.
 *
 * Krueger's series to the fourth order in n (as in "Map Projections - A Working
 * Manual", and EPSG guidance note 7-2, method 9807), good to under a millimetre
 * in a 3-degree zone. CGCS2000 and WGS 84 are taken as one, as PROJ does.
 */

const A_M = 6378137;
const F = 1 / 298.257222101;
const CENTRAL_DEG = 114;
const FALSE_EAST_M = 500000;

const N = F / (2 - F);
const E = Math.sqrt(F * (2 - F));
const RADIUS_M = (A_M / (1 + N)) * (1 + N ** 2 / 4 + N ** 4 / 64);
const ALPHA = [
  N / 2 - (2 / 3) * N ** 2 + (5 / 16) * N ** 3 + (41 / 180) * N ** 4,
  (13 / 48) * N ** 2 - (3 / 5) * N ** 3 + (557 / 1440) * N ** 4,
  (61 / 240) * N ** 3 - (103 / 140) * N ** 4,
  (49561 / 161280) * N ** 4,
];

/** Whether the grid means something at a longitude: within the zone and one beside it. @param {number} lon degrees */
export const inZone = (lon) => Math.abs(lon - CENTRAL_DEG) <= 3;

/**
 * @param {number} lon degrees east
 * @param {number} lat degrees north
 * @returns {{east: number, north: number}} metres
 */
export function toGrid(lon, lat) {
  const phi = (lat * Math.PI) / 180;
  const lambda = ((lon - CENTRAL_DEG) * Math.PI) / 180;
  const sin = Math.sin(phi);
  const t = Math.sinh(Math.atanh(sin) - E * Math.atanh(E * sin));
  const xi = Math.atan2(t, Math.cos(lambda));
  const eta = Math.atanh(Math.sin(lambda) / Math.hypot(1, t));
  let north = xi;
  let east = eta;
  ALPHA.forEach((alpha, index) => {
    const k = 2 * (index + 1);
    north += alpha * Math.sin(k * xi) * Math.cosh(k * eta);
    east += alpha * Math.cos(k * xi) * Math.sinh(k * eta);
  });
  return { east: FALSE_EAST_M + RADIUS_M * east, north: RADIUS_M * north };
}
