/** Overview: what the building is, how complete its record is, its floors. */
import { html, nothing } from 'lit';
import { linked } from '../api.js';
import { app } from '../element.js';
import { number, storeyLabel } from '../format.js';
import { lang, t } from '../i18n.js';
import { row } from './field.js';

const ORDER = [
  'name_zh', 'name_en', 'alias', 'address', 'code', 'use', 'typology', 'floors_up', 'floors_down', 'height_m', 'year_built', 'year_renov',
  'structure', 'fire_resistance', 'gfa_m2', 'footprint_m2', 'population_cap', 'manager', 'elev_base_m', 'parcel_code', 'street_code',
  'community_code', 'grid_code', 'roof', 'lod', 'risk', 'checked_on',
];

/** The figures that say most, as tiles. */
const FACTS = ['height_m', 'floors_up', 'year_built', 'gfa_m2'];

function fact(name, field) {
  const value = field?.value;
  const shown = value === null || value === undefined ? t('value.unknown') : name === 'year_built' ? value : number(value, lang(), 0);
  const unit = typeof value === 'number' ? field.unit ?? { floors_up: t('unit.floors') }[name] ?? '' : '';
  return html`<div class="fact"><b>${shown}<small>${unit}</small></b><span>${t(`fact.${name}`)}</span></div>`;
}

export function overview(dossier) {
  const fields = dossier.building.fields ?? {};
  const rest = Object.keys(fields).filter((name) => !ORDER.includes(name));
  const { known, total } = dossier.completeness ?? {};
  const datetime = app.selection.told;
  return html`<div class="facts">${FACTS.map((name) => fact(name, fields[name]))}</div>
    ${total ? html`<div class="complete"><label>${t('overview.complete', { known, total })}<progress max=${total} .value=${known}></progress></label></div>` : nothing}
    <dl class="fields">${[...ORDER, ...rest].filter((name) => fields[name]).map((name) => row(name, fields[name]))}</dl>
    <p class="links"><a href=${linked(`/api/buildings/${dossier.building.id}/dossier`, { datetime })} target="_blank" rel="noopener">${t('overview.api')}</a>
      <span>${t('overview.export')} <a data-testid="export-cityjson" href=${linked('/api/buildings/export', { ids: dossier.building.id, datetime })} target="_blank" rel="noopener">CityJSON</a>
      · <a data-testid="export-ifc" href=${linked(`/api/buildings/${dossier.building.id}/ifc`, { datetime })} target="_blank" rel="noopener">IFC</a></span></p>`;
}

/** Chips of the floors, the highest first; choosing one cuts the building open. One stop for Tab, arrows inside. */
export function floors(dossier) {
  const storeys = [...(dossier.storeys ?? [])].sort((a, b) => b.floor_no - a.floor_no);
  if (!storeys.length) return nothing;
  const chosen = app.state.floor;
  const key = (event) => {
    const step = { ArrowRight: 'nextElementSibling', ArrowLeft: 'previousElementSibling', Home: 'firstElementChild', End: 'lastElementChild' }[event.key];
    if (!step) return;
    event.preventDefault();
    const from = event.key === 'Home' || event.key === 'End' ? event.currentTarget : event.target;
    from[step]?.focus();
  };
  const pick = (floor) => app.state.set({ fl: floor === chosen ? '' : floor });
  return html`<div class="floors" role="group" aria-label=${t('floors.label')} data-testid="floors" @keydown=${key}>
    <button class="chip" data-testid="floor-all" tabindex=${chosen === null ? 0 : -1} aria-pressed=${chosen === null} @click=${() => app.state.set({ fl: '' })}>${t('floors.all')}</button>
    ${storeys.map((s) => html`<button class="chip" data-testid="floor-${s.floor_no}" tabindex=${chosen === s.floor_no ? 0 : -1} aria-pressed=${chosen === s.floor_no}
      title=${s.elev_m === null || s.elev_m === undefined ? '' : `${number(s.elev_m, lang())} m`} @click=${() => pick(s.floor_no)}>${storeyLabel(s)}</button>`)}</div>`;
}
