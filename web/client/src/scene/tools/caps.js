/** Closed faces on the section planes: what a plane cuts out of a model's objects or of blocks, as the server reckons it. */
import {
  Cartesian3, Color, ColorGeometryInstanceAttribute, CoplanarPolygonGeometry, GeometryInstance, Matrix4, PerInstanceColorAppearance, PolygonHierarchy, Primitive,
} from 'cesium';
import { along, formatCuts, meets, parseCuts, pushed, storeyCut } from '../planes.js';
import { stands } from '../view.js';
import { focused, focusOf } from './focus.js';

const AFTER_MS = 250;
/** Storeys drawn apart take a question each. */
const KEPT = 96;
/** Faces of a city that is cut as a whole are asked for in squares of so many degrees, so that a small move asks for nothing. */
const SQUARE_DEG = 0.004;
const COLOURS = { element: '#6f655c', building: '#6f655c', opening: '#8fb4c6', equipment: '#c2452d' };

/**
 * What is asked of the server, and whose faces count: of these floors (null: of all), or with `was` what an earlier version alone shows.
 * @typedef {{model: number | null, query: Record<string, any>, floors: (number | null)[] | null, was: string}} Question
 */

/** Each plane with those beside it. @param {import('../planes.js').Cut[]} cuts */
const eachOf = (cuts) => cuts.map((cut, i) => ({ plane: formatCuts([cut]), also: formatCuts(cuts.filter((_, j) => j !== i)) }));
/** @param {Question} question */
const addressOf = ({ model, query }) => JSON.stringify([model, query]);

export class CapsTool {
  /** @param {import('../scene.js').Scene} scene */
  constructor(scene) {
    this.name = 'caps';
    this.scene = scene;
    /** @type {any} */
    this.body = null;
    this.drawn = '';
    /** Where storeys that are drawn apart are, of the faces drawn. @type {string | undefined} */
    this.where = undefined;
    this.timer = 0;
    /** Answers by address; those of models that have changed are let go. @type {Map<string, any>} */
    this.answers = new Map();
    /** Objects whose faces are drawn. @type {any[]} */
    this.faces = [];
    scene.addEventListener('moved', () => this.update());
  }

  /** Something has come or is another one now. */
  added() {
    this.answers.clear();
    this.drawn = '';
    this.update();
  }

  /** What is to be asked: one question a model, version and plane, or a plane of blocks. @returns {Question[]} */
  get questions() {
    const { state, clock, selection } = this.scene.parts;
    const { subject } = this.scene.tool('alone');
    const storey = subject === null ? null : storeyCut(selection);
    const cuts = [...parseCuts(state.get('sec')).filter((cut) => cut.on), ...(storey ? [storey] : [])];
    if (!cuts.length) return [];
    const focus = focusOf(this.scene);
    if (subject !== null || focus === null) {
      const where = subject !== null ? { building: subject } : this.scene.last === null ? null : { bbox: this.square };
      return where ? eachOf(cuts).map((query) => ({ model: null, query: { ...query, ...where, datetime: clock.asOf }, floors: null, was: '' })) : [];
    }
    const planes = this.apart(cuts);
    const { tilesets } = this.scene;
    const drawn = new Map(focused(this.scene).filter((entry) => entry.model !== null && !entry.rooms).map((entry) => [`${entry.model}/${entry.moment}`, entry]));
    return [...drawn.values()].flatMap(({ model, moment }) => planes.map(({ query, floors }) => ({
      model, floors, query: { ...query, datetime: moment ?? tilesets.momentOf(model) }, was: moment === null ? '' : this.scene.parts.colouring.shown,
    })));
  }

  /** Each plane, and the others beside it; where storeys are drawn apart, as each storey meets them where it was built. @returns {{query: Record<string, string>, floors: (number | null)[] | null}[]} */
  apart(cuts) {
    const { lifted } = this.scene.tool('explode');
    if (!lifted) return eachOf(cuts).map((query) => ({ query, floors: null }));
    const back = Matrix4.inverseTransformation(lifted.frame, new Matrix4());
    const found = new Map();
    for (const { floor, by_m, box } of [...lifted.floors, { floor: null, by_m: [0, 0, 0], box: null }]) {
      eachOf(cuts.map((cut) => pushed(cut, cut, -along(cut, by_m)))).forEach((query, i) => {
        const through = Cartesian3.pack(Matrix4.multiplyByPoint(back, this.scene.point(cuts[i]), new Cartesian3()), []);
        if (box && !meets(cuts[i], through, { ...box, middle: box.middle.map((m, axis) => m + by_m[axis]) })) return;
        const key = JSON.stringify(query);
        if (!found.has(key)) found.set(key, { query, floors: [] });
        found.get(key).floors.push(floor);
      });
    }
    return [...found.values()];
  }

  /** The square around the middle of the picture. */
  get square() {
    const { lon, lat } = this.scene.last;
    const [west, south] = [lon, lat].map((deg) => (Math.round(deg / SQUARE_DEG) - 1) * SQUARE_DEG);
    return [west, south, west + 2 * SQUARE_DEG, south + 2 * SQUARE_DEG].map((deg) => deg.toFixed(3)).join(',');
  }

  update() {
    const { questions } = this;
    const { state, palette } = this.scene.parts;
    const apart = JSON.stringify(this.scene.tool('explode').lifted?.floors.map(({ by_m }) => by_m.map(Math.round)));
    const key = questions.length ? JSON.stringify([questions, state.floor, state.get('obj'), apart, palette().selected]) : '';
    if (key === this.drawn) return;
    this.drawn = key;
    // the faces of storeys that go elsewhere do not stay behind
    if (apart !== this.where) this.clear();
    this.where = apart;
    clearTimeout(this.timer);
    // the old faces would hang in the air while a plane is pushed
    if (questions.some((one) => !this.answers.has(addressOf(one)))) this.clear();
    if (!questions.length) this.clear();
    else this.timer = window.setTimeout(() => void this.ask(questions, key), AFTER_MS);
  }

  async ask(questions, key) {
    try {
      const found = await Promise.all(questions.map((one) => this.answer(one)));
      if (key === this.drawn) this.draw(found.flatMap(({ objects }, i) => objects.filter((one) => this.drawnAt(questions[i], one))));
    } catch (error) {
      if (key === this.drawn) this.scene.dispatchEvent(new CustomEvent('trouble', { detail: error }));
    }
  }

  /** Whether an object is drawn by the tiles a question is about: of an earlier version only what is not there any more. @param {Question} question @param {any} one */
  drawnAt({ floors, was }, one) {
    return (!was || this.scene.parts.colouring.wasElse(one.id)) && (floors === null || floors.includes(one.floor_no));
  }

  async answer(question) {
    const key = addressOf(question);
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
    this.faces = shown;
    const geometryInstances = shown.flatMap((one) => one.polygons.map((rings) => this.face(one, rings)));
    if (geometryInstances.length) {
      const appearance = new PerInstanceColorAppearance({ flat: true, translucent: false, closed: false });
      this.body = this.scene.widget.scene.primitives.add(new Primitive({ geometryInstances, appearance, asynchronous: false }));
    }
    this.scene.widget.scene.requestRender();
    this.scene.told();
  }

  face(one, rings) {
    const by = Cartesian3.fromArray(this.scene.tool('explode').by(focusOf(this.scene), one.floor_no) ?? [0, 0, 0]);
    const hierarchies = rings.map((ring) => new PolygonHierarchy(ring.map(([lon, lat, z]) => Cartesian3.add(this.scene.point({ lon, lat, z }), by, new Cartesian3()))));
    const geometry = new CoplanarPolygonGeometry({
      polygonHierarchy: new PolygonHierarchy(hierarchies[0].positions, hierarchies.slice(1)), vertexFormat: PerInstanceColorAppearance.FLAT_VERTEX_FORMAT,
    });
    const { state, palette } = this.scene.parts;
    const chosen = Number(state.get('obj')) === one.id;
    const colour = Color.fromCssColorString(chosen ? palette().selected : COLOURS[one.collection] ?? COLOURS.element);
    return new GeometryInstance({
      geometry, attributes: { color: ColorGeometryInstanceAttribute.fromColor(colour) },
      id: { collection: one.collection, id: one.id, properties: { ifc_class: one.ifc_class, floor_no: one.floor_no, code: one.code } },
    });
  }

  clear() {
    if (this.body) this.scene.widget.scene.primitives.remove(this.body);
    this.body = null;
    this.faces = [];
  }

  /** How many there are. */
  get count() {
    return this.faces.length;
  }
}
