/**
 * The live markers: states of the sensors in view, kept true by the event stream.
 *
 * States come by request for the view (and for the moment, when it is a past one);
 * after that each reading changes just its marker, a batch at a time.
 */
import { STATES } from '../palette.js';
import { buildingState } from '../scales.js';

const BATCH_MS = 250;
const AFTER_MOVE_MS = 250;
const FROM_ZOOM = 14;
/** Beyond the view, for buildings that stand across its edge; some 200 m. */
const AROUND_DEG = 0.002;
/** A sensor that fell silent says nothing: ask from time to time who has. */
const SILENCE_MS = 30_000;

export class Sensors extends EventTarget {
  /** @param {import('maplibre-gl').Map} map @param {any} api @param {import('../clock.js').Clock} clock @param {import('./camera.js').Camera} camera */
  constructor(map, api, clock, camera) {
    super();
    this.map = map;
    this.api = api;
    this.clock = clock;
    this.camera = camera;
    /** @type {Map<number, any>} sensor id -> state row */
    this.rows = new Map();
    /** @type {Set<number>} */
    this.changed = new Set();
    this.timer = 0;
    this.batch = 0;
    /** @type {AbortController | null} */
    this.asked = null;
    map.on('moveend', () => this.later());
    clock.addEventListener('moment', () => this.load());
    window.setInterval(() => { if (clock.live && !document.hidden) void this.load(); }, SILENCE_MS);
  }

  later() {
    clearTimeout(this.timer);
    this.timer = window.setTimeout(() => this.load(), AFTER_MOVE_MS);
  }

  async load() {
    if (this.camera.now().zoom < FROM_ZOOM) return;
    this.asked?.abort();
    this.asked = new AbortController();
    const [west, south, east, north] = this.camera.bounds();
    const bbox = [west - AROUND_DEG, south - AROUND_DEG, east + AROUND_DEG, north + AROUND_DEG].map((v) => v.toFixed(5)).join(',');
    try {
      const answer = await this.api.sensorStates({ bbox, datetime: this.clock.asOf }, this.asked.signal);
      this.rows = new Map(answer.sensors.map((row) => [row.id, row]));
      this.changed.clear();
      this.source()?.setData({ type: 'FeatureCollection', features: [...this.rows.values()].map(feature) });
      this.dispatchEvent(new Event('change'));
    } catch (error) {
      if (error.name !== 'AbortError') this.dispatchEvent(new CustomEvent('error', { detail: error }));
    }
  }

  /** Readings just told by the server. @param {any[]} readings */
  observed(readings) {
    if (!this.clock.live) return;
    for (const reading of readings) {
      const row = this.rows.get(reading.sensor_id);
      if (!row) continue;
      const before = row.state;
      row.result = reading.result ?? reading.r ?? row.result;
      row.state = reading.state ?? row.state;
      row.phenomenon_time = reading.t ?? reading.phenomenon_time ?? row.phenomenon_time;
      if (row.state !== before) this.changed.add(row.id);
    }
    if (!this.changed.size || this.batch) return;
    this.batch = window.setTimeout(() => this.flush(), BATCH_MS);
  }

  flush() {
    this.batch = 0;
    const update = [...this.changed].map((id) => this.rows.get(id)).filter(Boolean).map((row) => ({
      id: row.id,
      addOrUpdateProperties: [{ key: 'state', value: row.state }, { key: 'rank', value: rank(row.state) }],
    }));
    this.changed.clear();
    if (update.length) this.source()?.updateData({ update });
    this.dispatchEvent(new Event('change'));
  }

  /** State of each building in view that has sensors. @returns {Map<number, string>} */
  byBuilding() {
    /** @type {Map<number, string[]>} */
    const inside = new Map();
    for (const { building_id: id, state } of this.rows.values()) if (id) inside.set(id, [...(inside.get(id) ?? []), state]);
    return new Map([...inside].map(([id, states]) => [id, buildingState(states)]));
  }

  /** @returns {any} */
  source() {
    return this.map.getSource('sensor');
  }
}

const rank = (state) => STATES.length - STATES.indexOf(STATES.includes(state) ? state : 'unknown');

const feature = (row) => ({
  type: 'Feature',
  id: row.id,
  geometry: { type: 'Point', coordinates: [row.lon, row.lat] },
  properties: {
    id: row.id, code: row.code, type: row.type, state: STATES.includes(row.state) ? row.state : 'unknown', rank: rank(row.state),
    building_id: row.building_id ?? 0, floor_no: row.floor_no ?? 0,
  },
});
