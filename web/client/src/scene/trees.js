/** The tree of a tileset: where it is another by now, or a tile of it could not be fetched, the tileset is replaced. */
import { tags } from './etags.js';

/** So long the new tiles may take before the old ones go anyway. */
const PATIENCE_MS = 8000;
/** What could not be fetched is asked for again after so long, and after twice that the next time. */
const RETRY_MS = 2000;
const RETRY_MOST_MS = 60_000;

/** @typedef {import('./tilesets.js').Entry} Entry */

export class Trees {
  /** @param {import('./scene.js').Scene} scene @param {Map<Entry, Set<any>>} tiles contents that are in memory */
  constructor(scene, tiles) {
    this.scene = scene;
    this.tiles = tiles;
    /** Tag of every document of the tree when it was read. @type {Map<Entry, Map<string, import('./etags.js').Tag>>} */
    this.known = new Map();
    /** Trees that are being looked at, and whether to look again: something changed meanwhile. @type {Map<Entry, boolean>} */
    this.looks = new Map();
    /** Tilesets whose successor is on its way. @type {Set<Entry>} */
    this.replacing = new Set();
    /** Tilesets a tile of which failed, by what they show: when they are asked for anew. @type {Map<string, {wait_ms: number, timer: number}>} */
    this.failures = new Map();
  }

  /** @param {Entry} entry */
  added(entry) {
    void this.remember(entry);
    entry.tileset.initialTilesLoaded.addEventListener(() => void this.remember(entry));
    entry.tileset.tileFailed.addEventListener(() => this.failed(entry));
    entry.tileset.allTilesLoaded.addEventListener(() => { if (!this.failures.get(shows(entry))?.timer) this.failures.delete(shows(entry)); });
  }

  /** @param {Entry} entry */
  removed(entry) {
    this.known.delete(entry);
  }

  /** The documents as they were read: the browser still has them. @param {Entry} entry */
  async remember(entry) {
    if (!this.tiles.has(entry)) return;
    const known = this.known.get(entry) ?? new Map();
    this.known.set(entry, known);
    for (const [url, tag] of await tags(this.documents(entry).filter((one) => !known.has(one)), 'force-cache')) {
      if (tag !== undefined) known.set(url, tag);
    }
  }

  /** Documents of the tree as they were asked for: the first, and the subtrees its tiles stand for. @param {Entry} entry @returns {string[]} */
  documents(entry) {
    const subtrees = [...(this.tiles.get(entry) ?? [])].map((tile) => tile.content?.url).filter((url) => url?.includes('/subtrees/'));
    return [...new Set([entry.tileset.resource.url, ...subtrees].map((url) => new URL(url, window.location.href).href))];
  }

  /** Something of it changed: replace it if its tree is another by now. @param {Entry} entry */
  async look(entry) {
    if (this.looks.has(entry)) {
      this.looks.set(entry, true);
      return;
    }
    do {
      this.looks.set(entry, false);
      if (await this.differs(entry)) void this.replace(entry);
    } while (this.looks.get(entry));
    this.looks.delete(entry);
  }

  /** @param {Entry} entry */
  async differs(entry) {
    await this.remember(entry); // what was read since
    const known = this.known.get(entry);
    // shown no more, or not for long: its successor is looked at when it has come
    if (!known || this.replacing.has(entry)) return false;
    const now = await tags([...known.keys()], 'no-cache');
    return this.known.has(entry) && [...known].some(([url, tag]) => now.get(url) !== undefined && tag !== now.get(url));
  }

  /** All of it anew. @param {Entry} entry */
  async replace(entry) {
    if (this.replacing.has(entry)) return;
    const { tilesets } = this.scene;
    this.replacing.add(entry);
    try {
      const next = await tilesets.again(entry);
      if (!next) return; // the view has gone on
      await this.whole(next.tileset);
      tilesets.remove(entry);
      this.scene.update();
      // what changed between its first document and now was told to the old one
      void this.look(next);
    } catch {
      this.failed(entry);
    } finally {
      this.replacing.delete(entry);
    }
  }

  /** Until all that is in view has come. @param {import('cesium').Cesium3DTileset} tileset */
  async whole(tileset) {
    const { pictures } = this.scene;
    pictures.await([tileset]);
    await new Promise((resolve) => {
      const timer = window.setTimeout(resolve, PATIENCE_MS);
      const stop = tileset.allTilesLoaded.addEventListener(() => { window.clearTimeout(timer); stop(); resolve(undefined); });
    });
    pictures.came(tileset);
  }

  /**
   * Cesium never asks again for what it could not fetch, and draws nothing there: a block would be
   * missing until the page is opened anew.
   * @param {Entry} entry
   */
  failed(entry) {
    const { tilesets } = this.scene;
    const key = shows(entry);
    const failure = this.failures.get(key) ?? { wait_ms: RETRY_MS, timer: 0 };
    if (failure.timer) return;
    failure.timer = window.setTimeout(() => {
      failure.timer = 0;
      failure.wait_ms = Math.min(failure.wait_ms * 2, RETRY_MOST_MS);
      const shown = tilesets.entries.find((one) => shows(one) === key);
      if (shown) void this.replace(shown);
      else this.failures.delete(key);
    }, failure.wait_ms);
    this.failures.set(key, failure);
  }
}

/** What a tileset and its successors show. @param {Entry} entry */
const shows = ({ url, moment, only }) => [url, moment, only].join(' ');
