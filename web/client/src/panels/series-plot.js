/** Readings of one datastream as a curve with its limits. */
import uPlot from 'uplot';
import { html } from 'lit';
import { Control, app, define } from '../element.js';
import { lang, t } from '../i18n.js';
import { STATE_COLOURS } from '../palette.js';

const SPANS = { h1: 3600, h24: 86400, d7: 604800 };

class SeriesPlot extends Control {
  static keys = ['lang', 'th'];

  static properties = { code: {}, span: { state: true }, state: { state: true }, series: { state: true } };

  constructor() {
    super();
    this.code = '';
    this.span = 'h1';
    this.state = 'loading';
    /** @type {any} */
    this.series = null;
    this.loadedFor = '';
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
    const to = app.clock.time;
    return { from: new Date(to.getTime() - SPANS[this.span] * 1000).toISOString(), to: to.toISOString() };
  }

  updated() {
    const key = `${this.code}/${this.span}`;
    if (key !== this.loadedFor) {
      this.loadedFor = key;
      void this.load();
    }
    this.draw();
  }

  async load() {
    if (!this.code) return;
    const { from, to } = this.window;
    try {
      this.series = await app.api.series(this.code, from, to);
      this.state = this.series.observations.length ? 'ready' : 'empty';
    } catch (error) {
      this.state = 'failed';
      this.reason = error.message || t('error.offline');
    }
  }

  append(readings) {
    const mine = readings.filter((r) => r.code === this.code);
    if (!mine.length || !this.series || !app.clock.live) return;
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
      cursor: { points: { size: 7 } }, legend: { show: false },
      scales: { x: { time: true } },
      axes: [
        { stroke: ink, grid: { stroke: style.getPropertyValue('--line').trim(), width: 1 }, ticks: { show: false }, size: 28 },
        { stroke: ink, grid: { stroke: style.getPropertyValue('--line').trim(), width: 1 }, ticks: { show: false }, size: 48, label: unit ?? '', labelSize: 18 },
      ],
      series: [
        {},
        { stroke: style.getPropertyValue('--accent').trim(), width: 1.6, points: { show: times.length < 40, size: 4 } },
        ...lines.map((name) => ({ stroke: STATE_COLOURS[name], width: 1.4, dash: [6, 4], points: { show: false } })),
      ],
    }, data, box);
  }

  render() {
    const { from, to } = this.window;
    return html`<div class="segmented" role="group" aria-label=${t('sensor.span')}>
        ${Object.keys(SPANS).map((span) => html`<button aria-pressed=${span === this.span} data-testid="span-${span}" @click=${() => { this.span = span; }}>${t(`sensor.span.${span}`)}</button>`)}
        <a class="soft" data-testid="csv" href=${app.api.seriesCsv(this.code, from, to)} download="${this.code}.csv">CSV</a></div>
      <div class="plot" data-testid="plot" data-points=${this.series?.observations.length ?? 0} ?hidden=${this.state !== 'ready'} lang=${lang()}></div>
      ${this.state === 'ready' ? '' : html`<p class="empty">${this.state === 'failed' ? this.reason : t(this.state === 'empty' ? 'sensor.nodata' : 'loading')}</p>`}`;
  }
}
define('series-plot', SeriesPlot);
