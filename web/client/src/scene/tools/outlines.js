/** What differs between two versions and is a line or an outline instead of a body: the building, roads, railways, bridges. */
import { ArcType, Color, GeometryInstance, PolylineColorAppearance, PolylineGeometry, Primitive } from 'cesium';
import { linesOf } from '../outline.js';
import { densified } from '../profile_line.js';

/** Lines follow the ground by points so far apart, and a little over it. */
const STEP_M = 10;
const OVER_M = 0.4;
const WIDTH_PX = 5;
/** Where a line lay before, as of what has moved. */
const WAS = 0.4;
/** Of more, those listed first are drawn. */
const MOST = 200;

/** What was taken away by hand since has no line any more. */
const gone = (error) => {
  if (error.status !== 404) throw error;
  return null;
};

export class OutlinesTool {
  /** @param {import('../scene.js').Scene} scene */
  constructor(scene) {
    this.name = 'outlines';
    this.scene = scene;
    this.asked = '';
    /** What is drawn, by feature. @type {{id: number, alpha: number, body: any}[]} */
    this.drawn = [];
  }

  update() {
    const { colouring } = this.scene.parts;
    if (colouring.loading) return;
    const wanted = colouring.lines.slice(0, MOST).flatMap((change) => {
      const found = colouring.of(change.feature_id);
      if (!found || found.faded) return [];
      const { feature_id: id, collection } = change;
      const line = (moment, alpha) => ({ id, collection, colour: found.colour, alpha, moment });
      if (colouring.isGone(id)) return [line(colouring.before, 1)];
      return [...(colouring.wasElse(id) ? [line(colouring.before, WAS)] : []), line(colouring.after, 1)];
    });
    const asked = JSON.stringify(wanted);
    if (asked === this.asked) return;
    this.asked = asked;
    this.draw(wanted, asked).catch((error) => this.scene.dispatchEvent(new CustomEvent('trouble', { detail: error })));
  }

  async draw(wanted, asked) {
    const { api } = this.scene.parts;
    const found = await Promise.all(wanted.map(async (one) => ({ ...one, feature: await api.item(one.collection, one.id, undefined, one.moment).catch(gone) })));
    const lines = found.flatMap(({ feature, ...one }) => linesOf(feature?.geometry ?? null).map((line) => ({ ...one, path: densified(line, STEP_M).map(({ place }) => place) }))).filter(({ path }) => path.length > 1);
    const grounds = lines.length ? await this.scene.groundAt(lines.flatMap(({ path }) => path)) : [];
    if (asked !== this.asked) return;
    const { primitives } = this.scene.widget.scene;
    for (const { body } of this.drawn) primitives.remove(body);
    let at = 0;
    this.drawn = lines.map(({ path, ...one }) => {
      const positions = path.map(([lon, lat]) => this.scene.point({ lon, lat, z: (grounds[at++] ?? 0) + OVER_M }));
      return { id: one.id, alpha: one.alpha, body: primitives.add(this.line({ ...one, positions })) };
    });
    this.scene.widget.scene.requestRender();
    this.scene.told();
  }

  line({ id, collection, colour, alpha, positions }) {
    const colors = positions.map(() => Color.fromCssColorString(colour).withAlpha(alpha));
    const geometry = new PolylineGeometry({ positions, width: WIDTH_PX, arcType: ArcType.NONE, colors, vertexFormat: PolylineColorAppearance.VERTEX_FORMAT });
    return new Primitive({
      geometryInstances: new GeometryInstance({ geometry, id: { collection, id, properties: {} } }),
      appearance: new PolylineColorAppearance(), depthFailAppearance: new PolylineColorAppearance(), asynchronous: false,
    });
  }
}
