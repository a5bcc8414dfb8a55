/**
 * A drawing as the server makes it (SVG), in a root of its own: its styles are not those of the page.
 *
 * What is marked in it (`marks`, a selector) can be clicked, and reached by keyboard: one stop of Tab, arrows inside.
 * Events: `drawn` (detail: the drawing), `choose` (detail: the mark), `trouble` (detail: the error).
 */
import { nothing } from 'lit';
import { Control, define } from '../element.js';
import { t } from '../i18n.js';

const STYLE = `:host { display: block; } svg { display: block; } :host(.plan) svg { width: 100%; height: auto; }
  [data-mark] { cursor: pointer; } [data-mark]:focus { outline: none; } [data-mark]:focus-visible { outline: 3px solid #0f6d8c; outline-offset: 2px; }`;
const WAYS = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 };

class ServerDrawing extends Control {
  static keys = [];

  static properties = { address: { attribute: false }, marks: { attribute: false }, drawing: { state: true } };

  constructor() {
    super();
    this.address = '';
    this.marks = '';
    /** @type {SVGSVGElement | null} */
    this.drawing = null;
    this.text = '';
  }

  createRenderRoot() {
    const root = this.attachShadow({ mode: 'open' });
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(STYLE);
    root.adoptedStyleSheets = [sheet];
    root.addEventListener('click', (event) => this.choose(/** @type {Element} */ (event.target)));
    root.addEventListener('keydown', (event) => this.key(/** @type {KeyboardEvent} */ (event)));
    return /** @type {any} */ (root);
  }

  willUpdate(changed) {
    if (changed.has('address')) void this.fetch(this.address);
  }

  /** Ask again: what it is of may have changed. A drawing that is the same stays, with the place of the keyboard in it. */
  again() {
    void this.fetch(this.address);
  }

  /** What was drawn stays until the next has come. */
  async fetch(address) {
    if (!address) {
      this.drawing = null;
      return;
    }
    try {
      const answer = await fetch(address);
      const text = await answer.text();
      if (address !== this.address) return;
      if (!answer.ok) throw new Error(JSON.parse(text).detail ?? answer.statusText);
      if (this.drawing && text === this.text) {
        this.say('drawn', this.drawing);
        return;
      }
      this.text = text;
      this.drawing = /** @type {any} */ (document.importNode(new DOMParser().parseFromString(text, 'image/svg+xml').documentElement, true));
      this.prepare();
      await this.updateComplete;
      this.say('drawn', this.drawing);
    } catch (error) {
      if (address !== this.address) return;
      this.drawing = null;
      this.say('trouble', error.message ? error : new Error(t('error.offline')));
    }
  }

  /** Marks become buttons. */
  prepare() {
    if (!this.marks || !this.drawing) return;
    this.drawing.setAttribute('role', 'group');
    this.all.forEach((mark, i) => {
      mark.setAttribute('data-mark', '');
      mark.setAttribute('role', 'button');
      mark.setAttribute('aria-label', mark.querySelector('title')?.textContent || String(mark.getAttribute('data-id')));
      mark.setAttribute('tabindex', i ? '-1' : '0');
    });
  }

  /** @returns {SVGElement[]} */
  get all() {
    return this.marks && this.drawing ? [...this.drawing.querySelectorAll(this.marks)].map((one) => /** @type {SVGElement} */ (one)) : [];
  }

  choose(target) {
    const mark = target.closest?.(this.marks || '[data-id]');
    if (mark) this.say('choose', mark);
  }

  key(event) {
    const { all } = this;
    const at = all.indexOf(event.target);
    if (at < 0) return;
    if (event.key === 'Enter' || event.key === ' ') this.say('choose', all[at]);
    else if (!(event.key in WAYS)) return;
    event.preventDefault();
    event.stopPropagation();
    const next = all[(at + (WAYS[event.key] ?? 0) + all.length) % all.length];
    all[at].setAttribute('tabindex', '-1');
    next.setAttribute('tabindex', '0');
    next.focus();
  }

  /** @param {string} type @param {any} [detail] */
  say(type, detail = null) {
    this.dispatchEvent(new CustomEvent(type, { detail }));
  }

  render() {
    return this.drawing ?? nothing;
  }
}
define('server-drawing', ServerDrawing);
