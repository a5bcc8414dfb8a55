/** What the pointer is on: hover, tooltip and selection. */
import { SUBJECTS } from '../layers/index.js';
import { PICK_ORDER } from '../layers/index.js';

const HOVER_AFTER_MS = 80;
const REACH_PX = 4;

const group = (code) => (code.startsWith('pipe') ? 'pipe' : code);
const order = (code) => {
  const at = PICK_ORDER.indexOf(group(code));
  return at < 0 ? PICK_ORDER.length : at;
};
/** Small things win over the bodies behind them; bodies win over the ground by depth, as MapLibre sorts them. */
const MARKERS = new Set(['inc', 'sen', 'fst', 'hyd', 'haz', 'fac', 'pol', 'nod']);

/** @typedef {{collection: string, id: number, properties: any, layer: string, source: string, sourceLayer?: string, lngLat: any}} Hit */

export class Picker extends EventTarget {
  /** @param {import('maplibre-gl').Map} map */
  constructor(map) {
    super();
    this.map = map;
    /** @type {Hit | null} */
    this.hovered = null;
    this.timer = 0;
    /** A tool (placing an incident) takes the next click. @type {((lngLat: any) => void) | null} */
    this.tool = null;
    /** A finger was there last: browsers send mouse events after it. */
    this.touching = false;
    for (const type of ['pointerdown', 'pointermove']) {
      map.getCanvasContainer().addEventListener(type, (event) => { this.touching = /** @type {PointerEvent} */ (event).pointerType === 'touch'; }, { capture: true, passive: true });
    }
    map.on('mousemove', (event) => this.move(event));
    map.on('mouseout', () => this.hover(null, null));
    map.on('movestart', () => this.hover(null, null));
    map.on('click', (event) => this.click(event));
    map.getCanvas().addEventListener('keydown', (event) => {
      if (event.key !== 'Enter' || event.ctrlKey || event.metaKey || event.altKey) return;
      const { clientWidth, clientHeight } = map.getCanvas();
      this.click({ point: { x: clientWidth / 2, y: clientHeight / 2 }, lngLat: map.getCenter() });
    });
    map.on('contextmenu', (event) => this.dispatchEvent(new CustomEvent('context', { detail: event.lngLat })));
  }

  /** @param {{x: number, y: number}} point @returns {Hit | null} */
  at(point) {
    const ids = SUBJECTS.flatMap((s) => s.picks ?? []).filter((id) => this.map.getLayer(id));
    const near = [[point.x - REACH_PX, point.y - REACH_PX], [point.x + REACH_PX, point.y + REACH_PX]];
    const exact = this.map.queryRenderedFeatures([point.x, point.y], { layers: ids });
    const around = this.map.queryRenderedFeatures(/** @type {any} */ (near), {
      layers: ids.filter((id) => MARKERS.has(codeOf(id)) || id.startsWith('pipe')),
    });
    const best = [...around, ...exact]
      .map((found, index) => ({ found, index, rank: order(codeOf(found.layer.id)) }))
      .sort((a, b) => a.rank - b.rank || a.index - b.index)[0]?.found;
    if (!best) return null;
    const subject = SUBJECTS.find((s) => s.picks?.includes(best.layer.id));
    return {
      collection: subject.collection, id: Number(best.id), properties: best.properties, layer: best.layer.id,
      source: best.source, sourceLayer: best.sourceLayer, lngLat: this.map.unproject([point.x, point.y]),
    };
  }

  move(event) {
    clearTimeout(this.timer);
    if (this.tool || this.touching) return;
    this.timer = window.setTimeout(() => this.hover(this.at(event.point), event.point), HOVER_AFTER_MS);
  }

  /** @param {Hit | null} hit @param {any} point */
  hover(hit, point) {
    clearTimeout(this.timer);
    if (this.hovered) this.mark(this.hovered, { hover: false });
    this.hovered = hit;
    if (hit) this.mark(hit, { hover: true });
    this.map.getCanvas().style.cursor = this.tool ? 'crosshair' : hit ? 'pointer' : '';
    this.dispatchEvent(new CustomEvent('hover', { detail: hit ? { ...hit, point } : null }));
  }

  click(event) {
    if (this.tool) {
      const tool = this.tool;
      this.take(null);
      tool(event.lngLat);
      return;
    }
    this.dispatchEvent(new CustomEvent('pick', { detail: this.at(event.point) }));
  }

  /** Give the next click to a tool; null takes it back. @param {((lngLat: any) => void) | null} tool */
  take(tool) {
    this.tool = tool;
    this.map.getCanvas().style.cursor = tool ? 'crosshair' : '';
  }

  /** @param {Pick<Hit, 'source' | 'sourceLayer' | 'id'>} hit @param {any} state */
  mark({ source, sourceLayer, id }, state) {
    if (!Number.isFinite(id) || !this.map.getSource(source)) return;
    this.map.setFeatureState({ source, ...(sourceLayer ? { sourceLayer } : {}), id }, state);
  }
}

const codeOf = (id) => SUBJECTS.find((s) => s.picks?.includes(id))?.code ?? id;
