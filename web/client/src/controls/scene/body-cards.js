/** Cards of the tools about the selected building as a body: isolate it, draw its storeys apart. */
import { html, nothing } from 'lit';
import { app } from '../../element.js';
import { t } from '../../i18n.js';
import { wayOf } from '../../scene/apart.js';
import { subject } from './subject.js';

const MODES = [['all', ''], ['ghost', 'g'], ['only', 'o'], ['xray', 'x']];
const first = () => (subject() || app.selection.feature?.properties?.building_id ? nothing : html`<p class="note">${t('tool.first')}</p>`);
/** Whether a building is chosen that has no model: it has no inside to be shown. */
const hollow = () => app.selection.dossier !== null && !app.selection.dossier.models?.length;
const blank = () => (hollow() ? html`<p class="note" role="status" data-testid="tool-nomodel">${t('tool.nomodel')}</p>` : nothing);
/** The camera goes to where the storeys are now. */
const whole = () => void app.stage.scene?.tool('explode').whole();

export function ghostCard() {
  const now = app.state.get('iso');
  return html`<div class="choices" role="radiogroup" aria-label=${t('ghost.label')}>
      ${MODES.map(([name, code]) => html`<label class="check"><input type="radio" name="iso" data-testid="ghost-${name}" .checked=${now === code} ?disabled=${code === 'x' && hollow()}
        @change=${() => app.state.set({ iso: code })}>${t(`ghost.${name}`)}</label>`)}</div>
    ${first()}${blank()}<p class="note">${t('ghost.note')}</p>`;
}

export function apartCard() {
  const share = Math.round(100 * (Number(app.state.get('ex')) || 0));
  return html`<div class="amount"><span>${t('apart.label')}</span><b>${share} %</b><input type="range" data-testid="apart-share" ?disabled=${hollow()} min="0" max="100" step="5" .value=${String(share)}
      aria-label=${t('apart.label')} aria-valuetext="${share} %" @change=${whole} @input=${(e) => app.state.set({ ex: Number(e.target.value) ? Number(e.target.value) / 100 : '' })}></div>
    <label class="check"><input type="checkbox" data-testid="apart-beside" ?disabled=${hollow()} .checked=${wayOf(app.state.get('exl')) !== null}
      @change=${(e) => { app.state.set({ exl: e.target.checked ? Math.round(app.map.camera.now().bearing + 450) % 360 : '' }); whole(); }}>${t('apart.beside')}</label>
    ${first()}${blank()}<p class="note">${t('apart.note')}</p>`;
}
