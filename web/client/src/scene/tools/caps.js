/** Closed faces on the section planes: what a plane cuts out of a model's objects or of blocks, as the server reckons it. */
import {
  Color, ColorGeometryInstanceAttribute, CoplanarPolygonGeometry, GeometryInstance, PerInstanceColorAppearance, PolygonHierarchy, Primitive,
} from 'cesium';
import { formatCuts, parseCuts, storeyCut } from '../planes.js';
import { stands } from '../view.js';
import { focused, focusOf } from './focus.js';

const AFTER_MS = 250;
const KEPT = 24;
/** Faces of a city that is cut as a whole are asked for in squares of so many degrees, so that a small move asks for nothing. */
const SQUARE_DEG = 0.004;
const COLOURS = { element: '#6f655c', building: '#6f655c', opening: '#8fb4c6', equipment: '#c2452d' };
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
    scene.addEventListener('moved', () => this.update());
  }

  /** Something has come or is another one now. */
  added() {
    this.answers.clear();
    this.drawn = '';
    this.update();
  }

  /** What is to be asked: one question a model and plane, or a plane of blocks. Storeys drawn apart and the past have no faces. @returns {{model: number | null, query: Record<string, any>}[]} */
  get questions() {
    const { state, clock, selection } = this.scene.parts;
    const { subject } = this.scene.tool('alone');
    const storey = subject === null ? null : storeyCut(selection);
    const cuts = [...parseCuts(state.get('sec')).filter((cut) => cut.on), ...(storey ? [storey] : [])];
    if (!cuts.length || clock.asOf) return [];
    const planes = cuts.map((cut, i) => ({ plane: formatCuts([cut]), also: formatCuts(cuts.filter((_, j) => j !== i)) }));
    if (subject !== null) return planes.map((query) => ({ model: null, query: { ...query, building: subject } }));
    if (focusOf(this.scene) === null) return this.scene.last === null ? [] : planes.map((query) => ({ model: null, query: { ...query, bbox: this.square } }));
    if (Number(state.get('ex')) > 0) return [];
    const models = new Set(focused(this.scene).filter((entry) => entry.model !== null && entry.moment === null).map((entry) => entry.model));
    return [...models].flatMap((model) => planes.map((query) => ({ model: /** @type {number} */ (model), query })));
  }

  /** The square around the middle of the picture. */
  get square() {
    const { lon, lat } = this.scene.last;
    const [west, south] = [lon, lat].map((deg) => (Math.round(deg / SQUARE_DEG) - 1) * SQUARE_DEG);
    return [west, south, west + 2 * SQUARE_DEG, south + 2 * SQUARE_DEG].map((deg) => deg.toFixed(3)).join(',');
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
    const answer = await (question.model === null ? this.scene.parts.api.citySection(question.query) : this.scene.parts.api.modelSection(question.model, question.query));
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
      id: { collection: one.collection, id: one.id, properties: { ifc_class: one.ifc_class, floor_no: one.floor_no, code: one.code } },
    });
  }

  clear() {
    if (this.body) this.scene.widget.scene.primitives.remove(this.body);
    this.body = null;
    this.count = 0;
  }
}
