/** The buildings around what is looked at as plain blocks in the picture: what may stand before something. */
import { Cartesian3, Matrix4, PerspectiveFrustum } from 'cesium';
import { Cover } from './cover.js';
import { degreesOf } from '../tilecover.js';

/** As the map draws a building of unknown height, metres a storey. */
const STOREY_M = 3;

/**
 * @param {import('./scene.js').Scene} scene
 * @param {{x: number, y: number, z: number, layers: Record<string, import('./ground/paint.js').Drawn[]>}[]} tiles with buildings
 */
export function coverOf(scene, tiles) {
  const { clientWidth, clientHeight } = scene.widget.canvas;
  const cover = new Cover(clientWidth, clientHeight);
  const lens = lensOf(scene);
  for (const { x, y, z, layers } of tiles) {
    for (const { lines, properties } of layers.building ?? []) {
      const foot = properties.elev_base_m ?? 0;
      const top = foot + (properties.height_m ?? STOREY_M * (properties.floors_up ?? 1));
      for (const ring of lines) {
        const places = ring.map(([u, v]) => degreesOf({ x: x + u, y: y + v, z }));
        const [low, high] = [foot, top].map((up) => places.map(([lon, lat]) => lens(scene.point({ lon, lat, z: up }))));
        cover.face(high);
        for (let i = 1; i < ring.length; i += 1) cover.face([low[i - 1], low[i], high[i], high[i - 1]]);
      }
    }
  }
  return cover;
}

/** Where in the picture a place is and how far before the eye. @param {import('./scene.js').Scene} scene */
export function lensOf({ camera, widget }) {
  const { clientWidth, clientHeight } = widget.canvas;
  const { fov } = /** @type {PerspectiveFrustum} */ (camera.frustum);
  // Cesium's angle is that of the longer side
  const long = Math.max(clientWidth, clientHeight) / 2 / Math.tan(/** @type {number} */ (fov) / 2);
  const seen = new Cartesian3();
  const view = Matrix4.clone(camera.viewMatrix);
  /** @param {Cartesian3} place @returns {import('./cover.js').Corner} */
  return (place) => {
    Matrix4.multiplyByPoint(view, place, seen);
    const depth_m = -seen.z;
    return { x: clientWidth / 2 + (long * seen.x) / depth_m, y: clientHeight / 2 - (long * seen.y) / depth_m, depth_m };
  };
}
