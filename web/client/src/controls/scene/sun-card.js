/** Card of sun and shadow: date, time, where the sun stands, how long shadows are. */
import { html, nothing } from 'lit';
import { app } from '../../element.js';
import { local, number, readMoment, shortIso } from '../../format.js';
import { lang, t } from '../../i18n.js';
import { dayOf, shadowOf, sunAt } from '../../scene/sunpath.js';
import { glyph } from '../glyph.js';
import { hoursPart } from './hours.js';
import { subject } from './subject.js';

const DAYS = [['cold', '01-20'], ['spring', '03-20'], ['summer', '06-21'], ['winter', '12-21']];
const STEP_MIN = 10;
const FRAME_MS = 400;
let timer = 0;

const moment = () => readMoment(app.state.get('sun')) ?? new Date();
const at = (day, minutes) => new Date(new Date(`${day}T00:00:00+08:00`).getTime() + minutes * 60_000);
const keep = (date) => app.state.set({ sun: shortIso(date) });

/** The moment the tool starts with: now, at noon when the sun is down. */
export function openSun() {
  const { lon, lat } = app.map.camera.now();
  const now = new Date(Math.floor(Date.now() / 60_000) * 60_000);
  keep(sunAt(now, lon, lat).altitude > 5 ? now : at(local(now).slice(0, 10), 720));
}

function stop() {
  clearInterval(timer);
  timer = 0;
}

/** The day runs from sunrise to sunset; for who wants no motion it moves on by one step only. */
function play(day, span) {
  if (timer) return stop();
  const begin = span ? Math.ceil(minutesOf(span.rise)) : 360;
  const end = span ? Math.floor(minutesOf(span.set)) : 1080;
  const step = () => {
    const next = minutesOf(moment()) + STEP_MIN;
    if (!app.state.get('sun') || next > end) return stop();
    return keep(at(day, next));
  };
  if (minutesOf(moment()) >= end - STEP_MIN || minutesOf(moment()) < begin) keep(at(day, begin));
  if (!window.matchMedia('(prefers-reduced-motion: reduce)').matches) timer = window.setInterval(step, FRAME_MS);
  else step();
  return undefined;
}

const minutesOf = (date) => {
  const [hours, minutes] = local(date).slice(11).split(':').map(Number);
  return 60 * hours + minutes;
};

export function sunCard(host) {
  const now = moment();
  const text = local(now);
  const [day, clock] = [text.slice(0, 10), text.slice(11)];
  const about = subject();
  const view = app.map.camera.now();
  const [lon, lat] = about ? [about.lon, about.lat] : [view.lon, view.lat];
  const { altitude, azimuth } = sunAt(now, lon, lat);
  const span = dayOf(at(day, 720), lon, lat);
  const height = about?.height_m ?? 100;
  const shadow = shadowOf(height, altitude);
  const degrees = (value) => `${value.toFixed(1)}°`;
  const year = day.slice(0, 4);
  return html`<div class="pair"><label>${t('sun.date')}<input type="date" data-testid="sun-date" .value=${day} @change=${(e) => e.target.value && keep(at(e.target.value, minutesOf(now)))}></label>
      <label>${t('sun.time')}<input type="time" data-testid="sun-clock" .value=${clock} @change=${(e) => e.target.value && keep(new Date(`${day}T${e.target.value}:00+08:00`))}></label></div>
    <div class="row time"><button class="tool" data-testid="sun-play" title=${t(timer ? 'sun.pause' : 'sun.play')} aria-label=${t(timer ? 'sun.pause' : 'sun.play')}
        @click=${() => { play(day, span); host.requestUpdate(); }}>${glyph(timer ? 'pause' : 'play')}</button>
      <input type="range" data-testid="sun-time" min="240" max="1200" step="5" .value=${String(minutesOf(now))} aria-label=${t('sun.time')} aria-valuetext=${clock}
        @input=${(e) => keep(at(day, Number(e.target.value)))}></div>
    <div class="chips" role="group" aria-label=${t('sun.date')}>${DAYS.map(([name, date]) => html`<button class="chip" data-testid="sun-${name}" aria-pressed=${day === `${year}-${date}`}
      @click=${() => keep(at(`${year}-${date}`, minutesOf(now)))}>${t(`sun.${name}`)}</button>`)}</div>
    <dl class="results" data-testid="sun-result"><dt>${t('sun.altitude')}</dt><dd data-value=${altitude}>${degrees(altitude)}</dd>
      <dt>${t('sun.azimuth')}</dt><dd data-value=${azimuth}>${degrees(azimuth)}</dd>
      ${about && about.height_m === null ? html`<dt>${t('sun.shadow.own')}</dt><dd data-value="">${t('sun.shadow.unknown')}</dd>`
        : html`<dt>${t('sun.shadow', { height: number(height, lang(), 1) })}</dt><dd data-value=${shadow ?? ''}>${shadow === null ? t('sun.down') : `${number(shadow, lang(), 0)} m`}</dd>`}
      ${span ? html`<dt>${t('sun.day')}</dt><dd>${local(span.rise).slice(11)} – ${local(span.set).slice(11)}</dd>` : nothing}</dl>
    <p class="note">${t('sun.note')}</p>
    ${hoursPart()}
    <button class="link" data-testid="sun-off" @click=${() => { stop(); app.state.set({ sun: '', sh: '', tl: '' }); }}>${t('tool.off')}</button>`;
}
