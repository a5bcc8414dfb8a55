/**
 * A committed change reaches the 3D view: contents that are others by now expire, so that Cesium draws the
 * old one until the new one has come. Where the tree of tiles itself is another, the tileset is replaced.
 */
import { JulianDate, Math as Angle } from 'cesium';
import { overlap } from '../tilecover.js';
import { DEGREE_M } from './view.js';

/** Collections whose rows a tileset draws. */
const CITY = new Set(['building', 'building_part', 'building_summary']);
const OBJECTS = new Set(['element', 'opening', 'equipment']);
const ROOMS = new Set(['space']);
/** A burst of edits is one; the feed of the server has gathered a tenth of a second of them already. */
const GATHER_MS = 30;
/** So long nothing must have been edited before what is not drawn is looked at. */
const QUIET_MS = 2000;
/** So long at most, while edits go on. */
const PATIENT_MS = 6000;
/** A content that comes so long after an edit may have been asked for before it. */
const RECENT_MS = 30_000;
/** So many places of recent edits are told apart; of more, it is anywhere. */
const RECENT_MOST = 200;
/** So long the new tiles may take before the old ones go anyway, and an answer before it counts as none. */
const PATIENCE_MS = 8000;
/** How often it is looked whether an expired content has come. */
const LOOK_MS = 60;

/** @typedef {import('./tilesets.js').Entry} Entry @typedef {import('../tilecover.js').Box} Box */

export class Freshness {
  /** @param {import('./scene.js').Scene} scene */
  constructor(scene) {
    this.scene = scene;
    /** Contents that are in memory. @type {Map<Entry, Set<any>>} */
    this.tiles = new Map();
    /** Tag of every document of the tree of a tileset when it was read. @type {Map<Entry, Map<string, string | null>>} */
    this.trees = new Map();
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
    /** Tilesets whose successor is on its way. @type {Set<Entry>} */
    this.replacing = new Set();
    this.timer = 0;
    this.quiet = 0;
    this.hiddenSince = 0;
    this.busy = false;
    /** Contents asked for anew, for tests. */
    this.count = 0;
    /** The picture each content was last drawn in: what is refined stays in memory, and is not drawn. @type {WeakMap<any, number>} */
    this.drawn = new WeakMap();
    this.pictures = 0;
    scene.widget.scene.postRender.addEventListener(() => { this.pictures += 1; });
  }

  /** @param {Entry} entry */
  added(entry) {
    const held = new Set();
    this.tiles.set(entry, held);
    entry.tileset.tileVisible.addEventListener((tile) => this.drawn.set(tile, this.pictures));
    entry.tileset.tileLoad.addEventListener((tile) => {
      held.add(tile);
      this.came(entry, tile);
    });
    entry.tileset.tileUnload.addEventListener((tile) => held.delete(tile));
    void this.remember(entry);
    entry.tileset.initialTilesLoaded.addEventListener(() => void this.remember(entry));
  }

  /** @param {Entry} entry */
  removed(entry) {
    for (const kept of [this.tiles, this.trees, this.waiting, this.hidden, this.recent]) kept.delete(entry);
  }

  /** The documents as they were read: the browser still has them. @param {Entry} entry */
  async remember(entry) {
    if (!this.tiles.has(entry)) return;
    const known = this.trees.get(entry) ?? new Map();
    this.trees.set(entry, known);
    for (const [url, tag] of await tags(this.documents(entry).filter((one) => !known.has(one)), 'force-cache')) known.set(url, tag);
  }

  /** Documents of the tree of a tileset that were read: the first, and the subtrees its tiles stand for. @param {Entry} entry @returns {string[]} paths */
  documents(entry) {
    const subtrees = [...(this.tiles.get(entry) ?? [])].map((tile) => tile.content?.url).filter((url) => url?.includes('/subtrees/'));
    return [...new Set([entry.url, ...subtrees].map((url) => new URL(url, window.location.href).pathname))];
  }

  /** @param {Record<string, Box[]>} touched collection -> boxes in degrees; none: anywhere */
  touched(touched) {
    for (const entry of this.scene.tilesets.entries) {
      if (entry.moment !== null) continue;
      const reads = entry.model === null ? CITY : entry.rooms ? ROOMS : OBJECTS;
      const boxes = Object.entries(touched).filter(([name]) => reads.has(name)).flatMap(([, found]) => (found.length ? found : [[-180, -90, 180, 90]]));
      if (boxes.length) {
        this.wait(entry, /** @type {Box[]} */ (boxes));
        this.note(entry, /** @type {Box[]} */ (boxes));
      }
    }
    this.soon();
  }

  /** @param {Entry} entry @param {Box[]} boxes */
  wait(entry, boxes) {
    this.waiting.set(entry, [...(this.waiting.get(entry) ?? []), ...boxes]);
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
      void this.draw(entry.tileset);
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
    this.soon();
  }

  soon() {
    if (this.waiting.size && !this.timer) this.timer = window.setTimeout(() => { this.timer = 0; void this.renew(); }, GATHER_MS);
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
        const tree = this.differs(entry);
        const tiles = await this.others(seen);
        if (tiles.length) this.expire(entry, tiles);
        if (await tree) void this.replace(entry);
        else this.later(entry, near.filter((tile) => !seen.includes(tile)));
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
    return (this.drawn.get(tile) ?? -2) >= this.pictures - 1;
  }

  /**
   * Those contents that are others by now. A touched square holds many contents of which an edit
   * changes few, and a picture with all of them anew takes long to draw.
   * @param {any[]} tiles @returns {Promise<any[]>}
   */
  async others(tiles) {
    const urls = tiles.map((tile) => new URL(tile.content.url, window.location.href).href);
    // the browser still has what is drawn; what it has no more is taken for changed
    const drawn = await tags(urls, 'only-if-cached');
    const now = await tags(urls, 'no-cache', drawn);
    return tiles.filter((_, index) => !drawn.get(urls[index]) || drawn.get(urls[index]) !== now.get(urls[index]));
  }

  /** What is in memory and not drawn is asked about in the next quiet moment. @param {Entry} entry @param {any[]} tiles */
  later(entry, tiles) {
    const kept = this.hidden.get(entry) ?? new Set();
    for (const tile of tiles) kept.add(tile);
    if (kept.size) this.hidden.set(entry, kept);
    if (!this.hidden.size) return;
    this.hiddenSince ||= Date.now();
    window.clearTimeout(this.quiet);
    this.quiet = window.setTimeout(() => void this.catchUp(), QUIET_MS);
    // where edits never pause, nothing would ever be quiet
    if (Date.now() - this.hiddenSince > PATIENT_MS) void this.catchUp();
  }

  async catchUp() {
    this.hiddenSince = 0;
    const concerned = [...this.hidden];
    this.hidden.clear();
    await Promise.all(concerned.map(async ([entry, tiles]) => {
      const held = (tile) => Boolean(this.tiles.get(entry)?.has(tile));
      const found = (await this.others([...tiles].filter(held))).filter(held);
      if (found.length) this.expire(entry, found);
    }));
  }

  /** Ask for contents anew. @param {Entry} entry @param {any[]} tiles */
  expire(entry, tiles) {
    this.expireNow(tiles);
    this.count += tiles.length;
    void this.draw(entry.tileset);
  }

  /**
   * Cesium asks for them anew when it next meets them. While one is on its way it would take the answer,
   * older than the edit, for what was asked for, and forget that it was to ask.
   * @param {any[]} tiles
   */
  expireNow(tiles) {
    const before = JulianDate.addSeconds(JulianDate.now(), -1, new JulianDate());
    for (const tile of tiles) {
      this.asked.set(tile, Date.now());
      if (tile.contentReady || tile.contentExpired) tile.expireDate = JulianDate.clone(before);
      else this.owed.add(tile);
    }
  }

  /**
   * Draw until what is in view has come: Cesium asks for contents, and takes them in, only while it draws.
   * @param {import('cesium').Cesium3DTileset} tileset
   */
  async draw(tileset) {
    const { scene } = this.scene.widget;
    const until = Date.now() + PATIENCE_MS;
    let pictures = 0;
    const stop = scene.postRender.addEventListener(() => { pictures += 1; });
    while (Date.now() < until && !(pictures > 1 && (tileset.isDestroyed() || tileset.tilesLoaded))) {
      scene.requestRender();
      await new Promise((resolve) => { window.setTimeout(resolve, LOOK_MS); });
    }
    stop();
    scene.requestRender();
  }

  /** Whether the tree of tiles is another. @param {Entry} entry */
  async differs(entry) {
    await this.remember(entry); // what was read since
    const known = this.trees.get(entry);
    if (!known || this.replacing.has(entry)) return false; // shown no more, or not for long
    const now = await tags([...known.keys()], 'no-cache');
    return this.trees.has(entry) && [...known].some(([url, tag]) => tag !== now.get(url));
  }

  /** All of it anew, because its tree is another. @param {Entry} entry */
  async replace(entry) {
    const { tilesets } = this.scene;
    this.replacing.add(entry);
    try {
      const next = await tilesets.again(entry).catch(() => null);
      // The server is not there, or the view has gone on. When the connection is back, all is read again.
      if (!next) return;
      await this.draw(next.tileset);
      tilesets.remove(entry);
      this.scene.update();
    } finally {
      this.replacing.delete(entry);
    }
  }
}

/**
 * What documents are, by their `ETag`.
 * @param {string[]} urls @param {RequestCache} cache
 * @param {Map<string, string | null>} [known] the rest is read to its end, or the browser would not keep it
 * @returns {Promise<Map<string, string | null>>} null where there is none
 */
async function tags(urls, cache, known) {
  const found = await Promise.all(urls.map(async (url) => {
    try {
      const answer = await fetch(url, { cache, mode: 'same-origin', signal: AbortSignal.timeout(PATIENCE_MS) });
      const tag = answer.ok ? answer.headers.get('etag') : null;
      if (known && known.get(url) !== tag) await answer.arrayBuffer();
      return tag;
    } catch {
      return null; // not kept, or not reached
    }
  }));
  return new Map(urls.map((url, index) => [url, found[index]]));
}

/** Box around a sphere of geocentric metres, degrees. @returns {Box} */
function extent({ center: { x, y, z }, radius }) {
  const lat = Math.atan2(z, Math.hypot(x, y) * 0.99331);
  const [north, east] = [radius / DEGREE_M, radius / (DEGREE_M * Math.cos(lat))];
  const [lon_deg, lat_deg] = [Angle.toDegrees(Math.atan2(y, x)), Angle.toDegrees(lat)];
  return [lon_deg - east, lat_deg - north, lon_deg + east, lat_deg + north];
}
