/** Colours of the map's scale on the city, and the selected thing in its own. */
import { Color } from 'cesium';
import { properties } from '../tilesets.js';

const SELECTED = Color.fromCssColorString('#ff8a1f');

export class MarkTool {
  name = 'mark';

  /** @param {import('../scene.js').Scene} scene */
  constructor(scene) {
    this.scene = scene;
  }

  colour(entry, feature, before) {
    const { state, selection, colourOf } = this.scene.parts;
    const id = Number(feature.getProperty('id'));
    if (entry.model === null) {
      if (selection.building?.id === id) return SELECTED;
      return Color.fromCssColorString(colourOf({ id, properties: properties(feature) }));
    }
    const chosen = state.get('obj') || (selection.feature && !selection.building ? selection.feature.id : '');
    return Number(chosen) === id && chosen !== '' ? SELECTED : before;
  }
}
