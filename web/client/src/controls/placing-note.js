/** What the outlines of a proposed place on the map are, and the way back to the proposal. */
import { html, nothing } from 'lit';
import { app, Control, define } from '../element.js';
import { number } from '../format.js';
import { lang, t } from '../i18n.js';
import { glyph } from './glyph.js';

const WORDS = { stated: 'placing.stated', proposed: 'placing.proposed' };

class PlacingNote extends Control {
  static keys = ['pl', 'lang'];

  connectedCallback() {
    super.connectedCallback();
    this.on(app.placing, 'change');
  }

  /** @param {'stated' | 'proposed'} kind */
  way(kind) {
    const at = app.placing.middle(kind);
    if (!at) return html`<span class="soft small" data-testid="placing-${kind}"><i class="key ${kind}"></i>${t('placing.nowhere')}</span>`;
    return html`<button class="soft small" data-testid="placing-${kind}" title=${t('placing.go')} @click=${() => app.map.camera.show(at.lon, at.lat)}><i class="key ${kind}"></i>${t(WORDS[kind])}</button>`;
  }

  render() {
    const id = app.state.get('pl');
    if (!id) return nothing;
    const { row, error } = app.placing;
    return html`<section class="placing-note" aria-label=${t('placing.title')} data-testid="placing-note">
      <p><b>${t('placing.title')}</b> <span>${row ? row.file_name ?? row.source : ''}</span></p>
      ${error ? html`<p class="failed" role="alert">${error.message || t('error.offline')}</p>` : row ? html`<div class="row">${this.way('stated')}${this.way('proposed')}
        ${row.shift_m === null ? nothing : html`<small>${t('placing.shift', { shift: number(row.shift_m, lang()) })}</small>`}
        <a class="link" href="/data/placings/${row.id}?lang=${lang()}">${t('placing.open')}</a></div>` : html`<p class="note">${t('loading')}</p>`}
      <button class="tool small" aria-label=${t('close')} data-testid="placing-close" @click=${() => app.state.set({ pl: '' })}>${glyph('close')}</button></section>`;
  }
}
define('placing-note', PlacingNote);
