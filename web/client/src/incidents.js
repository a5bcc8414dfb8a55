/** Incidents and alarms as this page knows them, kept true by the event stream. */

const RELOAD_MS = 150;

/** States in order and what may follow each. */
export const NEXT = {
  reported: ['dispatched', 'cancelled'], dispatched: ['en_route', 'cancelled'], en_route: ['on_scene', 'cancelled'],
  on_scene: ['controlled'], controlled: ['resolved'], resolved: ['closed'], closed: [], cancelled: [],
};

class Store extends EventTarget {
  /** @param {(signal: AbortSignal) => Promise<any[]>} read */
  constructor(read) {
    super();
    this.read = read;
    /** @type {any[]} */
    this.rows = [];
    /** @type {any} */
    this.error = null;
    this.loaded = false;
    this.timer = 0;
    /** @type {AbortController | null} */
    this.asked = null;
  }

  soon() {
    clearTimeout(this.timer);
    this.timer = window.setTimeout(() => this.load(), RELOAD_MS);
  }

  async load() {
    this.asked?.abort();
    this.asked = new AbortController();
    try {
      this.rows = await this.read(this.asked.signal);
      this.error = null;
      this.loaded = true;
    } catch (error) {
      if (error.name === 'AbortError') return;
      this.error = error;
    }
    this.dispatchEvent(new Event('change'));
  }
}

/** @param {any} api @param {import('./clock.js').Clock} clock */
export function incidentStore(api, clock) {
  const store = new Store(async (signal) => {
    const answer = await api.incidents({ open: 'true', datetime: clock.asOf }, signal);
    return answer.incidents ?? answer;
  });
  clock.addEventListener('moment', () => store.soon());
  return store;
}

/** @param {any} api */
export const alarmStore = (api) =>
  new Store(async (signal) => {
    const answer = await api.alarms(signal);
    return answer.alarms ?? answer;
  });

/** Incidents as points of the map. @param {any[]} rows */
export const asFeatures = (rows) => ({
  type: 'FeatureCollection',
  features: rows.filter((row) => Number.isFinite(row.lon)).map((row) => ({
    type: 'Feature', id: row.id, geometry: { type: 'Point', coordinates: [row.lon, row.lat] },
    properties: { id: row.id, code: row.code, type: row.type, title: row.title, status: row.status, level: row.level },
  })),
});

/** A key that makes a repeated request harmless. */
export const onceKey = () => crypto.randomUUID();
