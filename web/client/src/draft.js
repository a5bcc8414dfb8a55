/**
 * The report of an incident that is being written: one at a time, opened from the board,
 * a record, an alarm or a place of the map.
 *
 * Event: `change`.
 * @typedef {{place: {lng: number, lat: number} | null, title: string}} Given
 */
export class Draft extends EventTarget {
  /** @param {import('./state.js').State} state */
  constructor(state) {
    super();
    this.state = state;
    /** What is known already; null when nothing is being written. @type {Given | null} */
    this.given = null;
    /** Titles sent from this page: it need not be told of them. @type {Set<string>} */
    this.sent = new Set();
  }

  /** @param {Partial<Given>} [given] */
  open(given = {}) {
    this.given = { place: null, title: '', ...given };
    this.state.set({ pan: 'incidents' });
    this.dispatchEvent(new Event('change'));
  }

  close() {
    this.given = null;
    this.dispatchEvent(new Event('change'));
  }
}
