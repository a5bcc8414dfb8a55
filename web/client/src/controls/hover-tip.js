/** What the pointer is on, in a line or two. */
import { html, nothing } from 'lit';
import { styleMap } from 'lit/directives/style-map.js';
import { label } from '../codes.js';
import { app, Control, define } from '../element.js';
import { number } from '../format.js';
import { lang, nameOf, t } from '../i18n.js';

/** Second line of a tip by collection. @type {Record<string, (p: any) => string[]>} */
const DETAIL = {
  building: (p) => [
    p.floors_up ? t('tip.floors', { count: p.floors_up }) : t('tip.floors.unknown'),
    p.height_m ? `${number(p.height_m, lang())} m` : '',
    p.use ? label('use', p.use) : '',
  ],
  hydrant: (p) => [p.state ? label('hydrant_state', p.state) : '', p.flow_lps ? `${number(p.flow_lps, lang())} L/s` : '', p.pressure_mpa ? `${number(p.pressure_mpa, lang(), 2)} MPa` : ''],
  sensor: (p) => [label('device_type', p.type), t(`state.${p.state ?? 'unknown'}`)],
  incident: (p) => [label('incident', p.type), p.status ? label('incident_status', p.status) : ''],
  utility_line: (p) => [label('pipe', p.kind), p.dn_mm ? `DN${p.dn_mm}` : '', p.depth_m ? t('tip.depth', { depth: number(p.depth_m, lang()) }) : ''],
  facility: (p) => [p.kind ? label('facility', p.kind) : ''],
  parcel: (p) => [p.landuse ? label('landuse', p.landuse) : '', p.far_max ? t('tip.far', { far: number(p.far_max, lang()) }) : ''],
  space: (p) => [p.long_name ?? '', p.use ? label('use', p.use) : ''],
  road: (p) => [p.class ? label('road_class', p.class) : '', p.width_m ? `${number(p.width_m, lang())} m` : ''],
};

class HoverTip extends Control {
  static keys = ['lang'];

  static properties = { hit: { state: true } };

  constructor() {
    super();
    /** @type {any} */
    this.hit = null;
  }

  connectedCallback() {
    super.connectedCallback();
    this.on(app.map.picker, 'hover', (event) => { this.hit = event.detail; });
  }

  render() {
    if (!this.hit) return nothing;
    const { collection, properties, point } = this.hit;
    const title = nameOf(properties) || properties.title || properties.code || app.title(collection);
    const detail = (DETAIL[collection]?.(properties) ?? []).filter(Boolean);
    const left = Math.min(point.x + 14, window.innerWidth - 260);
    return html`<div class="tip" role="tooltip" data-testid="tooltip" style=${styleMap({ left: `${left}px`, top: `${point.y + 16}px` })}>
      <b>${title}</b>${detail.length ? html`<span>${detail.join(' · ')}</span>` : nothing}</div>`;
  }
}
define('hover-tip', HoverTip);
