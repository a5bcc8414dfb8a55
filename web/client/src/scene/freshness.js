/**
 * A committed change reaches the 3D view: contents that are others by now expire, so that Cesium draws the
 * old one until the new one has come. Where the tree of tiles itself is another, `trees.js` replaces the tileset.
 */
import { JulianDate, Math as Angle } from 'cesium';
import { overlap } from '../tilecover.js';
import { tags } from './etags.js';
import { Trees } from './trees.js';
import { DEGREE_M } from './view.js';

/** Collections whose rows a tileset draws. */
const CITY = new Set(['building', 'building_part', 'building_summary']);
const OBJECTS = new Set(['element', 'opening', 'equipment']);
const ROOMS = new Set(['space']);
/** A burst of edits is one; the feed of the server has gathered a tenth of a second of them already. */
const GATHER_MS = 30;
/** So long after an answer that did not come it is asked again. */
const RETRY_MS = 1000;
/** So long nothing must have been edited before what is not drawn is asked for anew: each of them costs a picture. */
const QUIET_MS = 5000;
/** So many of them at a time. */
const AT_ONCE = 2;
/** A content that comes so long after an edit may have been asked for before it. */
const RECENT_MS = 30_000;
/** So many places of recent edits are told apart; of more, it is anywhere. */
const RECENT_MOST = 200;

/** @typedef {import('./tilesets.js').Entry} Entry @typedef {import('../tilecover.js').Box} Box */

export class Freshness {
  /** @param {import('./scene.js').Scene} scene */
  constructor(scene) {
    this.scene = scene;
    /** Contents that are in memory. @type {Map<Entry, Set<any>>} */
    this.tiles = new Map();
    this.trees = new Trees(scene, this.tiles);
    /** @type {Map<Entry, Box[]>} */
    this.waiting = new Map();
    /** Contents in memory that an edit may have changed and that are not drawn. @type {Map<Entry, Set<any>>} */
    this.hidden = new Map();
    /** Where edits were lately. @type {Map<Entry, {box: Box, at: number}[]>} */
    this.recent = new Map();
    /** Contents that were edited while they were on their way: what comes is older. @type {WeakSet<any>} */
    this.owed = new WeakSet();
    /** When each content was last asked for anew: after the edits before. @type {WeakMap<any, number>} */
    this.asked = new WeakMap();
    this.timer = 0;
    this.quiet = 0;
    this.busy = false;
    /** Contents asked for anew, for tests. */
    this.count = 0;
    /** The picture each content was last drawn in: what is refined stays in memory, and is not drawn. @type {WeakMap<any, number>} */
    this.drawn = new WeakMap();
  }

  /** @param {Entry} entry */
  added(entry) {
    const held = new Set();
    const { tileset } = entry;
    this.tiles.set(entry, held);
    tileset.tileVisible.addEventListener((tile) => {
      this.drawn.set(tile, this.scene.pictures.count);
      if (this.hidden.get(entry)?.delete(tile)) this.wait(entry, [extent(tile.boundingSphere)]);
    });
    tileset.tileLoad.addEventListener((tile) => {
      held.add(tile);
      this.scene.pictures.came(tile);
      this.came(entry, tile);
    });
    tileset.tileUnload.addEventListener((tile) => {
      held.delete(tile);
      this.scene.pictures.came(tile);
    });
    this.trees.added(entry);
  }

  /** @param {Entry} entry */
  removed(entry) {
    for (const kept of [this.tiles, this.waiting, this.hidden, this.recent]) kept.delete(entry);
    this.trees.removed(entry);
  }

  /** @param {Record<string, Box[]>} touched collection -> boxes in degrees; none: anywhere */
  touched(touched) {
    for (const entry of this.scene.tilesets.entries) {
      if (entry.moment !== null) continue;
      const reads = entry.model === null ? CITY : entry.rooms ? ROOMS : OBJECTS;
      const boxes = Object.entries(touched).filter(([name]) => reads.has(name)).flatMap(([, found]) => (found.length ? found : [[-180, -90, 180, 90]]));
      if (boxes.length) {
        this.note(entry, /** @type {Box[]} */ (boxes));
        this.wait(entry, /** @type {Box[]} */ (boxes));
      }
    }
  }

  /** What is within boxes is asked about soon. @param {Entry} entry @param {Box[]} boxes @param {number} [within_ms] */
  wait(entry, boxes, within_ms = GATHER_MS) {
    this.waiting.set(entry, [...(this.waiting.get(entry) ?? []), ...boxes]);
    this.soon(within_ms);
  }

  /** Remember where an edit was. @param {Entry} entry @param {Box[]} boxes */
  note(entry, boxes) {
    const at = Date.now();
    const noted = [...(this.recent.get(entry) ?? []).filter((one) => at - one.at < RECENT_MS), ...boxes.map((box) => ({ box, at }))];
    this.recent.set(entry, noted.length > RECENT_MOST ? [{ box: [-180, -90, 180, 90], at }] : noted);
  }

  /** A content has come. @param {Entry} entry @param {any} tile */
  came(entry, tile) {
    if (this.owed.delete(tile)) {
      this.expireNow([tile]);
      return;
    }
    const now = Date.now();
    const since = Math.max(now - RECENT_MS, this.asked.get(tile) ?? 0);
    const noted = this.recent.get(entry)?.filter((one) => one.at > since);
    if (!noted?.length || !tile.content?.featuresLength) return;
    const around = extent(tile.boundingSphere);
    if (!noted.some(({ box }) => overlap(box, around))) return;
    // it was asked for before the edit, perhaps
    this.wait(entry, [around]);
  }

  soon(within_ms = GATHER_MS) {
    if (this.waiting.size && !this.timer) this.timer = window.setTimeout(() => { this.timer = 0; void this.renew(); }, within_ms);
  }

  async renew() {
    if (this.busy) return;
    this.busy = true;
    const concerned = [...this.waiting];
    this.waiting.clear();
    try {
      await Promise.all(concerned.map(async ([entry, boxes]) => {
        const near = this.within(entry, boxes);
        const seen = near.filter((tile) => this.sees(tile));
        // what is drawn comes first; what stands for it farther away is asked about when nobody waits
        this.later(entry, near.filter((tile) => !seen.includes(tile)));
        await this.ask(entry, seen);
        void this.trees.look(entry);
      }));
    } finally {
      this.busy = false;
      this.soon();
    }
  }

  /** Contents in memory within boxes. @param {Entry} entry @param {Box[]} boxes @returns {any[]} */
  within(entry, boxes) {
    // what holds no features is a place in the tree
    return [...(this.tiles.get(entry) ?? [])]
      .filter((tile) => tile.content?.featuresLength && boxes.some((box) => overlap(box, extent(tile.boundingSphere))));
  }

  /** Whether a content is in the last picture. */
  sees(tile) {
    return (this.drawn.get(tile) ?? -2) >= this.scene.pictures.count - 1;
  }

  /**
   * Those contents that are others by now expire. A touched square holds many contents of which an edit
   * changes few, and a picture with all of them anew takes long to draw.
   * @param {Entry} entry @param {any[]} tiles
   */
  async ask(entry, tiles) {
    const urls = tiles.map((tile) => new URL(tile.content.url, window.location.href).href);
    // the browser still has what is drawn; what it has no more is taken for changed
    const drawn = await tags(urls, 'only-if-cached');
    const now = await tags(urls, 'no-cache', drawn);
    const held = this.tiles.get(entry);
    if (!held) return;
    const unsure = tiles.filter((tile, index) => held.has(tile) && now.get(urls[index]) === undefined);
    if (unsure.length) this.wait(entry, unsure.map((tile) => extent(tile.boundingSphere)), RETRY_MS);
    this.expire(tiles.filter((tile, index) => held.has(tile) && !unsure.includes(tile) && (!drawn.get(urls[index]) || drawn.get(urls[index]) !== now.get(urls[index]))));
  }

  /** What is in memory and not drawn is asked about in the next quiet moment, or when it is drawn. @param {Entry} entry @param {any[]} tiles */
  later(entry, tiles) {
    const kept = this.hidden.get(entry) ?? new Set();
    for (const tile of tiles) kept.add(tile);
    if (kept.size) this.hidden.set(entry, kept);
    if (!this.hidden.size) return;
    window.clearTimeout(this.quiet);
    this.quiet = window.setTimeout(() => void this.catchUp(), QUIET_MS);
  }

  /** A few at a time: an edit of what is drawn must find a connection free. */
  async catchUp() {
    const concerned = [...this.hidden];
    this.hidden.clear();
    for (const [entry, tiles] of concerned) {
      const left = [...tiles];
      while (left.length && !this.waiting.size) {
        await this.ask(entry, left.splice(0, AT_ONCE).filter((tile) => this.tiles.get(entry)?.has(tile)));
      }
      if (left.length) this.later(entry, left);
    }
  }

  /** Ask for contents anew. @param {any[]} tiles */
  expire(tiles) {
    this.count += tiles.length;
    this.expireNow(tiles);
  }

  /**
   * Cesium asks for them anew in the next round of its loop that meets them. While one is on its way it would
   * take the answer, older than the edit, for what was asked for, and forget that it was to ask.
   * @param {any[]} tiles
   */
  expireNow(tiles) {
    const before = JulianDate.addSeconds(JulianDate.now(), -1, new JulianDate());
    for (const tile of tiles) {
      this.asked.set(tile, Date.now());
      if (tile.contentReady || tile.contentExpired) tile.expireDate = JulianDate.clone(before);
      else this.owed.add(tile);
    }
    this.scene.pictures.await(tiles);
  }
}

/** Box around a sphere of geocentric metres, degrees. @returns {Box} */
function extent({ center: { x, y, z }, radius }) {
  const lat = Math.atan2(z, Math.hypot(x, y) * 0.99331);
  const [north, east] = [radius / DEGREE_M, radius / (DEGREE_M * Math.cos(lat))];
  const [lon_deg, lat_deg] = [Angle.toDegrees(Math.atan2(y, x)), Angle.toDegrees(lat)];
  return [lon_deg - east, lat_deg - north, lon_deg + east, lat_deg + north];
}
