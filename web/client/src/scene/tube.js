/**
 * Pipes as bodies: a tube around a line.
 * @typedef {{positions: Float64Array, normals: Float32Array, indices: Uint32Array}} Mesh
 */
/** @param {number[]} u @param {number[]} v */
const cross = (u, v) => [u[1] * v[2] - u[2] * v[1], u[2] * v[0] - u[0] * v[2], u[0] * v[1] - u[1] * v[0]];
const minus = (a, b) => [a[0] - b[0], a[1] - b[1], a[2] - b[2]];
const unit = (v) => {
  const length = Math.hypot(v[0], v[1], v[2]);
  return length ? [v[0] / length, v[1] / length, v[2] / length] : [0, 0, 0];
};

/**
 * @param {number[][]} line points in metres, any frame; points that repeat are left out
 * @param {number} radius_m
 * @param {number} sides of the ring
 * @returns {Mesh | null} null for a line of no length. The ends are open.
 */
export function tube(line, radius_m, sides = 8) {
  const points = line.filter((p, i) => i === 0 || Math.hypot(...minus(p, line[i - 1])) > 1e-6);
  if (points.length < 2) return null;
  const positions = new Float64Array(points.length * sides * 3);
  const normals = new Float32Array(points.length * sides * 3);
  /** @type {number[] | null} */
  let last = null;
  points.forEach((point, i) => {
    const way = unit(minus(points[Math.min(i + 1, points.length - 1)], points[Math.max(i - 1, 0)]));
    // The ring keeps its turn from point to point, so that the tube is not twisted.
    const hint = last ?? (Math.abs(way[2]) < 0.9 ? [0, 0, 1] : [1, 0, 0]);
    const side = unit(cross(way, hint));
    const up = cross(side, way);
    last = up;
    for (let k = 0; k < sides; k += 1) {
      const angle = (2 * Math.PI * k) / sides;
      const at = (i * sides + k) * 3;
      for (let axis = 0; axis < 3; axis += 1) {
        const out = Math.cos(angle) * side[axis] + Math.sin(angle) * up[axis];
        normals[at + axis] = out;
        positions[at + axis] = point[axis] + radius_m * out;
      }
    }
  });
  const indices = new Uint32Array((points.length - 1) * sides * 6);
  let next = 0;
  for (let i = 0; i < points.length - 1; i += 1) {
    for (let k = 0; k < sides; k += 1) {
      const [a, b] = [i * sides + k, i * sides + ((k + 1) % sides)];
      indices.set([a, a + sides, b, b, a + sides, b + sides], next);
      next += 6;
    }
  }
  return { positions, normals, indices };
}
