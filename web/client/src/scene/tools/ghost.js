/**
 * `iso=`: the selected building alone (`o`), among ghosts of the others (`g`, and where its storeys lie on the ground), or seen through itself (`x`).
 * Stands last among the tools: it thins the colour that the others have chosen.
 */
import { Color } from 'cesium';
import { beside } from '../apart.js';
import { focused, focusOf } from './focus.js';

const GHOST = 0.1;
const SHELL = 0.13;
/** What an X-ray leaves solid. */
const SOLID = new Set(['equipment', 'space']);

export class GhostTool {
  name = 'ghost';

  /** @param {import('../scene.js').Scene} scene */
  constructor(scene) {
    this.scene = scene;
  }

  get mode() {
    if (focusOf(this.scene) === null) return '';
    const { state } = this.scene.parts;
    // storeys on the ground around their building would stand within its neighbours
    return state.get('iso') || (beside(state) && focused(this.scene).some((entry) => entry.model !== null) ? 'g' : '');
  }

  own(entry, feature) {
    const focus = focusOf(this.scene);
    return entry.model === null ? Number(feature.getProperty('id')) === focus : entry.building === focus;
  }

  show(entry, feature) {
    return this.mode !== 'o' || this.own(entry, feature);
  }

  /** Whether a feature is drawn so thin that a click goes through it. */
  thin(entry, feature) {
    const { mode } = this;
    if (mode !== 'g' && mode !== 'x') return false;
    if (!this.own(entry, feature)) return true;
    return mode === 'x' && entry.model !== null && !SOLID.has(feature.getProperty('collection'));
  }

  colour(entry, feature, before) {
    if (!this.thin(entry, feature)) return null;
    return Color.fromAlpha(before, this.own(entry, feature) ? SHELL : GHOST);
  }
}
