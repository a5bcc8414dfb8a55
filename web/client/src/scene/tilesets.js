/** The tilesets of the 3D view, and the style that asks every tool feature by feature. */
import { Cesium3DTileset, Cesium3DTileStyle, Color } from 'cesium';

/**
 * One tileset on the screen.
 * @typedef {object} Entry
 * @property {import('cesium').Cesium3DTileset} tileset
 * @property {string} url where it is asked for
 * @property {number | null} model id of the building model; null: the whole city
 * @property {number | null} building id of the building the model shows
 * @property {boolean} rooms whether these are the rooms of a model
 * @property {string | null} moment an earlier version beside the present one: as of when
 * @property {number | null} only id of the one building that is drawn of it
 */

const ERROR_PX = 16;
const idOf = (url) => Number(/model-(\d+)/.exec(url)?.[1]) || null;

/** All that a feature says of itself. @param {any} feature @returns {Record<string, any>} */
export const properties = (feature) => Object.fromEntries(feature.getPropertyIds().map((name) => [name, feature.getProperty(name)]));

export class Tilesets {
  /** @param {import('./scene.js').Scene} scene @param {any} listed answer of /3dtiles/ */
  constructor(scene, listed) {
    this.scene = scene;
    this.listed = listed;
    /** @type {Entry[]} */
    this.entries = [];
    this.round = 0;
    /** Whether all there are is on its way. */
    this.coming = false;
    this.pastRound = 0;
    /** What an object of a model is multiplied by where no tool colours it. */
    this.plain = Color.WHITE;
    /** A version of a model that was chosen instead of the present one: as of when. @type {{model: number, moment: string} | null} */
    this.version = null;
    /** Counts how often tiles were asked for anew: their address is how Cesium keeps them. */
    this.revision = 0;
  }

  /** Bring all there are, as of the clock's moment; a later call wins. */
  async load() {
    this.round += 1;
    const round = this.round;
    this.coming = true;
    try {
      await this.bring(round);
    } finally {
      if (round === this.round) this.coming = false;
    }
  }

  /** @param {number} round */
  async bring(round) {
    const wanted = this.listed.tilesets.flatMap(({ url, rooms, building_id: building = null }) => [
      { url, model: idOf(url), building, rooms: false },
      ...(rooms ? [{ url: rooms, model: idOf(url), building, rooms: true }] : []),
    ]);
    const found = await Promise.all(wanted.map(async (entry) => ({ ...entry, moment: null, only: null, tileset: await this.fetch(entry.url, this.momentOf(entry.model)) })));
    if (round !== this.round) {
      for (const { tileset } of found) tileset.destroy();
      return;
    }
    for (const entry of this.entries) this.remove(entry);
    for (const entry of found) this.add(entry);
  }

  /** As of when something is drawn: the version that was chosen, or the clock's moment. @param {number | null} model */
  momentOf(model) {
    return model !== null && model === this.version?.model ? this.version.moment : this.scene.parts.clock.asOf;
  }

  /** @param {string} url @param {string | null} moment */
  fetch(url, moment) {
    const { pathname } = new URL(url);
    const query = new URLSearchParams({ ...(moment ? { datetime: moment } : {}), ...(this.revision ? { rev: String(this.revision) } : {}) });
    return Cesium3DTileset.fromUrl(query.size ? `${pathname}?${query}` : pathname, {
      maximumScreenSpaceError: ERROR_PX,
      environmentMapOptions: { enabled: false }, // the sky of Cesium's own sun would darken the city at night
    });
  }

  /** The same tileset asked for anew, beside the one shown. @param {Entry} entry @returns {Promise<Entry | null>} null when it is shown no more */
  async again(entry) {
    this.revision += 1;
    const tileset = await this.fetch(entry.url, this.momentOf(entry.model));
    if (!this.entries.includes(entry)) {
      tileset.destroy();
      return null;
    }
    const next = { ...entry, tileset };
    tileset.show = entry.tileset.show;
    this.add(next);
    return next;
  }

  /** @param {Entry} entry */
  add(entry) {
    this.entries.push(entry);
    entry.tileset.style = this.style(entry);
    this.scene.widget.scene.primitives.add(entry.tileset);
    this.scene.freshness.added(entry);
    for (const tool of this.scene.tools) tool.added?.(entry);
  }

  /** @param {Entry} entry */
  remove(entry) {
    this.entries = this.entries.filter((one) => one !== entry);
    this.scene.freshness.removed(entry);
    this.scene.widget.scene.primitives.remove(entry.tileset);
  }

  /** Draw a version of a model instead of the present one; null: the present. @param {{model: number, moment: string} | null} wanted */
  async draw(wanted) {
    const before = this.version;
    if (before?.model === wanted?.model && before?.moment === wanted?.moment) return;
    this.version = wanted;
    if (this.coming) {
      // what is on its way was asked for as of another moment
      await this.load();
      this.scene.update();
      return;
    }
    const others = this.entries.filter((one) => one.moment === null && one.model !== null && [before?.model, wanted?.model].includes(one.model));
    await Promise.all(others.map(async (entry) => {
      const next = await this.again(entry);
      if (next) this.remove(this.version === wanted ? entry : next);
    }));
    if (this.version === wanted) this.scene.update();
  }

  /** Show an earlier version of a model beside the one that is drawn; null takes it away. @param {{model: number, moment: string, rooms: boolean} | null} wanted */
  async past(wanted) {
    for (const entry of this.entries.filter((one) => one.moment !== null)) this.remove(entry);
    this.pastRound += 1;
    const round = this.pastRound;
    if (!wanted) return;
    const { model, moment, rooms } = wanted;
    const present = this.entries.filter((one) => one.model === model && (rooms || !one.rooms));
    const found = await Promise.all(present.map(async (entry) => ({ ...entry, moment, tileset: await this.fetch(entry.url, moment) })));
    for (const entry of found) {
      if (round === this.pastRound) this.add(entry);
      else entry.tileset.destroy();
    }
    this.scene.update();
  }

  /** @param {Entry} entry */
  style(entry) {
    const style = new Cesium3DTileStyle();
    const { tools } = this.scene;
    style.show = /** @type {any} */ ({ evaluate: (feature) => tools.every((tool) => tool.show?.(entry, feature) ?? true) });
    style.color = /** @type {any} */ ({
      evaluateColor: (feature, result) => Color.clone(tools.reduce((colour, tool) => tool.colour?.(entry, feature, colour) ?? colour, this.plain), result),
    });
    return style;
  }

  restyle() {
    // models are drawn for daylight: in the dark city white walls would be all one sees
    this.plain = Color.fromCssColorString(this.scene.parts.palette().model);
    for (const { tileset } of this.entries) tileset.makeStyleDirty();
  }

  /** Whether all that is in view has come. */
  get loaded() {
    return this.entries.length > 0 && this.entries.every(({ tileset }) => !tileset.show || tileset.tilesLoaded);
  }
}
