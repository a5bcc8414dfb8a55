/** `sun=2026-01-20T12:00+08`: light and shadow as the sun makes them then; without it the even light of the map. */
import { Cartesian3, Color, DirectionalLight, Matrix4, Transforms } from 'cesium';
import { sunAt } from '../sunpath.js';
import { readMoment } from '../../format.js';

/** Way the even light goes, east, north, up: from the south-west, so that the faces one sees are lit. */
const EVEN = [0.45, 0.75, -0.6];
const BRIGHT = 2.4;
const DARK = 0.5;
const LOW_SUN = Color.fromCssColorString('#ffb870');
const OFFSETS = { depthBias: 0.0004, normalOffsetScale: 0.7 };
/** Altitude under which the light turns red, degrees. */
const RED_BELOW = 15;
const FARTHEST_M = 6000;

export class SunTool {
  /** @param {import('../scene.js').Scene} scene */
  constructor(scene) {
    this.scene = scene;
    const { shadowMap } = scene.widget.scene;
    shadowMap.softShadows = true;
    shadowMap.darkness = 0.45;
    shadowMap.size = 2048;
    // Cesium's offsets are for a model near by; over a city they leave stripes on every face. It offers no other way to them.
    Object.assign(/** @type {any} */ (shadowMap)._primitiveBias, OFFSETS);
    scene.addEventListener('moved', () => this.update());
  }

  update() {
    const { widget, parts, last } = this.scene;
    if (!last) return;
    const at = readMoment(parts.state.get('sun'));
    const sun = at && sunAt(at, last.lon, last.lat);
    const up = sun !== null && sun.altitude > 0;
    const { shadowMap } = widget.scene;
    shadowMap.enabled = up;
    // What is far behind the picture's middle needs no shadow; a nearer end makes the edges sharp.
    shadowMap.maximumDistance = Math.min(FARTHEST_M, 3 * this.scene.range);
    const way = sun && up ? from(sun) : EVEN;
    const frame = Transforms.eastNorthUpToFixedFrame(Cartesian3.fromDegrees(last.lon, last.lat, this.scene.height_m));
    const direction = Matrix4.multiplyByPointAsVector(frame, Cartesian3.fromArray(way), new Cartesian3());
    const red = sun && up ? Math.max(0, 1 - sun.altitude / RED_BELOW) : 0;
    widget.scene.light = new DirectionalLight({
      direction, color: Color.lerp(Color.WHITE, LOW_SUN, red, new Color()), intensity: sun && !up ? DARK : BRIGHT,
    });
  }
}

/** The way light goes that comes from the sun. @param {{altitude: number, azimuth: number}} sun */
function from({ altitude, azimuth }) {
  const rad = Math.PI / 180;
  return [-Math.sin(azimuth * rad) * Math.cos(altitude * rad), -Math.cos(azimuth * rad) * Math.cos(altitude * rad), -Math.sin(altitude * rad)];
}
