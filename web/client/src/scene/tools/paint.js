/** Colours of the objects of a model: by attribute, by version, by finding; what does not count is faded. */
import { Color } from 'cesium';

const FADED = 0.1;
/** Where something was that is elsewhere, or of another shape, now. */
const WAS = 0.4;

export class PaintTool {
  name = 'paint';

  /** @param {import('../scene.js').Scene} scene */
  constructor(scene) {
    this.scene = scene;
    /** @type {Map<string, Color>} */
    this.colours = new Map();
    this.asked = '';
  }

  get colouring() {
    return this.scene.parts.colouring;
  }

  /** A tileset that came anew may need its earlier version beside it again. */
  added(entry) {
    if (entry.moment === null) this.asked = '';
  }

  show(entry, feature) {
    // of an old version only what is gone, elsewhere or of another shape is drawn
    return entry.moment === null || this.colouring.wasElse(Number(feature.getProperty('id')));
  }

  colour(entry, feature, before) {
    const { model } = this.colouring;
    if (entry.model === null || entry.model !== model?.id) return before;
    const found = this.colouring.of(Number(feature.getProperty('id')));
    if (!found) return before;
    const alpha = found.faded ? FADED : entry.moment === null || this.colouring.isGone(Number(feature.getProperty('id'))) ? 1 : WAS;
    const key = `${found.colour}${alpha}`;
    if (!this.colours.has(key)) this.colours.set(key, Color.fromCssColorString(found.colour).withAlpha(alpha));
    return this.colours.get(key) ?? before;
  }

  update() {
    const { model, before, after, was, loading } = this.colouring;
    if (loading) return; // what is drawn stays until it is known what comes
    const { tilesets } = this.scene;
    tilesets.draw(after ? { model: model.id, moment: after } : null).catch((error) => this.trouble(error));
    const rooms = this.colouring.rooms.some((change) => was.has(change.feature_id));
    const wanted = was.size && before ? `${model.id}/${before}/${rooms}` : '';
    if (wanted === this.asked) return;
    this.asked = wanted;
    tilesets.past(wanted ? { model: model.id, moment: before, rooms } : null).catch((error) => this.trouble(error));
  }

  trouble(error) {
    this.scene.dispatchEvent(new CustomEvent('trouble', { detail: error }));
  }
}
