/** Heights of the ground for Cesium, from our own elevation tiles, decoded here. */
import { CustomHeightmapTerrainProvider, WebMercatorTilingScheme } from 'cesium';
import { EQUATOR_M } from '../view.js';
import { heightAt, lineage, metres } from './elevation.js';
import { PICTURE_PX } from './paint.js';

const SIDE = 33;
/** Levels below the deepest elevation tile that are still cut out of it, so that its 30 m grid is kept near by. */
export const DEEPER = 2;
/** Elevation tiles kept decoded. */
const KEPT = 24;

/**
 * Terrain as Cesium asks for it; flat where the city has none.
 * @param {any} terrain TileJSON of /terrain, or null
 * @param {number} offset_m height of the ellipsoid above which a stored zero stands
 * @param {number} level_m height of the ellipsoid where nothing says how high the ground is
 */
export function relief(terrain, offset_m, level_m) {
  const { minzoom = 0, maxzoom = 0, bounds = null } = terrain ?? {};
  const tilingScheme = new WebMercatorTilingScheme();
  const store = new Store(terrain);
  const flat = () => new Float32Array(SIDE * SIDE).fill(level_m);
  const outside = (x, y, level) => {
    if (!bounds) return true;
    const r = tilingScheme.tileXYToRectangle(x, y, level);
    const deg = 180 / Math.PI;
    return r.east * deg < bounds[0] || r.west * deg > bounds[2] || r.north * deg < bounds[1] || r.south * deg > bounds[3];
  };
  const provider = new CustomHeightmapTerrainProvider({
    width: SIDE, height: SIDE, tilingScheme,
    callback: async (x, y, level) => {
      if (level < minzoom || outside(x, y, level)) return flat();
      const from = lineage(x, y, level, maxzoom);
      const grid = await store.grid(from);
      if (!grid) return flat();
      const out = new Float32Array(SIDE * SIDE);
      for (let row = 0; row < SIDE; row += 1) {
        for (let column = 0; column < SIDE; column += 1) {
          const across = (from.column + column / (SIDE - 1)) * from.share;
          const down = (from.row + row / (SIDE - 1)) * from.share;
          out[row * SIDE + column] = offset_m + heightAt(grid, across, down);
        }
      }
      return out;
    },
  });
  // Unless told where the tiles end, Cesium asks for deeper ones for ever.
  provider.getTileDataAvailable = (x, y, level) => level <= minzoom || (level <= maxzoom + DEEPER && !outside(x, y, level));
  // One tile of ground to one picture: Cesium reckons the error of heights alone and would cut sixteen times finer.
  provider.getLevelMaximumGeometricError = (level) => EQUATOR_M / PICTURE_PX / 2 ** level;
  return provider;
}

/** Decoded elevation tiles, the ones used last. */
class Store {
  /** @param {any} terrain */
  constructor(terrain) {
    this.terrain = terrain;
    /** @type {Map<string, Promise<import('./elevation.js').Grid | null>>} */
    this.held = new Map();
  }

  /** @param {{x: number, y: number, z: number}} tile */
  grid({ x, y, z }) {
    const url = this.terrain.tiles[0].replace('{z}', String(z)).replace('{x}', String(x)).replace('{y}', String(y));
    const found = this.held.get(url) ?? fetched(url, this.terrain.encoding === 'terrarium').catch((error) => { this.held.delete(url); throw error; });
    this.held.delete(url);
    this.held.set(url, found);
    if (this.held.size > KEPT) this.held.delete(/** @type {string} */ (this.held.keys().next().value));
    return found;
  }
}

/** @param {string} url @param {boolean} terrarium @returns {Promise<import('./elevation.js').Grid | null>} null where there is no tile */
async function fetched(url, terrarium) {
  const answer = await fetch(url);
  if (answer.status === 404 || answer.status === 204) return null;
  if (!answer.ok) throw new Error(`${url}: ${answer.status}`);
  const picture = await createImageBitmap(await answer.blob(), { colorSpaceConversion: 'none', premultiplyAlpha: 'none' });
  const side = picture.width;
  const pen = /** @type {OffscreenCanvasRenderingContext2D} */ (new OffscreenCanvas(side, side).getContext('2d', { willReadFrequently: true }));
  pen.drawImage(picture, 0, 0);
  picture.close();
  return { side, heights: metres(pen.getImageData(0, 0, side, side).data, terrarium) };
}
