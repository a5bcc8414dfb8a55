/**
 * What is selected, and what is known about it.
 *
 * The state holds only its address (`sel`); this loads the dossier or the feature
 * behind it, and says which floor is cut open on the map.
 */
import { sourceOf } from './map/sources.js';
import { sliceOf } from './slice.js';

export class Selection extends EventTarget {
  /** @param {import('./state.js').State} state @param {any} api */
  constructor(state, api) {
    super();
    this.state = state;
    this.api = api;
    this.object = null;
    this.objectError = null;
    /** As of when everything is to be told: the clock's moment; null: now. @type {() => string | null} */
    this.asOf = () => null;
    /** As of when an object of a model is to be told. @type {(id: number) => string | null} */
    this.momentOf = () => this.asOf();
    this.round = 0;
    /** Which building an address means, where that was found out. @type {{reference: string, id: number} | null} */
    this.meant = null;
    this.collection = '';
    this.clear();
    state.addEventListener('change', (event) => {
      const keys = /** @type {CustomEvent} */ (event).detail;
      if (keys.has('sel')) this.load();
      else if (keys.has('fl')) this.announce();
      if (keys.has('obj')) this.loadObject();
    });
  }

  clear() {
    /** Dossier of the selected building. @type {any} */
    this.dossier = null;
    /** All that is known of an object of a model. @type {any} */
    this.record = null;
    /** GeoJSON feature of anything else selected. @type {any} */
    this.feature = null;
    this.collection = '';
    /** @type {any} */
    this.error = null;
    /** As of when this is told; null: now. @type {string | null} */
    this.told = null;
    this.loading = false;
  }

  /** An object of a building's model, with all that is known of it, beside what is selected. */
  async loadObject() {
    this.askedObject?.abort();
    const id = this.state.get('obj');
    /** @type {any} */
    this.object = null;
    /** @type {any} */
    this.objectError = null;
    this.announce();
    if (!id) return;
    this.askedObject = new AbortController();
    try {
      const found = await this.api.object(id, this.askedObject.signal, this.momentOf(Number(id)));
      if (this.state.get('obj') !== id) return;
      this.object = found;
    } catch (error) {
      if (error.name === 'AbortError' || this.state.get('obj') !== id) return;
      this.objectError = error;
    }
    this.announce();
  }

  /** @returns {{id: number, code: string} | null} */
  get building() {
    const building = this.dossier?.building;
    return building ? { id: Number(building.id), code: building.code ?? value(building, 'code') } : null;
  }

  /** The chosen floor of the selected building. @returns {import('./slice.js').Slice | null} */
  get sliced() {
    const floor = this.state.floor;
    if (!this.building || floor === null) return null;
    return sliceOf(this.building.code, floor, this.dossier.storeys ?? [], value(this.dossier.building, 'elev_base_m'));
  }

  /** How the map marks the selected thing. */
  get mark() {
    if (this.building) return { source: 'building', sourceLayer: 'building', id: this.building.id };
    if (!this.feature) return null;
    const source = sourceOf(this.collection);
    return source ? { source, sourceLayer: this.collection, id: Number(this.feature.id) } : null;
  }

  async load() {
    this.asked?.abort();
    this.clear();
    const address = this.state.get('sel');
    if (!address.includes(':')) return this.announce();
    this.asked = new AbortController();
    this.loading = true;
    this.announce();
    return this.bring(address, this.asked.signal);
  }

  /** The clock shows another moment: what is selected is told as of then. */
  async follow() {
    this.round += 1;
    await this.reload(true);
  }

  /** Read the selected thing again, keeping what is shown until the answer is there. */
  async reload(moved = false) {
    const address = this.state.get('sel');
    if (!address.includes(':') || (this.loading && !moved)) return;
    await Promise.all([this.bring(address), this.bringObject()]);
  }

  /** @param {string} address @param {AbortSignal} [signal] */
  async bring(address, signal) {
    const { round } = this;
    const asOf = this.asOf();
    /** @type {any} */
    let failed = null;
    const found = await this.fetch(address, asOf, signal).catch((error) => { failed = error; });
    if (failed?.name === 'AbortError' || this.round !== round || this.state.get('sel') !== address) return;
    // what is on the screen stays when the connection is lost; the header says so
    if (failed && !this.loading && failed.status !== 404) return;
    this.clear();
    Object.assign(this, found, { error: failed, told: asOf });
    this.announce();
  }

  /** @param {string} address @param {string | null} asOf @param {AbortSignal} [signal] */
  async fetch(address, asOf, signal) {
    const [kind, ...parts] = address.split(':');
    const id = parts.join(':');
    if (kind === 'b') return { dossier: await this.dossierOf(id, asOf, signal), collection: 'building' };
    if (kind === 'i' || kind === 's') return { collection: kind === 'i' ? 'incident' : 'sensor' };
    if (kind !== 'f') return {};
    const [collection, ...rest] = id.split(':');
    const number = rest.join(':');
    if (!TOLD.has(collection)) return { feature: await this.api.item(collection, number, signal, asOf), collection };
    const record = await this.api.object(number, signal, this.momentOf(Number(number)));
    return { record, feature: record.feature, collection };
  }

  /** A building may have had another code then: the code of now says which one is meant. */
  async dossierOf(reference, asOf, signal) {
    const { meant } = this;
    if (asOf !== null && meant && meant.reference === reference) return this.api.dossier(meant.id, signal, asOf);
    try {
      const found = await this.api.dossier(reference, signal, asOf);
      this.meant = { reference, id: found.building.id };
      return found;
    } catch (error) {
      if (error.status !== 404 || asOf === null) throw error;
      const now = await this.api.dossier(reference, signal);
      this.meant = { reference, id: now.building.id };
      return this.api.dossier(now.building.id, signal, asOf);
    }
  }

  /** The chosen object again, which may not have been there then. */
  async bringObject() {
    const { round } = this;
    const id = this.state.get('obj');
    if (!id) return;
    /** @type {any} */
    let failed = null;
    const object = await this.api.object(id, undefined, this.momentOf(Number(id))).catch((error) => { failed = error; });
    if (this.round !== round || this.state.get('obj') !== id || (failed && failed.status !== 404)) return;
    this.object = object ?? null;
    this.objectError = failed;
    this.announce();
  }

  announce() {
    this.dispatchEvent(new Event('change'));
  }
}

/** Value of a dossier field. @param {any} building @param {string} name */
export const value = (building, name) => building?.fields?.[name]?.value ?? building?.properties?.[name] ?? null;

/** Address of a thing found by search or picked on the map. */
export function addressOf(collection, id, code) {
  if (collection === 'building' && code) return `b:${code}`;
  if (collection === 'sensor' && code) return `s:${code}`;
  if (collection === 'incident') return `i:${id}`;
  return `f:${collection}:${id}`;
}

/** Collections of what is inside a building. */
export const INSIDE = new Set(['space', 'element', 'opening', 'equipment']);

/** Collections of what a model may have brought: its versions can be compared. */
const TOLD = new Set([...INSIDE, 'road', 'rail', 'bridge']);

/**
 * What the state says after a pick. An object of a model is chosen beside its building, whose floor stays.
 * @param {{collection: string, id: number, properties: any} | null} hit
 * @param {import('./state.js').State} state @param {Selection} selection
 */
export function chosen(hit, state, selection) {
  if (!hit) return { sel: '', fl: '', obj: '' };
  const building = hit.properties.building_id ?? (hit.collection === 'space' ? selection.building?.id : undefined);
  if (!INSIDE.has(hit.collection) || !building) {
    return { sel: addressOf(hit.collection, hit.id, hit.properties.code), obj: '', fl: '' };
  }
  const same = selection.building?.id === Number(building);
  return { sel: same ? state.get('sel') : `b:${building}`, obj: hit.id, tab: 'bim', ...(same ? {} : { fl: '' }) };
}
