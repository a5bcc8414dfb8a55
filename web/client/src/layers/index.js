/**
 * Every subject of the map and the order they are drawn in, lowest first.
 *
 * A subject has `layers` (on the ground), `signs` (words painted flat on it, which the
 * bodies hide), `solids` (bodies), `labels` (words over the bodies) and `symbols`
 * (markers); each kind is drawn above the one before, within a kind in the order of this list.
 */
import { address } from './address.js';
import { bridge } from './bridge.js';
import { building } from './building.js';
import { alert, incident, sensor } from './live.js';
import { parcel } from './parcel.js';
import { cloud } from './cloud.js';
import { contour } from './contour.js';
import { facility, fireStation, hazard, hydrant, pole } from './place.js';
import { placing } from './placing.js';
import { rail } from './rail.js';
import { road } from './road.js';
import { space } from './space.js';
import { spot } from './spot.js';
import { terrain } from './terrain.js';
import { theme } from './theme.js';
import { utilities, utilityNode } from './utility.js';
import { vegetation } from './vegetation.js';
import { water } from './water.js';
import { zone } from './zone.js';

/** @type {any[]} */
export const SUBJECTS = [
  vegetation, terrain, contour, cloud, water, parcel, zone, alert, theme, rail, road, bridge,
  ...utilities, utilityNode, building, space, address, pole, facility, hydrant, fireStation, hazard, placing, spot, sensor, incident,
];

const KINDS = ['layers', 'signs', 'solids', 'labels', 'symbols'];

/** Order in which a click looks for what it hit. */
export const PICK_ORDER = ['inc', 'sen', 'fst', 'hyd', 'haz', 'fac', 'pol', 'nod', 'spc', 'bld', 'pipe', 'adr', 'thm', 'alr', 'rd', 'rl', 'brg', 'par'];

/** Groups of the layer tree, in order. */
export const GROUPS = ['building', 'fire', 'live', 'place', 'utility', 'transport', 'land', 'theme'];

/** Opacity properties of each type of layer. */
const OPACITY = {
  fill: ['fill-opacity'], line: ['line-opacity'], 'fill-extrusion': ['fill-extrusion-opacity'],
  circle: ['circle-opacity', 'circle-stroke-opacity'], symbol: ['icon-opacity', 'text-opacity'], hillshade: [],
};

/** The layers on when nobody chose. @returns {import('../layer_param.js').Shown} */
export const usualLayers = () => new Map(SUBJECTS.filter((s) => s.shown && !s.always).map((s) => [s.code, 1]));

/**
 * All style layers for a state of the page.
 * @param {any} ctx palette `p`, `lang`, `scale`, `dim`, `shown` and what the subjects ask for
 * @returns {any[]}
 */
export function styleLayers(ctx) {
  const made = [];
  for (const kind of KINDS) {
    for (const subject of SUBJECTS) {
      if (!subject[kind]) continue;
      const opacity = subject.always ? 1 : ctx.shown.get(subject.code);
      for (const layer of subject[kind](ctx)) made.push(finished(layer, subject, opacity));
    }
  }
  return made;
}

/** Fill in what a subject need not repeat: source, visibility, opacity. */
function finished({ opacity = 1, hidden = false, words, ...layer }, subject, shown) {
  const paint = { ...layer.paint };
  for (const property of OPACITY[layer.type]) paint[property] = opacity * (shown ?? 1);
  if (layer.type === 'hillshade') paint['hillshade-exaggeration'] *= shown ?? 1;
  const visible = shown !== undefined && !hidden;
  return {
    source: subject.source, ...layer, paint,
    layout: { ...layer.layout, visibility: visible ? 'visible' : 'none' },
    metadata: { code: subject.code },
  };
}
