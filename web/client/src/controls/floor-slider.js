/** The floors of the selected building as a slider beside the 3D view: basement at the bottom, the whole building at the top. */
import { html, nothing } from 'lit';
import { app, Control, define } from '../element.js';
import { storeyLabel } from '../format.js';
import { t } from '../i18n.js';
import { glyph } from './glyph.js';

/** Labels that have room beside the slider. */
const MARKS = 6;

class FloorSlider extends Control {
  static keys = ['vw', 'fl', 'sel'];

  connectedCallback() {
    super.connectedCallback();
    this.on(app.selection, 'change');
  }

  /** Storeys from the lowest up. @returns {{ floor_no: number, label: string|null }[]} */
  get storeys() {
    return [...(app.selection.dossier?.storeys ?? [])].sort((a, b) => a.floor_no - b.floor_no);
  }

  go(at) {
    app.state.set({ fl: this.storeys[Math.max(0, at)]?.floor_no ?? '' });
  }

  render() {
    const { storeys } = this;
    const floors = storeys.map((s) => s.floor_no);
    if (app.state.get('vw') !== 'c' || floors.length < 2) return nothing;
    const { floor } = app.state;
    const at = floor === null || !floors.includes(floor) ? floors.length : floors.indexOf(floor);
    const says = at === floors.length ? t('slider.whole') : storeyLabel(storeys[at]);
    const step = Math.max(1, Math.ceil(floors.length / MARKS));
    const marks = floors.map((_, i) => i).filter((i) => i % step === 0);
    return html`<div class="floors-box" role="group" aria-label=${t('slider.label')} data-testid="floor-slider">
      <button class="tool small" data-testid="floor-up" aria-label=${t('slider.up')} title="${t('slider.up')} (PgUp, ])" ?disabled=${at === floors.length} @click=${() => this.go(at + 1)}>${glyph('up')}</button>
      <output data-testid="floor-now">${says}</output>
      <div class="track"><input type="range" orient="vertical" data-testid="floor-range" min="0" max=${floors.length} step="1" .value=${String(at)} aria-label=${t('slider.label')}
          aria-valuetext=${at === floors.length ? says : t('slider.value', { floor: says })} @input=${(e) => this.go(Number(e.target.value))}>
        <ol aria-hidden="true">${marks.map((i) => html`<li style="bottom:${(100 * i) / floors.length}%">${storeyLabel(storeys[i])}</li>`)}</ol></div>
      <button class="tool small" data-testid="floor-down" aria-label=${t('slider.down')} title="${t('slider.down')} (PgDn, [)" ?disabled=${at === 0} @click=${() => this.go(at - 1)}>${glyph('drop')}</button></div>`;
  }
}
define('floor-slider', FloorSlider);
