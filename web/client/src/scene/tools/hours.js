/** `sh=`: hours of direct sun at a point of a facade or the ground, on the day of `sun=`; the server reckons them. */
import { Cartesian2, Color, HorizontalOrigin, LabelCollection, LabelStyle, PointPrimitiveCollection, VerticalOrigin } from 'cesium';
import { local, readMoment } from '../../format.js';
import { FONTS } from '../../layers/text.js';
import { directionOf } from '../planes.js';
import { formatSunspot, known, parseSunspot, question } from '../sunspot.js';
import { before, faceAt } from './face.js';

const INK = Color.fromCssColorString('#c26a00');
const ALWAYS = Number.POSITIVE_INFINITY;
/** So far before the face the place is taken, so that a pick that is a little off is not inside the wall. */
const OUT_M = 0.2;

export class HoursTool {
  /** @param {import('../scene.js').Scene} scene */
  constructor(scene) {
    this.name = 'hours';
    this.scene = scene;
    /** Whether the next click says where. */
    this.armed = false;
    const { primitives } = scene.widget.scene;
    this.points = primitives.add(new PointPrimitiveCollection());
    this.labels = primitives.add(new LabelCollection({ scene: scene.widget.scene }));
    this.asked = '';
    /** Answer of /api/sunlight. @type {any} */
    this.result = null;
    this.waiting = false;
  }

  /** The day that is asked for, in the city's zone. */
  get day() {
    return local(readMoment(this.scene.parts.state.get('sun')) ?? new Date()).slice(0, 10);
  }

  arm(armed) {
    this.armed = armed;
    this.scene.update();
    this.scene.told();
  }

  click(at) {
    if (!this.armed) return false;
    const face = faceAt(this.scene, at);
    if (!face) return true; // nothing is drawn there yet: the next click says where
    this.arm(false);
    const place = this.scene.address(before(face, OUT_M));
    this.scene.parts.state.set({ sh: formatSunspot({ ...place, face: directionOf(face.local) }) });
    return true;
  }

  update() {
    const { state, lang } = this.scene.parts;
    if (this.armed && state.get('tl') !== 'sun') this.armed = false;
    const spot = state.get('sun') ? parseSunspot(state.get('sh')) : null;
    const key = spot ? `${state.get('sh')}|${this.day}` : '';
    if (key !== this.asked) {
      this.asked = key;
      this.result = null;
      if (spot) void this.ask(spot, key);
    }
    this.draw(spot, lang());
  }

  async ask(spot, key) {
    this.waiting = true;
    try {
      const result = await this.scene.parts.api.sunlight(question(spot, this.day));
      if (key === this.asked) this.result = result;
    } catch (error) {
      if (key === this.asked) this.scene.dispatchEvent(new CustomEvent('trouble', { detail: error }));
    }
    if (key !== this.asked) return;
    this.waiting = false;
    this.draw(spot, this.scene.parts.lang());
    this.scene.told();
  }

  draw(spot, lang) {
    this.points.removeAll();
    this.labels.removeAll();
    if (spot) {
      const position = this.scene.point(spot);
      this.points.add({ position, pixelSize: 10, color: INK, outlineColor: Color.WHITE, outlineWidth: 2, disableDepthTestDistance: ALWAYS });
      if (this.result) {
        this.labels.add({
          position, text: hoursText(known(this.result), lang, this.scene.parts.t), font: `600 14px ${FONTS}`, fillColor: Color.WHITE, showBackground: true, backgroundColor: INK.withAlpha(0.94),
          backgroundPadding: new Cartesian2(8, 5), style: LabelStyle.FILL, disableDepthTestDistance: ALWAYS,
          horizontalOrigin: HorizontalOrigin.CENTER, verticalOrigin: VerticalOrigin.BOTTOM, pixelOffset: new Cartesian2(0, -12),
        });
      }
    }
    this.scene.widget.scene.requestRender();
  }
}

/** @param {{minutes: number | null, least: boolean}} sun @param {'zh' | 'en'} lang @param {(key: string) => string} t */
const hoursText = ({ minutes, least }, lang, t) => (minutes === null ? t('value.unknown') : `${least ? '≥ ' : ''}${(minutes / 60).toFixed(1)} ${lang === 'zh' ? '小时' : 'h'}`);
