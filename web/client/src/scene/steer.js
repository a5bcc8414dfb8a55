/** The keyboard on the 3D picture, with the keys of the map: arrows move, with Shift they turn and tilt, + and - go nearer and away; Enter is a click in the middle. */
import { DEGREE_M, EQUATOR_M } from './view.js';

const STEP_PX = 100;
const TURN_DEG = 15;
const TILT_DEG = 10;
const STEEPEST_DEG = 80;
const WAYS = { ArrowRight: [1, 0], ArrowLeft: [-1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] };
const ZOOMS = { '+': 1, '=': 1, '-': -1, _: -1 };

/**
 * Where a key leads.
 * @param {{key: string, shiftKey: boolean}} pressed @param {import('../hash.js').Camera} from
 * @returns {Partial<import('../hash.js').Camera> | null} null: the key is none of ours
 */
export function steered({ key, shiftKey }, from) {
  if (key in ZOOMS) return { zoom: from.zoom + ZOOMS[key] };
  const way = WAYS[key];
  if (!way) return null;
  const [right, up] = way;
  if (shiftKey) return up ? { pitch: Math.min(STEEPEST_DEG, Math.max(0, from.pitch + up * TILT_DEG)) } : { bearing: from.bearing + right * TURN_DEG };
  const rad = Math.PI / 180;
  const step_m = (STEP_PX * EQUATOR_M * Math.cos(from.lat * rad)) / (512 * 2 ** from.zoom);
  const turn = from.bearing * rad;
  const east_m = step_m * (right * Math.cos(turn) + up * Math.sin(turn));
  const north_m = step_m * (up * Math.cos(turn) - right * Math.sin(turn));
  return { lon: from.lon + east_m / (DEGREE_M * Math.cos(from.lat * rad)), lat: from.lat + north_m / DEGREE_M };
}

/** @param {import('./scene.js').Scene} scene */
export function steer(scene) {
  const { canvas } = scene.widget;
  canvas.tabIndex = 0;
  canvas.addEventListener('keydown', (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const to = steered(event, scene.now());
    if (!to && event.key !== 'Enter') return;
    event.preventDefault();
    if (to) scene.go(to, { glide: !scene.parts.test });
    else scene.click({ x: canvas.clientWidth / 2, y: canvas.clientHeight / 2 });
  });
}
