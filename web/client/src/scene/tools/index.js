/** Tools of the 3D view, in the order in which they are asked; a later one's colour wins. */
import { AloneTool } from './alone.js';
import { CapsTool } from './caps.js';
import { CloudsTool } from './clouds.js';
import { DepthsTool } from './depths.js';
import { ExplodeTool } from './explode.js';
import { FloorTool } from './floor.js';
import { GhostTool } from './ghost.js';
import { HoursTool } from './hours.js';
import { MarkTool } from './mark.js';
import { MarkerTool } from './marker.js';
import { NamesTool } from './names.js';
import { OutlinesTool } from './outlines.js';
import { PaintTool } from './paint.js';
import { MeasureTool } from './measure.js';
import { PlacingTool } from './placing.js';
import { ProfileTool } from './profile.js';
import { SectionTool } from './section.js';
import { SunTool } from './sun.js';
import { UndergroundTool } from './underground.js';

/**
 * What a tool may do; it asks the state what it is to do.
 * @typedef {object} Tool
 * @property {string} [name] by which the page asks for it
 * @property {(entry: import('../tilesets.js').Entry, feature: any) => boolean} [show] whether a feature is drawn
 * @property {(entry: import('../tilesets.js').Entry, feature: any, before: import('cesium').Color) => import('cesium').Color | null} [colour] its colour; null: as before
 * @property {(entry: import('../tilesets.js').Entry) => void} [added] a tileset has come
 * @property {() => void} [update] state, selection or colours have changed
 * @property {(at: {x: number, y: number}) => boolean} [click] true when the click was for this tool alone
 * @property {boolean} [armed] whether the next click is for this tool
 * @property {(entry: import('../tilesets.js').Entry, feature: any) => boolean} [thin] whether a click goes through a feature
 */

/** @param {import('../scene.js').Scene} scene @returns {Tool[]} */
export const makeTools = (scene) => [
  new AloneTool(scene),
  new FloorTool(scene),
  new PaintTool(scene),
  new OutlinesTool(scene),
  new MarkTool(scene),
  new CloudsTool(scene),
  new NamesTool(scene),
  new ExplodeTool(scene),
  new SectionTool(scene),
  new CapsTool(scene),
  new MeasureTool(scene),
  new DepthsTool(scene),
  new UndergroundTool(scene),
  new ProfileTool(scene),
  new PlacingTool(scene),
  new SunTool(scene),
  new HoursTool(scene),
  // after the tools that may wait for a click
  new MarkerTool(scene),
  new GhostTool(scene),
];
