/** One incident: what, where, its steps, and the next ones. Cancelling asks first. */
import { html, nothing } from 'lit';
import { label } from '../codes.js';
import { Control, app, define } from '../element.js';
import { age, floorLabel, moment } from '../format.js';
import { NEXT, onceKey } from '../incidents.js';
import { lang, t } from '../i18n.js';
import { who } from './field.js';

class IncidentCard extends Control {
  static keys = ['lang', 'sel'];

  static properties = { row: { attribute: false }, detail: { state: true }, asking: { state: true }, failed: { state: true }, busy: { state: true } };

  constructor() {
    super();
    /** @type {any} */
    this.row = null;
    /** @type {any} */
    this.detail = null;
    /** The step that waits for a yes. */
    this.asking = '';
    this.failed = '';
    this.busy = false;
    this.loadedFor = '';
  }

  get chosen() {
    return app.state.get('sel') === `i:${this.row.id}`;
  }

  updated() {
    const key = this.chosen ? `${this.row.id}/${this.row.status}` : '';
    if (key && key !== this.loadedFor) {
      this.loadedFor = key;
      app.api.incident(this.row.id).then((d) => { this.detail = d; }, (e) => { this.failed = e.message || t('error.offline'); });
    }
  }

  choose() {
    const { id, lon, lat } = this.row;
    app.state.set({ sel: this.chosen ? '' : `i:${id}` });
    if (this.chosen && Number.isFinite(lon)) app.map.camera.show(lon, lat, 16.5);
  }

  async move(to, payload = {}) {
    this.busy = true;
    this.failed = '';
    try {
      await app.api.incidentEvent(this.row.id, { kind: 'state', to, actor: t('actor.web'), payload }, onceKey());
      app.incidents.soon();
    } catch (error) {
      this.failed = error.message || t('error.offline');
    }
    this.busy = false;
    this.asking = '';
  }

  cancel(event) {
    event.preventDefault();
    const reason = new FormData(event.target).get('reason');
    void this.move('cancelled', { reason });
  }

  steps() {
    const events = this.detail?.events ?? [];
    return html`<ol class="steps">${events.map((e) => html`<li><time datetime=${e.at}>${moment(e.at, lang())}</time>
      <b>${(e.to ?? e.to_status) ? label('incident_status', e.to ?? e.to_status) : t('incident.note')}</b><span>${who(e.actor)}</span>
      ${e.payload?.reason || e.payload?.text ? html`<em>${e.payload.reason ?? e.payload.text}</em>` : nothing}</li>`)}</ol>`;
  }

  actions() {
    const keep = html`<button class="soft" type="button" @click=${() => { this.asking = ''; }}>${t('incident.keep')}</button>`;
    if (this.asking === 'closed') {
      return html`<div class="confirm" role="alertdialog" aria-label=${t('incident.close.ask')} data-testid="close-confirm"><p>${t('incident.close.ask')}</p>
        <div class="row"><button class="primary" data-testid="close-yes" ?disabled=${this.busy} @click=${() => this.move('closed')}>${t('incident.close.yes')}</button>${keep}</div></div>`;
    }
    if (this.asking === 'cancelled') {
      return html`<form class="confirm" role="alertdialog" aria-label=${t('incident.cancel.ask')} data-testid="cancel-confirm" @submit=${(e) => this.cancel(e)}>
        <label>${t('incident.cancel.ask')}<input name="reason" required maxlength="200" data-testid="cancel-reason"></label>
        <div class="row"><button class="danger" type="submit" data-testid="cancel-yes">${t('incident.cancel.yes')}</button>${keep}</div></form>`;
    }
    return html`<div class="row">${(NEXT[this.row.status] ?? []).map((to) => to === 'cancelled'
      ? html`<button class="soft" data-testid="step-cancelled" ?disabled=${this.busy} @click=${() => { this.asking = 'cancelled'; }}>${t('incident.cancel')}</button>`
      : html`<button class="primary" data-testid="step-${to}" ?disabled=${this.busy} @click=${() => (to === 'closed' ? (this.asking = to) : this.move(to))}>${t('incident.to', { status: label('incident_status', to) })}</button>`)}</div>`;
  }

  render() {
    const r = this.row;
    const seconds = r.reported_at ? (app.clock.time.getTime() - Date.parse(r.reported_at)) / 1000 : null;
    return html`<article class="incident" data-testid="incident" data-id=${r.id} data-status=${r.status} data-level=${r.level}>
      <button class="incident-head" aria-expanded=${this.chosen} @click=${() => this.choose()}>
        <span class="level l${r.level}" title=${label('incident_level', r.level)}>${label('incident_level', r.level)}</span>
        <span class="incident-title">${r.title}<small>${label('incident', r.type)}${r.floor_no ? ` · ${floorLabel(r.floor_no)}` : ''} · ${seconds === null ? '' : age(Math.max(0, seconds), lang())}</small></span>
        <span class="state-word">${label('incident_status', r.status)}</span></button>
      ${this.chosen ? html`<div class="incident-body">
        ${r.address || r.building_code ? html`<p>${r.address ?? ''} ${r.building_code ? html`<button class="link" @click=${() => app.state.set({ sel: `b:${r.building_code}`, fl: r.floor_no ?? '' })}>${t('incident.building')}</button>` : nothing}</p>` : nothing}
        ${this.steps()}${this.failed ? html`<p class="failed" role="alert">${this.failed}</p>` : nothing}${app.clock.live ? this.actions() : nothing}</div>` : nothing}</article>`;
  }
}
define('incident-card', IncidentCard);
