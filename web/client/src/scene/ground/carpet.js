/** What lies on the ground of the 3D view: our vector tiles painted in the colours of the map. */
import { Event as CesiumEvent, WebMercatorTilingScheme } from 'cesium';
import { PbfReader } from 'pbf';
import { VectorTile } from '@mapbox/vector-tile';
import { contourUrl, tileUrl, VECTOR } from '../../map/sources.js';
import { tilesOf } from '../../tilecover.js';
import { lineage } from './elevation.js';
import { outlined, paint, PICTURE_PX, SUBJECTS_OF } from './paint.js';

/** Painted down to here, so that kerbs are sharp beside a building. */
const DEEPEST = 19;
/** Deepest tile asked for: to a quarter of a metre it says all there is, and the deeper ones are cut out of it. */
const ASKED = 15;
const SHALLOWEST = 9;
const KEPT = 160;

/** An imagery provider of Cesium. */
export class Carpet {
  /** @param {import('../scene.js').Parts} parts */
  constructor(parts) {
    this.parts = parts;
    this.tilingScheme = new WebMercatorTilingScheme();
    this.rectangle = this.tilingScheme.rectangle;
    this.tileWidth = PICTURE_PX;
    this.tileHeight = PICTURE_PX;
    this.minimumLevel = 0;
    this.maximumLevel = DEEPEST;
    this.errorEvent = new CesiumEvent();
    this.hasAlphaChannel = false;
    this.tileDiscardPolicy = undefined;
    this.credit = undefined;
    this.proxy = undefined;
    /** Set by the globe: asks for every picture again and keeps the old ones until they come. @type {(() => void) | undefined} */
    this._reload = undefined;
    /** Takes every picture away at once: light ones would glare in the dark city until the last new one has come. */
    this.bare = () => {};
    /** Decoded tiles by address, the ones used last. @type {Map<string, Promise<any>>} */
    this.held = new Map();
    this.look = this.describe();
    /** Tiles asked of the server, for tests. */
    this.asked = 0;
  }

  getTileCredits() {
    return [];
  }

  pickFeatures() {
    return undefined;
  }

  /** All that the picture depends on. */
  describe() {
    const { palette, shown, clock } = this.parts;
    const now = shown();
    const codes = Object.entries(SUBJECTS_OF).flatMap(([source, all]) => (source in VECTOR || this.parts.terrain ? all : [])).filter((code) => now.has(code));
    return { palette: palette(), asOf: clock.asOf, shown: codes.map((code) => /** @type {[string, number]} */ ([code, now.get(code)])) };
  }

  /** The state says something else: paint anew if it shows. */
  update() {
    const before = this.look;
    this.look = this.describe();
    if (before.asOf !== this.look.asOf) this.held.clear();
    if (before.palette !== this.look.palette) this.bare();
    else if (JSON.stringify(before) !== JSON.stringify(this.look)) this._reload?.();
  }

  /** A change was committed: ask again for what it touched. @param {Record<string, import('../../tilecover.js').Box[]>} touched collection -> boxes in degrees */
  touched(touched) {
    let changed = false;
    for (const source of Object.keys(VECTOR)) {
      for (const [key] of this.held) {
        const [kept, z, x, y] = key.split('/');
        if (kept !== source) continue;
        const boxes = Object.entries(touched).filter(([name]) => tileUrl(source, null).split('/tiles/')[1].split('/')[0].split(',').includes(name)).flatMap(([, b]) => b);
        if (!tilesOf(boxes, [-180, -85, 180, 85], Number(z), Number(z)).some((t) => t.x === Number(x) && t.y === Number(y))) continue;
        this.held.delete(key);
        changed ||= source in SUBJECTS_OF;
      }
    }
    if (changed) this._reload?.();
  }

  /** Something was missed: everything again. */
  all() {
    this.held.clear();
    this._reload?.();
  }

  /** @param {number} x @param {number} y @param {number} level @returns {Promise<HTMLCanvasElement>} */
  async requestImage(x, y, level) {
    const canvas = document.createElement('canvas');
    canvas.width = PICTURE_PX;
    canvas.height = PICTURE_PX;
    const pen = /** @type {CanvasRenderingContext2D} */ (canvas.getContext('2d'));
    const { look } = this;
    const from = lineage(x, y, level, ASKED);
    const wanted = level < SHALLOWEST ? [] : Object.keys(SUBJECTS_OF).filter((source) => look.shown.some(([code]) => SUBJECTS_OF[source].includes(code)));
    const layers = Object.assign({}, ...(await Promise.all(wanted.map((source) => this.tile(source, from)))));
    const middle = this.tilingScheme.tileXYToRectangle(x, y, level);
    paint(pen, layers, {
      level, palette: look.palette, shown: new Map(look.shown),
      lat: ((middle.north + middle.south) / 2) * (180 / Math.PI), ...from,
    });
    return canvas;
  }

  /** @returns {Promise<Record<string, import('./paint.js').Drawn[]>>} what is to be drawn, by layer */
  tile(source, { x, y, z }) {
    const key = `${source}/${z}/${x}/${y}`;
    const found = this.held.get(key) ?? this.fetch(source, x, y, z).catch((error) => { this.held.delete(key); throw error; });
    this.held.delete(key);
    this.held.set(key, found);
    if (this.held.size > KEPT) this.held.delete(/** @type {string} */ (this.held.keys().next().value));
    return found;
  }

  async fetch(source, x, y, z) {
    this.asked += 1;
    const address = source in VECTOR ? tileUrl(source, this.look.asOf) : contourUrl(this.parts.terrain.name);
    const url = address.replace('{z}', String(z)).replace('{x}', String(x)).replace('{y}', String(y));
    const answer = await fetch(url);
    if (answer.status === 204 || answer.status === 404) return {};
    if (!answer.ok) throw new Error(`${url}: ${answer.status}`);
    const { layers } = new VectorTile(new PbfReader(new Uint8Array(await answer.arrayBuffer())));
    return Object.fromEntries(Object.entries(layers).map(([name, layer]) => [name, outlined(layer)]));
  }
}
