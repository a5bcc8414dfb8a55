/** Names of roads as upright signs of one size: painted on the ground they would grow with it, and turn upside down. */
import { Cartesian2, Cartesian3, Cartographic, Color, HorizontalOrigin, LabelCollection, LabelStyle, Math as Angle, VerticalOrigin } from 'cesium';
import { FONTS } from '../../layers/text.js';
import { tilesOf } from '../../tilecover.js';
import { along, standing } from '../signs.js';
import { EQUATOR_M } from '../view.js';

const FROM_ZOOM = 14.5;
/** Zoom of the tiles that the ground is painted from, so that none is asked for twice. */
const TILE_ZOOM = 15;
const EVERY_M = 30;
const SIZE_PX = 13;
/** Brought so much of the way towards the eye, so that the ground does not cut it. */
const TOWARDS = 0.05;
/** So far beside a sign it may still be met, pixels. */
const AROUND_PX = 8;
/** A broad road's name may stand before a narrow one's, metres. */
const USUAL_WIDTH_M = 7;

export class NamesTool {
  /** @param {import('../scene.js').Scene} scene */
  constructor(scene) {
    this.name = 'names';
    this.scene = scene;
    this.labels = scene.widget.scene.primitives.add(new LabelCollection({ scene: scene.widget.scene }));
    /** Where the signs stand, and their room in the picture. @type {{text: string, at: {lon: number, lat: number, z: number}, wide_px: number, high_px: number}[]} */
    this.standing = [];
    this.round = 0;
    this.drawn = '';
    scene.addEventListener('moved', () => void this.place());
    // heights of the ground come after the picture
    scene.widget.scene.globe.tileLoadProgressEvent.addEventListener((left) => { if (left === 0) void this.place(); });
  }

  update() {
    const { lang, palette, clock } = this.scene.parts;
    const look = `${lang()}|${palette().roadText}|${clock.asOf}|${this.shown}`;
    if (look === this.drawn) return;
    this.drawn = look;
    void this.place();
  }

  get shown() {
    return this.scene.parts.shown().has('rd') && (this.scene.last?.zoom ?? 0) >= FROM_ZOOM;
  }

  async place() {
    this.round += 1;
    const { round } = this;
    const seats = this.shown ? await this.seats().catch(() => []) : [];
    if (round !== this.round) return;
    const { clientWidth, clientHeight } = this.scene.widget.canvas;
    const p = this.scene.parts.palette();
    this.labels.removeAll();
    this.standing = standing(seats, clientWidth, clientHeight);
    for (const { text, at } of this.standing) {
      this.labels.add({
        position: this.scene.point(at), text, font: `600 ${SIZE_PX}px ${FONTS}`, style: LabelStyle.FILL_AND_OUTLINE, outlineWidth: 4,
        fillColor: Color.fromCssColorString(p.roadText), outlineColor: Color.fromCssColorString(p.halo), eyeOffset: new Cartesian3(0, 0, -TOWARDS * this.scene.range),
        horizontalOrigin: HorizontalOrigin.CENTER, verticalOrigin: VerticalOrigin.BOTTOM, pixelOffset: new Cartesian2(0, -2),
      });
    }
    this.scene.widget.scene.requestRender();
  }

  /** Whether a sign may cover a point of the picture. @param {{x: number, y: number}} point */
  covers({ x, y }) {
    return this.standing.some(({ at, wide_px, high_px }) => {
      const foot = this.scene.pixel(at);
      return foot && Math.abs(x - foot.x) < wide_px / 2 + AROUND_PX && y > foot.y - high_px - AROUND_PX && y < foot.y + AROUND_PX;
    });
  }

  /** What is found while no sign is drawn: signs have a depth, as all that is drawn. @template T @param {() => T} find @returns {T} */
  without(find) {
    this.labels.show = false;
    this.scene.pictures.draw();
    try {
      return find();
    } finally {
      this.labels.show = true;
      this.scene.widget.scene.requestRender();
    }
  }

  /** Places where names could stand, in the picture. */
  async seats() {
    const lang = this.scene.parts.lang();
    const { globe } = this.scene.widget.scene;
    const tiles = tilesOf([/** @type {import('../../tilecover.js').Box} */ (this.scene.bounds())], [-180, -85, 180, 85], TILE_ZOOM, TILE_ZOOM);
    const found = await Promise.all(tiles.map(async ({ x, y }) => ({ x, y, roads: (await this.scene.carpet.tile('base', { x, y, z: TILE_ZOOM })).road ?? [] })));
    const count = 2 ** TILE_ZOOM;
    return found.flatMap(({ x, y, roads }) => {
      const lat = (share) => Angle.toDegrees(Math.atan(Math.sinh(Math.PI * (1 - (2 * (y + share)) / count))));
      const side_m = (EQUATOR_M * Math.cos(Angle.toRadians(lat(0.5)))) / count;
      return roads.flatMap(({ lines, properties }) => {
        const { name_zh: zh, name_en: en, width_m: weight = USUAL_WIDTH_M } = properties;
        const text = lang === 'en' ? en ?? zh : zh ?? en;
        if (!text) return [];
        return lines.flatMap((line) => along(line, side_m, EVERY_M)).flatMap(([u, v]) => {
          const [lon, north] = [((x + u) / count) * 360 - 180, lat(v)];
          const height = globe.getHeight(Cartographic.fromDegrees(lon, north));
          const at = { lon, lat: north, z: height === undefined ? 0 : height - this.scene.height_m };
          const pixel = this.scene.pixel(at);
          return pixel ? [{ text, at, ...pixel, weight, wide_px: wide(text), high_px: SIZE_PX * 1.4 }] : [];
        });
      });
    });
  }
}

/** Room a word takes, pixels: Chinese letters are square, others half as wide. @param {string} text */
const wide = (text) => SIZE_PX * [...text].reduce((sum, letter) => sum + (letter.charCodeAt(0) > 0x2e7f ? 1 : 0.58), 0);
