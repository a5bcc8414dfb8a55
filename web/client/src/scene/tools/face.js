/** The face of a body, or the ground, at a point of the picture. */
import { Cartesian2, Cartesian3, Matrix4, Transforms } from 'cesium';

/**
 * Where it is, and the way it looks, out of the body.
 * @param {import('../scene.js').Scene} scene @param {{x: number, y: number}} at
 * @returns {{here: Cartesian3, normal: Cartesian3, local: [number, number, number]} | null} local: the normal east, north, up
 */
export function faceAt(scene, { x, y }) {
  const here = scene.spot({ x, y });
  const beside = scene.spot({ x: x + 3, y }) ?? scene.spot({ x: x - 3, y });
  const below = scene.spot({ x, y: y + 3 }) ?? scene.spot({ x, y: y - 3 });
  if (!here || !beside || !below) return null;
  const edge = (to) => Cartesian3.subtract(to, here, new Cartesian3());
  const normal = Cartesian3.normalize(Cartesian3.cross(edge(beside), edge(below), new Cartesian3()), new Cartesian3());
  const ray = scene.camera.getPickRay(new Cartesian2(x, y));
  if (!ray) return null;
  if (Cartesian3.dot(normal, ray.direction) > 0) Cartesian3.negate(normal, normal);
  const back = Matrix4.inverseTransformation(Transforms.eastNorthUpToFixedFrame(here), new Matrix4());
  const local = Matrix4.multiplyByPointAsVector(back, normal, new Cartesian3());
  return { here, normal, local: [local.x, local.y, local.z] };
}

/** A place so far out from a face. @param {{here: Cartesian3, normal: Cartesian3}} face @param {number} out_m negative: behind it */
export const before = ({ here, normal }, out_m) => Cartesian3.add(here, Cartesian3.multiplyByScalar(normal, out_m, new Cartesian3()), new Cartesian3());
