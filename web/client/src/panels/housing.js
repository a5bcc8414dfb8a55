/** Housing: totals of the building; no row of a person is ever asked for. */
import { html, nothing } from 'lit';
import { codesOf, label } from '../codes.js';
import { number } from '../format.js';
import { lang, t } from '../i18n.js';

const TINTS = ['#3f7fa6', '#e0a458', '#6a9c78', '#b0708f', '#8b83b8', '#c9b458', '#5fa8a5', '#a9785c', '#9aa3ab'];

/** Rows of `{code: count}` or `[{code, count}]`. @returns {[string, number][]} */
const rowsOf = (counts) =>
  (Array.isArray(counts) ? counts.map((c) => [String(c.code ?? c.value ?? ''), c.count ?? c.units]) : Object.entries(counts ?? {}))
    .map(([code, count]) => /** @type {[string, number]} */ ([code, Number(count)]))
    .filter(([, count]) => count > 0)
    .sort((a, b) => b[1] - a[1]);

function bars(title, counts, list) {
  const rows = rowsOf(counts);
  if (!rows.length) return nothing;
  const most = Math.max(...rows.map(([, count]) => count));
  return html`<h3>${title}</h3><ul class="bars">${rows.map(([code, count], index) => html`<li>
    <span>${code && code !== 'unknown' ? label(list, code) : t('value.unknown')}</span>
    <svg viewBox="0 0 100 8" preserveAspectRatio="none" aria-hidden="true"><rect width=${(100 * count) / most} height="8" rx="2" fill=${codesOf(list).find((c) => c.code === code)?.colour ?? TINTS[index % TINTS.length]}></rect></svg>
    <b>${number(count, lang(), 0)}</b></li>`)}</ul>`;
}

export function housing(dossier) {
  const h = dossier.housing;
  if (!h || !h.units) return html`<p class="empty">${t('housing.none')}</p>`;
  const ratio = h.occupancy_known ? (100 * (h.vacant ?? 0)) / h.occupancy_known : null;
  return html`<div class="facts">
      <div class="fact"><b>${number(h.units, lang(), 0)}</b><span>${t('housing.units')}</span></div>
      <div class="fact"><b>${h.occupancy_known ? number(h.vacant ?? 0, lang(), 0) : t('value.unknown')}</b><span>${t('housing.vacant')}</span></div>
      <div class="fact"><b>${ratio === null ? t('value.unknown') : html`${number(ratio, lang())}<small>%</small>`}</b><span>${t('housing.ratio')}</span></div>
      <div class="fact"><b>${number(h.occupancy_known ?? 0, lang(), 0)}</b><span>${t('housing.known')}</span></div></div>
    ${bars(t('housing.tenure'), h.by_tenure, 'tenure')}
    ${bars(t('housing.kind'), h.by_kind, 'use')}
    <p class="note">${t('housing.note')}</p>`;
}
