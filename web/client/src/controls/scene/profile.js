/** The burial profile along a line: where to draw it, and the sheet with the drawing. */
import { html, nothing } from 'lit';
import { app, Control, define } from '../../element.js';
import { lang, t } from '../../i18n.js';
import { drawingOf, parseLine } from '../../scene/profile_line.js';
import { glyph } from '../glyph.js';
import '../server-drawing.js';

const corners = () => parseLine(app.state.get('pf'));

/** Part of the card of the view under the ground. */
export function profilePart() {
  const tool = app.stage.scene?.tool('profile');
  const count = corners().length;
  return html`<section class="part" aria-label=${t('profile.title')}><h3>${t('profile.title')}</h3>
    <div class="row"><button class="soft" data-testid="profile-draw" aria-pressed=${Boolean(tool?.armed)} @click=${() => tool?.arm(!tool.armed)}>${glyph('ruler')}${t(tool?.armed ? 'profile.done' : count ? 'profile.again' : 'profile.draw')}</button>
      ${count ? html`<button class="link" data-testid="profile-clear" @click=${() => app.state.set({ pf: '' })}>${t('tool.clear')}</button>` : nothing}</div>
    <p class="note" role="status">${tool?.armed ? t('profile.click') : t('profile.note')}</p></section>`;
}

/** The sheet with the drawing. A pipe of it or a row of its table opens the record. */
class ProfileSheet extends Control {
  static properties = { trouble: { state: true } };

  constructor() {
    super();
    this.trouble = '';
  }

  connectedCallback() {
    super.connectedCallback();
    this.on(app.stage, 'told');
  }

  get wanted() {
    const line = corners();
    const tool = app.stage.scene?.tool('underground');
    if (line.length < 2 || app.state.get('vw') !== 'c') return '';
    return drawingOf(line, { lang: lang(), kinds: tool?.on ? tool.kinds : null, asOf: app.clock.asOf });
  }

  render() {
    const { wanted } = this;
    if (!wanted) return nothing;
    return html`<section class="profile-sheet" aria-label=${t('profile.title')} data-testid="profile-sheet">
      <header><h2>${t('profile.title')}</h2><a class="link" href=${wanted} target="_blank" rel="noopener">${t('profile.open')}</a>
        <button class="tool small" aria-label=${t('close')} data-testid="profile-close" @click=${() => app.state.set({ pf: '' })}>${glyph('close')}</button></header>
      ${this.trouble ? html`<p class="note" role="alert">${t('tool.trouble', { why: this.trouble })}</p>` : nothing}
      <server-drawing class="drawing" .address=${wanted} .marks=${'[data-id]'} @choose=${(e) => app.state.set({ sel: `f:utility_line:${e.detail.getAttribute('data-id')}` })}
        @drawn=${() => { this.trouble = ''; }} @trouble=${(e) => { this.trouble = e.detail.message; }}></server-drawing></section>`;
  }
}
define('profile-sheet', ProfileSheet);
