/** Readings of one datastream as a curve with its limits. */
import uPlot from 'uplot';
import { html, nothing } from 'lit';
import { Control, app, define } from '../element.js';
import { local, moment, number, unitSign } from '../format.js';
import { swatch } from '../controls/swatch.js';
import { lang, t } from '../i18n.js';
import { STATE_COLOURS } from '../palette.js';

const SPANS = { h1: 3600, h24: 86400, d7: 604800 };
const CHOICES = [...Object.keys(SPANS), 'custom'];
const ZONE = 'Asia/Shanghai';
const DAY_S = 86400;

/** Ticks in the city's zone and the order of writing of the place: 14:05, 09-07. */
const tick = (splits, step) => splits.map((at) => {
  const local = new Date(at * 1000 + 8 * 3600e3).toISOString();
  return step >= DAY_S || local.slice(11, 16) === '00:00' ? local.slice(5, 10) : local.slice(11, 16);
});

const amount = (value, unit) => (value === null ? t('sensor.nodata') : `${number(value, lang(), 2)}${unit ? ` ${unitSign(unit)}` : ''}`);

class SeriesPlot extends Control {
  static keys = ['lang', 'th'];

  static properties = { code: {}, span: { state: true }, state: { state: true }, series: { state: true }, from: { state: true }, to: { state: true } };

  constructor() {
    super();
    this.code = '';
    this.span = 'h1';
    this.state = 'loading';
    /** @type {any} */
    this.series = null;
    this.loadedFor = '';
    /** Chosen by hand, values of datetime-local fields. */
    this.from = '';
    this.to = '';
    /** @type {uPlot | null} */
    this.plot = null;
  }

  connectedCallback() {
    super.connectedCallback();
    this.on(app.live, 'observation', (event) => this.append(event.detail));
    this.on(app.clock, 'moment', () => this.load());
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    this.plot?.destroy();
    this.plot = null;
  }

  get window() {
    if (this.span === 'custom') return { from: new Date(`${this.from}+08:00`).toISOString(), to: new Date(`${this.to}+08:00`).toISOString() };
    const to = app.clock.time;
    return { from: new Date(to.getTime() - SPANS[this.span] * 1000).toISOString(), to: to.toISOString() };
  }

  updated() {
    const key = `${this.code}/${this.span}/${this.from}/${this.to}`;
    if (key !== this.loadedFor) {
      this.loadedFor = key;
      void this.load();
    }
    this.draw();
  }

  async load() {
    if (!this.code) return;
    const { from, to } = this.window;
    const asked = this.loadedFor; // a longer span may answer after the shorter one that was chosen since
    if (from >= to) {
      this.state = 'failed';
      this.reason = t('sensor.range');
      return;
    }
    try {
      const series = await app.api.series(this.code, from, to);
      if (asked !== this.loadedFor) return;
      this.series = series;
      this.state = series.observations.length ? 'ready' : 'empty';
    } catch (error) {
      if (asked !== this.loadedFor) return;
      this.state = 'failed';
      this.reason = error.message || t('error.offline');
    }
  }

  append(readings) {
    const mine = readings.filter((r) => r.code === this.code);
    if (!mine.length || !this.series || !app.clock.live || this.span === 'custom') return;
    const rows = [...this.series.observations, ...mine.map((r) => [r.t, r.result, r.quality])];
    const oldest = app.live.now() - SPANS[this.span] * 1000;
    this.series = { ...this.series, observations: rows.filter(([at]) => Date.parse(at) >= oldest) };
    this.state = 'ready';
  }

  draw() {
    const box = /** @type {HTMLElement | null} */ (this.querySelector('.plot'));
    if (!box || !this.series) return;
    const { observations, limits = {}, unit } = this.series;
    const times = observations.map(([at]) => Date.parse(at) / 1000);
    const values = observations.map(([, result]) => result);
    const style = getComputedStyle(this);
    const ink = style.getPropertyValue('--muted').trim();
    const lines = ['attention', 'alarm'].filter((name) => Number.isFinite(limits?.[name]));
    const data = /** @type {any} */ ([times, values, ...lines.map((name) => times.map(() => limits[name]))]);
    this.plot?.destroy();
    this.plot = new uPlot({
      width: box.clientWidth || 360, height: 170, pxAlign: 1,
      cursor: { points: { size: 7 } }, legend: { show: false }, tzDate: (at) => uPlot.tzDate(new Date(at * 1000), ZONE),
      hooks: { setCursor: [(plot) => this.read(plot, times, values)] },
      scales: { x: { time: true } },
      axes: [
        { stroke: ink, grid: { stroke: style.getPropertyValue('--line').trim(), width: 1 }, ticks: { show: false }, size: 28, values: (_plot, splits, _axis, _space, step) => tick(splits, step) },
        { stroke: ink, grid: { stroke: style.getPropertyValue('--line').trim(), width: 1 }, ticks: { show: false }, size: 48, label: unitSign(unit), labelSize: 18 },
      ],
      series: [
        {},
        { stroke: style.getPropertyValue('--accent').trim(), width: 1.6, points: { show: times.length < 40, size: 4 } },
        ...lines.map((name) => ({ stroke: STATE_COLOURS[name], width: 1.4, dash: [6, 4], points: { show: false } })),
      ],
    }, data, box);
  }

  /** Say what is under the pointer. */
  read(plot, times, values) {
    const at = plot.cursor.idx;
    const out = /** @type {HTMLElement | null} */ (this.querySelector('output'));
    if (!out) return;
    out.textContent = at === null || at === undefined || plot.cursor.left < 0 ? '' : `${moment(times[at] * 1000, lang())}  ${amount(values[at], this.series?.unit)}`;
  }

  choose(span) {
    if (span === 'custom') {
      const { from, to } = this.window;
      [this.from, this.to] = [local(new Date(from)), local(new Date(to))];
    }
    this.span = span;
  }

  custom() {
    return html`<div class="range"><label>${t('sensor.from')}<input type="datetime-local" data-testid="span-from" .value=${this.from} @change=${(e) => { this.from = e.target.value || this.from; }}></label>
      <label>${t('sensor.to')}<input type="datetime-local" data-testid="span-to" .value=${this.to} @change=${(e) => { this.to = e.target.value || this.to; }}></label></div>`;
  }

  /** What the dashed lines are. */
  limits() {
    const { limits, unit } = this.series ?? {};
    const lines = ['attention', 'alarm'].filter((name) => Number.isFinite(limits?.[name]));
    return lines.length ? html`<ul class="limits" data-testid="limits">${lines.map((name) => swatch({
      shape: 'line', dash: true, colour: STATE_COLOURS[name], text: t('sensor.limit', { state: t(`state.${name}`), value: amount(limits[name], unit) }),
    }))}</ul>` : nothing;
  }

  render() {
    const { from, to } = this.window;
    return html`<div class="segmented" role="group" aria-label=${t('sensor.span')}>
        ${CHOICES.map((span) => html`<button aria-pressed=${span === this.span} data-testid="span-${span}" @click=${() => this.choose(span)}>${t(`sensor.span.${span}`)}</button>`)}
        <a class="soft" data-testid="csv" href=${app.api.seriesCsv(this.code, from, to)} download="${this.code}.csv">CSV</a></div>${this.span === 'custom' ? this.custom() : nothing}
      <div class="plot" data-testid="plot" data-points=${this.series?.observations.length ?? 0} ?hidden=${this.state !== 'ready'} lang=${lang()}></div>
      ${this.state === 'ready' ? html`<output class="readout" data-testid="readout"></output>${this.limits()}` : nothing}
      ${this.state === 'ready' ? '' : html`<p class="empty">${this.state === 'failed' ? this.reason : t(this.state === 'empty' ? 'sensor.nodata' : 'loading')}</p>`}`;
  }
}
define('series-plot', SeriesPlot);
