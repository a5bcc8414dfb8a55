/** A committed change reaches the map: fetch again just the tiles it touched. */
import { tilesOf } from '../tilecover.js';
import { VECTOR, sourceOf } from './sources.js';

const AGAIN_MS = 700;

/** Collections whose rows colour buildings without being drawn themselves. */
const SHOWN_ON = { building_summary: 'building', unit: 'building', storey: 'space' };

export class Refresher {
  /** @param {import('maplibre-gl').Map} map */
  constructor(map) {
    this.map = map;
    /** Tiles asked for again, for tests. */
    this.count = 0;
    /** Whether another view hides the map: it draws nothing for nobody then, and catches up when it is seen again. */
    this.away = false;
    /** Sources of which something changed meanwhile. @type {Set<string>} */
    this.missed = new Set();
  }

  /** Another view hides the map, or gives it back. @param {boolean} away */
  hide(away) {
    this.away = away;
    if (away) return;
    for (const source of this.missed) if (this.map.getSource(source)) this.map.refreshTiles(source);
    this.missed.clear();
  }

  /** @param {Record<string, import('../tilecover.js').Box[]>} touched collection -> boxes in degrees */
  touched(touched) {
    const bounds = this.map.getBounds();
    /** @type {import('../tilecover.js').Box} */
    const view = [bounds.getWest(), bounds.getSouth(), bounds.getEast(), bounds.getNorth()];
    /** @type {Map<string, import('../tilecover.js').Box[]>} */
    const bySource = new Map();
    for (const [collection, boxes] of Object.entries(touched)) {
      const source = sourceOf(SHOWN_ON[collection] ?? collection);
      if (source) bySource.set(source, [...(bySource.get(source) ?? []), ...boxes]);
    }
    for (const [source, boxes] of bySource) {
      if (this.away) this.missed.add(source);
      else this.refresh(source, boxes, view);
    }
  }

  refresh(source, boxes, view) {
    const held = this.map.getSource(source);
    if (!held) return;
    const { minzoom = 0, maxzoom = 17 } = /** @type {any} */ (held);
    const deepest = Math.min(maxzoom, Math.ceil(this.map.getZoom()) + 1);
    const tiles = tilesOf(boxes, view, Math.max(minzoom, deepest - 6), deepest);
    if (!tiles.length) return;
    // A tile on its way now may have been made before the change, and MapLibre skips it: ask once more.
    const loading = !this.map.isSourceLoaded(source);
    this.map.refreshTiles(source, tiles);
    this.count += tiles.length;
    if (loading) window.setTimeout(() => this.map.refreshTiles(source, tiles), AGAIN_MS);
  }

  /** Something was missed: everything again. */
  all() {
    for (const source of Object.keys(VECTOR)) this.missed.add(source);
    if (!this.away) this.hide(false);
  }
}
