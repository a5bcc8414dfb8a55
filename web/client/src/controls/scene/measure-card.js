/** Card of the measuring tool: what to measure, and what came out. */
import { html, nothing } from 'lit';
import { app } from '../../element.js';
import { number } from '../../format.js';
import { lang, t } from '../../i18n.js';
import { formatMeasure, parseMeasure } from '../../scene/measuring.js';
import { glyph } from '../glyph.js';

const KINDS = ['distance', 'path', 'area', 'height'];

const amount = (value, unit) => `${number(value, lang(), Math.abs(value) < 100 ? 2 : 1)} ${unit}`;

function lines(kind, result) {
  if (!result) return html`<p class="note">${t(`measure.hint.${kind}`)}</p>`;
  const rows = kind === 'area' ? [['area.whole', result.whole_m2, 'm²'], ['area.level', result.level_m2, 'm²']]
    : kind === 'height' ? [['above', result.rise_m, 'm']] : [['whole', result.whole_m, 'm'], ['level', result.level_m, 'm'], ['rise', result.rise_m, 'm']];
  return html`<dl class="results" data-testid="measure-result">${rows.map(([name, value, unit]) => html`<dt>${t(`measure.${name}`)}</dt><dd data-value=${value}>${amount(value, unit)}</dd>`)}</dl>`;
}

export function measureCard() {
  const measure = parseMeasure(app.state.get('ms'));
  const result = app.stage.scene?.tool('measure').result ?? null;
  const keep = (next) => app.state.set({ ms: next ? formatMeasure(next) : '' });
  return html`<div class="segmented wide" role="group" aria-label=${t('measure.kind')}>
      ${KINDS.map((kind) => html`<button data-testid="measure-${kind}" aria-pressed=${measure?.kind === kind}
        @click=${() => keep({ kind: /** @type {any} */ (kind), points: [] })}>${t(`measure.${kind}`)}</button>`)}</div>
    <div role="status">${measure ? lines(measure.kind, result) : nothing}</div>
    ${measure?.points.length ? html`<div class="row">
      <button class="soft small" data-testid="measure-undo" @click=${() => keep({ ...measure, points: measure.points.slice(0, -1) })}>${glyph('undo')}${t('measure.undo')}</button>
      <button class="link" data-testid="measure-clear" @click=${() => keep({ ...measure, points: [] })}>${t('tool.clear')}</button></div>` : nothing}`;
}
