/** `sec=`: planes that cut the selected building open; the whole city where none is selected. The floor of one without a model is a plane too. */
import { Cartesian3, ClippingPlane, ClippingPlaneCollection, Color, Matrix4, Transforms } from 'cesium';
import { directionOf, fence, formatCuts, normalOf, parseCuts, storeyCut } from '../planes.js';
import { before, faceAt } from './face.js';
import { focused, focusOf } from './focus.js';

const EDGE = Color.fromCssColorString('#d0342c');
/** A plane from a face goes so far behind it, so that the face is gone. */
const BEHIND_M = 0.3;

export class SectionTool {
  /** @param {import('../scene.js').Scene} scene */
  constructor(scene) {
    this.name = 'section';
    this.scene = scene;
    /** Whether the next click says which face. */
    this.armed = false;
  }

  get cuts() {
    return parseCuts(this.scene.parts.state.get('sec'));
  }

  added(entry) {
    entry.tileset.clippingPlanes = new ClippingPlaneCollection({ unionClippingRegions: true, edgeColor: EDGE, edgeWidth: 1.5, enabled: false });
    this.update();
  }

  update() {
    const { entries } = this.scene.tilesets;
    const cuts = this.cuts.filter((cut) => cut.on);
    const own = focused(this.scene);
    for (const entry of entries) {
      if (entry.only !== null) this.cut(entry, this.around(cuts));
      else this.cut(entry, own.length ? (own.includes(entry) ? cuts : []) : focusOf(this.scene) === null ? cuts : []);
    }
  }

  /** All that cuts the building that is drawn by itself. */
  around(cuts) {
    const { selection } = this.scene.parts;
    const storey = storeyCut(selection);
    const box = selection.dossier?.building.bbox;
    return [...cuts, ...(storey ? [storey] : []), ...(box ? fence(box) : [])];
  }

  cut({ tileset }, cuts) {
    const planes = tileset.clippingPlanes;
    if (!planes) return;
    planes.enabled = cuts.length > 0;
    if (!cuts.length) return;
    const frame = Transforms.eastNorthUpToFixedFrame(this.scene.point(cuts[0]));
    const back = Matrix4.inverseTransformation(frame, new Matrix4());
    planes.modelMatrix = Matrix4.multiply(Matrix4.inverse(tileset.clippingPlanesOriginMatrix, new Matrix4()), frame, new Matrix4());
    planes.removeAll();
    for (const cut of cuts) {
      const way = Matrix4.multiplyByPointAsVector(Transforms.eastNorthUpToFixedFrame(this.scene.point(cut)), Cartesian3.fromArray(normalOf(cut)), new Cartesian3());
      const out = Matrix4.multiplyByPointAsVector(back, way, new Cartesian3());
      const through = Matrix4.multiplyByPoint(back, this.scene.point(cut), new Cartesian3());
      // Cesium keeps the side its normal looks to; ours looks to what is cut away.
      planes.add(new ClippingPlane(Cartesian3.negate(out, new Cartesian3()), Cartesian3.dot(out, through)));
    }
  }

  /** Wait for a click on a face, or no longer. @param {boolean} armed */
  arm(armed) {
    this.armed = armed;
    this.scene.told();
  }

  click(at) {
    if (!this.armed) return false;
    this.armed = false;
    const cut = this.face(at);
    if (cut) this.scene.parts.state.set({ sec: formatCuts([...this.cuts, cut]) });
    this.scene.told();
    return true;
  }

  /** The plane just behind the face at a point of the picture. @returns {import('../planes.js').Cut | null} */
  face(at) {
    const face = faceAt(this.scene, at);
    if (!face) return null;
    const { lon, lat, z } = this.scene.address(before(face, -BEHIND_M));
    return { on: true, lon, lat, z, ...directionOf(face.local) };
  }
}
