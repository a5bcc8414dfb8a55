/** Fire: the record of the building, what stands near it, and neighbours without sprinklers. */
import { html, nothing } from 'lit';
import { linked } from '../api.js';
import { label } from '../codes.js';
import { Control, app, define } from '../element.js';
import { age, distance, floorLabel, number } from '../format.js';
import { lang, named, t } from '../i18n.js';
import { row } from './field.js';

const HOSE_M = 20;
const SLACK = 1.2;
const SIDES = new Set(['N', 'E', 'S', 'W']);

/** Hoses of 20 m to lay a line of that length, with slack for corners. @param {number} metres */
export const hoses = (metres) => Math.ceil((SLACK * metres) / HOSE_M);

class FirePanel extends Control {
  static properties = { dossier: { attribute: false }, hydrants: { state: true }, lacking: { state: true }, failed: { state: true } };

  constructor() {
    super();
    /** @type {any} */
    this.dossier = null;
    /** @type {any[] | null} */
    this.hydrants = null;
    /** @type {any} */
    this.lacking = null;
    this.failed = '';
    /** @type {any} */
    this.loadedFor = null;
  }

  updated() {
    const { building } = this.dossier;
    if (this.dossier === this.loadedFor || !Number.isFinite(building.lon)) return;
    if (building.id !== this.loadedFor?.building.id) {
      this.hydrants = null;
      this.lacking = null;
    }
    this.loadedFor = this.dossier; // read again: the surroundings may have changed too
    this.failed = '';
    const asked = this.dossier; // an answer that comes after the clock went on is of another moment
    const told = (take) => (answer) => { if (asked === this.loadedFor) take(answer); };
    const failed = told((e) => { this.failed = e.message; });
    app.api.hydrants(building.lon, building.lat, app.selection.told).then(told((a) => { this.hydrants = a.hydrants; app.map.showSpots(building, a.hydrants); }), failed);
    app.api.lacking(building.lon, building.lat, 500, app.selection.told).then(told((a) => { this.lacking = a; }), failed);
  }

  /** Go to a place the record names, and mark it. @param {number} lon @param {number} lat */
  point(lon, lat) {
    app.map.showSpots(this.dossier.building, this.hydrants ?? [], [lon, lat]);
    app.map.camera.show(lon, lat, 19);
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    app.map?.showSpots(null, []);
  }

  hydrant(h) {
    return html`<li class="hydrant ${h.usable === false ? 'unusable' : ''}" data-testid="hydrant" data-distance=${h.route_m ?? h.distance_m}>
      <button class="link" @click=${() => { app.state.set({ sel: `f:hydrant:${h.id}` }); app.map.camera.show(h.lon, h.lat, 17.5); }}>${h.code}</button><b>${h.state ? label('hydrant_state', h.state) : t('value.unknown')}</b>
      <p><span>${distance(h.route_m ?? h.distance_m, lang())}</span>
      <span>${t('fire.hoses', { count: h.hoses ?? hoses(h.route_m ?? h.distance_m) })}</span>
      <span>${h.flow_lps === null || h.flow_lps === undefined ? t('value.unknown') : `${number(h.flow_lps, lang())} L/s`}</span>
      <span>${h.pressure_mpa === null || h.pressure_mpa === undefined ? t('value.unknown') : `${number(h.pressure_mpa, lang(), 2)} MPa`}</span>
      <span class="age">${h.checked_on ? t('fire.checked', { age: age((app.clock.time.getTime() - Date.parse(h.checked_on)) / 1000, lang()) }) : t('fire.unchecked')}</span></p></li>`;
  }

  render() {
    const fields = this.dossier.fire?.fields ?? this.dossier.fire;
    const { counts, findings = [] } = this.lacking ?? {};
    return html`
      <p class="links"><a href=${linked(`/api/buildings/${this.dossier.building.id}/quick-sheet`, { datetime: app.selection.told })} target="_blank" rel="noopener">${t('fire.sheet')}</a></p>
      <h3>${t('fire.water')}</h3>
      ${this.hydrants === null ? html`<p class="empty">${this.failed || t('loading')}</p>` : this.hydrants.length
        ? html`<ol class="hydrants">${this.hydrants.map((h) => this.hydrant(h))}</ol><p class="note">${t('fire.straight')}</p>`
        : html`<p class="empty">${t('fire.nohydrant')}</p>`}
      <h3>${t('fire.record')}</h3>
      ${fields ? html`<dl class="fields">${Object.keys(fields).map((name) => row(name, fields[name], { collection: 'fire_profile', text: complex(name, fields[name]?.value, (lon, lat) => this.point(lon, lat)) }))}</dl>` : html`<p class="empty">${t('fire.norecord')}</p>`}
      <h3>${t('fire.lacking')}</h3>
      ${counts ? html`<p class="counts"><b class="absent">${counts.absent}</b> ${t('status3.absent')} · <b class="unknown3">${counts.unknown}</b> ${t('status3.unknown')} · <b class="present">${counts.present}</b> ${t('status3.present')}</p>
        <ul class="findings">${findings.slice(0, 12).map((f) => html`<li><button class="link" @click=${() => app.state.set({ sel: `b:${f.building.code}` })}>${named({ zh: f.building.name_zh, en: f.building.name_en }) || f.building.code}</button>
          <span class="status3 ${f.status}">${t(`status3.${f.status}`)}</span><span>${distance(f.distance_m, lang())}</span></li>`)}</ul>` : nothing}`;
  }
}
define('fire-panel', FirePanel);

/** What a hazardous material is called: by its UN number where the list has it, else as the record says. */
const substance = (h) => {
  const listed = label('hazmat', h.un);
  if (listed !== String(h.un)) return listed;
  return lang() === 'en' ? h.name_en ?? h.name : h.name;
};

/** Lists and places inside a value as readable lines. @param {string} name @param {any} value @param {(lon: number, lat: number) => void} point */
function complex(name, value, point) {
  if (value === null || value === undefined) return undefined;
  if (name === 'stairs' && Array.isArray(value)) {
    return value.length ? html`${value.map((s) => html`<span class="line">${s.id} · ${s.type_zh ?? label('stair', s.type)}${s.pressurised ? ` · ${t('fire.pressurised')}` : ''} · ${floorLabel(s.from)}–${floorLabel(s.to)}</span>`)}` : undefined;
  }
  if (name === 'hazmat' && Array.isArray(value)) {
    return value.length ? html`${value.map((h) => html`<span class="line">UN ${h.un} ${substance(h)} ${h.amount} ${label('amount_unit', h.unit)}${h.floor ? ` · ${floorLabel(h.floor)}` : ''}</span>`)}` : t('value.none');
  }
  if (name === 'refuge_floors' && Array.isArray(value) && value.length) return value.map(floorLabel).join(lang() === 'zh' ? '、' : ', ');
  if (name === 'ladder_side' && SIDES.has(value)) return t(`side.${value}`);
  if (name === 'assembly_point' || name.startsWith('shutoff')) {
    const [lon, lat] = value.coordinates ?? [];
    if (Number.isFinite(lon)) return html`<button class="link mono" title=${t('fire.place')} @click=${() => point(lon, lat)}>${lon.toFixed(5)}, ${lat.toFixed(5)}</button>`;
  }
  return undefined;
}
