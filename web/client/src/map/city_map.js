/**
 * The map as a view of the state: builds it once, then brings it up to date on every change.
 */
import * as maplibregl from 'maplibre-gl';
import { codesOf } from '../codes.js';
import { lang } from '../i18n.js';
import { parseLayers } from '../layer_param.js';
import { cloudColour } from '../layers/cloud.js';
import { styleLayers, usualLayers } from '../layers/index.js';
import { FONTS } from '../layers/text.js';
import { PALETTES } from '../palette.js';
import { colourFor, scale } from '../scales.js';
import { Camera, HOME } from './camera.js';
import { addIcons } from './icons.js';
import { hydrantExpression } from './hydrant_icon.js';
import { Picker } from './pick.js';
import { Refresher } from './refresh.js';
import { sensorFilter } from './sensor_filter.js';
import { restyle } from './restyle.js';
import { canDrawRelief } from './strength.js';
import { VECTOR, sources, tileUrl } from './sources.js';

const MAX_PITCH = 80;
const FLASH_MS = 2500;

export class CityMap extends EventTarget {
  /**
   * @param {HTMLElement} container
   * @param {{state: import('../state.js').State, clock: import('../clock.js').Clock, layers: any[], terrain: any, clouds: any[], theme: () => 'light' | 'dark', selection: any, test: boolean}} parts
   */
  constructor(container, parts) {
    super();
    Object.assign(this, parts);
    /** @type {import('../state.js').State} */
    this.state = parts.state;
    /** @type {import('../clock.js').Clock} */
    this.clock = parts.clock;
    this.selection = parts.selection;
    this.theme = parts.theme;
    this.terrain = parts.terrain;
    /** @type {any[]} */
    this.clouds = parts.clouds;
    this.marked = null;
    /** State by the sensors inside, by building id. @type {Map<number, string>} */
    this.states = new Map();
    this.relief = canDrawRelief();
    const start = this.state.camera ?? HOME;
    this.context = this.describe();
    this.drawn = styleLayers(this.context);
    this.map = new maplibregl.Map({
      container,
      style: this.style(parts.layers),
      center: [start.lon, start.lat],
      zoom: start.zoom,
      pitch: this.context.dim === 2 ? 0 : start.pitch,
      bearing: start.bearing,
      maxPitch: MAX_PITCH,
      minZoom: 9,
      // cut smaller, a tile would keep less around it than half the width of a road
      zoomLevelsToOverscale: undefined,
      maxZoom: 20,
      attributionControl: false,
      localIdeographFontFamily: FONTS,
      fadeDuration: parts.test ? 0 : 200,
      canvasContextAttributes: { antialias: true, preserveDrawingBuffer: parts.test },
      maxTileCacheSize: 300,
      keyboard: true,
    });
    addIcons(this.map);
    this.camera = new Camera(this.map, this.state);
    this.picker = new Picker(this.map);
    this.refresher = new Refresher(this.map);
    this.map.on('error', (event) => this.dispatchEvent(new CustomEvent('trouble', { detail: { source: /** @type {any} */ (event).sourceId ?? null, error: event.error } })));
    this.map.on('load', () => this.settle());
    this.state.addEventListener('change', (event) => this.follow(/** @type {CustomEvent} */ (event).detail));
    this.selection.addEventListener('change', () => this.update());
    this.clock.addEventListener('moment', () => this.moment());
  }

  /** The layers shown and their opacity. */
  get shown() {
    const text = this.state.get('ly');
    return text ? parseLayers(text) : usualLayers();
  }

  /** Everything the style depends on. */
  describe() {
    const p = PALETTES[this.theme()];
    const dim = this.state.get('dim') === '2' ? 2 : 3;
    const { sliced, building } = this.selection;
    return {
      p, dim, lang: lang(), shown: this.shown,
      scale: scale(this.state.get('col') || 'use', codesOf, p, this.states),
      year: this.clock.live ? null : this.clock.time.getFullYear(),
      hasTerrain: Boolean(this.terrain),
      clouds: this.clouds,
      cloudColours: cloudColour(this.state.get('pc')),
      sliced,
      selectedCode: building?.code ?? null,
      selectedId: building?.id ?? 0,
      hydrantIcon: hydrantExpression(),
      sensorFilter: sensorFilter(building, this.state.floor),
    };
  }

  /** @param {any[]} layers answer of /api/layers @returns {any} */
  style(layers) {
    const { p } = this.context;
    return {
      version: 8,
      sources: sources(layers, this.clock.asOf, this.terrain),
      layers: [{ id: 'background', type: 'background', paint: { 'background-color': p.land } }, ...this.drawn],
      light: light(p),
      sky: sky(p),
    };
  }

  settle() {
    this.ground();
    this.update();
    this.markSelected();
    this.dispatchEvent(new Event('settled'));
  }

  /** @param {Set<string>} keys */
  follow(keys) {
    const { camera } = this.state; // as it was asked for: what follows moves the map
    if (keys.has('lang')) this.map.getCanvas().setAttribute('lang', lang());
    this.update();
    if (keys.has('dim') || keys.has('ly')) this.ground();
    // after the ground: the plan allows no tilt
    if (keys.has('camera') && camera) this.camera.go(camera, { jump: true });
  }

  /** Bring layers, light and selection to what the state says. */
  update() {
    if (!this.map.isStyleLoaded() && !this.map.loaded() && !this.map.getLayer('background')) return;
    const before = this.context;
    this.context = this.describe();
    const next = styleLayers(this.context);
    restyle(this.map, this.drawn, next);
    this.drawn = next;
    if (before.p !== this.context.p) {
      this.map.setPaintProperty('background', 'background-color', this.context.p.land);
      this.map.setLight(light(this.context.p));
      this.map.setSky(sky(this.context.p));
    }
    this.markSelected();
    this.dispatchEvent(new Event('change'));
  }

  /** Relief under the city in the 3D view, a plane in the plan. */
  ground() {
    const wanted = this.terrain && this.relief && this.context.dim === 3 && this.shown.has('ter');
    const has = Boolean(this.map.getTerrain());
    if (wanted && !has) this.map.setTerrain({ source: 'dem', exaggeration: 1 });
    if (!wanted && has) this.map.setTerrain(null);
    this.map.setMaxPitch(this.context.dim === 2 ? 0 : MAX_PITCH);
  }

  /** The clock shows another moment: ask every tile for it. */
  moment() {
    for (const name of Object.keys(VECTOR)) {
      const source = /** @type {any} */ (this.map.getSource(name));
      source?.setTiles([tileUrl(name, this.clock.asOf)]);
    }
    this.update();
  }

  /** The sensors said something. @param {Map<number, string>} states by building id */
  sense(states) {
    this.states = states;
    if (this.context.scale.byId) this.update();
  }

  /** Colour of a building by the scale now shown. @param {{id?: any, properties: any}} feature */
  colourOf({ id, properties }) {
    const { scale: now } = this.context;
    return colourFor(now, now.byId ? id : properties[now.column]);
  }

  /**
   * Colour of what stands for several buildings: of their mean height where heights are shown, else that of no class.
   * @param {number | null} height_m null: not known
   */
  colourOfBlock(height_m) {
    const { scale: now, p } = this.context;
    return now.column === 'height_m' ? colourFor(now, height_m) : p.building;
  }

  /** A point a tool is about; null takes it away. @param {{lng: number, lat: number} | null} at */
  spot(at) {
    const source = /** @type {any} */ (this.map.getSource('spot'));
    source?.setData(spots(at ? [{ type: 'Point', coordinates: [at.lng, at.lat] }] : []));
  }

  /**
   * Lines from a building to the hydrants near it, and a place its record names.
   * @param {any} building @param {any[]} hydrants @param {[number, number] | null} [place] longitude, latitude
   */
  showSpots(building, hydrants, place = null) {
    const source = /** @type {any} */ (this.map.getSource('spot'));
    const from = building && [building.lon, building.lat];
    const lines = from ? hydrants.map((h) => ({ type: 'LineString', coordinates: h.route ?? [from, [h.lon, h.lat]] })) : [];
    source?.setData(spots(place ? [...lines, { type: 'Point', coordinates: place }] : lines));
  }

  /** Outlines of a proposed place of a model. @param {import('../placing.js').Outline[]} outlines */
  showPlacing(outlines) {
    const source = /** @type {any} */ (this.map.getSource('placing'));
    source?.setData({ type: 'FeatureCollection', features: outlines.map(({ kind, rings }) => ({ type: 'Feature', properties: { kind }, geometry: { type: 'Polygon', coordinates: rings } })) });
  }

  /** Show one room for a moment. @param {string} collection @param {number} id */
  flash(collection, id) {
    const at = { source: collection === 'space' ? 'interior' : 'place', sourceLayer: collection, id };
    this.picker.mark(at, { selected: true });
    window.setTimeout(() => this.picker.mark(at, { selected: false }), FLASH_MS);
  }

  markSelected() {
    if (!this.map.getSource('building')) return; // the style is not there yet; settle() comes back
    const mark = this.selection.mark;
    const same = JSON.stringify(mark) === JSON.stringify(this.marked);
    if (same) return;
    if (this.marked) this.picker.mark(this.marked, { selected: false });
    if (mark) this.picker.mark(mark, { selected: true });
    this.marked = mark;
  }
}

const spots = (geometries) => ({
  type: 'FeatureCollection', features: geometries.map((geometry) => ({ type: 'Feature', properties: {}, geometry })),
});

const light = (p) => ({ anchor: /** @type {const} */ ('map'), position: /** @type {[number, number, number]} */ ([1.4, 215, 42]), color: p.light, intensity: p.lightIntensity });

const sky = (p) => ({
  'sky-color': p.sky, 'horizon-color': p.horizon, 'fog-color': p.horizon, 'sky-horizon-blend': 0.6, 'horizon-fog-blend': 0.6,
  'fog-ground-blend': 0.86, 'atmosphere-blend': 0,
});
