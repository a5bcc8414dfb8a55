/** Colours of the map's scale on the city, and the selected thing in its own. */
import { Color } from 'cesium';
import { meanHeight, standsFor } from '../block.js';
import { properties } from '../tilesets.js';

export class MarkTool {
  name = 'mark';

  /** @param {import('../scene.js').Scene} scene */
  constructor(scene) {
    this.scene = scene;
  }

  colour(entry, feature, before) {
    const { state, selection, colourOf, colourOfBlock, palette } = this.scene.parts;
    if (entry.model === null && standsFor(feature) !== null) return Color.fromCssColorString(colourOfBlock(meanHeight(feature)));
    const id = Number(feature.getProperty('id'));
    if (entry.model === null) {
      if (selection.building?.id === id) return Color.fromCssColorString(palette().selected);
      return Color.fromCssColorString(colourOf({ id, properties: properties(feature) }));
    }
    const chosen = state.get('obj') || (selection.feature && !selection.building ? selection.feature.id : '');
    return Number(chosen) === id && chosen !== '' ? Color.fromCssColorString(palette().selected) : before;
  }
}
