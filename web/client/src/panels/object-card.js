/** One object of a model: a room, a door, a sprinkler, with all its model and we know of it. */
import { html, nothing } from 'lit';
import { linked } from '../api.js';
import { glyph } from '../controls/glyph.js';
import { label } from '../codes.js';
import { app } from '../element.js';
import { floorLabel, number } from '../format.js';
import { lang, t } from '../i18n.js';
import { badge, row } from './field.js';

const HIDDEN = new Set([
  'id', 'name', 'long_name', 'ifc_class', 'building_id', 'storey_id', 'space_id', 'parent_id', 'floor_no', 'z_min_m', 'z_max_m', 'valid_from', 'valid_to', 'other',
]);

/** What kind of thing it is, in words. */
export function kindOf({ collection, ifc_class: ifcClass, kind }) {
  if (kind) return label('equipment', kind);
  return label('ifc_class', ifcClass ?? (collection === 'space' ? 'IfcSpace' : collection));
}

/** Value of a property as a model says it. */
function said(value) {
  if (value === null || value === undefined || value === '') return html`<em class="unknown">${t('value.unknown')}</em>`;
  if (typeof value === 'boolean') return t(value ? 'value.yes' : 'value.no');
  if (typeof value === 'number') return number(value, lang(), 4);
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}

const table = (title, values) => html`<details class="sets"><summary>${title}<small>${Object.keys(values).length}</small></summary>
  <table class="list plain"><tbody>${Object.entries(values).map(([name, value]) => html`<tr><th scope="row">${name}</th><td>${said(value)}</td></tr>`)}</tbody></table></details>`;

/** Property and quantity sets, a table each. @param {any} sets */
export const setTables = (sets) => html`${Object.entries({ ...sets.psets, ...sets.quantities }).map(([title, values]) => table(title, values))}`;

/** Rows, property sets, systems. @param {any} object answer of /api/objects/{id} */
export function objectBody({ collection, feature, states = {}, sets, model, groups }) {
  const { properties } = feature;
  const all = feature.provenance?.['*'] ?? {};
  const fieldOf = (name) => ({ value: properties[name], state: states[name], source: all.source, date: all.source_date ?? all.recorded_at, confidence: all.confidence, ...feature.provenance?.[name] });
  const names = Object.keys(properties).filter((name) => !HIDDEN.has(name) && app.column(collection, name) && (properties[name] !== null || name === 'fire_rating' || states[name] === 'absent'));
  const materials = (sets?.materials ?? []).map((m) => m.name).filter(Boolean);
  return html`<dl class="fields">${names.map((name) => row(name, fieldOf(name), { collection }))}</dl>
    ${groups.length ? html`<h3>${t('object.groups')}</h3><ul class="tags">${groups.map((g) => html`<li title="${g.ifc_class} ${g.predefined_type ?? ''}">${g.name ?? g.global_id}</li>`)}</ul>` : nothing}
    ${materials.length > 1 ? html`<h3>${t('object.materials')}</h3><ul class="tags">${materials.map((m) => html`<li>${m}</li>`)}</ul>` : nothing}
    ${sets && (sets.psets || sets.quantities) ? html`<h3>${t('object.sets')}</h3>${setTables(sets)}<p class="note">${t('object.units')}</p>` : nothing}
    <p class="links">${badge(fieldOf('*'))} ${model?.file_name ? html`<small>${t('object.source', { file: model.file_name })}</small> ` : nothing}<a href=${linked(`/api/objects/${feature.id}`, { datetime: app.selection.momentOf(Number(feature.id)) })} target="_blank" rel="noopener">${t('object.api')}</a></p>`;
}

/** Bring an object into view, in whichever view is on. @param {any} object */
export function fly({ collection, feature }) {
  const { z_min_m: low, z_max_m: top, floor_no: floor } = feature.properties;
  const place = middle(feature.geometry);
  if (!place) return;
  if (floor !== null && app.state.floor !== null && app.state.floor !== floor) app.state.set({ fl: floor });
  if (app.stage.scene && app.state.get('vw') === 'c') app.stage.scene.close(place.lon, place.lat, low === null ? null : (low + (top ?? low)) / 2);
  else {
    app.map.camera.show(place.lon, place.lat, 19);
    app.map.flash(collection, feature.id);
  }
}

/** Middle of the box around a geometry, degrees; null without one. */
function middle(geometry) {
  if (!geometry) return null;
  const all = positions(geometry.coordinates);
  const [lon, lat] = [0, 1].map((axis) => all.map((position) => position[axis])).map((values) => (Math.min(...values) + Math.max(...values)) / 2);
  return { lon, lat };
}

/** @returns {number[][]} */
const positions = (coordinates) => (typeof coordinates[0] === 'number' ? [coordinates] : coordinates.flatMap(positions));

/** The card above the floor in the record of a building. */
export function objectCard() {
  const { object, objectError } = app.selection;
  if (!app.state.get('obj')) return nothing;
  if (objectError) return html`<section class="object" data-testid="object"><p class="failed" role="alert">${objectError.message || t('error.offline')}</p>${close()}</section>`;
  if (!object) return html`<section class="object skeleton"><i></i><i></i></section>`;
  const { properties } = object.feature;
  const floor = properties.floor_no;
  return html`<section class="object" data-testid="object" data-id=${object.feature.id}>
    <header><div><h3>${properties.name || properties.long_name || kindOf({ collection: object.collection, ...properties })}</h3>
      <p>${[kindOf({ collection: object.collection, ...properties }), properties.long_name, floor === null ? '' : floorLabel(floor)].filter(Boolean).join(' · ')}</p></div>
      <button class="soft small" data-testid="object-fly" @click=${() => fly(object)}>${t('object.fly')}</button>${close()}</header>
    ${app.colouring.isGone(Number(object.feature.id)) ? html`<p class="present">${t('object.withdrawn')}</p>` : nothing}${objectBody(object)}</section>`;
}

const close = () => html`<button class="tool small" data-testid="object-close" title=${t('object.close')} aria-label=${t('object.close')} @click=${() => app.state.set({ obj: '' })}>${glyph('close')}</button>`;
