/** One camera in two engines: MapLibre's zoom, pitch and bearing as Cesium's place and range, and back. */

/** MapLibre's camera stands one and a half heights of the picture before its middle. */
const HEIGHTS = 1.5;
/** The opening angle that follows from it, radians from bottom to top. */
export const OPENING_RAD = 2 * Math.atan(0.5 / HEIGHTS);
/** Length of the equator of Web Mercator, metres. */
export const EQUATOR_M = 40075016.68557849;
/** Metres of a degree along the equator. */
export const DEGREE_M = EQUATOR_M / 360;
const TILE_PX = 512;
const rad = Math.PI / 180;

/**
 * Metres from the eye to the middle of the picture.
 * @param {number} zoom @param {number} lat degrees @param {number} height_px
 */
export const rangeOf = (zoom, lat, height_px) => (HEIGHTS * height_px * EQUATOR_M * Math.cos(lat * rad)) / (TILE_PX * 2 ** zoom);

/**
 * Zoom at which the middle is so far away.
 * @param {number} range_m @param {number} lat degrees @param {number} height_px
 */
export const zoomOf = (range_m, lat, height_px) => Math.log2((HEIGHTS * height_px * EQUATOR_M * Math.cos(lat * rad)) / (TILE_PX * range_m));

/** Cesium's `fov` is the angle of the longer side. @param {number} width @param {number} height */
export const fovOf = (width, height) => (width > height ? 2 * Math.atan((width / height) * Math.tan(OPENING_RAD / 2)) : OPENING_RAD);

/** Whether a part of a building is left standing by the chosen floor; what is on no known floor stays. @param {number | undefined} part @param {number | null} floor */
export const stands = (part, floor) => floor === null || part === undefined || part === null || part <= floor;

/**
 * A camera part of the way from one to another; the bearing turns the shorter way.
 * @param {import('../hash.js').Camera} from @param {import('../hash.js').Camera} to @param {number} share 0 to 1
 */
export function between(from, to, share) {
  const mix = (a, b) => a + (b - a) * share;
  const turned = ((((to.bearing - from.bearing) % 360) + 540) % 360) - 180;
  return {
    lon: mix(from.lon, to.lon), lat: mix(from.lat, to.lat), zoom: mix(from.zoom, to.zoom), pitch: mix(from.pitch, to.pitch), bearing: from.bearing + turned * share,
  };
}
