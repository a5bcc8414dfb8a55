/** Moving the view by buttons: zoom, home, north and top-down, plan or city. */
import { html } from 'lit';
import { styleMap } from 'lit/directives/style-map.js';
import { app, Control, define } from '../element.js';
import { t } from '../i18n.js';
import { glyph } from './glyph.js';

class NavBox extends Control {
  static keys = ['dim'];

  connectedCallback() {
    super.connectedCallback();
    app.map.map.on('rotate', () => this.requestUpdate());
  }

  button(id, label, content, act) {
    return html`<button class="tool" data-testid="nav-${id}" title=${label} aria-label=${label} @click=${act}>${content}</button>`;
  }

  render() {
    const { camera, map } = app.map;
    const flat = app.state.get('dim') === '2';
    const needle = styleMap({ transform: `rotate(${-map.getBearing()}deg)` });
    return html`<div class="nav" role="toolbar" aria-label=${t('nav.label')} aria-orientation="vertical">
      <div class="stack">${this.button('in', t('nav.in'), glyph('plus'), () => map.zoomIn())}
        ${this.button('out', t('nav.out'), glyph('minus'), () => map.zoomOut())}</div>
      <div class="stack">${this.button('home', `${t('nav.home')} (H)`, glyph('home'), () => camera.home())}
        ${this.button('north', `${t('nav.north')} (N)`, html`<span class="needle" style=${needle}>${glyph('north')}</span>`, () => camera.north())}
        <button class="tool word" data-testid="nav-dim" aria-label=${t(flat ? 'nav.3d' : 'nav.2d')} title=${t(flat ? 'nav.3d' : 'nav.2d')}
          @click=${() => camera.dimension(flat ? 3 : 2)}>${flat ? '3D' : '2D'}</button></div></div>`;
  }
}
define('nav-box', NavBox);
