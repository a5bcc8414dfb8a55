/**
 * The place whose hours of sun are asked for, as a link holds it: `sh=lon,lat,z` on the ground or in space,
 * `sh=lon,lat,z,azimuth,tilt` on a face that looks that way; degrees, metres in the heights of the city.
 * @typedef {{lon: number, lat: number, z: number, face: {azimuth: number, tilt: number} | null}} Sunspot
 */

/** A face so flat is ground or a roof: all of the sky is before it. */
const FLAT_DEG = 80;

/** @param {string} text @returns {Sunspot | null} */
export function parseSunspot(text) {
  const numbers = text.split(',').map((part) => (part.trim() === '' ? NaN : Number(part)));
  if ((numbers.length !== 3 && numbers.length !== 5) || !numbers.every(Number.isFinite)) return null;
  const [lon, lat, z, azimuth, tilt] = numbers;
  if (Math.abs(lon) > 180 || Math.abs(lat) > 90 || (numbers.length === 5 && Math.abs(tilt) > 90)) return null;
  return { lon, lat, z, face: numbers.length === 5 ? { azimuth: ((azimuth % 360) + 360) % 360, tilt } : null };
}

/** @param {Sunspot} spot */
export function formatSunspot({ lon, lat, z, face }) {
  const turned = face && face.tilt < FLAT_DEG ? `,${+face.azimuth.toFixed(1)},${+face.tilt.toFixed(1) || 0}` : '';
  return `${+lon.toFixed(7)},${+lat.toFixed(7)},${+z.toFixed(2) || 0}${turned}`;
}

/** What the server is asked. @param {Sunspot} spot @param {string} day */
export const question = ({ lon, lat, z, face }, day) => ({ lon, lat, z, date: day, ...(face ? { azimuth: face.azimuth, tilt: face.tilt } : {}) });

/** Share of the window that lies before a time, 0 to 1. @param {string} time `HH:MM` @param {{from: string, to: string}} window */
export function shareOf(time, { from, to }) {
  const minutes = (text) => Number(text.slice(0, 2)) * 60 + Number(text.slice(3));
  return (minutes(time) - minutes(from)) / (minutes(to) - minutes(from));
}

/**
 * What an answer says of the sun: so many minutes, at least so many, or nothing known. Minutes that hills nobody knows decide are not zero.
 * @param {{sun_min: number, unknown_min?: number}} found @returns {{minutes: number | null, least: boolean}} minutes null: not known
 */
export const known = ({ sun_min, unknown_min = 0 }) => (unknown_min ? { minutes: sun_min || null, least: sun_min > 0 } : { minutes: sun_min, least: false });
