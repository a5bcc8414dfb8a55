/** Lines of a shape on the plan: what it is, or what it is bounded by. */

/** @typedef {number[][]} Line longitude, latitude of each corner */

/**
 * @param {{type: string, coordinates: any} | null} geometry GeoJSON
 * @returns {Line[]}
 */
export function linesOf(geometry) {
  if (!geometry) return [];
  const { type, coordinates } = geometry;
  if (type === 'LineString') return [coordinates];
  if (type === 'MultiLineString' || type === 'Polygon') return coordinates;
  if (type === 'MultiPolygon') return coordinates.flat();
  return [];
}
