/** History: who changed what, from what to what, and when. */
import { html } from 'lit';
import { moment } from '../format.js';
import { app } from '../element.js';
import { lang, named, t } from '../i18n.js';
import { who, words } from './field.js';

function change({ column, before, after }) {
  const about = app.column('building', column);
  const show = (value) => words(column, value, about) ?? t('value.unknown');
  return html`<li><span>${named(about) || column}</span> <del>${show(before)}</del> → <ins>${show(after)}</ins></li>`;
}

export function history(dossier) {
  const entries = dossier.history ?? [];
  if (!entries.length) return html`<p class="empty">${t('history.none')}</p>`;
  return html`<ol class="history">${entries.map((entry) => html`<li>
    <time datetime=${entry.at}>${moment(entry.at, lang())}</time> <b>${who(entry.actor) ?? entry.source ?? t('value.unknown')}</b>
    ${entry.changes?.length ? html`<ul>${entry.changes.map(change)}</ul>` : html`<p class="note">${t('history.first')}</p>`}</li>`)}</ol>`;
}
