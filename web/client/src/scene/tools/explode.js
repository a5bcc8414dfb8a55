/** `ex=0..1`: the storeys of the selected building drawn apart, upwards or (`exl=`) in rows on the ground, so that one looks between them. */
import { Cartesian2, Cartesian3, Color, HorizontalOrigin, LabelCollection, LabelStyle, Matrix4, VerticalOrigin } from 'cesium';
import { floorLabel } from '../../format.js';
import { FONTS } from '../../layers/text.js';
import { askedOf, rows, shifts, sideOf } from '../apart.js';
import { OPENING_RAD } from '../view.js';
import { focused, focusOf } from './focus.js';

/** Rows lie so far over the highest ground under them. */
const OVER_M = 0.6;
/** Share of the ball around all storeys that must be seen: they fill it nowhere near its rim. */
const SEEN = 0.9;
const ALWAYS = Number.POSITIVE_INFINITY;

/** One storey: its tiles, in all tilesets of the building, and its box before it was moved. @typedef {{floor: number, tiles: any[], box: import('../apart.js').Box}} Storey */

export class ExplodeTool {
  /** @param {import('../scene.js').Scene} scene */
  constructor(scene) {
    this.name = 'explode';
    this.scene = scene;
    /** Transform and box of each tile as it came. @type {WeakMap<any, {transform: Matrix4, corners: Cartesian3[]}>} */
    this.as_built = new WeakMap();
    /** How far the storeys of the building are moved in space, metres along Cesium's axes, by floor. @type {Map<number, number[]>} */
    this.moved = new Map();
    /** The storeys that are apart: how far each is moved and its box before, metres in a frame. @type {{frame: Matrix4, floors: {floor: number, by_m: number[], box: import('../apart.js').Box}[]} | null} */
    this.lifted = null;
    /** Tiles that stand elsewhere than they were built. @type {Set<any>} */
    this.away = new Set();
    this.labels = scene.widget.scene.primitives.add(new LabelCollection({ scene: scene.widget.scene }));
    /** Height of the ground under the rows, by what they are. @type {Map<string, Promise<number> | number>} */
    this.grounds = new Map();
    /** The view before the camera went to the whole. @type {any} */
    this.before = null;
    /** Whether that view is of the storeys that are apart now. */
    this.held = false;
  }

  added(entry) {
    if (entry.model !== null) this.update();
  }

  /** Storeys of the building the tools are about, from the lowest up, in the frame of its first tileset. */
  get subject() {
    const own = focused(this.scene).filter((entry) => entry.model !== null);
    const tiles = own.flatMap((entry) => storeys(entry.tileset.root));
    if (!tiles.length) return null;
    const frame = Matrix4.clone(own[0].tileset.root.computedTransform);
    const back = Matrix4.inverseTransformation(frame, new Matrix4());
    const floors = [...new Set(tiles.map(({ floor }) => floor))].sort((a, b) => a - b);
    const list = floors.map((floor) => {
      const its = tiles.filter((one) => one.floor === floor).map(({ tile }) => tile);
      return { floor, tiles: its, box: boxOf(its.flatMap((tile) => this.built(tile).corners).map((p) => Matrix4.multiplyByPoint(back, p, new Cartesian3()))) };
    });
    return { list, frame, key: `${own.map((entry) => entry.url).join()}|${floors.length}` };
  }

  /** A tile as it came. */
  built(tile) {
    const known = this.as_built.get(tile) ?? { transform: Matrix4.clone(tile.transform), corners: cornersOf(tile) };
    this.as_built.set(tile, known);
    return known;
  }

  update() {
    const asked = askedOf(this.scene.parts.state);
    const about = asked.share > 0 ? this.subject : null;
    if (asked.share === 0) this.held = false;
    const left = new Set(this.away);
    this.labels.removeAll();
    this.moved.clear();
    this.lifted = null;
    if (about) {
      const by = shifts(about.list.map(({ box }) => box), asked, asked.way === null ? 0 : this.ground(about, asked.way));
      this.lifted = { frame: about.frame, floors: about.list.map(({ floor, box }, rank) => ({ floor, box, by_m: by[rank] })) };
      about.list.forEach(({ floor, tiles, box }, rank) => {
        for (const tile of tiles) {
          left.delete(tile);
          this.move(tile, by[rank]);
        }
        this.moved.set(floor, Cartesian3.pack(Matrix4.multiplyByPointAsVector(about.frame, Cartesian3.fromArray(by[rank]), new Cartesian3()), []));
        this.mark(about.frame, floor, box, by[rank], asked.way);
      });
    }
    for (const tile of left) this.move(tile, null);
  }

  /** How far what is on a floor is moved in space, metres along Cesium's axes; null: not at all. @param {number | null} building @param {number | null} floor */
  by(building, floor) {
    return building !== null && building === focusOf(this.scene) && floor !== null ? this.moved.get(floor) ?? null : null;
  }

  /** @param {any} tile @param {number[] | null} by_m east, north, up; null: back to where it was built */
  move(tile, by_m) {
    const { transform } = this.built(tile);
    tile.transform = by_m ? Matrix4.multiplyByTranslation(transform, Cartesian3.fromArray(by_m), new Matrix4()) : transform;
    if (by_m) this.away.add(tile);
    else this.away.delete(tile);
  }

  /** The name of a floor: left of a storey over others, before one that lies on the ground. */
  mark(frame, floor, box, by_m, way) {
    const [x, y] = sideOf(box, way);
    const at = new Cartesian3(x + by_m[0], y + by_m[1], box.middle[2] + by_m[2]);
    const p = this.scene.parts.palette();
    this.labels.add({
      position: Matrix4.multiplyByPoint(frame, at, new Cartesian3()), text: floorLabel(floor), font: `600 13px ${FONTS}`, style: LabelStyle.FILL_AND_OUTLINE, outlineWidth: 4,
      fillColor: Color.fromCssColorString(p.label), outlineColor: Color.fromCssColorString(p.halo), pixelOffset: way === null ? new Cartesian2(-4, 0) : new Cartesian2(0, 2),
      horizontalOrigin: way === null ? HorizontalOrigin.RIGHT : HorizontalOrigin.CENTER, verticalOrigin: way === null ? VerticalOrigin.CENTER : VerticalOrigin.TOP, disableDepthTestDistance: ALWAYS,
    });
  }

  /** Height in the frame on which rows lie; the underside of the building until the ground is known. */
  ground({ list, frame, key }, way) {
    const about = `${key}|${way}`;
    const known = this.grounds.get(about);
    if (typeof known === 'number') return known;
    const boxes = list.map(({ box }) => box);
    const own = Math.min(...list.filter(({ floor }) => floor > 0).map(({ box }) => box.middle[2] - box.half[2]));
    const first = Number.isFinite(own) ? own : boxes[0].middle[2] - boxes[0].half[2];
    if (!known) this.grounds.set(about, this.highest(rows(boxes, way, first), boxes, frame, first).then((high) => {
      this.grounds.set(about, high);
      this.scene.update();
      return high;
    }));
    return first;
  }

  /** The highest ground at the middles and corners of the rows. */
  async highest(middles, boxes, frame, first) {
    const spots = middles.flatMap(([x, y], i) => [[0, 0], [1, 1], [1, -1], [-1, 1], [-1, -1]].map(([a, b]) => new Cartesian3(x + a * boxes[i].half[0], y + b * boxes[i].half[1], first)));
    const places = spots.map((spot) => this.scene.address(Matrix4.multiplyByPoint(frame, spot, new Cartesian3())));
    try {
      const grounds = await this.scene.groundAt(places.map(({ lon, lat }) => [lon, lat]));
      return Math.max(first, ...grounds.flatMap((ground, i) => (ground === null ? [] : [first + ground - places[i].z + OVER_M])));
    } catch (error) {
      this.scene.dispatchEvent(new CustomEvent('trouble', { detail: error }));
      return first;
    }
  }

  /** Bring all storeys into the picture as they lie now; where none is apart, back to the view before. */
  async whole() {
    const asked = askedOf(this.scene.parts.state);
    const about = this.subject;
    if (!about) return;
    this.update();
    if (asked.share === 0) {
      if (this.before) this.scene.go(this.before);
      this.before = null;
      return;
    }
    if (asked.way !== null) await this.grounds.get(`${about.key}|${asked.way}`);
    if (!this.held) this.before = this.scene.now();
    this.held = true;
    const boxes = about.list.map(({ box }) => box);
    const by = shifts(boxes, asked, asked.way === null ? 0 : this.ground(about, asked.way));
    const all = boxOf(boxes.flatMap(({ middle, half }, i) => [-1, 1].map((side) => Cartesian3.fromArray(middle.map((m, axis) => m + by[i][axis] + side * half[axis])))));
    const { lon, lat, z } = this.scene.address(Matrix4.multiplyByPoint(about.frame, Cartesian3.fromArray(all.middle), new Cartesian3()));
    const { clientWidth: width, clientHeight: height } = this.scene.widget.canvas;
    const range_m = (SEEN * Math.hypot(...all.half)) / Math.sin(OPENING_RAD / 2) / Math.min(1, width / height);
    this.scene.close(lon, lat, z, range_m);
  }
}

/** The box around points. @param {Cartesian3[]} points @returns {import('../apart.js').Box} */
function boxOf(points) {
  const ends = /** @type {const} */ (['x', 'y', 'z']).map((axis) => [Math.min(...points.map((p) => p[axis])), Math.max(...points.map((p) => p[axis]))]);
  return { middle: ends.map(([low, high]) => (low + high) / 2), half: ends.map(([low, high]) => (high - low) / 2) };
}

/** Corners of the box of a tile. @returns {Cartesian3[]} */
function cornersOf(tile) {
  const { center, halfAxes } = tile.boundingVolume.boundingVolume;
  const axes = [0, 3, 6].map((at) => new Cartesian3(halfAxes[at], halfAxes[at + 1], halfAxes[at + 2]));
  return Array.from({ length: 8 }, (_, corner) => axes.reduce((p, axis, i) => Cartesian3.add(p, Cartesian3.multiplyByScalar(axis, (corner >> i) & 1 ? 1 : -1, new Cartesian3()), new Cartesian3()), Cartesian3.clone(center)));
}

/** Tiles of a model that hold one floor. @returns {{tile: any, floor: number}[]} */
function storeys(tile) {
  const floor = tile.metadata?.getProperty('floor_no');
  return [...(floor === undefined ? [] : [{ tile, floor }]), ...tile.children.flatMap(storeys)];
}
