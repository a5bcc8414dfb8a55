/**
 * Where the sun stands: the equations of NOAA's solar calculator (after Meeus, Astronomical Algorithms),
 * good to a hundredth of a degree in this century; refraction is left out, as for shadows of buildings.
 */
const rad = Math.PI / 180;
const DAY_MS = 86_400_000;
const J2000_MS = Date.UTC(2000, 0, 1, 12);

/** Declination in radians and equation of time in minutes. @param {number} at_ms */
function orbit(at_ms) {
  const century = (at_ms - J2000_MS) / (36525 * DAY_MS);
  const longitude = (280.46646 + century * (36000.76983 + century * 0.0003032)) * rad;
  const anomaly = (357.52911 + century * (35999.05029 - 0.0001537 * century)) * rad;
  const eccentricity = 0.016708634 - century * (0.000042037 + 0.0000001267 * century);
  const centre = (Math.sin(anomaly) * (1.914602 - century * (0.004817 + 0.000014 * century))
    + Math.sin(2 * anomaly) * (0.019993 - 0.000101 * century) + Math.sin(3 * anomaly) * 0.000289) * rad;
  const node = (125.04 - 1934.136 * century) * rad;
  const apparent = longitude + centre - (0.00569 + 0.00478 * Math.sin(node)) * rad;
  const tilt = (23 + (26 + (21.448 - century * (46.815 + century * (0.00059 - century * 0.001813))) / 60) / 60 + 0.00256 * Math.cos(node)) * rad;
  const y = Math.tan(tilt / 2) ** 2;
  const equation = y * Math.sin(2 * longitude) - 2 * eccentricity * Math.sin(anomaly) + 4 * eccentricity * y * Math.sin(anomaly) * Math.cos(2 * longitude)
    - 0.5 * y * y * Math.sin(4 * longitude) - 1.25 * eccentricity * eccentricity * Math.sin(2 * anomaly);
  return { declination: Math.asin(Math.sin(tilt) * Math.sin(apparent)), equation_min: (4 * equation) / rad };
}

/**
 * Height of the sun over the horizon and its direction, degrees; azimuth clockwise from north.
 * @param {Date} at @param {number} lon degrees @param {number} lat degrees
 * @returns {{altitude: number, azimuth: number}}
 */
export function sunAt(at, lon, lat) {
  const { declination, equation_min } = orbit(at.getTime());
  const minutes = (((at.getTime() % DAY_MS) / 60_000 + equation_min + 4 * lon) % 1440 + 1440) % 1440;
  const hour = (minutes / 4 - 180) * rad;
  const phi = lat * rad;
  const altitude = Math.asin(Math.sin(phi) * Math.sin(declination) + Math.cos(phi) * Math.cos(declination) * Math.cos(hour));
  const azimuth = Math.atan2(Math.sin(hour), Math.cos(hour) * Math.sin(phi) - Math.tan(declination) * Math.cos(phi));
  return { altitude: altitude / rad, azimuth: (azimuth / rad + 180 + 360) % 360 };
}

/**
 * Sunrise and sunset as seen over a flat horizon (the upper edge, with refraction: 0.833 degrees below).
 * @param {Date} noon a moment of the day @param {number} lon @param {number} lat
 * @returns {{rise: Date, set: Date} | null} null where the sun does not rise or set that day
 */
export function dayOf(noon, lon, lat) {
  const { declination, equation_min } = orbit(noon.getTime());
  const cosine = Math.cos(90.833 * rad) / (Math.cos(lat * rad) * Math.cos(declination)) - Math.tan(lat * rad) * Math.tan(declination);
  if (Math.abs(cosine) > 1) return null;
  const half_ms = (Math.acos(cosine) / rad) * 4 * 60_000;
  const local_ms = noon.getTime() + (lon / 15) * 3_600_000;
  const middle = Math.floor(local_ms / DAY_MS) * DAY_MS + DAY_MS / 2 - (lon / 15) * 3_600_000 - equation_min * 60_000;
  return { rise: new Date(middle - half_ms), set: new Date(middle + half_ms) };
}

/** Length of the shadow of a height on level ground, metres; null when the sun is down. @param {number} height_m @param {number} altitude degrees */
export const shadowOf = (height_m, altitude) => (altitude > 0 ? height_m / Math.tan(altitude * rad) : null);
