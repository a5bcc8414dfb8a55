/** The layers: groups with a three-state box, each layer with opacity and legend, filter by words. */
import { html, nothing } from 'lit';
import { app, Control, define } from '../element.js';
import { number } from '../format.js';
import { formatLayers, sameLayers } from '../layer_param.js';
import { lang, t } from '../i18n.js';
import { GROUPS, SUBJECTS, usualLayers } from '../layers/index.js';
import { swatch } from './swatch.js';

class LayerTree extends Control {
  static properties = { words: { state: true }, onlyShown: { state: true }, folded: { state: true } };

  constructor() {
    super();
    this.words = '';
    this.onlyShown = false;
    this.zoomed = () => {};
    /** @type {Set<string>} */
    this.folded = new Set(['utility', 'land', 'transport']);
  }

  connectedCallback() {
    super.connectedCallback();
    this.on(app.map, 'change');
    this.on(app.map, 'trouble');
    this.zoomed = () => this.requestUpdate(); // what is too far away to show changes
    app.map.map.on('zoomend', this.zoomed);
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    app.map.map.off('zoomend', this.zoomed);
  }

  /** @param {(shown: Map<string, number>) => void} change */
  change(change) {
    const shown = new Map(app.map.shown);
    change(shown);
    app.state.set({ ly: sameLayers(shown, usualLayers()) ? '' : formatLayers(shown) });
  }

  toggle(codes, on) {
    this.change((shown) => {
      for (const code of codes) {
        if (on && !shown.has(code)) shown.set(code, 1);
        if (!on) shown.delete(code);
      }
    });
  }

  fold(group) {
    const folded = new Set(this.folded);
    if (!folded.delete(group)) folded.add(group);
    this.folded = folded;
  }

  nameOf(subject) {
    return subject.title?.() ?? t(`layer.${subject.code}`);
  }

  row(subject) {
    const shown = app.map.shown;
    const opacity = shown.get(subject.code);
    const on = opacity !== undefined;
    const info = app.layerInfo(subject.collection);
    const { zoom } = app.map.camera.now();
    const far = on && info && zoom < (info.min_zoom ?? 0);
    const legend = on ? subject.legend(app.map.context) : [];
    const title = this.nameOf(subject);
    return html`<li class="layer" data-layer=${subject.code}>
      <label class="check"><input type="checkbox" data-testid="layer-${subject.code}" .checked=${on}
        @change=${(e) => this.toggle([subject.code], e.target.checked)}><span>${title}</span>
        ${far ? html`<em class="hint">${t('layers.zoom')}</em>` : nothing}
        ${app.failing.has(subject.source) && on ? html`<b class="badge" title=${t('layers.failing')}>!</b>` : nothing}
        ${info && Number.isFinite(info.count) && !subject.kind ? html`<small>${number(info.count, lang(), 0)}</small>` : nothing}</label>
      ${on && subject.choice ? this.choice(subject.choice, title) : nothing}
      ${on && subject.only3d && app.state.get('vw') !== 'c' ? html`<p class="note">${t('layers.only3d')}</p>` : nothing}
      ${on ? html`<input class="opacity" type="range" min="10" max="100" step="10" .value=${String(Math.round(opacity * 100))}
        data-testid="opacity-${subject.code}" aria-label=${t('layers.opacity', { layer: title })}
        @change=${(e) => this.change((map) => map.set(subject.code, Number(e.target.value) / 100))}>` : nothing}
      ${legend.length > 1 || (on && subject.code === 'bld') ? html`<ul class="legend">${legend.map(swatch)}</ul>` : on ? html`<ul class="legend one">${legend.map((l) => swatch({ ...l, text: ' ' }))}</ul>` : nothing}
    </li>`;
  }

  /** What a layer is coloured by. */
  choice({ key, values, read }, title) {
    const now = read(app.state.get(key));
    return html`<div class="segmented" role="group" aria-label=${title}>${values.map((value, i) => html`<button data-testid="${key}-${value}" aria-pressed=${now === value}
      @click=${() => app.state.set({ [key]: i ? value : '' })}>${t(`layers.choice.${value}`)}</button>`)}</div>`;
  }

  group(name) {
    const shown = app.map.shown;
    const needle = this.words.trim().toLowerCase();
    const all = SUBJECTS.filter((s) => s.group === name && (s.only3d ? app.map.clouds.length : s.collection === null ? app.map.terrain : app.layerInfo(s.collection)));
    const rows = all.filter((s) => (!needle || this.nameOf(s).toLowerCase().includes(needle)) && (!this.onlyShown || shown.has(s.code)));
    if (!rows.length) return nothing;
    const on = all.filter((s) => shown.has(s.code)).length;
    const state = on === 0 ? 'false' : on === all.length ? 'true' : 'mixed';
    const open = Boolean(needle) || !this.folded.has(name);
    return html`<section class="group" data-group=${name}>
      <h3><button role="checkbox" class="tri" aria-checked=${state} data-testid="group-${name}" aria-label=${t(`group.${name}`)}
          @click=${() => this.toggle(all.map((s) => s.code), state !== 'true')}></button>
        <button class="fold" aria-expanded=${open} data-testid="fold-${name}" @click=${() => this.fold(name)}>
          <span>${t(`group.${name}`)}</span><small>${on}/${all.length}</small></button></h3>
      ${open ? html`<ul>${rows.map((s) => this.row(s))}</ul>` : nothing}</section>`;
  }

  render() {
    return html`<div class="layer-tools">
        <input type="search" data-testid="layer-filter" placeholder=${t('layers.filter')} aria-label=${t('layers.filter')}
          .value=${this.words} @input=${(e) => { this.words = e.target.value; }}>
        <label class="check small"><input type="checkbox" data-testid="layers-only" .checked=${this.onlyShown} @change=${(e) => { this.onlyShown = e.target.checked; }}>${t('layers.only')}</label>
      </div>${GROUPS.map((name) => this.group(name))}`;
  }
}
define('layer-tree', LayerTree);

