/** `ms=`: distances, lines, areas and heights, taken by clicks on bodies and ground. */
import {
  ArcType, Cartesian2, Cartesian3, Color, GeometryInstance, HorizontalOrigin, LabelCollection, LabelStyle, Matrix4, PointPrimitiveCollection, PolylineColorAppearance,
  PolylineGeometry, Primitive, Transforms, VerticalOrigin,
} from 'cesium';
import { areas, extended, formatMeasure, lengths, parseMeasure } from '../measuring.js';
import { measured, unitOf } from '../units.js';
import { FONTS } from '../../layers/text.js';

const INK = Color.fromCssColorString('#e0457b');
const ALWAYS = Number.POSITIVE_INFINITY;

export class MeasureTool {
  /** @param {import('../scene.js').Scene} scene */
  constructor(scene) {
    this.name = 'measure';
    this.scene = scene;
    const { primitives } = scene.widget.scene;
    this.points = primitives.add(new PointPrimitiveCollection());
    this.labels = primitives.add(new LabelCollection({ scene: scene.widget.scene }));
    /** @type {any} */
    this.line = null;
    this.drawn = '';
    /** What was measured: metres and square metres, null what is not known; null while points are missing. @type {Record<string, number | null> | null} */
    this.result = null;
  }

  /** Whether clicks are for this tool. */
  get on() {
    const { state } = this.scene.parts;
    return state.get('tl') === 'measure' && Boolean(parseMeasure(state.get('ms')));
  }

  update() {
    this.scene.widget.canvas.style.cursor = this.on || this.scene.tools.some((tool) => tool.armed) ? 'crosshair' : '';
    const text = `${this.scene.parts.state.get('ms')}|${this.scene.parts.state.get('un')}|${this.scene.parts.lang()}`;
    if (text === this.drawn) return;
    this.drawn = text;
    void this.draw(text);
  }

  click(at) {
    if (!this.on) return false;
    const spot = this.scene.spot(at);
    if (!spot) return true;
    const { lon, lat, z } = this.scene.address(spot);
    const { state } = this.scene.parts;
    const now = /** @type {import('../measuring.js').Measure} */ (parseMeasure(state.get('ms')));
    state.set({ ms: formatMeasure(extended(now, [lon, lat, z])) });
    return true;
  }

  async draw(text) {
    const measure = parseMeasure(this.scene.parts.state.get('ms'));
    const points = measure ? [...measure.points] : [];
    let unknown = false;
    // A height is that over the ground below.
    if (measure?.kind === 'height' && points.length) {
      const [ground] = await this.scene.groundAt([points[0]]);
      if (ground === null) unknown = true;
      else points.unshift([points[0][0], points[0][1], ground]);
    }
    if (text !== this.drawn) return;
    const places = points.map(([lon, lat, z]) => this.scene.point({ lon, lat, z }));
    this.result = unknown ? { rise_m: null } : measure ? result(measure.kind, flat(places)) : null;
    const { primitives } = this.scene.widget.scene;
    this.points.removeAll();
    this.labels.removeAll();
    if (this.line) primitives.remove(this.line);
    this.line = null;
    for (const position of places) {
      this.points.add({ position, pixelSize: 9, color: INK, outlineColor: Color.WHITE, outlineWidth: 2, disableDepthTestDistance: ALWAYS });
    }
    const closed = measure?.kind === 'area' && places.length > 2 ? [...places, places[0]] : places;
    if (closed.length > 1) {
      const vertexFormat = PolylineColorAppearance.VERTEX_FORMAT;
      const colours = (alpha) => closed.map(() => INK.withAlpha(alpha));
      this.line = primitives.add(new Primitive({
        geometryInstances: new GeometryInstance({ geometry: new PolylineGeometry({ positions: closed, width: 3, arcType: ArcType.NONE, colors: colours(1), vertexFormat }) }),
        appearance: new PolylineColorAppearance(), depthFailAppearance: new PolylineColorAppearance(), asynchronous: false, allowPicking: false,
      }));
      const middle = measure?.kind === 'area' ? mean(places) : mean(places.slice(-2));
      if (this.result) this.label(middle, words(this.result, unitOf(this.scene.parts.state.get('un'))));
    }
    this.scene.told();
    this.scene.widget.scene.requestRender();
  }

  label(position, text) {
    this.labels.add({
      position, text, font: `600 14px ${FONTS}`, fillColor: Color.WHITE, showBackground: true, backgroundColor: INK.withAlpha(0.92),
      backgroundPadding: new Cartesian2(8, 5), style: LabelStyle.FILL, disableDepthTestDistance: ALWAYS,
      horizontalOrigin: HorizontalOrigin.CENTER, verticalOrigin: VerticalOrigin.BOTTOM, pixelOffset: new Cartesian2(0, -12),
    });
  }
}

const mean = (places) => Cartesian3.divideByScalar(places.reduce((sum, p) => Cartesian3.add(sum, p, new Cartesian3()), new Cartesian3()), places.length, new Cartesian3());

/** Metres east, north, up of the first place. @param {Cartesian3[]} places @returns {import('../measuring.js').Point[]} */
function flat(places) {
  if (!places.length) return [];
  const back = Matrix4.inverseTransformation(Transforms.eastNorthUpToFixedFrame(places[0]), new Matrix4());
  return places.map((place) => {
    const { x, y, z } = Matrix4.multiplyByPoint(back, place, new Cartesian3());
    return [x, y, z];
  });
}

/** @param {import('../measuring.js').Kind} kind @param {import('../measuring.js').Point[]} points @returns {Record<string, number> | null} */
function result(kind, points) {
  if (points.length < (kind === 'area' ? 3 : 2)) return null;
  return kind === 'area' ? areas(points) : lengths(points);
}

/** @param {any} result @param {'m' | 'ft'} chosen */
function words({ whole_m, whole_m2 }, chosen) {
  const { value, unit, digits } = whole_m2 === undefined ? measured(whole_m, 1, chosen) : measured(whole_m2, 2, chosen);
  return `${value.toFixed(digits)} ${unit}`;
}
