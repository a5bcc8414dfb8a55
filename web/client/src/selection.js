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
    /** As of when an object of a model is to be told; null: now. @type {(id: number) => string | null} */
    this.momentOf = () => null;
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
    const [kind, ...rest] = address.split(':');
    if (!rest.length) return this.announce();
    this.asked = new AbortController();
    this.loading = true;
    this.announce();
    try {
      await this.fetch(kind, rest, this.asked.signal);
    } catch (error) {
      if (error.name === 'AbortError' || this.state.get('sel') !== address) return undefined;
      this.error = error;
    }
    this.loading = false;
    return this.announce();
  }

  async fetch(kind, rest, signal) {
    if (kind === 'b') {
      this.dossier = await this.api.dossier(rest[0], signal);
      this.collection = 'building';
    } else if (kind === 'f') {
      this.collection = rest[0];
      const id = rest.slice(1).join(':');
      this.record = TOLD.has(this.collection) ? await this.api.object(id, signal) : null;
      this.feature = this.record ? this.record.feature : await this.api.item(this.collection, id, signal);
    } else if (kind === 'i') {
      this.collection = 'incident';
    } else if (kind === 's') {
      this.collection = 'sensor';
    }
  }

  /** Read the selected thing again, keeping what is shown until the answer is there. */
  async reload() {
    const address = this.state.get('sel');
    const [kind, ...rest] = address.split(':');
    if (!rest.length || this.loading) return;
    try {
      await this.fetch(kind, rest, undefined);
      const id = this.state.get('obj');
      const object = id ? await this.api.object(id, undefined, this.momentOf(Number(id))) : null;
      if (this.state.get('obj') === id) this.object = object;
      if (this.state.get('sel') === address) this.announce();
    } catch {
      // what is on the screen stays; the header says when the connection is lost
    }
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
