/** Section planes of the 3D view: list, on and off, place, side. */
import { html, nothing } from 'lit';
import { app } from '../../element.js';
import { number } from '../../format.js';
import { lang, t } from '../../i18n.js';
import { flipped, formatCuts, kindOf, parseCuts, pushed, pushOf } from '../../scene/planes.js';
import { glyph } from '../glyph.js';
import { subject } from './subject.js';

const cuts = () => parseCuts(app.state.get('sec'));
const keep = (list) => app.state.set({ sec: formatCuts(list) });
const change = (index, act) => keep(cuts().map((cut, i) => (i === index ? act(cut) : cut)));

/** Planes that cut, for the badge. */
export const cutting = () => cuts().filter((cut) => cut.on).length;

/** Middle of what is cut and how far a plane may go from it. */
function span(cut, about) {
  const middle = about ? { lon: about.lon, lat: about.lat, z: (about.low_m + about.high_m) / 2 } : { lon: cut.lon, lat: cut.lat, z: cut.z };
  const half = about ? (kindOf(cut) === 'level' ? (about.high_m - about.low_m) / 2 : about.reach_m) : 50;
  return { middle, half: Math.ceil(half) + 1 };
}

/** A new plane through the middle of the building; an upright one looks at the eye, so that one sees in. */
function add(kind) {
  const about = subject();
  if (!about) return;
  const bearing = app.map.camera.now().bearing;
  const at = { lon: about.lon, lat: about.lat, z: (about.low_m + about.high_m) / 2 };
  keep([...cuts(), { on: true, ...at, ...(kind === 'level' ? { azimuth: 0, tilt: 90 } : { azimuth: (bearing + 540) % 360, tilt: 0 }) }]);
}

function row(cut, index, about) {
  const n = index + 1;
  const kind = t(`section.${kindOf(cut)}`);
  const { middle, half } = span(cut, about);
  const push = pushOf(cut, middle);
  const says = kindOf(cut) === 'level' ? `${number(cut.z, lang(), 1)} m` : `${number(Math.round(push * 10) / 10 + 0, lang(), 1)} m`;
  return html`<li class="plane" data-testid="plane-${n}">
    <label class="check"><input type="checkbox" data-testid="plane-on-${n}" .checked=${cut.on} aria-label=${t('section.on', { n, kind })}
      @change=${(e) => change(index, (one) => ({ ...one, on: e.target.checked }))}><span>${kind}</span><small>${says}</small></label>
    <button class="tool small" data-testid="plane-flip-${n}" title=${t('section.flip')} aria-label=${t('section.flip')} @click=${() => change(index, flipped)}>${glyph('flip')}</button>
    <button class="tool small" data-testid="plane-remove-${n}" title=${t('section.remove', { n })} aria-label=${t('section.remove', { n })}
      @click=${() => keep(cuts().filter((_, i) => i !== index))}>${glyph('close')}</button>
    <input type="range" data-testid="plane-push-${n}" min=${-half} max=${half} step="0.1" .value=${String(push)} aria-label=${t('section.push', { n })} aria-valuetext=${says}
      @input=${(e) => change(index, (one) => pushed(one, middle, Number(e.target.value)))}></li>`;
}

export function sectionCard() {
  const about = subject();
  const list = cuts();
  const tool = app.stage.scene?.tool('section');
  return html`${list.length ? html`<ul class="planes">${list.map((cut, i) => row(cut, i, about))}</ul>` : html`<p class="empty">${t('section.none')}</p>`}
    ${list.length && !about ? html`<p class="note">${t('section.city')}</p>` : nothing}
    <div class="row" role="group" aria-label=${t('section.add')}>
      ${['level', 'upright'].map((kind) => html`<button class="soft" data-testid="section-${kind}" ?disabled=${!about} @click=${() => add(kind)}>${glyph('plus')}${t(`section.${kind}`)}</button>`)}
      <button class="soft" data-testid="section-face" aria-pressed=${Boolean(tool?.armed)} @click=${() => tool?.arm(!tool.armed)}>${glyph('face')}${t('section.face')}</button></div>
    ${tool?.armed ? html`<p class="note" role="status">${t('section.pick')}</p>` : about ? nothing : html`<p class="note">${t('tool.first')}</p>`}
    ${list.length ? html`<button class="link" data-testid="section-clear" @click=${() => keep([])}>${t('tool.clear')}</button>` : nothing}`;
}
