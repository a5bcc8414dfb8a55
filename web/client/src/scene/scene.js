/**
 * The city in CesiumJS: the second view of the one state, in a bundle of its own.
 *
 * It is given everything it needs and imports nothing that holds state, so that the
 * map page does not grow and no module exists twice with two states.
 */
import {
  Cartesian2, Cartesian3, Cartographic, CesiumWidget, Color, Credit, CreditDisplay, defined, Ellipsoid,
  HeadingPitchRange, ImageryLayer, IntersectionTests, Label, Math as Angle, Matrix4, PerspectiveFrustum, sampleTerrain, SceneTransforms, ScreenSpaceEventHandler, ScreenSpaceEventType,
} from 'cesium';
import { standsFor } from './block.js';
import { Freshness } from './freshness.js';
import { Pictures } from './pictures.js';
import { Carpet } from './ground/carpet.js';
import { within } from './ground/elevation.js';
import { DEEPER, relief } from './ground/relief.js';
import { sharpen } from './sharpness.js';
import { steer } from './steer.js';
import { properties, Tilesets } from './tilesets.js';
import { makeTools } from './tools/index.js';
import { between, fovOf, rangeOf, zoomOf } from './view.js';

// Nothing of Cesium ion is used: its logo gives way to the plain name, as CreditDisplay documents.
CreditDisplay.cesiumCredit = new Credit('CesiumJS', true);

/**
 * What the view is given by the page.
 * @typedef {object} Parts
 * @property {any} state @property {any} clock @property {any} selection @property {any} colouring @property {any} sensors @property {any} incidents @property {any} placing @property {any} api
 * @property {any} terrain TileJSON of the elevation, or null
 * @property {() => any} palette @property {() => 'zh' | 'en'} lang
 * @property {() => Map<string, number>} shown layers of the tree that are on, with their opacity
 * @property {(feature: any) => string} colourOf @property {(height_m: number | null) => string} colourOfBlock @property {boolean} test
 * @property {() => import('./signs.js').Area[]} covered where the controls of the page lie on the picture
 * @property {(name: string) => string | undefined} icon picture of a marker @property {(state: any) => string} hydrantIcon
 * @property {(key: string, values?: any) => string} t words of the page @property {(list: string, code: any) => string} word words of a code
 */

const GLIDE_MS = 450;
/** So many things one behind the other a click looks through. */
const THROUGH = 40;
/** Nothing of a city is as far above or below zero, metres. */
const FARTHEST_M = 10_000;

/** A picked thing as the page knows it. @returns {{collection: string, id: number, properties: any} | null} */
function named(feature) {
  if (feature?.id?.collection) return feature.id;
  if (typeof feature?.getProperty !== 'function') return null;
  const id = feature.getProperty('id');
  return id === undefined ? null : { collection: feature.getProperty('collection') ?? 'building', id: Number(id), properties: properties(feature) };
}

/** Cesium forgets the bearing of a camera that looks straight down: it looks so much aside, degrees. */
const ASIDE_DEG = 0.02;

/** Metres from the eye to an object one goes to. */
const CLOSE_M = 28;

export class Scene extends EventTarget {
  /** @param {HTMLElement} container @param {Parts} parts @param {any} listed answer of /3dtiles/ */
  constructor(container, parts, listed) {
    super();
    this.parts = parts;
    this.height_m = listed.geoid_offset_m;
    /** Where the camera takes the ground to be: without elevation model, where most buildings stand. */
    this.level_m = this.height_m + (parts.terrain ? 0 : listed.usual_ground_m ?? 0);
    this.widget = new CesiumWidget(container, {
      baseLayer: false, skyBox: false, skyAtmosphere: false, terrainProvider: relief(parts.terrain, this.height_m, this.level_m),
      requestRenderMode: true, showRenderLoopErrors: false, maximumRenderTimeChange: Infinity, msaaSamples: 1, scene3DOnly: true,
      contextOptions: { webgl: { preserveDrawingBuffer: parts.test } },
    });
    this.blunt = sharpen(this.widget);
    const { scene } = this.widget;
    scene.globe.showGroundAtmosphere = false;
    scene.globe.depthTestAgainstTerrain = true; // a basement is under the ground
    scene.globe.maximumScreenSpaceError = 1.6;
    scene.fog.enabled = false;
    this.carpet = new Carpet(parts);
    this.carpet.bare = () => {
      scene.imageryLayers.removeAll();
      scene.imageryLayers.add(new ImageryLayer(/** @type {any} */ (this.carpet)));
    };
    this.carpet.bare();
    scene.screenSpaceCameraController.enableCollisionDetection = true;
    this.camera = scene.camera;
    /** @type {any} */
    this.last = parts.state.camera;
    this.gliding = 0;
    for (const type of ['pointerdown', 'wheel']) scene.canvas.addEventListener(type, () => cancelAnimationFrame(this.gliding), { passive: true });
    this.tools = makeTools(this);
    this.tilesets = new Tilesets(this, listed);
    this.pictures = new Pictures(scene);
    this.freshness = new Freshness(this);
    this.camera.percentageChanged = 0.01;
    this.camera.moveEnd.addEventListener(() => this.moved());
    new ScreenSpaceEventHandler(scene.canvas).setInputAction((event) => this.click(event.position), ScreenSpaceEventType.LEFT_CLICK);
    steer(this);
    this.watcher = new ResizeObserver(() => this.open());
    this.watcher.observe(container);
    scene.canvas.addEventListener('webglcontextlost', () => this.dispatchEvent(new Event('lost')));
    this.paint();
  }

  /** Bring every tileset there is. @param {any} [listed] the list, when it may have changed @returns {Promise<void>} */
  async load(listed) {
    if (listed) this.tilesets.listed = listed;
    await this.tilesets.load();
    this.update();
  }

  /** The state says something else: floor, selection, colours, tools. */
  update() {
    this.widget.scene.screenSpaceCameraController.enableTilt = !this.flat;
    if (this.flat && this.last?.pitch) this.go({ pitch: 0 });
    for (const tool of this.tools) tool.update?.();
    this.carpet.update();
    this.tilesets.restyle();
    this.paint();
    this.widget.scene.requestRender();
  }

  /** A sensor or an incident says something else. Most values change no marker, and a picture may take long. */
  news() {
    if (this.tool('marker').update()) this.widget.scene.requestRender();
  }

  paint() {
    const { scene } = this.widget;
    const p = this.parts.palette();
    scene.globe.baseColor = Color.fromCssColorString(p.land);
    scene.backgroundColor = Color.fromCssColorString(p.horizon);
  }

  /** Keep the opening angle of the map. */
  open() {
    const { clientWidth, clientHeight } = this.widget.canvas;
    if (!clientWidth || !clientHeight) return;
    /** @type {PerspectiveFrustum} */ (this.camera.frustum).fov = fovOf(clientWidth, clientHeight);
    this.widget.scene.requestRender();
  }

  /** What a point of the picture shows; what is drawn as a ghost lets through what is behind it. @param {{x: number, y: number}} at @returns {{collection: string, id: number, properties: any} | null} */
  pick(at) {
    return named(this.first(at));
  }

  /** What is nearest to the eye at a point of the picture, ghosts and mere words left aside. @param {{x: number, y: number}} at @returns {any} as Cesium knows it */
  first(at) {
    const { scene } = this.widget;
    const point = new Cartesian2(at.x, at.y);
    const first = scene.pick(point);
    return this.thin(first) ? scene.drillPick(point, THROUGH).find((feature) => !this.thin(feature)) : first;
  }

  /** Whether what is behind it is meant: words that stand for nothing, and what is drawn as a ghost. */
  thin(feature) {
    if (feature?.primitive instanceof Label && feature.id === undefined) return true;
    const entry = feature?.tileset && this.tilesets.entries.find(({ tileset }) => tileset === feature.tileset);
    return Boolean(entry) && typeof feature.getProperty === 'function' && this.tools.some((tool) => tool.thin?.(entry, feature));
  }

  /** The place in space that a point of the picture shows; null for the sky. @param {{x: number, y: number}} at @returns {Cartesian3 | null} */
  spot({ x, y }) {
    const names = this.tool('names');
    const pick = () => this.widget.scene.pickPosition(new Cartesian2(x, y));
    const sound = (place) => defined(place) && Math.abs(this.address(place).z) < FARTHEST_M;
    const first = names.covers({ x, y }) ? undefined : pick();
    // on a busy machine a depth was read that nothing had been drawn to, 20 km below: a picture is drawn, and asked
    const found = sound(first) ? first : names.without(pick);
    return sound(found) ? found : null;
  }

  /** A place by degrees and metres in the heights of the city. @param {{lon: number, lat: number, z: number}} at */
  point({ lon, lat, z }) {
    return Cartesian3.fromDegrees(lon, lat, z + this.height_m);
  }

  /** The opposite of `point`. @param {Cartesian3} place */
  address(place) {
    const { longitude, latitude, height } = Cartographic.fromCartesian(place);
    return { lon: Angle.toDegrees(longitude), lat: Angle.toDegrees(latitude), z: height - this.height_m };
  }

  /** A tool by its name. @param {string} name @returns {any} */
  tool(name) {
    return this.tools.find((tool) => tool.name === name);
  }

  /** A tool has something new to say to the page. */
  told() {
    this.dispatchEvent(new Event('told'));
  }

  /**
   * Height of the ground as the view has it, metres in the heights of the city.
   * @param {number[][]} places longitude, latitude in degrees
   * @returns {Promise<(number | null)[]>} null where no elevation tile knows: the view draws a level of zero there
   */
  async groundAt(places) {
    const { terrain } = this.parts;
    const known = places.map((place) => Boolean(terrain) && within(place, terrain.bounds));
    const asked = places.filter((_, i) => known[i]).map(([lon, lat]) => Cartographic.fromDegrees(lon, lat));
    const found = asked.length ? await sampleTerrain(this.widget.terrainProvider, terrain.maxzoom + DEEPER, asked) : [];
    const heights = found.map(({ height }) => (height === undefined ? null : height - this.height_m));
    return known.map((there) => (there ? /** @type {number | null} */ (heights.shift()) : null));
  }

  click(at) {
    if (this.tools.some((tool) => tool.click?.(at))) return;
    const count = standsFor(this.first(at));
    if (count !== null) {
      const spot = this.spot(at);
      this.dispatchEvent(new CustomEvent('block', { detail: { count, place: spot && this.address(spot) } }));
      return;
    }
    this.dispatchEvent(new CustomEvent('pick', { detail: this.pick(at) }));
  }

  /** @param {Partial<import('../hash.js').Camera>} to @param {{glide?: boolean}} [how] glide: move there, where it is near */
  go(to, { glide = false } = {}) {
    cancelAnimationFrame(this.gliding);
    const from = this.now();
    const goal = { ...from, ...to };
    if (this.flat) goal.pitch = 0;
    if (!glide || !this.sees(goal.lon, goal.lat)) {
      this.look(goal);
      return;
    }
    const begun = performance.now();
    const step = () => {
      const share = Math.min(1, (performance.now() - begun) / GLIDE_MS);
      this.look(between(from, goal, share * share * (3 - 2 * share)));
      if (share < 1) this.gliding = requestAnimationFrame(step);
    };
    step();
  }

  /** @param {import('../hash.js').Camera} c */
  look(c) {
    this.last = c;
    this.open();
    const middle = Cartesian3.fromDegrees(c.lon, c.lat, this.level_m);
    const range = rangeOf(c.zoom, c.lat, this.widget.canvas.clientHeight || 1);
    this.camera.lookAt(middle, new HeadingPitchRange(Angle.toRadians(c.bearing), Angle.toRadians(Math.max(ASIDE_DEG, c.pitch) - 90), range));
    this.camera.lookAtTransform(Matrix4.IDENTITY);
    this.widget.scene.requestRender();
  }

  /** Go close to a place. @param {number} lon @param {number} lat @param {number | null} height_m as stored; null: on the ground */
  close(lon, lat, height_m, range_m = CLOSE_M) {
    cancelAnimationFrame(this.gliding);
    const middle = Cartesian3.fromDegrees(lon, lat, height_m === null ? this.level_m : this.height_m + height_m);
    const pitch = Math.min(this.camera.pitch, Angle.toRadians(-35));
    this.camera.lookAt(middle, new HeadingPitchRange(this.camera.heading, pitch, range_m));
    this.camera.lookAtTransform(Matrix4.IDENTITY);
    this.widget.scene.requestRender();
  }

  /** The camera as the map would say it; the last one where the middle of the picture is sky. */
  now() {
    const { x, y, z } = Ellipsoid.WGS84.radii;
    const level = new Ellipsoid(x + this.level_m, y + this.level_m, z + this.level_m);
    const ray = this.camera.getPickRay(new Cartesian2(this.widget.canvas.clientWidth / 2, this.widget.canvas.clientHeight / 2));
    const hit = ray && IntersectionTests.rayEllipsoid(ray, level);
    if (!ray || !hit || hit.start <= 0) return this.last;
    const place = Ellipsoid.WGS84.cartesianToCartographic(Cartesian3.add(ray.origin, Cartesian3.multiplyByScalar(ray.direction, hit.start, new Cartesian3()), new Cartesian3()));
    const lat = Angle.toDegrees(place.latitude);
    const pitch = 90 + Angle.toDegrees(this.camera.pitch);
    return {
      lon: Angle.toDegrees(place.longitude), lat, zoom: zoomOf(hit.start, lat, this.widget.canvas.clientHeight),
      pitch: pitch < 2 * ASIDE_DEG ? 0 : pitch, bearing: Angle.toDegrees(this.camera.heading),
    };
  }

  /** Surroundings of what is looked at, at most a kilometre or so: west, south, east, north in degrees. */
  bounds() {
    const { lon, lat, zoom } = this.now();
    const half = Math.min(0.012, 360 / 2 ** zoom);
    return [lon - half, lat - half, lon + half, lat + half];
  }

  /** Where in the picture a place is, pixels; null behind the eye. @param {{lon: number, lat: number, z: number}} place @returns {{x: number, y: number} | null} */
  pixel(place) {
    const at = SceneTransforms.worldToWindowCoordinates(this.widget.scene, this.point(place));
    return defined(at) ? { x: at.x, y: at.y } : null;
  }

  /** Whether a place on the ground is in the picture. */
  sees(lon, lat) {
    const at = this.pixel({ lon, lat, z: 0 });
    const { clientWidth, clientHeight } = this.widget.canvas;
    return at !== null && at.x >= 0 && at.y >= 0 && at.x <= clientWidth && at.y <= clientHeight;
  }

  moved() {
    this.last = this.now();
    this.dispatchEvent(new Event('moved'));
  }

  /** Metres from the eye to the middle of the picture. */
  get range() {
    return rangeOf(this.last.zoom, this.last.lat, this.widget.canvas.clientHeight || 1);
  }

  /** Whether the view is locked to the plan, as the map is. */
  get flat() {
    return this.parts.state.get('dim') === '2';
  }

  destroy() {
    this.watcher.disconnect();
    this.blunt();
    this.widget.destroy();
  }

  get loaded() {
    return this.tilesets.loaded;
  }
}
