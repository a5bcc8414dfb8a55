/** The bar at the top: name, search, clock, language, theme, share, help. */
import { html } from 'lit';
import { app, Control, define } from '../element.js';
import { t } from '../i18n.js';
import { glyph } from './glyph.js';
import { languages } from './languages.js';
import './clock-box.js';
import './search-box.js';

/** What the button of the theme leads to: light, dark, strong contrast, and round again. */
const NEXT = {
  l: { th: 'd', key: 'theme.dark', icon: 'moon' }, d: { th: 'h', key: 'theme.contrast', icon: 'contrast' }, h: { th: 'l', key: 'theme.light', icon: 'sun' },
};

class TopBar extends Control {
  static keys = ['lang', 'th'];

  async share() {
    app.state.moved(app.map.camera.now());
    const url = window.location.href.split('#')[0] + app.state.hash;
    try {
      await navigator.clipboard.writeText(url);
      app.toast(t('share.copied'));
    } catch {
      app.toast(url, { long: true });
    }
  }

  render() {
    const next = NEXT[app.state.get('th') === 'h' ? 'h' : app.theme() === 'dark' ? 'd' : 'l'];
    return html`<header class="topbar">
      <a class="brand" href="/" data-testid="brand"><img src="/static/icon.svg" alt="" width="26" height="26"><span>${t('app.title')}</span></a>
      <search-box></search-box>
      <div class="spacer"></div>
      <clock-box></clock-box>
      ${languages()}
      <button class="tool" data-testid="theme" title=${t(next.key)} aria-label=${t(next.key)}
        @click=${() => app.state.set({ th: next.th })}>${glyph(/** @type {any} */ (next.icon))}</button>
      <button class="tool" data-testid="share" title=${t('share.label')} aria-label=${t('share.label')} @click=${() => this.share()}>${glyph('share')}</button>
      <button class="tool" data-testid="help" title=${t('help.title')} aria-label=${t('help.title')} @click=${() => app.help()}>${glyph('help')}</button>
    </header>`;
  }
}
define('top-bar', TopBar);
