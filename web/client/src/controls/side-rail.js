/** The rail on the left and the drawer it opens: layers, colours, incidents. */
import { html, nothing } from 'lit';
import { app, Control, define } from '../element.js';
import { t } from '../i18n.js';
import { glyph } from './glyph.js';
import './colour-by.js';
import './layer-tree.js';

const PANELS = [['layers', 'layers'], ['colour', 'palette'], ['incidents', 'alert']];

class SideRail extends Control {
  static keys = ['pan'];

  connectedCallback() {
    super.connectedCallback();
    this.on(app.incidents, 'change');
    this.on(app.alarms, 'change');
  }

  count(panel) {
    if (panel !== 'incidents') return 0;
    return app.incidents.rows.length + app.alarms.rows.filter((a) => !a.acknowledged_at).length;
  }

  /** The keyboard goes back to the button the drawer came from. */
  close(open) {
    app.state.set({ pan: '' });
    /** @type {HTMLElement | null} */ (this.querySelector(`[data-testid=rail-${open}]`))?.focus();
  }

  body(open) {
    if (open === 'layers') return html`<layer-tree></layer-tree>`;
    if (open === 'colour') return html`<colour-by></colour-by>`;
    return html`<incident-board></incident-board>`;
  }

  render() {
    const open = app.state.get('pan');
    const known = PANELS.some(([name]) => name === open);
    return html`<nav class="rail" aria-label=${t('rail.label')}>
      ${PANELS.map(([name, icon]) => html`<button class="rail-button" data-testid="rail-${name}" aria-expanded=${open === name} aria-controls="drawer"
        title=${t(`panel.${name}`)} @click=${() => app.state.set({ pan: open === name ? '' : name })}>${glyph(/** @type {any} */ (icon))}
        <span>${t(`panel.${name}`)}</span>${this.count(name) ? html`<b class="count">${this.count(name)}</b>` : nothing}</button>`)}
    </nav>
    ${known ? html`<aside class="drawer" id="drawer" data-testid="drawer" aria-label=${t(`panel.${open}`)}>
      <header><h2>${t(`panel.${open}`)}</h2><button class="tool" aria-label=${t('close')} data-testid="drawer-close"
        @click=${() => this.close(open)}>${glyph('close')}</button></header>
      <div class="drawer-body">${this.body(open)}</div></aside>` : nothing}`;
  }
}
define('side-rail', SideRail);
