/** Tools of the 3D view: a bar, and the card of the one that is open (`tl` in the link). */
import { html, nothing } from 'lit';
import { app, Control, define } from '../element.js';
import { t } from '../i18n.js';
import { arrows } from './arrows.js';
import { glyph } from './glyph.js';
import { apartCard, ghostCard } from './scene/body-cards.js';
import { GROUND_AT_FIRST, groundCard } from './scene/ground-card.js';
import { measureCard } from './scene/measure-card.js';
import { cutting, sectionCard } from './scene/section-card.js';
import { openSun, sunCard } from './scene/sun-card.js';

/** Each tool: its drawing, its card, whether it is at work, and what opening it starts. */
const TOOLS = {
  section: { icon: 'section', card: sectionCard, works: () => cutting() > 0 },
  ghost: { icon: 'ghost', card: ghostCard, works: () => app.state.get('iso') !== '' },
  apart: { icon: 'apart', card: apartCard, works: () => app.state.get('ex') !== '' },
  ground: { icon: 'pipes', card: groundCard, works: () => app.state.get('ug') !== '', start: () => app.state.set({ ug: GROUND_AT_FIRST }) },
  measure: { icon: 'ruler', card: measureCard, works: () => app.state.get('ms') !== '', start: () => app.state.set({ ms: 'd:' }) },
  sun: { icon: 'sun', card: sunCard, works: () => app.state.get('sun') !== '', start: openSun },
};

class SceneBox extends Control {
  connectedCallback() {
    super.connectedCallback();
    this.on(app.selection, 'change');
    this.on(app.stage, 'told');
  }

  toggle(name) {
    const open = app.state.get('tl') === name;
    const tool = TOOLS[name];
    app.state.set({ tl: open ? '' : name });
    if (!open && tool.start && !tool.works()) tool.start();
    // an empty measure that nobody began is none
    if (open && app.state.get('ms').endsWith(':')) app.state.set({ ms: '' });
  }

  /** Escape closes the card from within its fields too. */
  key(event) {
    const open = app.state.get('tl');
    if (event.key !== 'Escape' || !(open in TOOLS)) return;
    event.stopPropagation();
    this.close(open);
  }

  /** The keyboard goes back to the button the card came from. */
  close(open) {
    this.toggle(open);
    /** @type {HTMLElement | null} */ (this.querySelector(`[data-testid=tool-${open}]`))?.focus();
  }

  button([name, { icon, works }]) {
    const open = app.state.get('tl') === name;
    const count = name === 'section' ? cutting() : 0;
    return html`<button class="bar-button" data-testid="tool-${name}" aria-expanded=${open} aria-controls="tool-card" data-works=${works()}
      title=${t(`tool.${name}`)} @click=${() => this.toggle(name)}>${glyph(icon)}<span>${t(`tool.${name}`)}</span>
      ${count ? html`<b class="count" data-testid="section-count">${count}</b>` : nothing}</button>`;
  }

  render() {
    if (app.state.get('vw') !== 'c') return nothing;
    const open = app.state.get('tl');
    return html`<section class="scene-box" aria-label=${t('tool.label')} data-testid="scene-box" @keydown=${(e) => this.key(e)}>
      <div class="bar" role="toolbar" aria-label=${t('tool.label')} @keydown=${arrows}>${Object.entries(TOOLS).map((tool) => this.button(tool))}</div>
      ${open in TOOLS ? html`<div class="card" id="tool-card" role="region" aria-label=${t(`tool.${open}`)} data-testid="card-${open}">
        <header><h2>${t(`tool.${open}`)}</h2><button class="tool small" aria-label=${t('close')} data-testid="card-close" @click=${() => this.close(open)}>${glyph('close')}</button></header>
        ${TOOLS[open].card(this)}</div>` : nothing}</section>`;
  }
}
define('scene-box', SceneBox);
