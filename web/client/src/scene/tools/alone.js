/**
 * The selected building by itself, where it has no model: the city's tileset a second time, of which only it is
 * drawn, so that a plane or a floor cuts it and not its neighbours. Cesium cuts whole tilesets.
 */
import { storeyCut } from '../planes.js';
import { focused, focusOf } from './focus.js';

export class AloneTool {
  /** @param {import('../scene.js').Scene} scene */
  constructor(scene) {
    this.name = 'alone';
    this.scene = scene;
    /** Which building is drawn so, or is about to be. @type {number | null} */
    this.wanted = null;
    /** Whether its tiles are there. */
    this.ready = false;
    /** Which building the city leaves out. @type {number | null} */
    this.hidden = null;
    /** Tilesets of the city that were seen. @type {WeakSet<any>} */
    this.seen = new WeakSet();
    this.round = 0;
  }

  /** The building that must be cut by itself; null: none. @returns {number | null} */
  get subject() {
    const id = focusOf(this.scene);
    if (id === null || focused(this.scene).some((entry) => entry.model !== null)) return null;
    const { state, selection } = this.scene.parts;
    return state.get('sec') || storeyCut(selection) ? id : null;
  }

  /** The city has come anew: so must this. */
  added(entry) {
    if (entry.model !== null || entry.only !== null) return;
    entry.tileset.initialTilesLoaded.addEventListener(() => this.seen.add(entry.tileset));
    this.wanted = null;
    this.update();
  }

  /** What the city leaves out. Who is seen whole stays so until its cut one has come; who is not yet seen must not flash up whole. @param {number | null} subject */
  leave(subject) {
    const seen = this.scene.tilesets.entries.some((entry) => entry.model === null && this.seen.has(entry.tileset));
    this.hidden = !seen || subject === this.hidden ? subject : null;
  }

  show(entry, feature) {
    if (entry.model !== null) return true;
    const id = Number(feature.getProperty('id'));
    if (entry.only !== null) return id === entry.only;
    return id !== this.hidden;
  }

  update() {
    const { subject } = this;
    if (subject === this.wanted) return;
    this.wanted = subject;
    this.leave(subject);
    this.ready = false;
    this.round += 1;
    const { tilesets } = this.scene;
    for (const entry of tilesets.entries.filter((one) => one.only !== null && one.only !== subject)) tilesets.remove(entry);
    if (subject !== null) this.bring(subject, this.round).catch((error) => this.failed(error));
  }

  /** Rather whole than not at all. */
  failed(error) {
    this.hidden = null;
    this.scene.tilesets.restyle();
    this.scene.dispatchEvent(new CustomEvent('trouble', { detail: error }));
  }

  async bring(only, round) {
    const { tilesets, widget, parts } = this.scene;
    const city = tilesets.entries.find((entry) => entry.model === null);
    if (!city) {
      this.wanted = null;
      return;
    }
    const tileset = await tilesets.fetch(city.url, parts.clock.asOf);
    if (round !== this.round) {
      tileset.destroy();
      return;
    }
    tileset.initialTilesLoaded.addEventListener(() => {
      if (round !== this.round) return;
      this.ready = true;
      this.hidden = only;
      for (const before of tilesets.entries.filter((one) => one.only !== null && one.tileset !== tileset)) tilesets.remove(before);
      tilesets.restyle();
      widget.scene.requestRender();
    });
    tilesets.add({ ...city, tileset, only });
    widget.scene.requestRender();
  }
}
