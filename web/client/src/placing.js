/** A proposed place of a building model (`pl=` and its number): where the model stands now and where it is to stand. */

/** @typedef {{kind: 'stated' | 'proposed', rings: number[][][]}} Outline rings of longitude, latitude */

export class Placing extends EventTarget {
  /** @param {import('./state.js').State} state @param {any} api */
  constructor(state, api) {
    super();
    this.state = state;
    this.api = api;
    /** What the server says of it. @type {any} */
    this.row = null;
    /** @type {any} */
    this.error = null;
    state.addEventListener('change', (event) => { if (/** @type {CustomEvent} */ (event).detail.has('pl')) void this.load(); });
    void this.load();
  }

  async load() {
    this.asked?.abort();
    this.row = null;
    this.error = null;
    const number = this.state.get('pl');
    this.announce();
    if (!number) return;
    this.asked = new AbortController();
    try {
      this.row = await this.api.placing(number, this.asked.signal);
    } catch (error) {
      if (error.name === 'AbortError') return;
      this.error = error;
    }
    this.announce();
  }

  /** Outlines of the model, the place it has now first. @returns {Outline[]} */
  get outlines() {
    return /** @type {const} */ (['stated', 'proposed']).flatMap((kind) => {
      const shape = this.row?.[kind];
      return shape ? [{ kind, rings: (shape.type === 'Polygon' ? [shape.coordinates] : shape.coordinates).flat() }] : [];
    });
  }

  /** Middle of the box around an outline, degrees. @param {'stated' | 'proposed'} kind @returns {{lon: number, lat: number} | null} */
  middle(kind) {
    const places = this.outlines.find((one) => one.kind === kind)?.rings.flat();
    if (!places) return null;
    const [lon, lat] = [0, 1].map((axis) => places.map((place) => place[axis])).map((all) => (Math.min(...all) + Math.max(...all)) / 2);
    return { lon, lat };
  }

  announce() {
    this.dispatchEvent(new Event('change'));
  }
}
