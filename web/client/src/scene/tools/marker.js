/** Sensors, incidents and hydrants in the 3D view, as the map marks them. */
import { BillboardCollection, Cartesian3, HeightReference, NearFarScalar, VerticalOrigin } from 'cesium';
import { marksSensor } from '../../map/sensor_filter.js';

const SIZE_PX = 22;
/** Icons shrink from here to there, metres from the eye. */
const NEAR_FAR = new NearFarScalar(150, 1, 2500, 0.4);
/** Hydrants are asked for when one stands this near. */
const HYDRANTS_FROM_ZOOM = 15.5;
const MOST_HYDRANTS = 300;
const AFTER_MS = 300;
/** States that are marked in a building that is shown whole; marks of all of its hundreds of sensors would hide it. */
const URGENT = new Set(['alarm', 'attention', 'fault']);

export class MarkerTool {
  name = 'marker';

  /** @param {import('../scene.js').Scene} scene */
  constructor(scene) {
    this.scene = scene;
    this.board = new BillboardCollection({ scene: scene.widget.scene });
    scene.widget.scene.primitives.add(this.board);
    /** @type {Map<string, {billboard: any, said: string}>} by what they stand for */
    this.shown = new Map();
    /** @type {any[]} */
    this.hydrants = [];
    this.asked = '';
    this.timer = 0;
    // from far and from near other things are marked
    scene.addEventListener('moved', () => this.update());
  }

  /** @returns {boolean} whether anything is marked otherwise than before */
  update() {
    const { sensors, incidents } = this.scene.parts;
    const wanted = new Map();
    for (const row of sensors.rows.values()) if (this.tells(row)) wanted.set(`sensor/${row.id}`, sensor(row));
    if (this.visible('inc')) for (const row of incidents.rows) if (Number.isFinite(row.lon)) wanted.set(`incident/${row.id}`, incident(row));
    if (this.visible('hyd')) for (const row of this.hydrants) wanted.set(`hydrant/${row.id}`, hydrant(row, this.scene.parts));
    let other = false;
    for (const [key, held] of this.shown) {
      const next = wanted.get(key);
      if (next && JSON.stringify(next) === held.said) continue;
      this.board.remove(held.billboard);
      this.shown.delete(key);
      other = true;
    }
    for (const [key, one] of wanted) {
      if (this.shown.has(key)) continue;
      this.shown.set(key, { billboard: this.draw(one), said: JSON.stringify(one) });
      other = true;
    }
    this.later();
    return other;
  }

  visible(code) {
    return this.scene.parts.shown().has(code);
  }

  /** As on the map. */
  tells(row) {
    if (!this.visible('sen')) return false;
    const { state, selection } = this.scene.parts;
    if (row.floor_no && state.floor === null && !URGENT.has(row.state)) return false;
    return marksSensor(row, selection.building, state.floor, this.scene.last?.zoom ?? 0);
  }

  draw({ icon, lon, lat, height_m, through, collection, feature, properties }) {
    return this.board.add({
      image: this.scene.parts.icon(icon), width: SIZE_PX, height: SIZE_PX, id: { collection, id: feature, properties }, scaleByDistance: NEAR_FAR,
      position: Cartesian3.fromDegrees(lon, lat, height_m === null ? 0 : height_m + this.scene.height_m),
      heightReference: height_m === null ? HeightReference.CLAMP_TO_GROUND : HeightReference.NONE,
      verticalOrigin: VerticalOrigin.CENTER, ...(through ? { disableDepthTestDistance: Number.POSITIVE_INFINITY } : {}),
    });
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
      this.update();
      this.scene.widget.scene.requestRender();
    } catch {
      this.asked = '';
    }
  }
}

const sensor = (row) => ({
  collection: 'sensor', feature: row.id, properties: { code: row.code }, icon: `sensor-${row.state}`, lon: row.lon, lat: row.lat,
  height_m: row.floor_no ? row.z_m : null, through: true,
});

const incident = (row) => ({ collection: 'incident', feature: row.id, properties: {}, icon: `incident-${row.type}`, lon: row.lon, lat: row.lat, height_m: row.z_m ?? null, through: true });

const hydrant = ({ id, geometry, properties }, { hydrantIcon }) => ({
  collection: 'hydrant', feature: id, properties: { code: properties.code }, icon: hydrantIcon(properties.state), lon: geometry.coordinates[0], lat: geometry.coordinates[1], height_m: null, through: false,
});
