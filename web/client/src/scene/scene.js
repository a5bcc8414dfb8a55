/**
 * The city in CesiumJS: the second view of the one state, in a bundle of its own.
 *
 * It is given everything it needs and imports nothing that holds state, so that the
 * map page does not grow and no module exists twice with two states.
 */
import {
  Cartesian2, Cartesian3, Cartographic, CesiumWidget, Color, Credit, CreditDisplay, DirectionalLight, Ellipsoid,
  HeadingPitchRange, ImageryLayer, IntersectionTests, Math as Angle, Matrix4, PerspectiveFrustum, sampleTerrain, ScreenSpaceEventHandler, ScreenSpaceEventType, Transforms,
} from 'cesium';
import { Carpet } from './ground/carpet.js';
import { DEEPER, relief } from './ground/relief.js';
import { properties, Tilesets } from './tilesets.js';
import { makeTools } from './tools/index.js';
import { fovOf, rangeOf, zoomOf } from './view.js';

/** Way the light goes, east, north, up: from the south-west, so that the faces one sees are lit. */
const LIGHT = new Cartesian3(0.45, 0.75, -0.6);

// Nothing of Cesium ion is used: its logo gives way to the plain name, as CreditDisplay documents.
CreditDisplay.cesiumCredit = new Credit('CesiumJS', true);

/**
 * What the view is given by the page.
 * @typedef {object} Parts
 * @property {any} state @property {any} clock @property {any} selection @property {any} api
 * @property {any} terrain TileJSON of the elevation, or null
 * @property {() => any} palette @property {() => 'zh' | 'en'} lang
 * @property {() => Map<string, number>} shown layers of the tree that are on, with their opacity
 * @property {(feature: any) => string} colourOf @property {boolean} test
 */

export class Scene extends EventTarget {
  /** @param {HTMLElement} container @param {Parts} parts @param {any} listed answer of /3dtiles/ */
  constructor(container, parts, listed) {
    super();
    this.parts = parts;
    this.height_m = listed.geoid_offset_m;
    this.widget = new CesiumWidget(container, {
      baseLayer: false, skyBox: false, skyAtmosphere: false, terrainProvider: relief(parts.terrain, listed.geoid_offset_m),
      requestRenderMode: true, maximumRenderTimeChange: Infinity, msaaSamples: 1, scene3DOnly: true,
      contextOptions: { webgl: { preserveDrawingBuffer: parts.test } },
    });
    const { scene } = this.widget;
    scene.globe.showGroundAtmosphere = false;
    scene.globe.depthTestAgainstTerrain = true; // a basement is under the ground
    scene.globe.maximumScreenSpaceError = 1.6;
    scene.fog.enabled = false;
    this.carpet = new Carpet(parts);
    scene.imageryLayers.add(new ImageryLayer(/** @type {any} */ (this.carpet)));
    scene.screenSpaceCameraController.enableCollisionDetection = true;
    this.tools = makeTools(this);
    this.tilesets = new Tilesets(this, listed);
    this.camera = scene.camera;
    this.camera.percentageChanged = 0.01;
    this.camera.moveEnd.addEventListener(() => this.moved());
    new ScreenSpaceEventHandler(scene.canvas).setInputAction((event) => this.click(event.position), ScreenSpaceEventType.LEFT_CLICK);
    new ResizeObserver(() => this.open()).observe(container);
    this.paint();
  }

  /** Bring every tileset there is. @returns {Promise<void>} */
  async load() {
    await this.tilesets.load();
    this.update();
  }

  /** The state says something else: floor, selection, colours, tools. */
  update() {
    for (const tool of this.tools) tool.update?.();
    this.carpet.update();
    this.tilesets.restyle();
    this.paint();
    this.widget.scene.requestRender();
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

  /** What a point of the picture shows. @param {{x: number, y: number}} at @returns {{collection: string, id: number, properties: any} | null} */
  pick(at) {
    const feature = this.widget.scene.pick(new Cartesian2(at.x, at.y));
    if (typeof feature?.getProperty !== 'function') return null;
    const id = feature.getProperty('id');
    if (id === undefined) return null;
    return { collection: feature.getProperty('collection') ?? 'building', id: Number(id), properties: properties(feature) };
  }

  /**
   * Height of the ground as the view has it, metres in the heights of the city.
   * @param {number[][]} places longitude, latitude in degrees
   * @returns {Promise<number[]>}
   */
  async groundAt(places) {
    const { terrain } = this.parts;
    if (!terrain) return places.map(() => 0);
    const asked = places.map(([lon, lat]) => Cartographic.fromDegrees(lon, lat));
    const found = await sampleTerrain(this.widget.terrainProvider, terrain.maxzoom + DEEPER, asked);
    return found.map(({ height }) => (height ?? this.height_m) - this.height_m);
  }

  click(at) {
    if (this.tools.some((tool) => tool.click?.(at))) return;
    this.dispatchEvent(new CustomEvent('pick', { detail: this.pick(at) }));
  }

  /** @param {Partial<import('../hash.js').Camera>} to */
  go(to) {
    const c = { ...this.now(), ...to };
    this.last = c;
    this.open();
    const middle = Cartesian3.fromDegrees(c.lon, c.lat, this.height_m);
    const range = rangeOf(c.zoom, c.lat, this.widget.canvas.clientHeight || 1);
    const here = Transforms.eastNorthUpToFixedFrame(middle);
    this.widget.scene.light = new DirectionalLight({ direction: Matrix4.multiplyByPointAsVector(here, LIGHT, new Cartesian3()), intensity: 2.4 });
    this.camera.lookAt(middle, new HeadingPitchRange(Angle.toRadians(c.bearing), Angle.toRadians(c.pitch - 90), range));
    this.camera.lookAtTransform(Matrix4.IDENTITY);
    this.widget.scene.requestRender();
  }

  /** The camera as the map would say it; the last one where the middle of the picture is sky. */
  now() {
    const { x, y, z } = Ellipsoid.WGS84.radii;
    const level = new Ellipsoid(x + this.height_m, y + this.height_m, z + this.height_m);
    const ray = this.camera.getPickRay(new Cartesian2(this.widget.canvas.clientWidth / 2, this.widget.canvas.clientHeight / 2));
    const hit = ray && IntersectionTests.rayEllipsoid(ray, level);
    if (!ray || !hit || hit.start <= 0) return this.last;
    const place = Ellipsoid.WGS84.cartesianToCartographic(Cartesian3.add(ray.origin, Cartesian3.multiplyByScalar(ray.direction, hit.start, new Cartesian3()), new Cartesian3()));
    const lat = Angle.toDegrees(place.latitude);
    return {
      lon: Angle.toDegrees(place.longitude), lat, zoom: zoomOf(hit.start, lat, this.widget.canvas.clientHeight),
      pitch: Math.max(0, 90 + Angle.toDegrees(this.camera.pitch)), bearing: Angle.toDegrees(this.camera.heading),
    };
  }

  moved() {
    this.last = this.now();
    this.dispatchEvent(new Event('moved'));
  }

  get loaded() {
    return this.tilesets.loaded;
  }
}
