/** Tools of the 3D view, in the order in which they are asked; a later one's colour wins. */
import { FloorTool } from './floor.js';
import { MarkTool } from './mark.js';
import { MarkerTool } from './marker.js';
import { PaintTool } from './paint.js';

/**
 * What a tool may do; it asks the state what it is to do.
 * @typedef {object} Tool
 * @property {(entry: import('../tilesets.js').Entry, feature: any) => boolean} [show] whether a feature is drawn
 * @property {(entry: import('../tilesets.js').Entry, feature: any, before: import('cesium').Color) => import('cesium').Color | null} [colour] its colour; null: as before
 * @property {(entry: import('../tilesets.js').Entry) => void} [added] a tileset has come
 * @property {() => void} [update] state, selection or colours have changed
 * @property {(at: {x: number, y: number}) => boolean} [click] true when the click was for this tool alone
 */

/** @param {import('../scene.js').Scene} scene @returns {Tool[]} */
export const makeTools = (scene) => [new FloorTool(scene), new PaintTool(scene), new MarkTool(scene), new MarkerTool(scene)];
