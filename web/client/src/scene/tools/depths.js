/** What lies how deep, beside the pipes: none on another, on the name of a road, or on a building before its pipe. */
import { Cartesian2, Color, HorizontalOrigin, LabelCollection, LabelStyle, VerticalOrigin } from 'cesium';
import { FONTS } from '../../layers/text.js';
import { lensOf } from '../blocks.js';
import { standing, widthOf } from '../signs.js';

const SIZE_PX = 12;
const UP_PX = 6;
/** Pipes lie beside each other, so their words do too; roads are named as if alone. */
const AIR_PX = { x: 8, y: 5 };
const ROOM_PX2 = 24_000;
/** Of so many pipes nearest to the middle one may be named: farther away nobody could read which is meant. */
const MOST = 300;
/** Places along a pipe where its words may stand, as shares of its first piece. */
const PLACES = [0.5, 0.3, 0.7, 0.12, 0.88];

export class DepthsTool {
  /** @param {import('../scene.js').Scene} scene */
  constructor(scene) {
    this.name = 'depths';
    this.scene = scene;
    this.labels = scene.widget.scene.primitives.add(new LabelCollection({ scene: scene.widget.scene }));
    /** Pipes that may be named, the nearest first, by the ends of their first pieces. @type {{text: string, ends: number[][]}[]} */
    this.pipes = [];
    this.said = '';
  }

  /** @param {any[]} pipes features @param {{lon: number, lat: number}} middle those nearest to it matter most */
  of(pipes, { lon, lat }) {
    const { word, t } = this.scene.parts;
    const far = ({ ends }) => { const [x, y] = along(ends, 0.5); return Math.hypot((x - lon) * Math.cos((lat * Math.PI) / 180), y - lat); };
    this.pipes = pipes.map(({ geometry, properties: { kind, dn_mm: size, depth_m: depth } }) => ({
      depth, ends: geometry.coordinates[0].slice(0, 2), text: `${word('pipe', kind)}${size ? ` DN${size}` : ''} · ${t('tip.depth', { depth })}`,
    })).filter(({ ends, depth }) => ends.length === 2 && ends.every((end) => Number.isFinite(end[2])) && Number.isFinite(depth)).sort((a, b) => far(a) - far(b)).slice(0, MOST);
    this.arrange();
  }

  clear() {
    this.pipes = [];
    this.arrange();
  }

  /** For the view of now. */
  arrange() {
    const { widget } = this.scene;
    const { clientWidth, clientHeight } = widget.canvas;
    const names = this.scene.tool('names');
    const lens = lensOf(this.scene);
    const seats = this.pipes.flatMap(({ text, ends }, i) => PLACES.map((share) => {
      const [lon, lat, z] = along(ends, share);
      const at = { lon, lat, z };
      const { x, y, depth_m } = lens(this.scene.point(at));
      return { text, at, x, y: y - UP_PX, depth_m, weight: -i, wide_px: widthOf(text, SIZE_PX), high_px: SIZE_PX * 1.4 };
    })).filter((seat) => seat.depth_m > 0 && !names.cover?.hides(seat, seat.depth_m));
    const chosen = standing(seats, clientWidth, clientHeight, { marks: this.scene.tool('marker').spots, taken: names.standing, covered: this.scene.parts.covered(), air_px: AIR_PX, room_px2: ROOM_PX2 });
    const p = this.scene.parts.palette();
    const said = JSON.stringify([chosen, p.label, p.halo]);
    if (said === this.said) return;
    this.said = said;
    this.labels.removeAll();
    for (const { text, at } of chosen) {
      this.labels.add({
        position: this.scene.point(at), text, font: `500 ${SIZE_PX}px ${FONTS}`, style: LabelStyle.FILL_AND_OUTLINE, outlineWidth: 4,
        fillColor: Color.fromCssColorString(p.label), outlineColor: Color.fromCssColorString(p.halo), pixelOffset: new Cartesian2(0, -UP_PX),
        horizontalOrigin: HorizontalOrigin.CENTER, verticalOrigin: VerticalOrigin.BOTTOM, disableDepthTestDistance: Number.POSITIVE_INFINITY,
      });
    }
    widget.scene.requestRender();
  }
}

/** A place so far along a piece. @param {number[][]} ends @param {number} share */
const along = ([a, b], share) => [0, 1, 2].map((axis) => a[axis] + share * (b[axis] - a[axis]));
