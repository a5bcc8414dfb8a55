/** The drawer of incidents: open alarms, open incidents, and a form to report one. */
import { html, nothing } from 'lit';
import { label } from '../codes.js';
import { Control, app, define } from '../element.js';
import { age, number } from '../format.js';
import { lang, t } from '../i18n.js';
import { swatch } from '../controls/swatch.js';
import './incident-card.js';
import './incident-form.js';

const MOST_ALARMS = 30;

class IncidentBoard extends Control {
  static properties = { writing: { state: true }, place: { state: true } };

  constructor() {
    super();
    this.writing = false;
    /** @type {any} */
    this.place = null;
  }

  connectedCallback() {
    super.connectedCallback();
    this.on(app.incidents, 'change');
    this.on(app.alarms, 'change');
    this.on(app.map.picker, 'context', (event) => { this.place = event.detail; this.writing = true; });
  }

  async acknowledge(alarm) {
    try {
      await app.api.acknowledge(alarm.id, t('actor.web'));
      app.alarms.soon();
    } catch (error) {
      app.toast(error.message || t('error.offline'), { tone: 'bad' });
    }
  }

  alarm(a) {
    const seconds = (app.live.now() - Date.parse(a.raised_at)) / 1000;
    return html`<li class="alarm" data-testid="alarm" data-id=${a.id}>
      <ul class="bare">${swatch({ shape: 'icon', icon: `sensor-${a.severity === 'alarm' ? 'alarm' : 'attention'}`, text: t(`state.${a.severity === 'alarm' ? 'alarm' : 'attention'}`) })}</ul>
      <button class="link" @click=${() => app.state.set({ sel: `s:${a.code}` })}>${a.code}</button>
      <span>${number(a.result, lang(), 2)} / ${number(a.limit_value, lang(), 2)} ${a.unit ?? ''}</span><small>${age(Math.max(0, seconds), lang())}</small>
      ${a.acknowledged_at ? html`<small>✓ ${a.acknowledged_by ?? ''}</small>` : html`<button class="soft small" data-testid="ack" @click=${() => this.acknowledge(a)}>${t('alarm.ack')}</button>`}</li>`;
  }

  render() {
    const { rows, error, loaded } = app.incidents;
    const alarms = app.clock.live ? app.alarms.rows : [];
    return html`
      ${this.writing ? html`<incident-form .place=${this.place} @done=${() => { this.writing = false; this.place = null; }}></incident-form>`
        : app.clock.live ? html`<button class="danger wide-button" data-testid="incident-new" @click=${() => { this.writing = true; }}>${t('incident.new')}</button>` : nothing}
      <h3>${t('incident.open')} <small>${rows.length}</small></h3>
      ${error ? html`<p class="failed" role="alert">${error.message || t('error.offline')}</p>` : nothing}
      <div data-testid="incident-list">${rows.length ? rows.map((row) => html`<incident-card .row=${row}></incident-card>`) : html`<p class="empty">${loaded ? t('incident.none') : t('loading')}</p>`}</div>
      <h3>${t('alarm.open')} <small>${alarms.length}</small></h3>
      ${alarms.length ? html`<ul class="alarms" data-testid="alarm-list">${alarms.slice(0, MOST_ALARMS).map((a) => this.alarm(a))}</ul>` : html`<p class="empty">${t('alarm.none')}</p>`}
      ${alarms.length > MOST_ALARMS ? html`<p class="note">${t('sensors.more', { count: alarms.length - MOST_ALARMS })}</p>` : nothing}
      <p class="note">${t('incident.level')}: ${label('incident_level', 1)} – ${label('incident_level', 4)}</p>`;
  }
}
define('incident-board', IncidentBoard);
