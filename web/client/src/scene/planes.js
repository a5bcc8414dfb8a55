/**
 * Section planes as a link holds them: `sec=lon,lat,z,azimuth,tilt|xlon,...`, an x before one that is off.
 *
 * A plane goes through a place (degrees, metres in the heights of the city) and looks the way
 * that is cut away: azimuth clockwise from north, tilt up from the horizon, degrees.
 * @typedef {{on: boolean, lon: number, lat: number, z: number, azimuth: number, tilt: number}} Cut
 */
const rad = Math.PI / 180;
const EARTH_M = 6371008.8;
const DIGITS = [7, 7, 2, 1, 1];

/** @param {string} text @returns {Cut[]} what is no plane is left out */
export function parseCuts(text) {
  return text.split('|').flatMap((one) => {
    const on = !one.startsWith('x');
    const numbers = one.replace(/^x/, '').split(',').map((part) => (part.trim() === '' ? NaN : Number(part)));
    const [lon, lat, z, azimuth, tilt] = numbers;
    if (numbers.length !== 5 || !numbers.every(Number.isFinite) || Math.abs(lat) > 90 || Math.abs(lon) > 180 || Math.abs(tilt) > 90) return [];
    return [{ on, lon, lat, z, azimuth: ((azimuth % 360) + 360) % 360, tilt }];
  });
}

/** @param {Cut[]} cuts */
export const formatCuts = (cuts) => cuts
  .map((c) => `${c.on ? '' : 'x'}${[c.lon, c.lat, c.z, c.azimuth, c.tilt].map((n, i) => +n.toFixed(DIGITS[i]) || 0).join(',')}`).join('|');

/** Kind of a plane by its tilt. @param {Cut} cut @returns {'level' | 'upright' | 'slanted'} */
export const kindOf = ({ tilt }) => (Math.abs(tilt) > 85 ? 'level' : Math.abs(tilt) < 5 ? 'upright' : 'slanted');

/** Way that is cut away: east, north, up. @param {{azimuth: number, tilt: number}} cut @returns {[number, number, number]} */
export const normalOf = ({ azimuth, tilt }) => [
  Math.sin(azimuth * rad) * Math.cos(tilt * rad), Math.cos(azimuth * rad) * Math.cos(tilt * rad), Math.sin(tilt * rad),
];

/** Azimuth and tilt of a way. @param {number[]} way east, north, up */
export function directionOf([east, north, up]) {
  const tilt = Math.atan2(up, Math.hypot(east, north)) / rad;
  return { azimuth: (Math.atan2(east, north) / rad + 360) % 360, tilt };
}

/** Metres east and north from one place to another near by. */
const away = (from, to) => [(to.lon - from.lon) * rad * EARTH_M * Math.cos(from.lat * rad), (to.lat - from.lat) * rad * EARTH_M];

/** How far a plane is pushed out from a middle, along its way, metres. @param {Cut} cut @param {{lon: number, lat: number, z: number}} middle */
export function pushOf(cut, middle) {
  const [east, north, up] = normalOf(cut);
  const [x, y] = away(middle, cut);
  return x * east + y * north + (cut.z - middle.z) * up;
}

/** The plane, pushed so far out from the middle. @param {Cut} cut @param {{lon: number, lat: number, z: number}} middle @param {number} push_m @returns {Cut} */
export function pushed(cut, middle, push_m) {
  const [east, north, up] = normalOf(cut);
  return {
    ...cut, z: middle.z + push_m * up,
    lon: middle.lon + (push_m * east) / (rad * EARTH_M * Math.cos(middle.lat * rad)), lat: middle.lat + (push_m * north) / (rad * EARTH_M),
  };
}

/** How far a way goes along that of a plane, metres. @param {Cut} cut @param {number[]} by_m east, north, up */
export const along = (cut, by_m) => normalOf(cut).reduce((sum, n, axis) => sum + n * by_m[axis], 0);

/** A box this near to a plane may be cut by it: its axes are not quite those of the plane. */
const SLACK_M = 0.5;

/**
 * Whether a plane meets a box.
 * @param {Cut} cut @param {number[]} through a place on it, in the metres of the box @param {{middle: number[], half: number[]}} box
 */
export function meets(cut, through, { middle, half }) {
  const reach = normalOf(cut).reduce((sum, n, axis) => sum + Math.abs(n) * half[axis], 0);
  return Math.abs(along(cut, middle.map((m, axis) => m - through[axis]))) <= reach + SLACK_M;
}

/** What of a plane turns the other half away. @param {Cut} cut @returns {Cut} */
export const flipped = (cut) => ({ ...cut, azimuth: (cut.azimuth + 180) % 360, tilt: -cut.tilt });

/** So far around the plan of a building its parts may reach, metres. */
const AROUND_M = 15;

/**
 * The plane over the chosen floor of a building, for one that is drawn as a block.
 * @param {{sliced: {ground: number | null, top: number | null} | null, dossier: any}} selection
 * @returns {Cut | null} null where no floor is chosen or its height is not known
 */
export function storeyCut({ sliced, dossier }) {
  const building = dossier?.building;
  if (!sliced || sliced.ground === null || sliced.top === null || !Number.isFinite(building?.lon) || !Number.isFinite(building?.lat)) return null;
  return { on: true, lon: building.lon, lat: building.lat, z: sliced.ground + sliced.top, azimuth: 0, tilt: 90 };
}

/** Planes around a building: Cesium does not fetch tiles that lie beyond. @param {number[]} box west, south, east, north in degrees @returns {Cut[]} */
export function fence([west, south, east, north]) {
  const dy = AROUND_M / (rad * EARTH_M);
  const dx = dy / Math.cos(south * rad);
  const at = (lon, lat, azimuth) => ({ on: true, lon, lat, z: 0, azimuth, tilt: 0 });
  return [at(east + dx, north + dy, 90), at(east + dx, north + dy, 0), at(west - dx, south - dy, 270), at(west - dx, south - dy, 180)];
}
