/** Card of the measuring tool: what to measure, and what came out. */
import { html, nothing } from 'lit';
import { app } from '../../element.js';
import { number } from '../../format.js';
import { lang, t } from '../../i18n.js';
import { formatMeasure, parseMeasure } from '../../scene/measuring.js';
import { measured, unitOf, UNITS } from '../../scene/units.js';
import { glyph } from '../glyph.js';

const KINDS = ['distance', 'path', 'area', 'height'];

/** @param {number} metres @param {1 | 2} dim */
function amount(metres, dim) {
  const { value, unit, digits } = measured(metres, dim, unitOf(app.state.get('un')));
  return `${number(value, lang(), digits)} ${unit}`;
}

function lines(kind, result) {
  if (!result) return html`<p class="note">${t(`measure.hint.${kind}`)}</p>`;
  const rows = kind === 'area' ? [['area.whole', result.whole_m2, 2], ['area.level', result.level_m2, 2]]
    : kind === 'height' ? [['above', result.rise_m, 1]] : [['whole', result.whole_m, 1], ['level', result.level_m, 1], ['rise', result.rise_m, 1]];
  return html`<dl class="results" data-testid="measure-result">${rows.map(([name, value, dim]) => html`<dt>${t(`measure.${name}`)}</dt><dd data-value=${value ?? ''}>${value === null ? t('value.unknown') : amount(value, dim)}</dd>`)}</dl>`;
}

export function measureCard() {
  const measure = parseMeasure(app.state.get('ms'));
  const result = app.stage.scene?.tool('measure').result ?? null;
  const keep = (next) => app.state.set({ ms: next ? formatMeasure(next) : '' });
  return html`<div class="segmented wide" role="group" aria-label=${t('measure.kind')}>
      ${KINDS.map((kind) => html`<button data-testid="measure-${kind}" aria-pressed=${measure?.kind === kind}
        @click=${() => keep({ kind: /** @type {any} */ (kind), points: [] })}>${t(`measure.${kind}`)}</button>`)}</div>
    <div class="segmented" role="group" aria-label=${t('measure.unit')}>${UNITS.map((unit) => html`<button data-testid="unit-${unit}" aria-pressed=${unitOf(app.state.get('un')) === unit}
      @click=${() => app.state.set({ un: unit === 'm' ? '' : unit })}>${t(`measure.unit.${unit}`)}</button>`)}</div>
    <div role="status">${measure ? lines(measure.kind, result) : nothing}</div>
    ${measure?.points.length ? html`<div class="row">
      <button class="soft small" data-testid="measure-undo" @click=${() => keep({ ...measure, points: measure.points.slice(0, -1) })}>${glyph('undo')}${t('measure.undo')}</button>
      <button class="link" data-testid="measure-clear" @click=${() => keep({ ...measure, points: [] })}>${t('tool.clear')}</button></div>` : nothing}`;
}
