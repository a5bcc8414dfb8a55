/** One device: state by shape, colour and word, newest value, how old it is, a small curve. */
import { html, nothing, svg } from 'lit';
import { label } from '../codes.js';
import { Control, app, define } from '../element.js';
import { age, floorLabel, number, unitSign } from '../format.js';
import { lang, nameOf, t } from '../i18n.js';
import { STATES } from '../palette.js';
import { swatch } from '../controls/swatch.js';
import './series-plot.js';

const SPARK_S = 3600;
/** Silent for that many periods is no data. */
const PERIODS = 3;

class SensorCard extends Control {
  static keys = ['lang'];

  static properties = { row: { attribute: false }, open: { type: Boolean }, points: { state: true } };

  constructor() {
    super();
    /** @type {any} */
    this.row = null;
    this.open = false;
    /** @type {[number, number][]} */
    this.points = [];
    this.loadedFor = '';
    this.seen = false;
    /** @type {IntersectionObserver | null} */
    this.watch = null;
  }

  connectedCallback() {
    super.connectedCallback();
    this.on(app.live, 'observation', (event) => this.observe(event.detail));
    this.on(app.clock, 'tick');
    // A tower has hundreds of devices: only a card that is seen asks for its curve.
    this.watch = new IntersectionObserver((entries) => {
      this.seen ||= entries.some((entry) => entry.isIntersecting);
      if (this.seen) this.load();
    });
    this.watch.observe(this);
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    this.watch?.disconnect();
  }

  updated() {
    if (this.seen) this.load();
  }

  load() {
    if (!this.row || this.loadedFor === this.row.code) return;
    this.loadedFor = this.row.code;
    const to = app.clock.time;
    app.api.series(this.row.code, new Date(to.getTime() - SPARK_S * 1000).toISOString(), to.toISOString()).then(
      (answer) => { this.points = answer.observations.map(([at, result]) => [Date.parse(at), result]); },
      () => { this.points = []; },
    );
  }

  observe(readings) {
    const mine = readings.filter((r) => r.code === this.row?.code);
    if (!mine.length || !app.clock.live) return;
    const last = mine[mine.length - 1];
    this.row = { ...this.row, result: last.result, state: last.state, phenomenon_time: last.t, stale: false };
    this.points = [...this.points, ...mine.map((r) => /** @type {[number, number]} */ ([Date.parse(r.t), r.result]))]
      .filter(([at]) => at > app.live.now() - SPARK_S * 1000);
  }

  spark() {
    if (this.points.length < 2) return nothing;
    const [times, values] = [this.points.map((p) => p[0]), this.points.map((p) => p[1])];
    const [t0, t1, low, high] = [times[0], times[times.length - 1], Math.min(...values), Math.max(...values)];
    const line = this.points.map(([at, v]) => `${((100 * (at - t0)) / (t1 - t0 || 1)).toFixed(1)},${(22 - (20 * (v - low)) / (high - low || 1)).toFixed(1)}`);
    return html`<svg class="spark" viewBox="0 0 100 24" preserveAspectRatio="none" data-testid="sparkline" data-points=${this.points.length} role="img" aria-label=${t('sensor.spark')}>
      ${svg`<polyline points=${line.join(' ')} vector-effect="non-scaling-stroke"></polyline>`}</svg>`;
  }

  render() {
    const r = this.row;
    if (!r) return nothing;
    const seconds = r.phenomenon_time ? (app.clock.time.getTime() - Date.parse(r.phenomenon_time)) / 1000 : null;
    // A device that falls silent while its card is open says nothing: the card counts the periods itself.
    const silent = r.stale || (r.period_s && seconds !== null && seconds > PERIODS * r.period_s);
    const state = silent && !['offline', 'disabled'].includes(r.state) ? 'stale' : STATES.includes(r.state) ? r.state : 'unknown';
    return html`<article class="sensor" data-testid="sensor-card" data-code=${r.code} data-state=${state}>
      <button class="sensor-head" aria-expanded=${this.open} @click=${() => { this.open = !this.open; }}>
        <ul class="bare">${swatch({ shape: 'icon', icon: `sensor-${state}`, text: t(`state.${state}`) })}</ul>
        <span class="sensor-name">${nameOf(r) || r.code}<small>${label('device_type', r.type)}${r.floor_no ? ` · ${floorLabel(r.floor_no)}` : ''}</small></span>
        <span class="sensor-value">${r.result === null || r.result === undefined ? html`<em class="unknown">${t('sensor.nodata')}</em>` : html`${number(r.result, lang(), 2)}<small>${unitSign(r.unit)}</small>`}
          <small class="age">${seconds === null ? '' : age(Math.max(0, seconds), lang())}</small></span>
      </button>${this.spark()}${this.open ? html`<series-plot .code=${r.code}></series-plot>` : nothing}</article>`;
  }
}
define('sensor-card', SensorCard);
