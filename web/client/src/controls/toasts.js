/** Short messages at the top: what was done, what rang, what failed. */
import { html, nothing } from 'lit';
import { Control, define } from '../element.js';
import { t } from '../i18n.js';
import { glyph } from './glyph.js';

const STAY_MS = 4000;
const LONG_MS = 12_000;
const MOST = 4;

/** @typedef {{id: number, text: string, tone?: string, act?: {label: string, run: () => void}}} Toast */

class ToastList extends Control {
  static properties = { list: { state: true } };

  constructor() {
    super();
    /** @type {Toast[]} */
    this.list = [];
    this.next = 1;
  }

  /** @param {string} text @param {{tone?: string, long?: boolean, stay_ms?: number, act?: {label: string, run: () => void}}} [options] */
  show(text, { tone = 'plain', long = false, stay_ms, act } = {}) {
    const id = this.next;
    this.next += 1;
    this.list = [...this.list.filter((toast) => toast.text !== text), { id, text, tone, act }].slice(-MOST);
    window.setTimeout(() => this.drop(id), stay_ms ?? (long || act ? LONG_MS : STAY_MS));
  }

  drop(id) {
    this.list = this.list.filter((toast) => toast.id !== id);
  }

  render() {
    return html`<div class="toasts" role="log" aria-live="polite">${this.list.map((toast) => html`<div class="toast ${toast.tone}" data-testid="toast">
      <span>${toast.text}</span>
      ${toast.act ? html`<button class="soft" @click=${() => { toast.act?.run(); this.drop(toast.id); }}>${toast.act.label}</button>` : nothing}
      <button class="tool small" aria-label=${t('close')} @click=${() => this.drop(toast.id)}>${glyph('close')}</button></div>`)}</div>`;
  }
}
define('toast-list', ToastList);
