/** Sensors, incidents and hydrants in the 3D view, as the map marks them. */
import { BillboardCollection, Cartesian2, Cartesian3, Cartographic, Color, HeightReference, HorizontalOrigin, LabelCollection, LabelStyle, NearFarScalar, VerticalOrigin } from 'cesium';
import { FONTS } from '../../layers/text.js';
import { marksSensor } from '../../map/sensor_filter.js';
import { STATES } from '../../palette.js';
import { crowds, ring } from '../crowd.js';
import { DEGREE_M } from '../view.js';
import { focusOf } from './focus.js';

const SIZE_PX = 22;
/** Icons shrink from here to there, metres from the eye. */
const NEAR_FAR = new NearFarScalar(150, 1, 2500, 0.4);
/** Hydrants are asked for when one stands this near. */
const HYDRANTS_FROM_ZOOM = 15.5;
const MOST_HYDRANTS = 300;
const AFTER_MS = 300;
/** States that are marked in a building that is shown whole; marks of all of its hundreds of sensors would hide it. */
const URGENT = new Set(['alarm', 'attention', 'fault']);
/** How strong a mark of something else is while one building is to be seen alone. */
const FAINT = 0.25;
/** A crowd whose members are no further apart than this, metres, opens by itself; going nearer would not part it. */
const SAME_M = 4;
/** Levels of zoom a click on a crowd goes nearer, and the zoom beyond which it opens instead. */
const NEARER = 1.5;
const NEAREST_ZOOM = 19.5;
const BADGE = Color.fromCssColorString('#1d2733');
const ALWAYS = Number.POSITIVE_INFINITY;

export class MarkerTool {
  name = 'marker';

  /** @param {import('../scene.js').Scene} scene */
  constructor(scene) {
    this.scene = scene;
    this.board = new BillboardCollection({ scene: scene.widget.scene });
    scene.widget.scene.primitives.add(this.board);
    this.badges = scene.widget.scene.primitives.add(new LabelCollection({ scene: scene.widget.scene }));
    /** @type {Map<string, {billboard: any, badge: any, said: string}>} by what they stand for */
    this.shown = new Map();
    /** Keys of the crowd that is opened. @type {string[]} */
    this.opened = [];
    /** @type {any[]} */
    this.hydrants = [];
    this.asked = '';
    this.timer = 0;
    // from far and from near other things are marked
    scene.addEventListener('moved', () => this.update());
  }

  /** @returns {boolean} whether anything is marked otherwise than before */
  update() {
    const { incidents } = this.scene.parts;
    const wanted = this.crowded();
    if (this.visible('inc')) for (const row of incidents.rows) if (Number.isFinite(row.lon)) wanted.set(`incident/${row.id}`, incident(row));
    if (this.visible('hyd')) for (const row of this.hydrants) wanted.set(`hydrant/${row.id}`, { ...hydrant(row, this.scene.parts), faint: this.isolating });
    let other = false;
    for (const [key, held] of this.shown) {
      const next = wanted.get(key);
      if (next && JSON.stringify(next) === held.said) continue;
      this.board.remove(held.billboard);
      if (held.badge) this.badges.remove(held.badge);
      this.shown.delete(key);
      other = true;
    }
    for (const [key, one] of wanted) {
      if (this.shown.has(key)) continue;
      this.shown.set(key, { ...this.draw(one), said: JSON.stringify(one) });
      other = true;
    }
    this.later();
    return other;
  }

  /** Sensors by key; those that would lie on one another are one with a number, those of the opened crowd a ring. @returns {Map<string, any>} */
  crowded() {
    const rows = new Map([...this.scene.parts.sensors.rows.values()].filter((row) => this.tells(row)).map((row) => [`sensor/${row.id}`, row]));
    const found = crowds([...rows].map(([key, row]) => ({ key, at: this.pixel(row), rank: STATES.indexOf(row.state) })));
    const open = found.find(({ keys }) => keys.length > 1 && this.opened.includes(keys[0]));
    this.opened = open ? open.keys : [];
    const wanted = new Map();
    for (const { lead, keys } of found) {
      // a number that counts one of the building's own is not faint, whoever leads it
      if (keys !== open?.keys) wanted.set(lead, { ...this.sensor(rows.get(lead)), ...(keys.length > 1 ? { count: keys.length, keys, codes: keys.map((key) => rows.get(key).code), faint: keys.every((key) => this.faint(rows.get(key))) } : {}) });
      else ring(keys.length).forEach((by_px, i) => wanted.set(keys[i], { ...this.sensor(rows.get(keys[i])), ...place(rows.get(lead)), by_px }));
    }
    return wanted;
  }

  sensor(row) {
    return { ...sensor(row), up_m: this.scene.tool('explode').by(row.building_id, row.floor_no), faint: this.faint(row) };
  }

  /** Whether a sensor is of something else than what is to be seen alone. */
  faint(row) {
    return this.isolating && row.building_id !== focusOf(this.scene);
  }

  /** Where marks are in the picture, pixels. @returns {{x: number, y: number}[]} */
  get spots() {
    const { scene } = this.scene.widget;
    return [...this.shown.values()].map(({ billboard }) => billboard.computeScreenSpacePosition(scene)).filter(Boolean);
  }

  /** Where a sensor is in the picture, pixels. */
  pixel(row) {
    const { globe } = this.scene.widget.scene;
    const z = row.floor_no ? row.z_m : (globe.getHeight(Cartographic.fromDegrees(row.lon, row.lat)) ?? this.scene.height_m) - this.scene.height_m;
    return this.scene.pixel({ lon: row.lon, lat: row.lat, z: z ?? 0 });
  }

  /** Whether one building is to be seen alone, or its inside. */
  get isolating() {
    return this.scene.tool('ghost').mode !== '';
  }

  /** A click on a crowd goes nearer, or opens it where that would not part it; a click beside an opened one closes it. @param {{x: number, y: number}} at */
  click(at) {
    const hit = this.shown.size ? this.scene.pick(at) : null;
    const crowd = hit?.collection === 'sensor' ? hit.properties.crowd : undefined;
    if (!crowd) {
      const open = this.opened.length > 0;
      this.opened = [];
      if (open && !hit) this.news();
      return open && !hit;
    }
    const rows = crowd.map((key) => this.scene.parts.sensors.rows.get(Number(key.split('/')[1]))).filter(Boolean);
    const { zoom } = this.scene.now();
    if (zoom >= NEAREST_ZOOM || widest(rows) < SAME_M) this.opened = crowd;
    else this.scene.go({ lon: rows[0].lon, lat: rows[0].lat, zoom: Math.min(NEAREST_ZOOM, zoom + NEARER) }, { glide: true });
    this.news();
    return true;
  }

  news() {
    this.update();
    this.scene.widget.scene.requestRender();
  }

  visible(code) {
    return this.scene.parts.shown().has(code);
  }

  /** As on the map. */
  tells(row) {
    if (!this.visible('sen')) return false;
    const { state, selection } = this.scene.parts;
    if (row.floor_no && state.floor === null && !URGENT.has(row.state)) return false;
    if (state.get('iso') === 'o' && this.isolating && row.floor_no && row.building_id !== focusOf(this.scene)) return false;
    return marksSensor(row, selection.building, state.floor, this.scene.last?.zoom ?? 0);
  }

  draw({ icon, lon, lat, height_m, up_m = null, through, collection, feature, properties, count = 1, keys, by_px = [0, 0], faint = false }) {
    const low = Cartesian3.fromDegrees(lon, lat, height_m === null ? 0 : height_m + this.scene.height_m);
    const position = up_m ? Cartesian3.add(low, Cartesian3.fromArray(up_m), low) : low;
    const shared = {
      position, heightReference: height_m === null ? HeightReference.CLAMP_TO_GROUND : HeightReference.NONE, scaleByDistance: NEAR_FAR,
      id: { collection, id: feature, properties: keys ? { ...properties, crowd: keys } : properties }, ...(through ? { disableDepthTestDistance: ALWAYS } : {}),
    };
    const billboard = this.board.add({
      ...shared, image: this.scene.parts.icon(icon), width: SIZE_PX, height: SIZE_PX, verticalOrigin: VerticalOrigin.CENTER,
      pixelOffset: Cartesian2.fromArray(by_px), color: Color.WHITE.withAlpha(faint ? FAINT : 1),
    });
    const badge = count < 2 ? null : this.badges.add({
      ...shared, text: String(count), font: `600 11px ${FONTS}`, style: LabelStyle.FILL, fillColor: Color.WHITE.withAlpha(faint ? 2 * FAINT : 1), showBackground: true,
      backgroundColor: BADGE.withAlpha(faint ? FAINT : 0.9), backgroundPadding: new Cartesian2(4, 2), pixelOffset: new Cartesian2(6, -6),
      horizontalOrigin: HorizontalOrigin.LEFT, verticalOrigin: VerticalOrigin.BOTTOM, pixelOffsetScaleByDistance: NEAR_FAR,
    });
    return { billboard, badge };
  }

  later() {
    clearTimeout(this.timer);
    this.timer = window.setTimeout(() => void this.load(), AFTER_MS);
  }

  /** Hydrants of the surroundings; one that failed to come is asked for at the next move. */
  async load() {
    const near = this.visible('hyd') && (this.scene.last?.zoom ?? 0) >= HYDRANTS_FROM_ZOOM;
    const bbox = near ? this.scene.bounds().map((v) => v.toFixed(4)).join(',') : '';
    if (bbox === this.asked) return;
    this.asked = bbox;
    try {
      const found = near ? await this.scene.parts.api.items('hydrant', { bbox, limit: MOST_HYDRANTS }) : { features: [] };
      if (bbox !== this.asked) return;
      this.hydrants = found.features;
      this.news();
      void this.scene.tool('names').place(); // no name under a mark
    } catch {
      this.asked = '';
    }
  }
}

const place = (row) => ({ lon: row.lon, lat: row.lat, height_m: row.floor_no ? row.z_m : null });

const sensor = (row) => ({ collection: 'sensor', feature: row.id, properties: { code: row.code }, icon: `sensor-${row.state}`, ...place(row), through: true });

/** How far apart places are at most along an axis, metres. @param {{lon: number, lat: number, z_m: number | null}[]} rows */
function widest(rows) {
  const span = (values) => Math.max(...values) - Math.min(...values);
  return Math.max(span(rows.map(({ lon, lat }) => lon * Math.cos((lat * Math.PI) / 180))) * DEGREE_M, span(rows.map(({ lat }) => lat)) * DEGREE_M, span(rows.map(({ z_m }) => z_m ?? 0)));
}

const incident = (row) => ({ collection: 'incident', feature: row.id, properties: {}, icon: `incident-${row.type}`, lon: row.lon, lat: row.lat, height_m: row.z_m ?? null, through: true });

const hydrant = ({ id, geometry, properties }, { hydrantIcon }) => ({
  collection: 'hydrant', feature: id, properties: { code: properties.code }, icon: hydrantIcon(properties.state), lon: geometry.coordinates[0], lat: geometry.coordinates[1], height_m: null, through: false,
});
