/** Search: names, addresses, codes, pinyin, coordinates. Combobox with a list, by keys or pointer. */
import { html, nothing } from 'lit';
import { app, Control, define } from '../element.js';
import { lang, t } from '../i18n.js';
import { addressOf, INSIDE } from '../selection.js';
import { glyph } from './glyph.js';

const AFTER_MS = 120;
/** Where the bar has no room for a long hint. */
const narrow = window.matchMedia('(max-width: 599px)');

/** `114.1027,22.5447` typed by hand. @param {string} text */
function coordinate(text) {
  const match = /^\s*(-?\d+(?:\.\d+)?)\s*[,，\s]\s*(-?\d+(?:\.\d+)?)\s*$/.exec(text);
  if (!match) return null;
  const [a, b] = [Number(match[1]), Number(match[2])];
  const [lon, lat] = Math.abs(a) > 90 ? [a, b] : [b, a];
  return Math.abs(lat) <= 85 && Math.abs(lon) <= 180 ? { lon, lat } : null;
}

class SearchBox extends Control {
  static keys = ['lang'];

  static properties = { hits: { state: true }, open: { state: true }, active: { state: true }, failed: { state: true }, busy: { state: true } };

  constructor() {
    super();
    /** @type {any[]} */
    this.hits = [];
    this.open = false;
    this.active = 0;
    this.failed = '';
    this.busy = false;
    this.timer = 0;
  }

  connectedCallback() {
    super.connectedCallback();
    this.on(narrow, 'change');
  }

  get field() {
    return /** @type {HTMLInputElement} */ (this.querySelector('input'));
  }

  focusField() {
    this.field.focus();
    this.field.select();
  }

  typed() {
    clearTimeout(this.timer);
    this.timer = window.setTimeout(() => this.ask(this.field.value.trim()), AFTER_MS);
  }

  async ask(text) {
    this.asked?.abort();
    this.failed = '';
    if (!text) {
      this.hits = [];
      this.open = false;
      return;
    }
    const place = coordinate(text);
    const own = place ? [{ place, label_zh: t('search.coordinate'), label_en: t('search.coordinate'), detail: `${place.lon}, ${place.lat}`, ...place }] : [];
    this.asked = new AbortController();
    this.busy = true;
    try {
      const answer = place ? { hits: [] } : await app.api.search(text, lang(), this.asked.signal);
      this.hits = [...own, ...answer.hits];
    } catch (error) {
      if (error.name === 'AbortError') return;
      this.hits = [];
      this.failed = error.message || t('error.offline');
    }
    this.busy = false;
    this.active = 0;
    this.open = true;
  }

  key(event) {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step && this.hits.length) {
      event.preventDefault();
      this.active = (this.active + step + this.hits.length) % this.hits.length;
    } else if (event.key === 'Enter') {
      event.preventDefault();
      void this.enter();
    } else if (event.key === 'Escape') {
      event.stopPropagation();
      if (this.open) this.open = false;
      else this.field.blur();
    }
  }

  /** Enter right after typing must not choose from the answer to an older text. */
  async enter() {
    if (this.timer) {
      clearTimeout(this.timer);
      await this.ask(this.field.value.trim());
    }
    if (this.hits[this.active]) this.choose(this.hits[this.active]);
  }

  choose(hit) {
    this.open = false;
    this.field.blur();
    if (!hit.place) {
      this.select(hit);
      // the keyboard goes where the answer is
      window.setTimeout(() => /** @type {HTMLElement | null} */ (document.querySelector('.dossier'))?.focus());
    }
    // after the choice: the entry of the history before it keeps where one looked
    if (Number.isFinite(hit.lon)) app.map.camera.show(hit.lon, hit.lat);
  }

  select(hit) {
    const inside = hit.building_code && hit.collection !== 'building' && [...INSIDE, 'unit', 'storey', 'enterprise'].includes(hit.collection);
    const object = INSIDE.has(hit.collection) ? { obj: hit.id, tab: 'bim' } : { obj: '' };
    if (inside) app.state.set({ sel: `b:${hit.building_code}`, fl: hit.floor_no ?? '', ...object });
    else app.state.set({ sel: addressOf(hit.collection, hit.id, hit.code ?? hit.building_code), fl: '' });
  }

  option(hit, index) {
    const name = lang() === 'en' ? hit.label_en || hit.label_zh : hit.label_zh || hit.label_en;
    return html`<li role="option" id="hit-${index}" data-id=${hit.id ?? ''} data-testid="search-hit" aria-selected=${index === this.active}
      @pointerdown=${(e) => e.preventDefault()} @click=${() => this.choose(hit)}>
      <span class="hit-name">${name}</span>
      <span class="hit-kind">${hit.collection ? app.title(hit.collection) : ''}</span>
      <span class="hit-detail">${hit.detail ?? ''}</span>
    </li>`;
  }

  render() {
    const list = this.open ? html`<ul class="hits" id="hits" role="listbox" aria-label=${t('search.results')} data-testid="search-hits">
      ${this.hits.map((hit, index) => this.option(hit, index))}
      ${this.hits.length ? nothing : html`<li class="empty" role="option" aria-disabled="true" aria-selected="false">${this.failed || t('search.none')}</li>`}
    </ul>` : nothing;
    return html`<div class="search">${glyph('search')}
      <input type="text" role="combobox" data-testid="search" autocomplete="off" spellcheck="false" aria-autocomplete="list"
        aria-label=${t('search.label')} placeholder=${t(narrow.matches ? 'search.label' : 'search.placeholder')} aria-expanded=${this.open} aria-controls="hits"
        aria-activedescendant=${this.open && this.hits.length ? `hit-${this.active}` : nothing}
        @input=${() => this.typed()} @keydown=${(e) => this.key(e)} @blur=${() => { this.open = false; }}
        @focus=${() => { if (this.hits.length) this.open = true; }}>
      <kbd aria-hidden="true">/</kbd>${list}</div>`;
  }
}
define('search-box', SearchBox);
