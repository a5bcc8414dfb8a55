/** Hours of sun at a place: how long, when, and what stands in the way. */
import { html, nothing, svg } from 'lit';
import { app } from '../../element.js';
import { local, number } from '../../format.js';
import { lang, t } from '../../i18n.js';
import { known, parseSunspot, shareOf } from '../../scene/sunspot.js';
import { glyph } from '../glyph.js';

const MOST = 6;
const WIDE = 272;
const hours = (minutes) => t('hours.value', { hours: number(minutes / 60, lang(), 2) });
const name = ({ name_zh, name_en, code }) => (lang() === 'en' ? name_en || name_zh : name_zh) || code || t('hours.model');

const said = (spans) => spans.map((s) => `${s.from}–${s.to}`).join('、') || '—';
const verdict = (met) => (met === null ? ['open', 'hours.maybe'] : met ? ['good', 'hours.met'] : ['bad', 'hours.unmet']);

/** The window as a bar; light where the sun shines, half light where nobody knows. */
function bar(found) {
  const ticks = [0, 0.25, 0.5, 0.75, 1];
  const from = Number(found.from.slice(0, 2));
  const span = Number(found.to.slice(0, 2)) - from;
  return html`<svg class="day-bar" viewBox="0 0 ${WIDE} 34" role="img" aria-label=${t('hours.bar', { spans: said(found.spans) })}>
    <rect class="shade" width=${WIDE} height="14" rx="3"></rect>
    ${found.spans.map((s) => svg`<rect class="lit" x=${shareOf(s.from, found) * WIDE} width=${(shareOf(s.to, found) - shareOf(s.from, found)) * WIDE} height="14"></rect>`)}
    ${(found.unknown_spans ?? []).map((s) => svg`<rect class="dim" x=${shareOf(s.from, found) * WIDE} width=${(shareOf(s.to, found) - shareOf(s.from, found)) * WIDE} height="14"></rect>`)}
    ${ticks.map((share) => svg`<text x=${share * WIDE} y="29" text-anchor=${share === 0 ? 'start' : share === 1 ? 'end' : 'middle'}>${String(from + share * span).padStart(2, '0')}:00</text>`)}</svg>`;
}

function answer(found) {
  const noon = local(new Date(found.noon)).slice(11);
  const others = found.blockers.length - MOST;
  const rows = [['hours.face', found.by_face_min], ['hours.hill', found.by_ground_min]].filter(([, minutes]) => minutes);
  const { minutes, least } = known(found);
  const sun = minutes === null ? t('value.unknown') : least ? t('hours.least', { hours: hours(minutes) }) : hours(minutes);
  return html`<div class="hours" data-testid="hours-result" data-minutes=${minutes ?? ''}>
    <p class="big"><b>${sun}</b> <span>${t('hours.of', { from: found.from, to: found.to })}</span></p>
    ${found.rule ? html`<p class="verdict ${verdict(found.rule.met)[0]}">${t(verdict(found.rule.met)[1], { least: found.rule.least_min / 60 })}</p>` : nothing}
    ${bar(found)}
    ${found.unknown_min ? html`<p class="note" data-testid="hours-dim">${t('hours.dim', { hours: hours(found.unknown_min), spans: said(found.unknown_spans), relief: found.source.unknown_ground_to_m })}</p>` : nothing}
    ${found.blockers.length || rows.length ? html`<h3>${t('hours.blockers')}</h3><ul class="blockers">
      ${found.blockers.slice(0, MOST).map((b) => html`<li>${b.code ? html`<button class="link" @click=${() => app.openBuilding(b.code)}>${name(b)}</button>` : name(b)}<span>${hours(b.minutes)}</span></li>`)}
      ${rows.map(([key, minutes]) => html`<li>${t(key)}<span>${hours(minutes)}</span></li>`)}</ul>
      ${others > 0 ? html`<p class="note">${t('hours.others', { count: others })}</p>` : nothing}` : found.unknown_min ? nothing : html`<p class="note">${t('hours.free')}</p>`}
    ${found.height_unknown ? html`<p class="note">${t('hours.unknown', { count: found.height_unknown })}</p>` : nothing}
    <p class="note">${t('hours.note', { day: found.day, step: found.step_min, noon })} ${found.source.ground.length ? t('hours.ground', { name: found.source.ground[0] }) : t('hours.noground')}</p></div>`;
}

export function hoursPart() {
  const tool = app.stage.scene?.tool('hours');
  const spot = parseSunspot(app.state.get('sh'));
  return html`<section class="part" aria-label=${t('hours.title')}><h3>${t('hours.title')}</h3>
    <div class="row"><button class="soft" data-testid="hours-pick" aria-pressed=${Boolean(tool?.armed)} @click=${() => tool?.arm(!tool.armed)}>${glyph('pin')}${t(spot ? 'hours.again' : 'hours.pick')}</button>
      ${spot ? html`<button class="link" data-testid="hours-clear" @click=${() => app.state.set({ sh: '' })}>${t('tool.clear')}</button>` : nothing}</div>
    <div role="status">${tool?.armed ? html`<p class="note">${t('hours.click')}</p>` : tool?.result ? answer(tool.result) : spot && tool?.waiting ? html`<p class="note">${t('loading')}</p>` : nothing}</div></section>`;
}
