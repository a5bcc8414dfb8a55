/**
 * The city in CesiumJS: the second view of the one state, in a bundle of its own.
 *
 * It is given everything it needs and imports nothing that holds state, so that the
 * map page does not grow and no module exists twice with two states.
 */
import {
  Cartesian2, Cartesian3, CesiumWidget, Color, DirectionalLight, Ellipsoid,
  HeadingPitchRange, IntersectionTests, Math as Angle, Matrix4, PerspectiveFrustum, ScreenSpaceEventHandler, ScreenSpaceEventType, Transforms,
} from 'cesium';
import { Freshness } from './freshness.js';
import { ground } from './ground.js';
import { properties, Tilesets } from './tilesets.js';
import { makeTools } from './tools/index.js';
import { fovOf, rangeOf, zoomOf } from './view.js';

/** Way the light goes, east, north, up: from the south-west, so that the faces one sees are lit. */
const LIGHT = new Cartesian3(0.45, 0.75, -0.6);

/** @typedef {{camera: any, state: any, clock: any, selection: any, colouring: any, sensors: any, incidents: any, api: any, shown: () => Map<string, number>, icon: (name: string) => string, hydrantIcon: (state: any) => string, palette: () => any, terrain: any, colourOf: (feature: any) => string, test: boolean}} Parts */

export class Scene extends EventTarget {
  /** @param {HTMLElement} container @param {Parts} parts @param {any} listed answer of /3dtiles/ */
  constructor(container, parts, listed) {
    super();
    this.parts = parts;
    this.height_m = listed.geoid_offset_m;
    this.widget = new CesiumWidget(container, {
      baseLayer: false, skyBox: false, skyAtmosphere: false, terrainProvider: ground(parts.terrain, listed.geoid_offset_m),
      requestRenderMode: true, maximumRenderTimeChange: Infinity, msaaSamples: 1, scene3DOnly: true,
      contextOptions: { webgl: { preserveDrawingBuffer: parts.test } },
    });
    const { scene } = this.widget;
    scene.globe.showGroundAtmosphere = false;
    scene.fog.enabled = false;
    scene.screenSpaceCameraController.enableCollisionDetection = true;
    this.tools = makeTools(this);
    this.tilesets = new Tilesets(this, listed);
    this.freshness = new Freshness(this);
    this.camera = scene.camera;
    this.camera.percentageChanged = 0.01;
    this.camera.moveEnd.addEventListener(() => this.moved());
    new ScreenSpaceEventHandler(scene.canvas).setInputAction((event) => this.click(event.position), ScreenSpaceEventType.LEFT_CLICK);
    new ResizeObserver(() => this.open()).observe(container);
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
    for (const tool of this.tools) tool.update?.();
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
    if (feature?.id?.collection) return { collection: feature.id.collection, id: feature.id.feature, properties: feature.id.properties };
    if (typeof feature?.getProperty !== 'function') return null;
    const id = feature.getProperty('id');
    if (id === undefined) return null;
    return { collection: feature.getProperty('collection') ?? 'building', id: Number(id), properties: properties(feature) };
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

  /** Look at a place near by. @param {number} lon @param {number} lat @param {number | null} height_m as stored; null: on the ground */
  look(lon, lat, height_m, range_m = 28) {
    const middle = Cartesian3.fromDegrees(lon, lat, this.height_m + (height_m ?? 0));
    const pitch = Math.min(this.camera.pitch, Angle.toRadians(-35));
    this.camera.lookAt(middle, new HeadingPitchRange(this.camera.heading, pitch, range_m));
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

  /** Surroundings of what is looked at, at most a kilometre or so: west, south, east, north in degrees. */
  bounds() {
    const { lon, lat, zoom } = this.now();
    const half = Math.min(0.012, 360 / 2 ** zoom);
    return [lon - half, lat - half, lon + half, lat + half];
  }

  moved() {
    this.last = this.now();
    this.dispatchEvent(new Event('moved'));
  }

  get loaded() {
    return this.tilesets.loaded;
  }
}
