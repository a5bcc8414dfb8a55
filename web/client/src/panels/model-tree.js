/** What a model holds, by floor and class, and a search in it. */
import { html, nothing } from 'lit';
import { label } from '../codes.js';
import { Control, app, define } from '../element.js';
import { floorLabel, number } from '../format.js';
import { lang, t } from '../i18n.js';
import { kindOf } from './object-card.js';

const AFTER_MS = 220;
const PAGE = 50;

class ModelTree extends Control {
  static keys = ['obj', 'fl', 'lang'];

  static properties = {
    model: { attribute: false }, tree: { state: true }, words: { state: true }, found: { state: true }, failed: { state: true }, parts: { state: true },
  };

  constructor() {
    super();
    /** @type {any} */
    this.model = null;
    /** @type {any} */
    this.tree = null;
    this.words = '';
    /** @type {any} */
    this.found = null;
    this.failed = '';
    /** Objects of the classes opened, by `floor/class/kind`. @type {Record<string, any>} */
    this.parts = {};
    this.loaded = '';
    this.timer = 0;
  }

  connectedCallback() {
    super.connectedCallback();
    this.on(app.colouring, 'change');
  }

  updated() {
    const key = `${this.model.id}/${this.model.load_id}/${app.colouring.after ?? ''}`; // a version, whatever the moment in it
    if (key === this.loaded) return;
    this.loaded = key;
    this.tree = null;
    this.parts = {};
    this.found = null;
    app.api.modelTree(this.model.id, app.colouring.moment).then((tree) => { if (this.loaded === key) this.tree = tree; }, (error) => this.fail(error));
    if (this.words) this.search();
  }

  fail(error) {
    if (error.name !== 'AbortError') this.failed = error.message || t('error.offline');
  }

  typed(text) {
    this.words = text.trim();
    clearTimeout(this.timer);
    if (!this.words) this.found = null;
    else this.timer = window.setTimeout(() => this.search(), AFTER_MS);
  }

  async search(skip = 0) {
    this.asked?.abort();
    this.asked = new AbortController();
    this.failed = '';
    try {
      const page = await app.api.modelObjects(this.model.id, { q: this.words, limit: PAGE, skip, datetime: app.colouring.moment }, this.asked.signal);
      this.found = { matched: page.matched, objects: skip ? [...this.found.objects, ...page.objects] : page.objects };
    } catch (error) {
      this.fail(error);
    }
  }

  async unfold(storey, one) {
    const key = partKey(storey, one);
    const held = this.parts[key]?.objects ?? [];
    try {
      const at = storey.floor_no === null ? { storey: storey.storey_id } : { floor: storey.floor_no };
      const page = await app.api.modelObjects(this.model.id, { ...at, class: one.ifc_class, kind: one.kind, limit: PAGE, skip: held.length, datetime: app.colouring.moment });
      this.parts = { ...this.parts, [key]: { matched: page.matched, objects: [...held, ...page.objects] } };
    } catch (error) {
      this.fail(error);
    }
  }

  object(o) {
    const chosen = app.state.get('obj') === String(o.id);
    return html`<li><button class="object-row" data-testid="model-object" data-id=${o.id} aria-pressed=${chosen}
      @click=${() => app.state.set({ obj: o.id, ...(app.state.floor !== null && o.floor_no ? { fl: o.floor_no } : {}) })}>
      <span>${o.name || o.title || o.global_id}</span><small>${this.found ? [kindOf(o), o.floor_no ? floorLabel(o.floor_no) : ''].filter(Boolean).join(' · ') : o.title && o.title !== o.name ? o.title : ''}</small></button></li>`;
  }

  more(page, act) {
    const left = page.matched - page.objects.length;
    return left > 0 ? html`<li><button class="soft small" @click=${act}>${t('model.more', { count: Math.min(left, PAGE) })}</button></li>` : nothing;
  }

  class(storey, one) {
    const part = this.parts[partKey(storey, one)];
    return html`<details @toggle=${(e) => { if (e.target.open && !part) void this.unfold(storey, one); }}>
      <summary>${one.kind ? label('equipment', one.kind) : label('ifc_class', one.ifc_class)}<small>${number(one.count, lang(), 0)}</small></summary>
      ${part ? html`<ul class="objects">${part.objects.map((o) => this.object(o))}${this.more(part, () => this.unfold(storey, one))}</ul>` : nothing}</details>`;
  }

  storey(storey) {
    if (!storey.count) return nothing;
    const title = storey.label || (storey.floor_no === null ? storey.name ?? t('model.nofloor') : floorLabel(storey.floor_no));
    return html`<details ?open=${storey.floor_no !== null && storey.floor_no === app.state.floor} data-testid="tree-floor" data-floor=${storey.floor_no ?? ''}>
      <summary>${title}${storey.name && storey.name !== title ? html` <em>${storey.name}</em>` : nothing}<small>${number(storey.count, lang(), 0)}</small></summary>
      <div class="branch">${storey.classes.map((one) => this.class(storey, one))}</div></details>`;
  }

  render() {
    const found = this.found;
    return html`<input type="search" class="model-search" data-testid="model-search" aria-label=${t('model.search')} placeholder=${t('model.search.placeholder')} .value=${this.words}
        @input=${(e) => this.typed(e.target.value)} @keydown=${(e) => e.stopPropagation()}>
      ${this.failed ? html`<p class="failed" role="alert">${this.failed}</p>` : nothing}
      ${found ? html`<p class="counts" role="status" data-testid="model-found">${found.matched ? t('model.found', { count: number(found.matched, lang(), 0) }) : t('model.found.none')}</p>
          <ul class="objects">${found.objects.map((o) => this.object(o))}${this.more(found, () => this.search(found.objects.length))}</ul>`
        : this.tree ? html`<div class="tree" data-testid="model-tree">${this.tree.storeys.map((s) => this.storey(s))}</div>` : html`<p class="empty">${t('loading')}</p>`}`;
  }
}
define('model-tree', ModelTree);

const partKey = (storey, one) => [storey.floor_no ?? `s${storey.storey_id}`, one.ifc_class, one.kind ?? ''].join('/');
