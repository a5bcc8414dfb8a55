/** The plan of a floor: what is on it, each sensor the way to its curve, each room and device the way to its record. */
import { html, nothing } from 'lit';
import { linked } from '../api.js';
import { Control, app, define } from '../element.js';
import { floorLabel } from '../format.js';
import { lang, t } from '../i18n.js';
import { STATES } from '../palette.js';
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

  connectedCallback() {
    super.connectedCallback();
    this.on(app.live, 'observation', (event) => this.observed(event.detail));
    this.on(app.sensors, 'change', () => { if (app.clock.live) this.tell(app.sensors.rows); });
  }

  /** The record was read again, since something of the city has changed: the plan may be another one. */
  updated(changed) {
    if (changed.get('dossier')?.building.id === this.dossier.building.id) this.drawing?.again();
  }

  /** @returns {any} */
  get drawing() {
    return this.querySelector('server-drawing');
  }

  /** Readings just told by the server: each changes its symbol. @param {any[]} readings */
  observed(readings) {
    if (app.clock.live) this.tell(new Map(readings.filter((one) => one.state).map((one) => [one.sensor_id, one])));
  }

  /** States of sensors onto their symbols; whoever hears the page hears the state. @param {Map<number, any>} rows by id */
  tell(rows) {
    for (const mark of this.drawing?.renderRoot?.querySelectorAll('#sensors [data-id]') ?? []) {
      const state = rows.get(Number(mark.getAttribute('data-id')))?.state ?? mark.getAttribute('data-state');
      mark.setAttribute('data-state', STATES.includes(state) ? state : 'unknown');
      mark.setAttribute('aria-label', [mark.querySelector('title')?.textContent, t(`state.${mark.getAttribute('data-state')}`)].filter(Boolean).join(' · '));
    }
  }

  /** @param {number} floor */
  address(floor) {
    return linked(`/api/buildings/${this.dossier.building.id}/storeys/${floor}/plan`, { lang: lang(), datetime: app.selection.told });
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
        @choose=${(e) => this.choose(e.detail)} @drawn=${(e) => { this.trouble = ''; this.crop(e.detail); this.tell(app.clock.live ? app.sensors.rows : new Map()); }} @trouble=${(e) => { this.trouble = e.detail.message; }}></server-drawing>
      <p class="links"><a href=${address} target="_blank" rel="noopener">${t('profile.open')}</a></p></div>`;
  }
}
define('floor-plan', FloorPlan);
