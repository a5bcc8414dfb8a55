/** What the buildings' colour says, with its legend. */
import { html, nothing } from 'lit';
import { app, Control, define } from '../element.js';
import { t } from '../i18n.js';
import { building } from '../layers/building.js';
import { SCALE_IDS } from '../scales.js';
import { swatch } from './swatch.js';

class ColourBy extends Control {
  connectedCallback() {
    super.connectedCallback();
    this.on(app.map, 'change');
  }

  render() {
    const { scale } = app.map.context;
    const legend = building.legend(app.map.context);
    return html`<label class="field">${t('colour.label')}
        <select data-testid="colour-by" @change=${(e) => app.state.set({ col: e.target.value === 'use' ? '' : e.target.value })}>
          ${SCALE_IDS.map((id) => html`<option value=${id} ?selected=${id === scale.id}>${t(`colour.${id}`)}</option>`)}</select></label>
      ${legend.length ? html`<ul class="legend columns" data-testid="colour-legend">${legend.map(swatch)}</ul>` : nothing}
      <p class="note">${t(`colour.${scale.id}.note`)}</p>`;
  }
}
define('colour-by', ColourBy);
