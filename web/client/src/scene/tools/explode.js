/** `ex=0..1`: the storeys of the selected building drawn apart, upwards or (`exl=`) sideways, so that one looks between them. */
import { Cartesian3, Matrix4 } from 'cesium';
import { shiftOf, wayOf } from '../apart.js';
import { focusOf } from './focus.js';

export class ExplodeTool {
  /** @param {import('../scene.js').Scene} scene */
  constructor(scene) {
    this.scene = scene;
    /** Transform of each tile as it came. @type {WeakMap<any, Matrix4>} */
    this.as_built = new WeakMap();
  }

  added(entry) {
    if (entry.model !== null) this.update();
  }

  update() {
    const { entries } = this.scene.tilesets;
    const share = Math.min(1, Math.max(0, Number(this.scene.parts.state.get('ex')) || 0));
    const way = wayOf(this.scene.parts.state.get('exl'));
    const focus = focusOf(this.scene);
    for (const building of new Set(entries.map((entry) => entry.building))) {
      if (building === null) continue;
      const own = entries.filter((entry) => entry.building === building);
      const tiles = own.flatMap((entry) => storeys(entry.tileset.root));
      const floors = [...new Set(tiles.map(({ floor }) => floor))].sort((a, b) => a - b);
      const wide_m = 2 * Math.max(0, ...tiles.map(({ tile }) => tile.boundingSphere.radius));
      for (const { tile, floor } of tiles) this.move(tile, building === focus ? shiftOf(floors.indexOf(floor), share, way, wide_m) : [0, 0, 0]);
    }
  }

  /** @param {any} tile @param {number[]} by_m east, north, up */
  move(tile, by_m) {
    const before = this.as_built.get(tile) ?? Matrix4.clone(tile.transform);
    this.as_built.set(tile, before);
    tile.transform = Matrix4.multiplyByTranslation(before, Cartesian3.fromArray(by_m), new Matrix4());
  }
}

/** Tiles of a model that hold one floor. @returns {{tile: any, floor: number}[]} */
function storeys(tile) {
  const floor = tile.metadata?.getProperty('floor_no');
  return [...(floor === undefined ? [] : [{ tile, floor }]), ...tile.children.flatMap(storeys)];
}
