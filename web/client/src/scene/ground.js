/** The ground of the 3D view: heights from our own elevation tiles, decoded here. */
import { CustomHeightmapTerrainProvider, EllipsoidTerrainProvider, WebMercatorTilingScheme } from 'cesium';

const SIDE = 33;

/**
 * Terrain as Cesium asks for it; the plain ellipsoid where the city has none.
 * @param {any} terrain TileJSON of /terrain, or null
 * @param {number} offset_m height of the ellipsoid above which a stored zero stands
 */
export function ground(terrain, offset_m) {
  if (!terrain) return new EllipsoidTerrainProvider();
  const { minzoom, maxzoom, bounds } = terrain;
  const tilingScheme = new WebMercatorTilingScheme();
  const flat = () => new Float32Array(SIDE * SIDE).fill(offset_m);
  return new CustomHeightmapTerrainProvider({
    width: SIDE, height: SIDE, tilingScheme,
    callback: (x, y, level) => {
      const r = tilingScheme.tileXYToRectangle(x, y, level);
      const deg = 180 / Math.PI;
      const outside = r.east * deg < bounds[0] || r.west * deg > bounds[2] || r.north * deg < bounds[1] || r.south * deg > bounds[3];
      if (outside || level < minzoom) return flat();
      if (level > maxzoom) return /** @type {any} */ (undefined);
      const url = terrain.tiles[0].replace('{z}', String(level)).replace('{x}', String(x)).replace('{y}', String(y));
      return heights(url, terrain.encoding === 'terrarium', offset_m).then((found) => found ?? flat());
    },
  });
}

/** @param {string} url @param {boolean} terrarium @param {number} offset_m @returns {Promise<Float32Array | null>} null where there is no tile */
async function heights(url, terrarium, offset_m) {
  const answer = await fetch(url);
  if (answer.status === 404 || answer.status === 204) return null;
  if (!answer.ok) throw new Error(`${url}: ${answer.status}`);
  const picture = await createImageBitmap(await answer.blob(), { colorSpaceConversion: 'none', premultiplyAlpha: 'none' });
  const size = picture.width;
  const pen = /** @type {OffscreenCanvasRenderingContext2D} */ (new OffscreenCanvas(size, size).getContext('2d', { willReadFrequently: true }));
  pen.drawImage(picture, 0, 0);
  const { data } = pen.getImageData(0, 0, size, size);
  const out = new Float32Array(SIDE * SIDE);
  for (let row = 0; row < SIDE; row += 1) {
    for (let column = 0; column < SIDE; column += 1) {
      const at = 4 * (Math.round((row * (size - 1)) / (SIDE - 1)) * size + Math.round((column * (size - 1)) / (SIDE - 1)));
      const [r, g, b] = [data[at], data[at + 1], data[at + 2]];
      out[row * SIDE + column] = offset_m + (terrarium ? r * 256 + g + b / 256 - 32768 : (r * 65536 + g * 256 + b) * 0.1 - 10000);
    }
  }
  return out;
}
