/** Layer `pcl`: the registered point clouds, as tilesets of their own that know nothing of features. */
import { Cesium3DTileset, Cesium3DTileStyle } from 'cesium';
import { cloudColour } from '../../layers/cloud.js';

const ERROR_PX = 16;

export class CloudsTool {
  name = 'clouds';

  /** @param {import('../scene.js').Scene} scene */
  constructor(scene) {
    this.scene = scene;
    /** @type {import('cesium').Cesium3DTileset[]} */
    this.tilesets = [];
    this.drawn = '';
    this.opacity = 1;
  }

  update() {
    const { state, shown } = this.scene.parts;
    const listed = this.scene.tilesets?.listed.points ?? [];
    const wanted = shown().has('pcl') ? listed.map(({ url }) => `${new URL(url).pathname}?colour=${cloudColour(state.get('pc'))}`) : [];
    const key = wanted.join(' ');
    this.fade(shown().get('pcl') ?? 1);
    if (key === this.drawn) return;
    this.drawn = key;
    this.bring(wanted, key).catch((error) => this.scene.dispatchEvent(new CustomEvent('trouble', { detail: error })));
  }

  /** Let points be seen through; their own colours stay. @param {number} opacity 0 to 1 */
  fade(opacity) {
    if (opacity === this.opacity) return;
    this.opacity = opacity;
    for (const tileset of this.tilesets) tileset.style = styleOf(opacity);
  }

  async bring(wanted, key) {
    const found = await Promise.all(wanted.map((url) => Cesium3DTileset.fromUrl(url, { maximumScreenSpaceError: ERROR_PX, environmentMapOptions: { enabled: false } })));
    const { primitives } = this.scene.widget.scene;
    if (key !== this.drawn) {
      for (const tileset of found) tileset.destroy();
      return;
    }
    for (const tileset of this.tilesets) primitives.remove(tileset);
    this.tilesets = found;
    for (const tileset of found) {
      // far points are drawn as large as the gaps between them, near ones lit by the depth around them
      Object.assign(tileset.pointCloudShading, { attenuation: true, geometricErrorScale: 1, maximumAttenuation: 5, eyeDomeLighting: false });
      tileset.style = styleOf(this.opacity);
      primitives.add(tileset);
    }
    this.scene.widget.scene.requestRender();
  }
}

/** A style multiplies the colours of the points; where nothing is to be done there is none. @param {number} opacity */
const styleOf = (opacity) => (opacity < 1 ? new Cesium3DTileStyle({ color: `color('white', ${opacity})` }) : undefined);
