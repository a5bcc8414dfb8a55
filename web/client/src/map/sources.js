/**
 * Sources of the map: which collections travel together in one tile, and their addresses.
 *
 * Subjects that change together and show together share a request; buildings have
 * their own, so that an edit refreshes little else.
 */

export const VECTOR = {
  base: ['water_body', 'vegetation', 'terrain_zone', 'rail', 'bridge', 'tunnel'],
  road: ['road'],
  building: ['building'],
  land: ['parcel', 'address'],
  interior: ['space'],
  utility: ['utility_line', 'utility_node'],
  place: ['hydrant', 'fire_station', 'facility', 'hazard', 'pole'],
  alert: ['alert'],
  theme: ['theme'],
};

/**
 * A road is drawn as wide as it is, and of one beyond the edge of a tile only what the tile's margin holds:
 * 64 of 4096 units are 35 m at zoom 14, more than half of the widest, and 9 m at zoom 16, where pieces of it were missing.
 */
const DEEPEST = { road: 14 };

/** GeoJSON sources that the page fills itself. */
export const OWN = ['sensor', 'incident', 'spot', 'placing'];

const EMPTY = { type: 'FeatureCollection', features: [] };

/**
 * Address of the tiles of a source; `asOf` null is the present.
 * @param {string} source @param {string | null} asOf
 */
export const tileUrl = (source, asOf) =>
  `${window.location.origin}/tiles/${VECTOR[source].join(',')}/{z}/{x}/{y}.mvt${asOf ? `?datetime=${encodeURIComponent(asOf)}` : ''}`;

/** Address of the contours of an elevation model. @param {string} name */
export const contourUrl = (name) => `${window.location.origin}/raster/${encodeURIComponent(name)}/contours/{z}/{x}/{y}.mvt`;

/** Name of the source a collection travels in. @param {string} collection */
export const sourceOf = (collection) =>
  Object.keys(VECTOR).find((source) => VECTOR[source].includes(collection)) ?? null;

/**
 * @param {any[]} layers answer of /api/layers
 * @param {string | null} asOf
 * @param {any | null} terrain TileJSON of the elevation tiles
 */
export function sources(layers, asOf, terrain) {
  const known = new Map(layers.map((layer) => [layer.name, layer]));
  /** @type {Record<string, any>} */
  const made = {};
  for (const [source, collections] of Object.entries(VECTOR)) {
    const members = collections.map((name) => known.get(name)).filter(Boolean);
    made[source] = {
      type: 'vector', tiles: [tileUrl(source, asOf)],
      minzoom: Math.min(...members.map((m) => m.min_zoom ?? 8), 17),
      maxzoom: Math.min(...members.map((m) => m.max_zoom ?? 17), DEEPEST[source] ?? 17),
    };
  }
  for (const source of OWN) made[source] = { type: 'geojson', data: EMPTY };
  if (terrain) {
    made.contours = { type: 'vector', tiles: [contourUrl(terrain.name)], minzoom: 8, maxzoom: 16, bounds: terrain.bounds };
    const dem = {
      type: 'raster-dem', tiles: terrain.tiles, encoding: 'mapbox', tileSize: terrain.tileSize ?? 256,
      minzoom: terrain.minzoom ?? 0, maxzoom: terrain.maxzoom ?? 14, bounds: terrain.bounds,
    };
    made.dem = dem;
    made.relief = { ...dem }; // MapLibre asks for a source of its own for the shading: ground and shade need different zooms
  }
  return made;
}
