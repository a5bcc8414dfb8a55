/**
 * What is selected, and what is known about it.
 *
 * The state holds only its address (`sel`); this loads the dossier or the feature
 * behind it, and says which floor is cut open on the map.
 */
import { sourceOf } from './map/sources.js';

export class Selection extends EventTarget {
  /** @param {import('./state.js').State} state @param {any} api */
  constructor(state, api) {
    super();
    this.state = state;
    this.api = api;
    this.clear();
    state.addEventListener('change', (event) => {
      const keys = /** @type {CustomEvent} */ (event).detail;
      if (keys.has('sel')) this.load();
      else if (keys.has('fl')) this.announce();
    });
  }

  clear() {
    /** Dossier of the selected building. @type {any} */
    this.dossier = null;
    /** GeoJSON feature of anything else selected. @type {any} */
    this.feature = null;
    this.collection = '';
    /** @type {any} */
    this.error = null;
    this.loading = false;
  }

  /** @returns {{id: number, code: string} | null} */
  get building() {
    const building = this.dossier?.building;
    return building ? { id: Number(building.id), code: building.code ?? value(building, 'code') } : null;
  }

  /** The chosen floor of the selected building as heights above its ground, metres. */
  get sliced() {
    const floor = this.state.floor;
    if (!this.building || floor === null) return null;
    const storeys = this.dossier.storeys ?? [];
    const storey = storeys.find((s) => s.floor_no === floor);
    if (!storey) return null;
    const ground = number(value(this.dossier.building, 'elev_base_m')) ?? lowest(storeys);
    const base = (number(storey.elev_m) ?? ground + (floor - 1) * 3) - ground;
    const height = number(storey.height_m) ?? 3;
    return { code: this.building.code, floor, ground, base, top: base + height, rooms: Boolean(storey.spaces) };
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
      this.feature = await this.api.item(rest[0], rest.slice(1).join(':'), signal);
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
      if (this.state.get('sel') === address) this.announce();
    } catch {
      // what is on the screen stays; the header says when the connection is lost
    }
  }

  announce() {
    this.dispatchEvent(new Event('change'));
  }
}

const number = (v) => (typeof v === 'number' && Number.isFinite(v) ? v : null);
const lowest = (storeys) => Math.min(...storeys.filter((s) => s.floor_no === 1).map((s) => s.elev_m ?? 0), 1e6) % 1e6;

/** Value of a dossier field. @param {any} building @param {string} name */
export const value = (building, name) => building?.fields?.[name]?.value ?? building?.properties?.[name] ?? null;

/** Address of a thing found by search or picked on the map. */
export function addressOf(collection, id, code) {
  if (collection === 'building' && code) return `b:${code}`;
  if (collection === 'sensor' && code) return `s:${code}`;
  if (collection === 'incident') return `i:${id}`;
  return `f:${collection}:${id}`;
}
