/** Keys and what they do. */
import { html } from 'lit';
import { Control, define } from '../element.js';
import { lang, t } from '../i18n.js';
import { glyph } from './glyph.js';
import { languages } from './languages.js';

const KEYS = [['/', 'search'], ['H', 'home'], ['N', 'north'], ['2', '2d'], ['3', '3d'], ['C', 'scene'], ['F', 'fire'], ['L', 'layers'], ['I', 'incidents'], ['[ ]', 'floors'], ['← ↑ → ↓', 'move'], ['Shift ← ↑ → ↓', 'turn'], ['+ −', 'zoom'], ['Enter', 'pick'], ['Space', 'play'], ['?', 'help'], ['Esc', 'escape']];

class HelpDialog extends Control {
  static keys = ['lang'];

  open() {
    /** @type {HTMLDialogElement | null} */ (this.querySelector('dialog'))?.showModal();
  }

  close() {
    /** @type {HTMLDialogElement | null} */ (this.querySelector('dialog'))?.close();
  }

  render() {
    return html`<dialog class="dialog" data-testid="help-dialog" aria-labelledby="help-title">
      <header><h2 id="help-title">${t('help.title')}</h2><button class="tool" aria-label=${t('close')} @click=${() => this.close()}>${glyph('close')}</button></header>
      <div class="narrow"><h3>${t('lang.label')}</h3>${languages('help-')}</div>
      <dl class="keys">${KEYS.map(([key, name]) => html`<dt><kbd>${key}</kbd></dt><dd>${t(`help.${name}`)}</dd>`)}</dl>
      <p class="note">${t('help.about')} <a href="/api/">${t('help.api')}</a> · <a href="/data/loads?lang=${lang()}">${t('help.loads')}</a></p></dialog>`;
  }
}
define('help-dialog', HelpDialog);
