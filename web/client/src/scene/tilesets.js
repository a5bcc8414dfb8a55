/** The tilesets of the 3D view, and the style that asks every tool feature by feature. */
import { Cesium3DTileset, Cesium3DTileStyle, Color } from 'cesium';

/**
 * One tileset on the screen.
 * @typedef {object} Entry
 * @property {import('cesium').Cesium3DTileset} tileset
 * @property {number | null} model id of the building model; null: the whole city
 * @property {number | null} building id of the building the model shows
 * @property {boolean} rooms whether these are the rooms of a model
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
    const found = await Promise.all(wanted.map(async ({ url, ...entry }) => {
      const { pathname } = new URL(url);
      const tileset = await Cesium3DTileset.fromUrl(moment ? `${pathname}?datetime=${moment}` : pathname, {
        maximumScreenSpaceError: ERROR_PX,
        environmentMapOptions: { enabled: false }, // the sky of Cesium's own sun would darken the city at night
      });
      return { ...entry, tileset };
    }));
    if (round !== this.round) {
      for (const { tileset } of found) tileset.destroy();
      return;
    }
    const { primitives } = this.scene.widget.scene;
    for (const { tileset } of this.entries) primitives.remove(tileset);
    this.entries = found;
    for (const entry of found) {
      entry.tileset.style = this.style(entry);
      primitives.add(entry.tileset);
      for (const tool of this.scene.tools) tool.added?.(entry);
    }
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
