/** `pl=`: where a building model stands and where it is proposed to stand, as lines on the ground that nothing hides. */
import { ArcType, Color, GeometryInstance, Material, PolylineGeometry, PolylineMaterialAppearance, Primitive } from 'cesium';
import { PLACING_COLOURS } from '../../palette.js';
import { densified } from '../profile_line.js';

const WIDTH_PX = 5;
const STEP_M = 15;
const OVER_M = 0.5;

export class PlacingTool {
  /** @param {import('../scene.js').Scene} scene */
  constructor(scene) {
    this.name = 'placing';
    this.scene = scene;
    this.drawn = '';
    /** @type {Primitive[]} */
    this.lines = [];
  }

  update() {
    const { outlines } = this.scene.parts.placing;
    const said = JSON.stringify(outlines);
    if (said === this.drawn) return;
    this.drawn = said;
    this.draw(outlines, said).catch((error) => this.scene.dispatchEvent(new CustomEvent('trouble', { detail: error })));
  }

  /** @param {import('../../placing.js').Outline[]} outlines @param {string} said */
  async draw(outlines, said) {
    const made = await Promise.all(outlines.flatMap(({ kind, rings }) => rings.map((ring) => this.line(kind, ring))));
    if (said !== this.drawn) return;
    const { primitives } = this.scene.widget.scene;
    for (const line of this.lines) primitives.remove(line);
    this.lines = made.map((line) => primitives.add(line));
    this.scene.widget.scene.requestRender();
  }

  /** @param {'stated' | 'proposed'} kind @param {number[][]} ring */
  async line(kind, ring) {
    const path = densified(ring, STEP_M).map(({ place }) => place);
    const grounds = await this.scene.groundAt(path);
    // where the ground is not known it is drawn at zero, and the line on it
    const positions = path.map(([lon, lat], i) => this.scene.point({ lon, lat, z: (grounds[i] ?? 0) + OVER_M }));
    const color = Color.fromCssColorString(PLACING_COLOURS[kind]);
    const look = () => new PolylineMaterialAppearance({
      material: kind === 'stated' ? Material.fromType('PolylineDash', { color, gapColor: Color.WHITE, dashLength: 18 })
        : Material.fromType('PolylineOutline', { color, outlineColor: Color.WHITE, outlineWidth: 1.5 }),
    });
    return new Primitive({
      geometryInstances: new GeometryInstance({ geometry: new PolylineGeometry({ positions, width: WIDTH_PX, arcType: ArcType.NONE, vertexFormat: PolylineMaterialAppearance.VERTEX_FORMAT }) }),
      appearance: look(), depthFailAppearance: look(), asynchronous: false, allowPicking: false,
    });
  }
}
