/** Sensors of a building, the urgent first; the chosen floor filters them. */
import { html } from 'lit';
import { app } from '../element.js';
import { number } from '../format.js';
import { lang, t } from '../i18n.js';
import { STATES } from '../palette.js';
import './sensor-card.js';

const MOST = 40;

const urgency = (row) => STATES.indexOf(row.stale ? 'stale' : STATES.includes(row.state) ? row.state : 'unknown');

export function sensors(dossier) {
  const floor = app.state.floor;
  const all = dossier.sensors ?? [];
  if (!all.length) return html`<p class="empty">${t('sensors.none')}</p>`;
  const here = all.filter((row) => floor === null || row.floor_no === floor).sort((a, b) => urgency(a) - urgency(b) || String(a.code).localeCompare(String(b.code)));
  const rows = here.slice(0, MOST);
  return html`<p class="counts">${t('sensors.count', { shown: number(rows.length, lang(), 0), total: number(all.length, lang(), 0) })}</p>
    ${rows.length ? rows.map((row) => html`<sensor-card .row=${row}></sensor-card>`) : html`<p class="empty">${t('sensors.floor')}</p>`}
    ${here.length > rows.length ? html`<p class="note">${t('sensors.more', { count: number(here.length - rows.length, lang(), 0) })}</p>` : ''}`;
}
