/**
 * How the objects of the selected building's model are coloured: by an attribute, by what changed
 * between two versions, by what a check found. The state says which (`mc`), and which class alone (`mg`).
 */
import { WHY, classes } from './classes.js';
import { colourOf, label } from './codes.js';
import { number } from './format.js';
import { lang, t } from './i18n.js';

/** Ways in which an object may differ, the most telling first. */
export const CHANGES = { added: '#2f9e6b', removed: '#d0342c', reshaped: '#ee8866', moved: '#3a76c8', properties: '#d9b500' };
/** Those of which the older version shows something that the newer does not. */
const WAS = ['removed', 'moved', 'reshaped'];
/** Collections of what is a line or an outline instead of a body. */
export const LINES = new Set(['building', 'road', 'rail', 'bridge']);
export const ANSWERS = { fail: '#d0342c', unknown: '#e0a100' };

/** Fields whose values are codes. */
const LISTS = { kind: 'equipment', ifc_class: 'ifc_class', use: 'use', state: 'device_state' };

export class Colouring extends EventTarget {
  /** @param {import('./state.js').State} state @param {any} api @param {import('./selection.js').Selection} selection */
  constructor(state, api, selection) {
    super();
    this.state = state;
    this.api = api;
    this.selection = selection;
    /** @type {import('./classes.js').Class[]} */
    this.classes = [];
    /** @type {Map<number, string>} feature id -> key of its class */
    this.keys = new Map();
    /** Objects of which the older version is drawn beside the newer. @type {Set<number>} */
    this.was = new Set();
    /** What the server said. @type {any} */
    this.answer = null;
    /** @type {any} */
    this.error = null;
    this.clear();
    // what is gone is told as of the older version; the rest as it is drawn
    selection.momentOf = (id) => (this.isGone(id) ? this.before : this.after) ?? selection.asOf();
    selection.addEventListener('change', () => this.follow());
    state.addEventListener('change', (event) => {
      const keys = /** @type {CustomEvent} */ (event).detail;
      if (['mc', 'md', 'mv', 'lang'].some((key) => keys.has(key))) this.follow(keys.has('lang'));
      else if (keys.has('mg')) this.announce();
    });
  }

  clear() {
    this.shown = '';
    this.classes = [];
    this.keys = new Map();
    this.was = new Set();
    this.answer = null;
    this.error = null;
    this.loading = false;
  }

  /** What colours: '' for nothing. */
  get by() {
    return this.model ? this.state.get('mc') : '';
  }

  /** Models of the selected building, or the one that brought the selected road, bridge or object. */
  get models() {
    const { dossier, record } = this.selection;
    return dossier?.models ?? (record?.model ? [record.model] : []);
  }

  /** The model in question. @returns {any} */
  get model() {
    return this.models.find((m) => String(m.id) === this.state.get('md')) ?? this.models[0] ?? null;
  }

  /** Whether what is in no class is faded: where the classes are only what stands out. */
  get sparse() {
    return this.by === 'changes' || this.by === 'checks';
  }

  /** Key of the class shown alone, or null. */
  get alone() {
    const chosen = this.state.params.mg;
    return chosen !== undefined && this.classes.some((c) => c.key === chosen) ? chosen : null;
  }

  follow(again = false) {
    const wanted = this.by ? [this.model.id, this.model.load_id, this.by, this.state.get('mv')].join('/') : '';
    if (wanted === this.shown && !again) return;
    this.asked?.abort();
    this.clear();
    this.shown = wanted;
    if (!wanted) {
      this.announce();
      return;
    }
    void this.load(wanted);
  }

  async load(wanted) {
    this.asked = new AbortController();
    this.loading = true;
    this.announce();
    try {
      const found = await this.ask(this.model.id, this.asked.signal);
      if (this.shown !== wanted) return;
      this.classes = found;
      for (const { key, ids } of found) for (const id of ids) this.keys.set(id, key);
    } catch (error) {
      if (error.name === 'AbortError' || this.shown !== wanted) return;
      this.error = error;
    }
    this.loading = false;
    this.announce();
  }

  async ask(model, signal) {
    if (this.by === 'changes') return this.changes(model, signal);
    if (this.by === 'checks') return this.checks(model, signal);
    this.answer = await this.api.modelValues(model, this.by, signal, this.selection.asOf());
    const list = LISTS[this.by] ?? '';
    return classes(this.answer.groups, {
      label: (value) => (list ? label(list, value) : { true: t('value.yes'), false: t('value.no') }[value] ?? value),
      colour: (value) => (list ? colourOf(list, value) : null),
      left: (state) => t(WHY[state]),
      others: (count) => t('model.colour.others', { count }),
      number: (value) => number(value, lang(), 2),
    });
  }

  async changes(model, signal) {
    const all = (await this.api.modelVersions(model, signal)).versions;
    const [from, to] = this.state.get('mv').split('-').map(Number);
    const chosen = [from, to].every((id) => all.some((v) => v.id === id));
    const asOf = this.selection.asOf();
    // of the past the versions there were by then, unless two were chosen
    const versions = chosen || asOf === null ? all : all.filter((v, i) => i === 0 || Date.parse(v.started_at) <= Date.parse(asOf));
    this.answer = { versions, changes: [] };
    if (versions.length < 2) return [];
    const pair = chosen ? { from, to } : { from: versions.at(-2).id, to: versions.at(-1).id };
    const found = await this.api.modelChanges(model, pair, signal);
    this.answer = { ...found, versions };
    this.was = new Set(found.changes.filter((change) => change.kinds.some((kind) => WAS.includes(kind))).map((change) => change.feature_id));
    return byFirst(found.changes, CHANGES, (change, kind) => change.kinds.includes(kind), (kind) => t(`model.change.${kind}`));
  }

  async checks(model, signal) {
    this.answer = await this.api.modelChecks(model, signal, this.selection.asOf());
    const placed = this.answer.findings.filter((f) => f.feature_id);
    return byFirst(placed, ANSWERS, (finding, answer) => finding.answer === answer, (answer) => t(`model.check.${answer}`));
  }

  /** When the older of the two versions compared was the present: what is gone can be seen there. */
  get before() {
    if (this.by !== 'changes' || !this.answer?.from) return null;
    const old = this.answer.versions.find((v) => v.id === this.answer.from);
    return old?.finished_at ?? null;
  }

  /** When the newer of the two was the present, where it is not so now: then it is what is drawn. */
  get after() {
    if (this.by !== 'changes' || !this.answer?.to || this.answer.to === this.answer.versions.at(-1)?.id) return null;
    return this.answer.versions.find((v) => v.id === this.answer.to)?.finished_at ?? null;
  }

  /** As of when the model is drawn, and so told: a version that was chosen, else the clock's moment; null: now. */
  get moment() {
    return this.after ?? this.selection.asOf();
  }

  /** Changed rooms. */
  get rooms() {
    return this.by === 'changes' ? (this.answer?.changes ?? []).filter((change) => change.collection === 'space') : [];
  }

  /** Changed things that are lines or outlines instead of bodies. */
  get lines() {
    return this.by === 'changes' ? (this.answer?.changes ?? []).filter((change) => LINES.has(change.collection)) : [];
  }

  /** Whether the older version of an object is drawn: it is gone, elsewhere, or of another shape. @param {number} id */
  wasElse(id) {
    return this.was.has(id);
  }

  /** @param {number} id */
  isGone(id) {
    return this.keys.get(id) === 'removed';
  }

  /**
   * Colour of an object; null leaves it as it is in the model.
   * @param {number} id
   * @returns {{colour: string, faded: boolean} | null}
   */
  of(id) {
    if (!this.classes.length) return null;
    const key = this.keys.get(id);
    const found = key === undefined ? undefined : this.classes.find((c) => c.key === key);
    if (!found) return this.sparse || this.alone !== null ? { colour: '#c9c9c6', faded: true } : null;
    return { colour: found.colour, faded: this.alone !== null && this.alone !== key };
  }

  announce() {
    this.dispatchEvent(new Event('change'));
  }
}

/** Each row in the first class it fits; classes without a row are left out. */
function byFirst(rows, colours, fits, words) {
  const found = Object.entries(colours).map(([key, colour]) => ({ key, text: words(key), colour, count: 0, ids: /** @type {number[]} */ ([]) }));
  const seen = new Set();
  for (const one of found) {
    for (const row of rows) {
      if (seen.has(row.feature_id) || !fits(row, one.key)) continue;
      seen.add(row.feature_id);
      one.ids.push(row.feature_id);
    }
    one.count = one.ids.length;
  }
  return found.filter((one) => one.count);
}
