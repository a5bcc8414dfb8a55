/** The chosen floor: what is above it in its building is left out, and its rooms are drawn. */
import { stands } from '../view.js';

export class FloorTool {
  /** @param {import('../scene.js').Scene} scene */
  constructor(scene) {
    this.scene = scene;
  }

  floorOf(entry) {
    const { state, selection } = this.scene.parts;
    return selection.building?.id === entry.building ? state.floor : null;
  }

  show(entry, feature) {
    if (entry.building === null) return true;
    const floor = this.floorOf(entry);
    const part = feature.getProperty('floor_no');
    return entry.rooms ? floor !== null && part === floor : stands(part, floor);
  }

  update() {
    for (const entry of this.scene.tilesets.entries) entry.tileset.show = !entry.rooms || this.floorOf(entry) !== null;
  }
}
