/** Report an incident: type, level, words, and a place on the map, at the pointer or in a building. */
import { html, nothing } from 'lit';
import { codesOf } from '../codes.js';
import { Control, app, define } from '../element.js';
import { onceKey } from '../incidents.js';
import { floorLabel } from '../format.js';
import { lang, named, nameOf, t } from '../i18n.js';
import { value } from '../selection.js';

/** Ordinary: nobody calls the whole city by an untouched field. */
const USUAL_LEVEL = '4';

/** A report just sent may be taken back that long. */
const UNDO_MS = 5000;

async function undo(id) {
  try {
    await app.api.incidentEvent(id, { kind: 'state', to: 'cancelled', actor: t('actor.web'), payload: { reason: t('incident.undo.reason') } }, onceKey());
    app.incidents.soon();
    app.toast(t('incident.undone'));
  } catch (error) {
    app.toast(error.message || t('error.offline'), { tone: 'bad', stay_ms: UNDO_MS });
  }
}

class IncidentForm extends Control {
  static keys = ['lang', 'sel', 'fl'];

  static properties = { given: { attribute: false }, place: { state: true }, failed: { state: true }, busy: { state: true }, placing: { state: true } };

  constructor() {
    super();
    /** @type {import('../draft.js').Given} */
    this.given = { place: null, title: '' };
    /** @type {{lng: number, lat: number} | null} */
    this.place = null;
    this.failed = '';
    this.busy = false;
    this.placing = false;
    this.key = onceKey();
  }

  connectedCallback() {
    super.connectedCallback();
    this.on(app.selection, 'change');
  }

  willUpdate(changed) {
    if (!changed.has('given')) return;
    this.place = this.given.place;
    app.map.spot(this.place);
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    app.map.picker.take(null);
    app.map.spot(null);
  }

  /** The building the incident is in, unless a place was chosen. */
  get building() {
    return this.place ? null : app.selection.dossier?.building ?? null;
  }

  pick() {
    this.placing = true;
    app.map.picker.take((lngLat) => {
      this.placing = false;
      this.place = lngLat;
      app.map.spot(lngLat);
    });
  }

  where() {
    if (this.placing) return t('incident.where.click');
    if (this.place) return `${this.place.lng.toFixed(5)}, ${this.place.lat.toFixed(5)}`;
    const b = this.building;
    if (!b) return t('incident.where.none');
    return nameOf({ name_zh: value(b, 'name_zh'), name_en: value(b, 'name_en') }) || value(b, 'address') || b.code;
  }

  async send(event) {
    event.preventDefault();
    const form = new FormData(event.target);
    const building = this.building;
    if (!building && !this.place) {
      this.failed = t('incident.where.none');
      return;
    }
    const floor = form.get('floor');
    const body = {
      type: form.get('type'), level: Number(form.get('level')), title: String(form.get('title')).trim(), source: '119', actor: t('actor.web'),
      ...(building ? { building_code: building.code } : { geometry: { type: 'Point', coordinates: [this.place?.lng, this.place?.lat] } }),
      ...(building && floor ? { floor_no: Number(floor) } : {}),
    };
    this.busy = true;
    this.failed = '';
    app.draft.sent.add(body.title);
    try {
      const made = await app.api.createIncident(body, this.key);
      await app.incidents.load();
      app.toast(t('incident.created', { code: made.code ?? made.id }), { stay_ms: UNDO_MS, act: { label: t('incident.undo'), run: () => undo(made.id) } });
      app.draft.close();
    } catch (error) {
      this.failed = error.message || t('error.offline');
    }
    this.busy = false;
  }

  render() {
    const levels = codesOf('incident_level');
    const storeys = this.building ? app.selection.dossier?.storeys ?? [] : [];
    return html`<form class="incident-form" data-testid="incident-form" @submit=${(e) => this.send(e)}>
      <label class="wide">${t('incident.type')}<select name="type" data-testid="incident-type">${codesOf('incident').map((c) => html`<option value=${c.code}>${named(c)}</option>`)}</select></label>
      <label class="wide">${t('incident.level')}<select name="level" data-testid="incident-level">${(levels.length ? levels : [1, 2, 3, 4].map((n) => ({ code: String(n), zh: String(n), en: String(n) }))).map((c) => html`<option value=${c.code} ?selected=${c.code === USUAL_LEVEL}>${named(c)}</option>`)}</select></label>
      <label class="wide">${t('incident.title')}<input name="title" required maxlength="200" data-testid="incident-title" .value=${this.given.title} placeholder=${t('incident.title.hint')}></label>
      <div class="wide where"><span>${t('incident.where')}</span><b data-testid="incident-where">${this.where()}</b>
        <button class="soft" type="button" data-testid="incident-place" @click=${() => this.pick()}>${t('incident.where.pick')}</button></div>
      ${storeys.length ? html`<label>${t('incident.floor')}<select name="floor" data-testid="incident-floor"><option value="">${t('incident.floor.none')}</option>
        ${storeys.map((s) => html`<option value=${s.floor_no} ?selected=${s.floor_no === app.state.floor}>${floorLabel(s.floor_no)}</option>`)}</select></label>` : nothing}
      ${this.failed ? html`<p class="failed wide" role="alert">${this.failed}</p>` : nothing}
      <div class="row wide"><button class="danger" type="submit" data-testid="incident-send" ?disabled=${this.busy} lang=${lang()}>${t('incident.send')}</button>
        <button class="soft" type="button" data-testid="incident-back" @click=${() => app.draft.close()}>${t('incident.back')}</button></div></form>`;
  }
}
define('incident-form', IncidentForm);
