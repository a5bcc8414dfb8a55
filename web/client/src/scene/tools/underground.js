/** `ug=0..1`, how much of the ground is seen: pipes and cables under it as tubes, manholes, depths. */
import {
  BoundingSphere, Cartesian3, Color, ColorGeometryInstanceAttribute, ComponentDatatype, Geometry, GeometryAttribute, GeometryInstance,
  PerInstanceColorAppearance, Primitive, PrimitiveType,
} from 'cesium';
import { PIPE_COLOURS } from '../../palette.js';
import { tube } from '../tube.js';
import { DEGREE_M } from '../view.js';

/** As deep as the eye may go under the ground. */
const DEEPEST_M = 40;
const AROUND_M = 320;
/** The surroundings are read again when the middle has moved so far. */
const MOVED_M = 120;
const PAGE = 1000;
const PAGES = 3;
/** Thin pipes are drawn so thick at least, or nobody would see them. */
const THINNEST_M = 0.18;
const MANHOLE_M = 0.4;

export class UndergroundTool {
  /** @param {import('../scene.js').Scene} scene */
  constructor(scene) {
    this.name = 'underground';
    this.scene = scene;
    /** Middle of what is drawn. @type {{lon: number, lat: number, key: string} | null} */
    this.drawn = null;
    /** @type {any[]} */
    this.bodies = [];
    this.round = 0;
    /** How many pipes and nodes are drawn. */
    this.count = { pipes: 0, nodes: 0, more: false };
    scene.addEventListener('moved', () => this.on && this.follow());
    scene.widget.scene.preRender.addEventListener(() => this.on && this.hold());
  }

  /** Share of the ground that is seen; null when the tool is off. */
  get share() {
    const text = this.scene.parts.state.get('ug');
    return text === '' ? null : Math.min(1, Math.max(0, Number(text) || 0));
  }

  get on() {
    return this.share !== null;
  }

  update() {
    const { scene } = this.scene.widget;
    const { share } = this;
    const { globe } = scene;
    globe.translucency.enabled = share !== null && share < 1;
    globe.translucency.frontFaceAlpha = share ?? 1;
    globe.translucency.backFaceAlpha = share ?? 1;
    // of the colour behind everything: the tiles end short of the poles, and the far side would have a hole in it
    globe.undergroundColor = Color.fromCssColorString(this.scene.parts.palette().horizon);
    scene.screenSpaceCameraController.enableCollisionDetection = share === null;
    if (share === null) this.clear();
    else this.follow();
  }

  /** The eye goes no deeper than that. */
  hold() {
    const { camera } = this.scene;
    const { height } = camera.positionCartographic;
    const ground = this.scene.widget.scene.globe.getHeight(camera.positionCartographic) ?? this.scene.height_m;
    const lack = ground - DEEPEST_M - height;
    if (lack <= 0) return;
    const up = Cartesian3.normalize(camera.position, new Cartesian3());
    camera.position = Cartesian3.add(camera.position, Cartesian3.multiplyByScalar(up, lack, up), new Cartesian3());
  }

  /** Kinds drawn: those on in the layer tree, all where none is. */
  get kinds() {
    const shown = this.scene.parts.shown();
    const chosen = Object.keys(PIPE_COLOURS).filter((kind) => shown.has(`pipe.${kind.toLowerCase()}`));
    return chosen.length ? chosen : Object.keys(PIPE_COLOURS);
  }

  follow() {
    const { last, parts } = this.scene;
    if (!last) return;
    const key = `${this.kinds}|${parts.clock.asOf}|${parts.lang()}`;
    if (this.drawn && this.drawn.key === key) {
      const x = (last.lon - this.drawn.lon) * DEGREE_M * Math.cos((last.lat * Math.PI) / 180);
      const y = (last.lat - this.drawn.lat) * DEGREE_M;
      if (Math.hypot(x, y) < MOVED_M) return;
    }
    this.drawn = { lon: last.lon, lat: last.lat, key };
    this.draw(last).catch((error) => {
      this.drawn = null;
      this.scene.dispatchEvent(new CustomEvent('trouble', { detail: error }));
    });
  }

  async draw({ lon, lat }) {
    this.round += 1;
    const { round } = this;
    const [dx, dy] = [AROUND_M / (DEGREE_M * Math.cos((lat * Math.PI) / 180)), AROUND_M / DEGREE_M];
    const box = [lon - dx, lat - dy, lon + dx, lat + dy];
    const { api, clock } = this.scene.parts;
    const [lines, nodes] = await Promise.all(['utility_line', 'utility_node'].map((name) => api.inBox(name, box, clock.asOf, PAGE, PAGES)));
    if (round !== this.round || !this.on) return;
    const kinds = new Set(this.kinds);
    const pipes = lines.features.filter((f) => kinds.has(f.properties.kind) && f.geometry);
    const wells = nodes.features.filter((f) => kinds.has(f.properties.kind) && f.geometry && Number.isFinite(f.properties.depth_m));
    const grounds = await this.scene.groundAt(wells.map((f) => f.geometry.coordinates));
    if (round !== this.round || !this.on) return;
    this.clear();
    // a shaft begins at the ground: where that is not known there is none to draw
    const shafts = wells.flatMap((f, i) => (grounds[i] === null ? [] : [this.well(f, grounds[i])]));
    this.count = { pipes: pipes.length, nodes: shafts.length, more: lines.more || nodes.more };
    this.lay([...pipes.flatMap((f) => this.pipe(f)), ...shafts.flat()]);
    this.scene.tool('depths').of(pipes, { lon, lat });
    this.scene.told();
    this.scene.widget.scene.requestRender();
  }

  /** Bodies of one pipe. */
  pipe({ id, geometry, properties }) {
    const radius_m = Math.max(THINNEST_M, (properties.dn_mm ?? 0) / 2000);
    return geometry.coordinates.flatMap((line) => this.body({ collection: 'utility_line', id, properties }, line, radius_m, PIPE_COLOURS[properties.kind], 8));
  }

  /** A manhole, valve or joint: a shaft from the ground to its depth. */
  well({ id, geometry, properties }, ground) {
    const [lon, lat] = geometry.coordinates;
    const line = [[lon, lat, ground - properties.depth_m], [lon, lat, ground + 0.05]];
    return this.body({ collection: 'utility_node', id, properties }, line, properties.node_type === 'manhole' ? MANHOLE_M : MANHOLE_M / 2, PIPE_COLOURS[properties.kind], 10, 0.75);
  }

  /** @returns {GeometryInstance[]} none where the heights or the length are unknown */
  body(id, line, radius_m, colour, sides, dim = 1) {
    if (line.some((p) => !Number.isFinite(p[2]))) return [];
    const places = line.map(([lon, lat, z]) => this.scene.point({ lon, lat, z }));
    const middle = places[0];
    const mesh = tube(places.map((p) => [p.x - middle.x, p.y - middle.y, p.z - middle.z]), radius_m, sides);
    if (!mesh) return [];
    const values = mesh.positions.map((value, i) => value + [middle.x, middle.y, middle.z][i % 3]);
    const geometry = new Geometry({
      attributes: /** @type {any} */ ({
        position: new GeometryAttribute({ componentDatatype: ComponentDatatype.DOUBLE, componentsPerAttribute: 3, values }),
        normal: new GeometryAttribute({ componentDatatype: ComponentDatatype.FLOAT, componentsPerAttribute: 3, values: mesh.normals }),
      }),
      indices: mesh.indices, primitiveType: PrimitiveType.TRIANGLES, boundingSphere: BoundingSphere.fromVertices(/** @type {any} */ (values)),
    });
    const paint = Color.fromCssColorString(colour);
    const color = ColorGeometryInstanceAttribute.fromColor(new Color(paint.red * dim, paint.green * dim, paint.blue * dim, 1));
    return [new GeometryInstance({ geometry, id, attributes: { color } })];
  }

  lay(geometryInstances) {
    if (!geometryInstances.length) return;
    const appearance = new PerInstanceColorAppearance({ translucent: false, closed: false });
    this.bodies.push(this.scene.widget.scene.primitives.add(new Primitive({ geometryInstances, appearance, asynchronous: false })));
  }

  clear() {
    for (const body of this.bodies) this.scene.widget.scene.primitives.remove(body);
    this.bodies = [];
    this.scene.tool('depths').clear();
    this.count = { pipes: 0, nodes: 0, more: false };
    if (!this.on) this.drawn = null;
  }
}
