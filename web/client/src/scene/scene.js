/**
 * The city in CesiumJS: the second view of the one state, in a bundle of its own.
 *
 * It is given everything it needs and imports nothing that holds state, so that the
 * map page does not grow and no module exists twice with two states.
 */
import {
  Cartesian2, Cartesian3, Cesium3DTileset, Cesium3DTileStyle, CesiumWidget, Color, DirectionalLight, Ellipsoid,
  HeadingPitchRange, IntersectionTests, Math as Angle, Matrix4, PerspectiveFrustum, ScreenSpaceEventHandler, ScreenSpaceEventType, Transforms,
} from 'cesium';
import { ground } from './ground.js';
import { fovOf, rangeOf, stands, zoomOf } from './view.js';

const SELECTED = '#ff8a1f';
/** Way the light goes, east, north, up: from the south-west, so that the faces one sees are lit. */
const LIGHT = new Cartesian3(0.45, 0.75, -0.6);

/** @typedef {{camera: any, state: any, clock: any, selection: any, palette: () => any, terrain: any, colourOf: (feature: any) => string, test: boolean}} Parts */

export class Scene extends EventTarget {
  /** @param {HTMLElement} container @param {Parts} parts @param {any} listed answer of /3dtiles/ */
  constructor(container, parts, listed) {
    super();
    this.parts = parts;
    this.listed = listed;
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
    /** @type {{tileset: Cesium3DTileset, building: number | null, rooms: boolean}[]} */
    this.shown = [];
    this.camera = scene.camera;
    this.camera.percentageChanged = 0.01;
    this.camera.moveEnd.addEventListener(() => this.moved());
    new ScreenSpaceEventHandler(scene.canvas).setInputAction((event) => this.click(event.position), ScreenSpaceEventType.LEFT_CLICK);
    new ResizeObserver(() => this.open()).observe(container);
    this.paint();
  }

  /** Bring every tileset there is. @returns {Promise<void>} */
  async load() {
    await Promise.all(this.listed.tilesets.flatMap((entry) => [
      this.add(entry.url, entry.building_id ?? null, false),
      ...(entry.rooms ? [this.add(entry.rooms, entry.building_id, true)] : []),
    ]));
    this.update();
  }

  async add(url, building, rooms) {
    const { pathname } = new URL(url);
    const moment = this.parts.clock.asOf;
    const tileset = await Cesium3DTileset.fromUrl(moment ? `${pathname}?datetime=${moment}` : pathname, { maximumScreenSpaceError: 16 });
    const entry = { tileset, building, rooms };
    tileset.style = this.style(entry);
    this.shown.push(entry);
    this.widget.scene.primitives.add(tileset);
  }

  /** Ask for all tiles as of the clock's moment. */
  async moment() {
    for (const { tileset } of this.shown) this.widget.scene.primitives.remove(tileset);
    this.shown = [];
    await this.load();
  }

  /** A style that asks us, feature by feature. */
  style(entry) {
    const style = new Cesium3DTileStyle();
    const { state, selection, colourOf } = this.parts;
    const mine = () => selection.building?.id === entry.building;
    style.show = /** @type {any} */ ({
      evaluate: (feature) => {
        const floor = mine() ? state.floor : null;
        if (entry.rooms) return floor !== null && feature.getProperty('floor_no') === floor;
        return entry.building === null || stands(feature.getProperty('floor_no'), floor);
      },
    });
    style.color = /** @type {any} */ ({
      evaluateColor: (feature, result) => Color.clone(this.colour(entry, feature, colourOf), result),
    });
    return style;
  }

  colour(entry, feature, colourOf) {
    const collection = entry.building === null ? 'building' : feature.getProperty('collection');
    const id = Number(feature.getProperty('id'));
    const { building, feature: other, collection: kind } = this.parts.selection;
    if (entry.building === null && building?.id === id) return Color.fromCssColorString(SELECTED);
    if (other && kind === collection && Number(other.id) === id) return Color.fromCssColorString(SELECTED);
    if (entry.building !== null) return Color.WHITE;
    return Color.fromCssColorString(colourOf({ id, properties: properties(feature) }));
  }

  /** The state says something else: floor, selection, colours. */
  update() {
    for (const entry of this.shown) {
      entry.tileset.show = !entry.rooms || (this.parts.state.floor !== null && this.parts.selection.building?.id === entry.building);
      entry.tileset.makeStyleDirty();
    }
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

  click(at) {
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
    return this.shown.length > 0 && this.shown.every(({ tileset }) => !tileset.show || tileset.tilesLoaded);
  }
}

const properties = (feature) => Object.fromEntries(feature.getPropertyIds().map((name) => [name, feature.getProperty(name)]));
