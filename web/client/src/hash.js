/**
 * The URL hash: `#v1/lon,lat,zoom,pitch,bearing?key=value&...`.
 *
 * Everything a person sees is in it, so a copied link opens the same view.
 * Numbers out of range are clamped, keys of a newer version are kept as they are.
 * @typedef {{lon: number, lat: number, zoom: number, pitch: number, bearing: number}} Camera
 * @typedef {{camera: Camera | null, params: Record<string, string>}} View
 */

const VERSION = 'v1';
const LIMITS = { lon: [-180, 180], lat: [-85, 85], zoom: [3, 21], pitch: [0, 80] };
const DIGITS = { lon: 6, lat: 6, zoom: 2, pitch: 1, bearing: 1 };

/** @param {number} value @param {number[]} range */
const clamp = (value, [low, high]) => Math.min(high, Math.max(low, value));

/** @param {number} value @param {number} digits */
const round = (value, digits) => +value.toFixed(digits) || 0; // no minus zero

/** Degrees to (-180, 180]. @param {number} deg */
export const turn = (deg) => ((((deg + 180) % 360) + 360) % 360 || 360) - 180;

/** A camera as a link holds it, so that what is shared and what is here are one. @param {Camera} c @returns {Camera} */
export function rounded(c) {
  const bearing = round(turn(c.bearing), DIGITS.bearing);
  return {
    lon: round(c.lon, DIGITS.lon), lat: round(c.lat, DIGITS.lat), zoom: round(c.zoom, DIGITS.zoom),
    pitch: round(c.pitch, DIGITS.pitch), bearing: bearing === -180 ? 180 : bearing,
  };
}

/**
 * Read a hash; text that is none gives an empty view.
 * @param {string} hash
 * @returns {View}
 */
export function parseHash(hash) {
  const text = hash.replace(/^#/, '');
  const [place, query = ''] = split(text, '?');
  const [version, numbers = ''] = split(place, '/');
  /** @type {Record<string, string>} */
  const params = {};
  for (const pair of query.split('&')) {
    const [key, value = ''] = split(pair, '=');
    if (key) params[decode(key)] = decode(value);
  }
  return { camera: version === VERSION ? camera(numbers) : null, params };
}

/**
 * Write a hash. Empty values are left out.
 * @param {View} view
 */
export function formatHash({ camera: c, params }) {
  const numbers = c ? Object.values(rounded(c)).join(',') : '';
  const query = Object.entries(params)
    .filter(([, value]) => value !== '' && value !== undefined && value !== null)
    .map(([key, value]) => `${encode(key)}=${encode(String(value))}`)
    .join('&');
  return `#${VERSION}/${numbers}${query ? `?${query}` : ''}`;
}

/** @param {string} numbers @returns {Camera | null} */
function camera(numbers) {
  const parts = numbers.split(',').map((part) => (part.trim() === '' ? NaN : Number(part)));
  const [lon, lat, zoom, pitch = 0, bearing = 0] = parts;
  if (![lon, lat, zoom].every(Number.isFinite)) return null;
  return rounded({
    lon: clamp(lon, LIMITS.lon),
    lat: clamp(lat, LIMITS.lat),
    zoom: clamp(zoom, LIMITS.zoom),
    pitch: clamp(Number.isFinite(pitch) ? pitch : 0, LIMITS.pitch),
    bearing: Number.isFinite(bearing) ? bearing : 0,
  });
}

/** Cut at the first separator. @returns {string[]} */
function split(text, separator) {
  const at = text.indexOf(separator);
  return at < 0 ? [text] : [text.slice(0, at), text.slice(at + separator.length)];
}

/** Percent-encode, but leave what a hash may carry readable; a plus stays a plus. */
const encode = (text) =>
  encodeURIComponent(text).replace(/%(3A|2C|7C|2B|2F|40)/g, (found) => decodeURIComponent(found));

function decode(text) {
  try {
    return decodeURIComponent(text);
  } catch {
    return text; // half an escape, from a link a chat program cut
  }
}
