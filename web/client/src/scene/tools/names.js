/** Names of roads as upright signs of one size: painted on the ground they would grow with it, and turn upside down. */
import { Cartesian2, Cartesian3, Cartographic, Color, HorizontalOrigin, LabelCollection, LabelStyle, Math as Angle, VerticalOrigin } from 'cesium';
import { FONTS } from '../../layers/text.js';
import { degreesOf, tilesOf } from '../../tilecover.js';
import { coverOf, lensOf } from '../blocks.js';
import { along, standing, widthOf } from '../signs.js';
import { EQUATOR_M } from '../view.js';

const FROM_ZOOM = 14.5;
/** Zoom of the tiles that the ground is painted from, so that none is asked for twice. */
const TILE_ZOOM = 15;
const EVERY_M = 15;
const SIZE_PX = 13;
/** Brought so much of the way towards the eye, so that the ground does not cut it. */
const TOWARDS = 0.05;
/** So far beside a sign it may still be met, pixels. */
const AROUND_PX = 8;
/** The foot of a sign, pixels, and how far a body may reach over it, metres: kerbs and the edge of a roof count for nothing. */
const FOOT_PX = 4;
const FOOT_M = 4;
/** A road so broad is named though a mark lies on its name, metres. */
const BROAD_M = 20;
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
    /** What buildings hide. @type {import('../cover.js').Cover | null} */
    this.cover = null;
    /** What is drawn now: the same again costs no picture. */
    this.said = '';
    scene.addEventListener('moved', () => void this.place());
    // heights of the ground come after the picture
    scene.widget.scene.globe.tileLoadProgressEvent.addEventListener((left) => { if (left === 0) void this.place(); });
  }

  update() {
    const { lang, palette, clock, state } = this.scene.parts;
    const look = `${lang()}|${palette().roadText}|${clock.asOf}|${this.shown}|${this.blocks}|${state.get('tl')}`;
    if (look === this.drawn) return;
    this.drawn = look;
    void this.place();
  }

  get shown() {
    return this.scene.parts.shown().has('rd') && (this.scene.last?.zoom ?? 0) >= FROM_ZOOM;
  }

  /** Whether buildings are drawn that may stand before a name: a ghost hides nothing. */
  get blocks() {
    return this.scene.parts.shown().has('bld') && this.scene.parts.state.get('iso') === '';
  }

  async place() {
    this.round += 1;
    const { round } = this;
    const tiles = this.shown ? await this.tiles().catch(() => []) : [];
    if (round !== this.round) return;
    const { clientWidth, clientHeight } = this.scene.widget.canvas;
    const p = this.scene.parts.palette();
    const chosen = standing(this.free(tiles), clientWidth, clientHeight, { marks: this.scene.tool('marker').spots, broad_m: BROAD_M, covered: this.scene.parts.covered() });
    const drawn = JSON.stringify([chosen, p.roadText, p.halo]);
    if (drawn !== this.said) this.draw(chosen);
    this.said = drawn;
    this.scene.tool('depths').arrange();
  }

  draw(chosen) {
    const p = this.scene.parts.palette();
    this.labels.removeAll();
    this.standing = chosen;
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

  /** Roads and buildings around, by tile. */
  tiles() {
    const { carpet } = this.scene;
    const around = tilesOf([/** @type {import('../../tilecover.js').Box} */ (this.scene.bounds())], [-180, -85, 180, 85], TILE_ZOOM, TILE_ZOOM);
    const sources = ['road', ...(this.blocks ? ['building'] : [])];
    return Promise.all(around.map(async (at) => ({ ...at, layers: Object.assign({}, ...(await Promise.all(sources.map((source) => carpet.tile(source, at))))) })));
  }

  /** Places of the picture where a name could stand and nothing would hide a part of it, nor the road under it. */
  free(tiles) {
    const cover = coverOf(this.scene, tiles);
    this.cover = cover;
    return this.seats(tiles).filter((seat) => !cover.hides(seat, seat.depth_m - TOWARDS * this.scene.range)
      && !cover.hides({ ...seat, wide_px: FOOT_PX, high_px: FOOT_PX }, seat.depth_m - FOOT_M));
  }

  /** Places where names could stand, in the picture. @returns {(import('../signs.js').Seat & {at: {lon: number, lat: number, z: number}, depth_m: number})[]} */
  seats(tiles) {
    const lang = this.scene.parts.lang();
    const { globe } = this.scene.widget.scene;
    const lens = lensOf(this.scene);
    return tiles.flatMap(({ x, y, z, layers }) => {
      const side_m = (EQUATOR_M * Math.cos(Angle.toRadians(degreesOf({ x, y: y + 0.5, z })[1]))) / 2 ** z;
      return (layers.road ?? []).flatMap(({ lines, properties }) => {
        const { name_zh: zh, name_en: en, width_m: weight = USUAL_WIDTH_M } = properties;
        const text = lang === 'en' ? en ?? zh : zh ?? en;
        if (!text) return [];
        return lines.flatMap((line) => along(line, side_m, EVERY_M)).flatMap(([u, v]) => {
          const [lon, lat] = degreesOf({ x: x + u, y: y + v, z });
          const height = globe.getHeight(Cartographic.fromDegrees(lon, lat));
          const at = { lon, lat, z: height === undefined ? 0 : height - this.scene.height_m };
          const seen = lens(this.scene.point(at));
          return seen.depth_m > 0 ? [{ text, at, ...seen, weight, wide_px: widthOf(text, SIZE_PX), high_px: SIZE_PX * 1.4 }] : [];
        });
      });
    });
  }
}
