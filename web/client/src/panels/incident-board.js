/** The drawer of incidents: open alarms, open incidents, and a form to report one. */
import { html, nothing } from 'lit';
import { Control, app, define } from '../element.js';
import { age, floorLabel, number, unitSign } from '../format.js';
import { lang, nameOf, t } from '../i18n.js';
import { swatch } from '../controls/swatch.js';
import './incident-card.js';
import './incident-form.js';

const MOST_ALARMS = 30;

class IncidentBoard extends Control {
  connectedCallback() {
    super.connectedCallback();
    this.on(app.incidents, 'change');
    this.on(app.alarms, 'change');
    this.on(app.draft, 'change');
  }

  async acknowledge(alarm) {
    try {
      await app.api.acknowledge(alarm.id, t('actor.web'));
      app.alarms.soon();
    } catch (error) {
      app.toast(error.message || t('error.offline'), { tone: 'bad' });
    }
  }

  /** An alarm becomes a report: a person looks at it and sends it. */
  report(a) {
    if (a.building_id) app.openBuilding(a.building_id, a.floor_no);
    else app.state.set({ sel: '' });
    const place = a.building_id || !Number.isFinite(a.lon) ? null : { lng: a.lon, lat: a.lat };
    app.draft.open({ place, title: t('alarm.title', { name: nameOf(a) || a.code, floor: a.floor_no ? floorLabel(a.floor_no) : '' }).trim() });
  }

  alarm(a) {
    const seconds = (app.live.now() - Date.parse(a.raised_at)) / 1000;
    return html`<li class="alarm" data-testid="alarm" data-id=${a.id}>
      <ul class="bare">${swatch({ shape: 'icon', icon: `sensor-${a.severity === 'alarm' ? 'alarm' : 'attention'}`, text: t(`state.${a.severity === 'alarm' ? 'alarm' : 'attention'}`) })}</ul>
      <button class="link" title=${a.code} @click=${() => app.state.set({ sel: `s:${a.code}` })}>${nameOf(a) || a.code}${a.floor_no ? html` <small>${floorLabel(a.floor_no)}</small>` : nothing}</button>
      <span>${number(a.result, lang(), 2)} / ${number(a.limit_value, lang(), 2)} ${unitSign(a.unit)}</span><small>${age(Math.max(0, seconds), lang())}</small>
      <div class="row">${a.acknowledged_at ? html`<small>✓ ${a.acknowledged_by ?? ''}</small>` : html`<button class="soft small" data-testid="ack" @click=${() => this.acknowledge(a)}>${t('alarm.ack')}</button>`}
      <button class="soft small" data-testid="alarm-report" @click=${() => this.report(a)}>${t('alarm.report')}</button></div></li>`;
  }

  render() {
    const { rows, error, loaded } = app.incidents;
    const alarms = app.clock.live ? app.alarms.rows : [];
    return html`
      ${!app.clock.live ? html`<p class="note">${t('incident.past')}</p>` : app.draft.given ? html`<incident-form .given=${app.draft.given}></incident-form>`
        : html`<button class="danger wide-button" data-testid="incident-new" @click=${() => app.draft.open()}>${t('incident.new')}</button>`}
      <h3>${t('incident.open')} <small>${rows.length}</small></h3>
      ${error ? html`<p class="failed" role="alert">${error.message || t('error.offline')}</p>` : nothing}
      <div data-testid="incident-list">${rows.length ? rows.map((row) => html`<incident-card .row=${row}></incident-card>`) : html`<p class="empty">${loaded ? t('incident.none') : t('loading')}</p>`}</div>
      <h3>${t('alarm.open')} <small>${alarms.length}</small></h3>
      ${alarms.length ? html`<ul class="alarms" data-testid="alarm-list">${alarms.slice(0, MOST_ALARMS).map((a) => this.alarm(a))}</ul>` : html`<p class="empty">${t('alarm.none')}</p>`}
      ${alarms.length > MOST_ALARMS ? html`<p class="note">${t('sensors.more', { count: alarms.length - MOST_ALARMS })}</p>` : nothing}`;
  }
}
define('incident-board', IncidentBoard);
