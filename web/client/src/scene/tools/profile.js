/** `pf=`: a line over the ground whose burial profile is drawn beside the city; corners are taken by clicks. */
import { ArcType, Cartesian2, Color, GeometryInstance, PointPrimitiveCollection, PolylineColorAppearance, PolylineGeometry, Primitive } from 'cesium';
import { densified, formatLine, parseLine } from '../profile_line.js';

const INK = Color.fromCssColorString('#7a2fb5');
const ALWAYS = Number.POSITIVE_INFINITY;
/** The line follows the ground by points so far apart, and a little over it. */
const STEP_M = 15;
const OVER_M = 0.3;

export class ProfileTool {
  /** @param {import('../scene.js').Scene} scene */
  constructor(scene) {
    this.name = 'profile';
    this.scene = scene;
    /** Whether clicks add corners. */
    this.armed = false;
    this.drawn = '';
    this.points = scene.widget.scene.primitives.add(new PointPrimitiveCollection());
    /** @type {any} */
    this.line = null;
  }

  get corners() {
    return parseLine(this.scene.parts.state.get('pf'));
  }

  /** Take corners by clicks, from none; or no longer. @param {boolean} armed */
  arm(armed) {
    this.armed = armed;
    if (armed) this.scene.parts.state.set({ pf: '' });
    this.scene.update();
    this.scene.told();
  }

  click(at) {
    if (!this.armed) return false;
    const spot = this.scene.spot(at) ?? this.ground(at);
    if (!spot) return true;
    const { lon, lat } = this.scene.address(spot);
    this.scene.parts.state.set({ pf: formatLine([...this.corners, [lon, lat]]) });
    return true;
  }

  /** The ground at a point of the picture; where one sees through it, it has no depth to be read. */
  ground({ x, y }) {
    const ray = this.scene.camera.getPickRay(new Cartesian2(x, y));
    return ray ? this.scene.widget.scene.globe.pick(ray, this.scene.widget.scene) ?? null : null;
  }

  update() {
    const { state } = this.scene.parts;
    if (this.armed && state.get('tl') !== 'ground') this.armed = false;
    const text = state.get('pf');
    if (text === this.drawn) return;
    this.drawn = text;
    this.draw(text).catch((error) => this.scene.dispatchEvent(new CustomEvent('trouble', { detail: error })));
  }

  async draw(text) {
    const { corners } = this;
    const path = densified(corners, STEP_M);
    const grounds = await this.scene.groundAt(path.map(({ place }) => place));
    if (text !== this.drawn) return;
    const { primitives } = this.scene.widget.scene;
    this.points.removeAll();
    if (this.line) primitives.remove(this.line);
    this.line = null;
    // where the ground is not known it is drawn at zero, and the line on it
    const positions = path.map(({ place: [lon, lat] }, i) => this.scene.point({ lon, lat, z: (grounds[i] ?? 0) + OVER_M }));
    path.forEach(({ corner }, i) => {
      if (corner) this.points.add({ position: positions[i], pixelSize: 9, color: INK, outlineColor: Color.WHITE, outlineWidth: 2, disableDepthTestDistance: ALWAYS });
    });
    if (positions.length > 1) {
      const vertexFormat = PolylineColorAppearance.VERTEX_FORMAT;
      const colors = positions.map(() => INK);
      this.line = primitives.add(new Primitive({
        geometryInstances: new GeometryInstance({ geometry: new PolylineGeometry({ positions, width: 3.5, arcType: ArcType.NONE, colors, vertexFormat }) }),
        appearance: new PolylineColorAppearance(), depthFailAppearance: new PolylineColorAppearance(), asynchronous: false, allowPicking: false,
      }));
    }
    this.scene.widget.scene.requestRender();
  }
}
