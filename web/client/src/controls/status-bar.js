/** Bottom left: scale, where the pointer is in both reference systems, how old the data is. */
import { html, nothing } from 'lit';
import { styleMap } from 'lit/directives/style-map.js';
import { app, Control, define } from '../element.js';
import { age } from '../format.js';
import { inZone, toGrid } from '../grid.js';
import { lang, t } from '../i18n.js';

const WIDEST_PX = 96;

/** Metres a pixel stands for. */
const pixel = (lat, zoom) => (40075016.686 * Math.cos((lat * Math.PI) / 180)) / (512 * 2 ** zoom);

/** The longest round length that fits. @param {number} most metres */
function round(most) {
  const power = 10 ** Math.floor(Math.log10(most));
  return [5, 2, 1].map((n) => n * power).find((n) => n <= most) ?? power;
}

class StatusBar extends Control {
  static keys = ['lang'];

  static properties = { place: { state: true } };

  constructor() {
    super();
    /** @type {{lng: number, lat: number} | null} */
    this.place = null;
  }

  connectedCallback() {
    super.connectedCallback();
    const { map } = app.map;
    map.on('mousemove', (event) => { this.place = event.lngLat; });
    map.on('move', () => this.requestUpdate());
    map.on('rotate', () => this.requestUpdate()); // so does the 3D city say that it moved
    this.on(app.clock, 'tick');
    this.on(app.live, 'status');
  }

  render() {
    const { camera } = app.map;
    const view = camera.now();
    const place = (camera.stage ? null : this.place) ?? { lng: view.lon, lat: view.lat };
    const grid = inZone(place.lng) ? toGrid(place.lng, place.lat) : null;
    const metres = pixel(view.lat, view.zoom);
    const length = round(metres * WIDEST_PX);
    const seconds = app.live.lastAt ? (Date.now() - app.live.lastAt) / 1000 : null;
    return html`<div class="status" role="status" aria-live="off">
      <span class="scale" data-testid="scale"><i style=${styleMap({ width: `${Math.round(length / metres)}px` })}></i>${length >= 1000 ? `${length / 1000} km` : `${length} m`}</span>
      <span class="mono" data-testid="wgs84" title="WGS 84 / CGCS2000">${place.lng.toFixed(5)}, ${place.lat.toFixed(5)}</span>
      <span class="mono" data-testid="grid" title="EPSG:4547">${grid ? `E ${grid.east.toFixed(1)} N ${grid.north.toFixed(1)}` : 'E — N —'}</span>
      ${app.clock.live && seconds !== null ? html`<span data-testid="data-age">${t('status.age', { age: age(seconds, lang()) })}</span>` : nothing}
      ${app.sample ? html`<span class="source" data-testid="sample">${t('status.source')}</span>` : nothing}</div>`;
  }
}
define('status-bar', StatusBar);
