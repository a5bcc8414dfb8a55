/** The plan of a floor: what is on it, each sensor the way to its curve, each room and device the way to its record. */
import { html, nothing } from 'lit';
import { Control, app, define } from '../element.js';
import { floorLabel } from '../format.js';
import { lang, t } from '../i18n.js';
import '../controls/server-drawing.js';

class FloorPlan extends Control {
  static keys = ['fl', 'lang'];

  static properties = { dossier: { attribute: false }, trouble: { state: true } };

  constructor() {
    super();
    /** @type {any} */
    this.dossier = null;
    this.trouble = '';
  }

  /** @param {number} floor */
  address(floor) {
    const { code, id } = this.dossier.building;
    return `/api/buildings/${encodeURIComponent(code ?? id)}/storeys/${floor}/plan?lang=${lang()}`;
  }

  /** In the panel there is room for the plan only: its legend, scale and source are on the sheet that opens alone. */
  crop(svg) {
    const boxes = ['rooms', 'walls', 'doors', 'stairs', 'equipment', 'sensors'].map((id) => svg.querySelector(`#${id}`)?.getBBox()).filter((box) => box?.width);
    if (!boxes.length) return;
    const [west, north] = [Math.min(...boxes.map((b) => b.x)), Math.min(...boxes.map((b) => b.y))];
    const [east, south] = [Math.max(...boxes.map((b) => b.x + b.width)), Math.max(...boxes.map((b) => b.y + b.height))];
    const air = 0.03 * Math.max(east - west, south - north);
    svg.setAttribute('viewBox', [west - air, north - air, east - west + 2 * air, south - north + 2 * air].join(' '));
    for (const rest of svg.querySelectorAll('#legend, #scale, #north, :scope > text')) rest.setAttribute('visibility', 'hidden');
  }

  /** @param {Element} mark */
  choose(mark) {
    const id = Number(mark.getAttribute('data-id'));
    if (!mark.closest('#sensors')) app.state.set({ obj: id });
    else {
      const row = (this.dossier.sensors ?? []).find((sensor) => Number(sensor.id) === id) ?? app.sensors.rows.get(id);
      if (row) app.state.set({ sel: `s:${row.code}` });
    }
  }

  render() {
    const { floor } = app.state;
    if (floor === null) return nothing;
    const address = this.address(floor);
    return html`<div class="plan-box" role="group" aria-label=${t('bim.plan', { floor: floorLabel(floor) })}>
      ${this.trouble ? html`<p class="failed" role="alert">${this.trouble}</p>` : nothing}
      <server-drawing class="plan" data-testid="plan" .address=${address} .marks=${'#sensors [data-id], #equipment [data-id], #rooms [data-id]'}
        @choose=${(e) => this.choose(e.detail)} @drawn=${(e) => { this.trouble = ''; this.crop(e.detail); }} @trouble=${(e) => { this.trouble = e.detail.message; }}></server-drawing>
      <p class="links"><a href=${address} target="_blank" rel="noopener">${t('profile.open')}</a></p></div>`;
  }
}
define('floor-plan', FloorPlan);
