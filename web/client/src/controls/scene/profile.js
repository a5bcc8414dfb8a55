/** The burial profile along a line: where to draw it, and the sheet with the drawing. */
import { html, nothing } from 'lit';
import { app, Control, define } from '../../element.js';
import { lang, t } from '../../i18n.js';
import { drawingOf, parseLine } from '../../scene/profile_line.js';
import { glyph } from '../glyph.js';

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

/** The drawing as the server makes it, in a root of its own: its styles are not those of the page. */
class ProfileSheet extends Control {
  constructor() {
    super();
    this.address = '';
    /** @type {Element | null} */
    this.drawing = null;
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

  async fetch(address) {
    this.address = address;
    this.trouble = '';
    if (!address) this.drawing = null;
    else {
      try {
        const answer = await fetch(address);
        const text = await answer.text();
        if (address !== this.address) return;
        if (!answer.ok) throw new Error(JSON.parse(text).detail ?? answer.statusText);
        this.drawing = document.importNode(new DOMParser().parseFromString(text, 'image/svg+xml').documentElement, true);
      } catch (error) {
        if (address !== this.address) return;
        this.drawing = null;
        this.trouble = error.message || t('error.offline');
      }
    }
    this.requestUpdate();
  }

  updated() {
    const host = this.querySelector('.drawing');
    if (!host) return;
    const root = host.shadowRoot ?? host.attachShadow({ mode: 'open' });
    if (root.firstElementChild !== this.drawing) root.replaceChildren(...(this.drawing ? [this.drawing] : []));
  }

  /** A pipe of the drawing or a row of its table opens the record. */
  choose(event) {
    const hit = event.composedPath().find((node) => node instanceof Element && node.hasAttribute('data-id'));
    if (hit) app.state.set({ sel: `f:utility_line:${hit.getAttribute('data-id')}` });
  }

  render() {
    const { wanted } = this;
    if (wanted !== this.address) void this.fetch(wanted);
    if (!wanted) return nothing;
    return html`<section class="profile-sheet" aria-label=${t('profile.title')} data-testid="profile-sheet">
      <header><h2>${t('profile.title')}</h2><a class="link" href=${wanted} target="_blank" rel="noopener">${t('profile.open')}</a>
        <button class="tool small" aria-label=${t('close')} data-testid="profile-close" @click=${() => app.state.set({ pf: '' })}>${glyph('close')}</button></header>
      ${this.trouble ? html`<p class="note" role="alert">${t('tool.trouble', { why: this.trouble })}</p>` : html`<div class="drawing" @click=${(e) => this.choose(e)}></div>`}</section>`;
  }
}
define('profile-sheet', ProfileSheet);
