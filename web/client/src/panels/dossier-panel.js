/** The sheet on the right: dossier of a building in tabs, or the record of anything else. */
import { html, nothing } from 'lit';
import { linked } from '../api.js';
import { glyph } from '../controls/glyph.js';
import { Control, app, define } from '../element.js';
import { label } from '../codes.js';
import { moment } from '../format.js';
import { lang, nameOf, t } from '../i18n.js';
import { INSIDE, value } from '../selection.js';
import { badge, row } from './field.js';
import { history } from './history.js';
import { kindOf, objectBody } from './object-card.js';
import { housing } from './housing.js';
import { floors, overview } from './overview.js';
import { sensors } from './sensors.js';
import './fire.js';
import './models.js';
import './incident-card.js';
import './model-colours.js';

export const TABS = ['overview', 'fire', 'housing', 'bim', 'sensors', 'incidents', 'history'];

const HIDDEN = new Set(['id', 'floor_no', 'building_id', 'storey_id', 'space_id', 'parent_id', 'provenance', 'properties', 'plan', 'style', 'valid_from', 'valid_to', 'z_min_m', 'z_max_m', 'confidence', 'source', 'source_key']);

class DossierPanel extends Control {
  constructor() {
    super();
    this.floorShown = '';
    /** @type {any} */
    this.floorOf = null;
  }

  connectedCallback() {
    super.connectedCallback();
    this.on(app.selection, 'change');
    this.on(app.incidents, 'change');
    this.on(app.sensors, 'change', () => { if (app.state.get('sel').startsWith('s:')) this.requestUpdate(); });
  }

  /** The chosen floor's chip comes into view, however many floors there are. */
  updated() {
    const floor = app.state.get('fl');
    if (floor === this.floorShown && this.floorOf === app.selection.dossier) return;
    [this.floorShown, this.floorOf] = [floor, app.selection.dossier];
    const chip = /** @type {HTMLElement | null} */ (this.querySelector('.chip[aria-pressed=true]'));
    const row = chip?.parentElement;
    if (chip && row) row.scrollLeft = chip.offsetLeft - row.offsetLeft - (row.clientWidth - chip.clientWidth) / 2;
  }

  get tab() {
    const tab = app.state.get('tab');
    return TABS.includes(tab) ? tab : 'overview';
  }

  /** Arrow keys move between tabs, as a screen reader's user expects. */
  key(event) {
    const at = TABS.indexOf(this.tab);
    const to = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: -1 }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    const next = TABS[(to + TABS.length) % TABS.length];
    app.state.set({ tab: next === 'overview' ? '' : next });
    void this.updateComplete.then(() => /** @type {HTMLElement | null} */ (this.querySelector(`#tab-${next}`))?.focus());
  }

  incidents(dossier) {
    const rows = (dossier.incidents ?? []).map((i) => app.incidents.rows.find((r) => r.id === i.id) ?? i);
    return html`${rows.length ? rows.map((r) => html`<incident-card .row=${r}></incident-card>`) : html`<p class="empty">${t('incident.none.here')}</p>`}
      ${app.clock.live ? html`<button class="soft" data-testid="incident-here" @click=${() => app.draft.open()}>${t('incident.new')}</button>` : nothing}`;
  }

  content(dossier) {
    switch (this.tab) {
      case 'fire': return html`<fire-panel .dossier=${dossier}></fire-panel>`;
      case 'housing': return housing(dossier);
      case 'bim': return html`<model-panel .dossier=${dossier}></model-panel>`;
      case 'sensors': return sensors(dossier);
      case 'incidents': return this.incidents(dossier);
      case 'history': return history(dossier);
      default: return overview(dossier);
    }
  }

  /** As of when the record is, where that is the past. */
  then() {
    const { told } = app.selection;
    return told ? html`<p class="present" data-testid="record-then" data-moment=${told}>${t('clock.record', { at: moment(told, lang()) })}</p>` : nothing;
  }

  /** Where what is shown stands, if it is at one place. */
  get place() {
    const { dossier, feature } = app.selection;
    const place = dossier?.building ?? { lon: feature?.geometry?.coordinates?.[0], lat: feature?.geometry?.coordinates?.[1] };
    return Number.isFinite(place.lon) && Number.isFinite(place.lat) ? place : null;
  }

  /** The keyboard goes back to the picture. */
  close() {
    app.state.set({ sel: '', fl: '' });
    app.focusPicture();
  }

  head(title, subtitle) {
    return html`<header><div><h2 data-testid="dossier-title">${title}</h2>${subtitle ? html`<p>${subtitle}</p>` : nothing}</div>
      ${this.place ? html`<button class="tool" data-testid="dossier-go" title=${t('object.fly')} aria-label=${t('object.fly')} @click=${() => app.map.camera.show(this.place.lon, this.place.lat)}>${glyph('pin')}</button>` : nothing}
      <button class="tool" data-testid="print" title=${t('print')} aria-label=${t('print')} @click=${() => window.print()}>${glyph('print')}</button>
      <button class="tool" data-testid="dossier-close" title=${t('close')} aria-label=${t('close')} @click=${() => this.close()}>${glyph('close')}</button></header>`;
  }

  building(dossier) {
    const b = dossier.building;
    const names = { name_zh: value(b, 'name_zh'), name_en: value(b, 'name_en') };
    const use = value(b, 'use');
    const subtitle = [use ? label('use', use) : '', value(b, 'address')].filter(Boolean).join(' · ');
    return html`${this.head(nameOf(names) || value(b, 'address') || b.code || t('dossier.nameless', { id: b.id }), subtitle)}
      <div class="tabs" role="tablist" aria-label=${t('tabs.label')} @keydown=${(e) => this.key(e)}>
        ${TABS.map((tab) => html`<button role="tab" id="tab-${tab}" data-testid="tab-${tab}" aria-selected=${tab === this.tab} aria-controls="tabpanel"
          tabindex=${tab === this.tab ? 0 : -1} @click=${() => app.state.set({ tab: tab === 'overview' ? '' : tab })}>${t(`tab.${tab}`)}</button>`)}</div>
      <div class="panel-body" role="tabpanel" id="tabpanel" aria-labelledby="tab-${this.tab}" data-tab=${this.tab} tabindex="0">${this.then()}${floors(dossier)}${this.content(dossier)}</div>`;
  }

  feature(feature, collection) {
    const { properties } = feature;
    const all = feature.provenance?.['*'] ?? {};
    const fieldOf = (name) => ({ value: properties[name], source: all.source, date: all.source_date ?? all.recorded_at, confidence: all.confidence, ...feature.provenance?.[name] });
    const names = Object.keys(properties).filter((name) => !HIDDEN.has(name) && app.column(collection, name));
    return html`${this.head(nameOf(properties) || properties.title || properties.code || app.title(collection), app.title(collection))}
      <div class="panel-body">${this.then()}<dl class="fields">${names.map((name) => row(name, fieldOf(name), { collection }))}</dl>
      <p class="links">${badge(fieldOf('*'))} <a href=${linked(`/api/collections/${collection}/items/${feature.id}`, { datetime: app.selection.told })} target="_blank" rel="noopener">${t('overview.api')}</a></p>${this.versions()}</div>`;
  }

  /** The model that brought what is selected, its colours and its versions. */
  versions() {
    const model = app.selection.record?.model;
    return model ? html`<h3>${model.name ?? model.file_name}</h3><model-colours></model-colours>` : nothing;
  }

  /** An object of a model that belongs to no building: a road, a bridge. */
  object(feature, collection) {
    const { record } = app.selection;
    return html`${this.head(feature.properties.name || app.title(collection), kindOf({ collection, ...feature.properties }))}
      <div class="panel-body">${this.then()}${record ? html`${objectBody(record)}${this.versions()}` : html`<p class="empty">${t('loading')}</p>`}</div>`;
  }

  body() {
    const { selection, state } = app;
    const [kind, code] = state.get('sel').split(':');
    if (selection.error?.status === 404 && selection.told) return html`${this.head(t('error.title'), '')}<div class="panel-body"><p class="empty" role="status" data-testid="record-none">${t('clock.nothing', { at: moment(selection.told, lang()) })}</p></div>`;
    if (selection.error?.status === 404) return html`${this.head(t('error.title'), '')}<div class="panel-body"><p class="empty" role="status" data-testid="record-unknown">${t('error.unknown', { what: state.get('sel').slice(2) })}</p></div>`;
    if (selection.error) return html`${this.head(t('error.title'), '')}<div class="panel-body"><p class="failed" role="alert">${selection.error.message || t('error.offline')}</p></div>`;
    if (selection.dossier) return this.building(selection.dossier);
    if (selection.feature && INSIDE.has(selection.collection)) return this.object(selection.feature, selection.collection);
    if (selection.feature) return this.feature(selection.feature, selection.collection);
    if (kind === 's') {
      const sensor = app.sensorRow(code);
      return html`${this.head(sensor ? nameOf(sensor) || code : code, sensor ? label('device_type', sensor.type) : '')}
        <div class="panel-body"><sensor-card .row=${sensor ?? { code, state: 'unknown', type: '' }} open></sensor-card>
        ${sensor?.building_id ? html`<p class="links"><button class="link" @click=${() => app.openBuilding(sensor.building_id, sensor.floor_no)}>${t('sensor.building')}</button></p>` : nothing}</div>`;
    }
    return html`${this.head(t('loading'), '')}<div class="panel-body skeleton"><i></i><i></i><i></i></div>`;
  }

  render() {
    const kind = app.state.get('sel').split(':')[0];
    if (!['b', 'f', 's'].includes(kind)) return nothing;
    return html`<aside class="dossier" tabindex="-1" data-testid="dossier" aria-label=${t('dossier.label')}>${this.body()}</aside>`;
  }
}
define('dossier-panel', DossierPanel);
