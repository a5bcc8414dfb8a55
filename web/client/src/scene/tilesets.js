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
    this.pastRound = 0;
    /** Counts how often tiles were asked for anew: their address is how Cesium keeps them. */
    this.revision = 0;
  }

  /** Bring all there are, as of the clock's moment; a later call wins. */
  async load() {
    this.round += 1;
    const round = this.round;
    const moment = this.scene.parts.clock.asOf;
    const wanted = this.listed.tilesets.flatMap(({ url, rooms, building_id: building = null }) => [
      { url, model: idOf(url), building, rooms: false },
      ...(rooms ? [{ url: rooms, model: idOf(url), building, rooms: true }] : []),
    ]);
    const found = await Promise.all(wanted.map(async (entry) => ({ ...entry, moment: null, only: null, tileset: await this.fetch(entry.url, moment) })));
    if (round !== this.round) {
      for (const { tileset } of found) tileset.destroy();
      return;
    }
    for (const entry of this.entries) this.remove(entry);
    for (const entry of found) this.add(entry);
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
    const tileset = await this.fetch(entry.url, this.scene.parts.clock.asOf);
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

  /** Show an earlier version of a model beside the present one; null takes it away. @param {{model: number, moment: string} | null} wanted */
  async past(wanted) {
    for (const entry of this.entries.filter((one) => one.moment !== null)) this.remove(entry);
    this.pastRound += 1;
    const round = this.pastRound;
    const present = this.entries.find((one) => one.model === wanted?.model && !one.rooms);
    if (!wanted || !present) return;
    const listed = this.listed.tilesets.find(({ url }) => idOf(url) === wanted.model);
    const tileset = await this.fetch(listed.url, wanted.moment);
    if (round !== this.pastRound) tileset.destroy();
    else this.add({ ...present, tileset, moment: wanted.moment });
    this.scene.widget.scene.requestRender();
  }

  /** @param {Entry} entry */
  style(entry) {
    const style = new Cesium3DTileStyle();
    const { tools } = this.scene;
    style.show = /** @type {any} */ ({ evaluate: (feature) => tools.every((tool) => tool.show?.(entry, feature) ?? true) });
    style.color = /** @type {any} */ ({
      evaluateColor: (feature, result) => Color.clone(tools.reduce((colour, tool) => tool.colour?.(entry, feature, colour) ?? colour, Color.WHITE), result),
    });
    return style;
  }

  restyle() {
    for (const { tileset } of this.entries) tileset.makeStyleDirty();
  }

  /** Whether all that is in view has come. */
  get loaded() {
    return this.entries.length > 0 && this.entries.every(({ tileset }) => !tileset.show || tileset.tilesLoaded);
  }
}
