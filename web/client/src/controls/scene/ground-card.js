/** Card of the view under the ground. */
import { html, nothing } from 'lit';
import { label } from '../../codes.js';
import { app } from '../../element.js';
import { number } from '../../format.js';
import { lang, t } from '../../i18n.js';
import { PIPE_COLOURS } from '../../palette.js';
import { profilePart } from './profile.js';
import { swatch } from '../swatch.js';

/** What the ground lets through when the tool is opened. */
export const GROUND_AT_FIRST = 0.25;

export function groundCard() {
  const tool = app.stage.scene?.tool('underground');
  const text = app.state.get('ug');
  const share = Math.round(100 * (text === '' ? 1 : Number(text) || 0));
  const { pipes, nodes, more } = tool?.count ?? { pipes: 0, nodes: 0, more: false };
  return html`<div class="amount"><span>${t('under.label')}</span><b>${share} %</b><input type="range" data-testid="ground-share" min="0" max="100" step="5" .value=${String(share)}
      aria-label=${t('under.label')} aria-valuetext="${share} %" @input=${(e) => app.state.set({ ug: Number(e.target.value) / 100 })}></div>
    <ul class="legend columns">${(tool?.kinds ?? Object.keys(PIPE_COLOURS)).map((kind) => swatch({ shape: 'line', colour: PIPE_COLOURS[kind], text: label('pipe', kind) }))}</ul>
    ${text === '' ? nothing : html`<p class="note" role="status" data-testid="ground-count">${t('under.count', { pipes: number(pipes, lang()), nodes: number(nodes, lang()) })}${more ? html` ${t('under.more')}` : nothing}</p>`}
    <p class="note">${t('under.tree')} ${t('under.note')}</p>
    ${profilePart()}
    ${text === '' ? nothing : html`<button class="link" data-testid="ground-off" @click=${() => app.state.set({ ug: '', pf: '', tl: '' })}>${t('tool.off')}</button>`}`;
}
