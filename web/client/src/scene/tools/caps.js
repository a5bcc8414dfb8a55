/** Closed faces on the section planes: what a plane cuts out of the model's objects, as the server reckons it. */
import {
  Color, ColorGeometryInstanceAttribute, CoplanarPolygonGeometry, GeometryInstance, PerInstanceColorAppearance, PolygonHierarchy, Primitive,
} from 'cesium';
import { formatCuts, parseCuts } from '../planes.js';
import { stands } from '../view.js';
import { focused } from './focus.js';

const AFTER_MS = 250;
const KEPT = 24;
const COLOURS = { element: '#6f655c', opening: '#8fb4c6', equipment: '#c2452d' };
const SELECTED = Color.fromCssColorString('#ff8a1f');

export class CapsTool {
  /** @param {import('../scene.js').Scene} scene */
  constructor(scene) {
    this.name = 'caps';
    this.scene = scene;
    /** @type {any} */
    this.body = null;
    this.drawn = '';
    this.timer = 0;
    /** Answers by address; those of models that have changed are let go. @type {Map<string, any>} */
    this.answers = new Map();
    /** Faces drawn, for the page and for tests. */
    this.count = 0;
  }

  /** A model has come or is another one now. */
  added(entry) {
    if (entry.model === null) return;
    this.answers.clear();
    this.drawn = '';
    this.update();
  }

  /** What is to be asked: one question a model and plane. Storeys drawn apart and the past have no faces. @returns {{model: number, plane: string, also: string}[]} */
  get questions() {
    const { state, clock } = this.scene.parts;
    const cuts = parseCuts(state.get('sec')).filter((cut) => cut.on);
    if (!cuts.length || clock.asOf || Number(state.get('ex')) > 0) return [];
    const models = new Set(focused(this.scene).filter((entry) => entry.model !== null && entry.moment === null).map((entry) => entry.model));
    return [...models].flatMap((model) => cuts.map((cut, i) => ({ model: /** @type {number} */ (model), plane: formatCuts([cut]), also: formatCuts(cuts.filter((_, j) => j !== i)) })));
  }

  update() {
    const { questions } = this;
    const { state } = this.scene.parts;
    const key = questions.length ? JSON.stringify([questions, state.floor, state.get('obj')]) : '';
    if (key === this.drawn) return;
    this.drawn = key;
    clearTimeout(this.timer);
    // the old faces would hang in the air while a plane is pushed
    if (questions.some((one) => !this.answers.has(JSON.stringify(one)))) this.clear();
    if (!questions.length) this.clear();
    else this.timer = window.setTimeout(() => void this.ask(questions, key), AFTER_MS);
  }

  async ask(questions, key) {
    try {
      const found = await Promise.all(questions.map((one) => this.answer(one)));
      if (key === this.drawn) this.draw(found.flatMap((one) => one.objects));
    } catch (error) {
      if (key === this.drawn) this.scene.dispatchEvent(new CustomEvent('trouble', { detail: error }));
    }
  }

  async answer(question) {
    const key = JSON.stringify(question);
    const held = this.answers.get(key);
    if (held) return held;
    const answer = await this.scene.parts.api.modelSection(question.model, { plane: question.plane, also: question.also });
    this.answers.set(key, answer);
    for (const old of [...this.answers.keys()].slice(0, Math.max(0, this.answers.size - KEPT))) this.answers.delete(old);
    return answer;
  }

  draw(objects) {
    this.clear();
    const { state } = this.scene.parts;
    const shown = objects.filter((one) => stands(one.floor_no, state.floor));
    this.count = shown.length;
    const geometryInstances = shown.flatMap((one) => one.polygons.map((rings) => this.face(one, rings)));
    if (geometryInstances.length) {
      const appearance = new PerInstanceColorAppearance({ flat: true, translucent: false, closed: false });
      this.body = this.scene.widget.scene.primitives.add(new Primitive({ geometryInstances, appearance, asynchronous: false }));
    }
    this.scene.widget.scene.requestRender();
    this.scene.told();
  }

  face(one, rings) {
    const hierarchies = rings.map((ring) => new PolygonHierarchy(ring.map(([lon, lat, z]) => this.scene.point({ lon, lat, z }))));
    const geometry = new CoplanarPolygonGeometry({
      polygonHierarchy: new PolygonHierarchy(hierarchies[0].positions, hierarchies.slice(1)), vertexFormat: PerInstanceColorAppearance.FLAT_VERTEX_FORMAT,
    });
    const chosen = Number(this.scene.parts.state.get('obj')) === one.id;
    const colour = chosen ? SELECTED : Color.fromCssColorString(COLOURS[one.collection] ?? COLOURS.element);
    return new GeometryInstance({
      geometry, attributes: { color: ColorGeometryInstanceAttribute.fromColor(colour) },
      id: { collection: one.collection, id: one.id, properties: { ifc_class: one.ifc_class, floor_no: one.floor_no } },
    });
  }

  clear() {
    if (this.body) this.scene.widget.scene.primitives.remove(this.body);
    this.body = null;
    this.count = 0;
  }
}
