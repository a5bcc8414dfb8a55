/** One value with its unit, where it comes from and how old that is. */
import { html, nothing } from 'lit';
import { WHY } from '../classes.js';
import { label } from '../codes.js';
import { app } from '../element.js';
import { age, day, number } from '../format.js';
import { lang, named, t } from '../i18n.js';

const OLD_DAYS = 365;
const DAY_MS = 86400e3;

/** Fields whose numbers are names, not amounts. */
const PLAIN_NUMBER = new Set(['year_built', 'year_renov', 'year', 'floor_no']);

/** Words of a value; null for what nobody knows. @param {string} name @param {any} value @param {any} column */
export function words(name, value, column) {
  if (value === null || value === undefined || value === '') return null;
  if (typeof value === 'boolean') return t(value ? 'value.yes' : 'value.no');
  if (column?.code_list) return label(column.code_list, value);
  if (Array.isArray(value)) return value.length ? value.map((v) => (typeof v === 'object' ? summary(v) : String(v))).join(lang() === 'zh' ? '、' : ', ') : t('value.none');
  if (typeof value === 'object') return summary(value);
  if (typeof value === 'number') return PLAIN_NUMBER.has(name) ? String(value) : number(value, lang(), 2);
  if (column?.kind === 'date' || /^\d{4}-\d\d-\d\d$/.test(String(value))) return day(value, lang());
  if (/^\d{4}-\d\d-\d\dT/.test(String(value))) return day(value, lang());
  return String(value);
}

const summary = (object) => Object.values(object).filter((v) => v !== null && typeof v !== 'object').join(' ');

/** How old something was at the moment the page shows; what was only known later says so. @param {string} date */
export function ageOf(date) {
  const seconds = (app.clock.time.getTime() - Date.parse(date)) / 1000;
  return seconds < 0 && !app.clock.live ? t('field.later') : age(Math.max(0, seconds), lang());
}

/** Age badge of a value: source, date, confidence. @param {any} field */
export function badge(field) {
  if (!field?.source) return html`<span class="badge-source unknown" title=${t('field.source.unknown')}>?</span>`;
  const confidence = field.confidence === null || field.confidence === undefined ? '' : ` · ${t('field.confidence', { value: Math.round(field.confidence * 100) })}`;
  const when = field.date ? `${day(field.date, lang())} (${ageOf(field.date)})` : t('field.date.unknown');
  return html`<span class="badge-source" tabindex="0" title="${t('field.source')}: ${who(field.source)} · ${when}${confidence}">${short(who(field.source))}${field.date ? ` · ${ageOf(field.date)}` : nothing}</span>`;
}

/** Who wrote something; nobody in particular has a name in each language. @param {string | null | undefined} actor */
export const who = (actor) => (actor === 'anonymous' ? t('actor.anonymous') : actor);

/** The telling end of `office/dataset`. @param {string} source */
const short = (source) => {
  const end = source.split('/').pop() || source;
  return end.length > 14 ? `${end.slice(0, 13)}…` : end;
};

/** A unit that is a scale from nought reads as a share of it: 34 / 100. @param {string | null | undefined} unit */
const range = (unit) => unit?.replace(/^0-(\d+)$/, '/ $1');

/** @param {any} field */
export const stale = (field) => Boolean(field?.date) && (app.clock.time.getTime() - Date.parse(field.date)) / DAY_MS > OLD_DAYS;

/**
 * A row of a definition list.
 * @param {string} name @param {any} field {value, state (why there is none), unit, zh, en, source, date, confidence}
 * @param {{collection?: string, text?: any}} [options]
 */
export function row(name, field, { collection = 'building', text } = {}) {
  if (!field) return nothing;
  const column = app.column(collection, name);
  const shown = text ?? words(name, field.value, column);
  const unit = range(field.unit ?? column?.unit);
  return html`<div class="field-row ${stale(field) ? 'stale' : ''}" data-field=${name} data-source=${field.source ?? ''} data-date=${field.date ?? ''}>
    <dt>${named(field) || named(column) || name}</dt>
    <dd>${shown === null ? html`<em class="unknown" data-state=${field.state ?? 'unknown'}>${t(WHY[field.state ?? 'unknown'])}</em>` : html`<span class="value">${shown}</span>${unit && typeof field.value === 'number' ? html`<span class="unit">${unit}</span>` : nothing}`}
      ${badge(field)}</dd></div>`;
}
