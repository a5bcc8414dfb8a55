/** The chosen floor: what is above it in its building is left out, and its rooms are drawn. */
import { stands } from '../view.js';
import { focusOf } from './focus.js';

export class FloorTool {
  name = 'floor';

  /** @param {import('../scene.js').Scene} scene */
  constructor(scene) {
    this.scene = scene;
  }

  floorOf(entry) {
    return entry.building !== null && focusOf(this.scene) === entry.building ? this.scene.parts.state.floor : null;
  }

  /** Whether all rooms of the building are to be seen, as in an X-ray without a floor. */
  allRooms(entry) {
    const { state } = this.scene.parts;
    return state.get('iso') === 'x' && state.floor === null && entry.building !== null && focusOf(this.scene) === entry.building;
  }

  /** Whether a check or a comparison of this model speaks of rooms: those are drawn on every floor. */
  told(entry) {
    const { colouring } = this.scene.parts;
    const speaks = colouring.by === 'checks' ? colouring.keys.size > 0 : colouring.rooms.length > 0;
    return speaks && colouring.model.id === entry.model;
  }

  found(entry, feature) {
    return this.told(entry) && this.scene.parts.colouring.keys.has(Number(feature.getProperty('id')));
  }

  show(entry, feature) {
    if (entry.building === null) return true;
    const floor = this.floorOf(entry);
    const part = feature.getProperty('floor_no');
    if (entry.rooms) return this.allRooms(entry) || (floor !== null ? part === floor : this.found(entry, feature));
    return stands(part, floor);
  }

  update() {
    for (const entry of this.scene.tilesets.entries) entry.tileset.show = !entry.rooms || this.floorOf(entry) !== null || this.allRooms(entry) || this.told(entry);
  }
}
