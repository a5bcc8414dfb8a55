/** BIM: which models of the building are loaded, and what a floor of them holds. */
import { html, nothing } from 'lit';
import { label } from '../codes.js';
import { Control, app, define } from '../element.js';
import { day, number } from '../format.js';
import { lang, t } from '../i18n.js';
import { ageOf } from './field.js';
import { objectCard, setTables } from './object-card.js';
import './floor-plan.js';
import './model-colours.js';
import './model-tree.js';

const MOST = 60;

class ModelPanel extends Control {
  static keys = ['fl', 'obj', 'md', 'lang'];

  static properties = { dossier: { attribute: false }, storey: { state: true }, failed: { state: true } };

  constructor() {
    super();
    /** @type {any} */
    this.dossier = null;
    /** @type {any} */
    this.storey = null;
    this.failed = '';
    this.shown = '';
  }

  connectedCallback() {
    super.connectedCallback();
    this.on(app.selection, 'change');
  }

  updated() {
    const floor = app.state.floor;
    const { told } = app.selection;
    const key = `${this.dossier.building.id}/${floor ?? ''}/${told ?? ''}`;
    if (key === this.shown) return;
    const other = key.split('/', 2).join() !== this.shown.split('/', 2).join();
    this.shown = key;
    if (other) this.storey = null; // of another moment what is shown stays until the answer is there
    this.failed = '';
    if (floor === null) return;
    app.api.storey(this.dossier.building.id, floor, told).then(
      (answer) => { if (this.shown === key) this.storey = answer; },
      (error) => {
        if (this.shown !== key) return;
        this.storey = null;
        this.failed = error.message || t('error.offline');
      },
    );
  }

  model(m) {
    const elements = m.counts?.element?.read;
    const facts = [
      m.schema, m.georeference?.crs ?? m.georeference?.projected_crs, elements ? t('bim.elements', { count: number(elements, lang(), 0) }) : '',
      m.approximate ? t('bim.approximate') : '', m.shapes_at ? '' : t('bim.shapeless'),
    ];
    return html`<li data-testid="model-version" data-load=${m.load_id}><b>${m.name ?? m.file_name ?? m.source}</b><span>${facts.filter(Boolean).join(' · ')}</span>
      <span>${t('bim.version', { load: m.load_id, file: m.file_name ?? m.source, day: day(m.source_date ?? m.loaded_at, lang()) })} (${ageOf(m.source_date ?? m.loaded_at)})</span>
      ${m.sets?.psets || m.sets?.quantities ? html`<div data-testid="building-sets">${setTables(m.sets)}</div>` : nothing}</li>`;
  }

  floor() {
    const floor = app.state.floor;
    if (floor === null) return html`<p class="empty">${t('bim.choose')}</p>`;
    if (!this.storey) return html`<p class="empty">${this.failed || t('loading')}</p>`;
    const { spaces = [], equipment = [], units = [] } = this.storey;
    const byKind = new Map();
    for (const e of equipment) byKind.set(e.kind ?? e.ifc_class, (byKind.get(e.kind ?? e.ifc_class) ?? 0) + 1);
    return html`<h3>${t('bim.floor', { floor: floor < 0 ? `B${-floor}` : `${floor}F` })}</h3>
      <p class="counts">${t(this.dossier.models?.length ? 'bim.counts' : 'bim.units', { spaces: spaces.length, units: units.length, equipment: equipment.length })}</p>
      ${this.dossier.models?.length ? html`<floor-plan .dossier=${this.dossier}></floor-plan>` : nothing}
      ${byKind.size ? html`<ul class="tags">${[...byKind].map(([kind, count]) => html`<li>${label('equipment', kind)} × ${count}</li>`)}</ul>` : nothing}
      ${spaces.length ? html`<table class="list"><thead><tr><th>${t('bim.room')}</th><th>${t('bim.use')}</th><th class="number">m²</th></tr></thead>
        <tbody>${spaces.slice(0, MOST).map((s) => html`<tr tabindex="0" data-testid="space" role="button" @click=${() => this.room(s)} @keydown=${(e) => this.key(e, s)}><td>${s.name ?? '–'} ${s.long_name ?? ''}</td><td>${s.use ? label('use', s.use) : s.object_type ?? '–'}</td>
          <td class="number">${s.area_m2 === null || s.area_m2 === undefined ? '–' : number(s.area_m2, lang())}</td></tr>`)}</tbody></table>` : nothing}`;
  }

  /** @param {KeyboardEvent} event @param {any} space */
  key(event, space) {
    if (event.key !== 'Enter' && event.key !== ' ') return;
    event.preventDefault();
    event.stopPropagation();
    this.room(space);
  }

  /** A room of the list is chosen, and shown on the map for a moment. */
  room(space) {
    app.state.set({ obj: space.id });
    app.map.flash('space', space.id);
  }

  /** Which of several models the tree and the colours are about. */
  choice(models) {
    if (models.length < 2) return nothing;
    const { model } = app.colouring;
    return html`<label class="field">${t('model.choose')}<select data-testid="model-choice" @change=${(e) => app.state.set({ md: e.target.value, mc: '', mg: '' })}>
      ${models.map((m) => html`<option value=${m.id} ?selected=${m.id === model?.id}>${m.name ?? m.file_name ?? m.source}</option>`)}</select></label>`;
  }

  render() {
    const models = this.dossier.models ?? [];
    if (!models.length) return html`<p class="empty">${t('bim.none')}</p>${objectCard()}${this.floor()}`;
    return html`${objectCard()}<ul class="models">${models.map((m) => this.model(m))}</ul>
      ${this.choice(models)}<model-colours></model-colours>${this.floor()}<h3>${t('model.tree')}</h3><model-tree .model=${app.colouring.model ?? models[0]}></model-tree>`;
  }
}
define('model-panel', ModelPanel);
