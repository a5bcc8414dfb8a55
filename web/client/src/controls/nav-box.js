/** Moving the view by buttons: zoom, home, north and top-down, plan or city. */
import { html } from 'lit';
import { styleMap } from 'lit/directives/style-map.js';
import { app, Control, define } from '../element.js';
import { t } from '../i18n.js';
import { arrows } from './arrows.js';
import { glyph } from './glyph.js';

class NavBox extends Control {
  static keys = ['dim', 'vw'];

  connectedCallback() {
    super.connectedCallback();
    app.map.map.on('rotate', () => this.requestUpdate());
  }

  button(id, label, content, act) {
    return html`<button class="tool" data-testid="nav-${id}" title=${label} aria-label=${label} @click=${act}>${content}</button>`;
  }

  render() {
    const { camera } = app.map;
    const scene = app.state.get('vw') === 'c';
    const flat = app.state.get('dim') === '2';
    const needle = styleMap({ transform: `rotate(${-camera.now().bearing}deg)` });
    return html`<div class="nav" role="toolbar" aria-label=${t('nav.label')} aria-orientation="vertical" @keydown=${arrows}>
      <div class="stack">${this.button('in', t('nav.in'), glyph('plus'), () => camera.go({ zoom: camera.now().zoom + 1 }))}
        ${this.button('out', t('nav.out'), glyph('minus'), () => camera.go({ zoom: camera.now().zoom - 1 }))}</div>
      <div class="stack">${this.button('home', `${t('nav.home')} (H)`, glyph('home'), () => camera.home())}
        ${this.button('north', `${t('nav.north')} (N)`, html`<span class="needle" style=${needle}>${glyph('north')}</span>`, () => camera.north())}
        <button class="tool word" data-testid="nav-dim" aria-label=${t(flat ? 'nav.3d' : 'nav.2d')} title=${t(flat ? 'nav.3d' : 'nav.2d')}
          @click=${() => camera.dimension(flat ? 3 : 2)}>${flat ? '3D' : '2D'}</button>
        <button class="tool" data-testid="nav-scene" aria-pressed=${scene} aria-label=${t('nav.scene.on')} title="${t(scene ? 'nav.scene.off' : 'nav.scene.on')} (C)"
          @click=${() => app.stage.toggle()}>${glyph(scene ? 'map' : 'cube')}</button></div></div>`;
  }
}
define('nav-box', NavBox);
