/** One row of a legend: the mark as the map draws it, and its words. */
import { html } from 'lit';
import { styleMap } from 'lit/directives/style-map.js';
import { t } from '../i18n.js';
import { iconUrl } from '../map/icons.js';

/** @type {Map<string, string>} */
const drawn = new Map();
const picture = (name) => {
  if (!drawn.has(name)) drawn.set(name, iconUrl(name));
  return drawn.get(name);
};

function mark({ shape, colour, edge, icon, dash }) {
  if (shape === 'icon') return html`<img src=${picture(icon)} width="20" height="20" alt="">`;
  if (shape === 'line') return html`<i class="mark line ${dash ? 'dash' : ''}" style=${styleMap({ borderColor: colour })}></i>`;
  if (shape === 'road') return html`<i class="mark road" style=${styleMap({ background: colour, borderColor: edge })}></i>`;
  if (shape === 'outline') return html`<i class="mark outline" style=${styleMap({ borderColor: colour })}></i>`;
  if (shape === 'dot') return html`<i class="mark dot" style=${styleMap({ background: colour })}></i>`;
  if (shape === 'relief') return html`<i class="mark relief"></i>`;
  if (shape === 'text') return html`<i class="mark text" style=${styleMap({ color: colour })}>12</i>`;
  return html`<i class="mark area" style=${styleMap({ background: colour })}></i>`;
}

/** @param {any} entry of a subject's `legend` */
export const swatch = (entry) => html`<li class="swatch">${mark(entry)}<span>${entry.text ?? t(entry.key)}</span></li>`;
