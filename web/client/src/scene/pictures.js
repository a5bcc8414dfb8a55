/**
 * Pictures of the 3D view that would show nothing new are put off.
 *
 * Cesium asks for a picture with every answer that has come, though it takes several rounds of its loop until
 * the content in it can be drawn; the loop goes on without pictures. Where a picture takes long to draw, an
 * edit would wait for those before the one that shows it.
 */

/** So long at most a picture is put off: a person may have asked for it. */
const LONGEST_MS = 500;

export class Pictures {
  /** @param {import('cesium').Scene} scene */
  constructor(scene) {
    this.scene = scene;
    /** How many were drawn. */
    this.count = 0;
    scene.postRender.addEventListener(() => { this.count += 1; });
    /** What the pictures wait for. @type {Set<object>} */
    this.awaited = new Set();
    this.wanted = false;
    this.since = 0;
    this.ask = scene.requestRender.bind(scene);
    scene.requestRender = () => this.request();
    // raised in every round of the loop, with or without a picture
    scene.postUpdate.addEventListener(() => { if (this.awaited.size && Date.now() - this.since > LONGEST_MS) this.release(); });
  }

  request() {
    if (this.awaited.size) this.wanted = true;
    else this.ask();
  }

  /** One at once. */
  draw() {
    this.ask();
    this.scene.render();
  }

  /** No pictures until these have come; those that were put off before are put off no longer than they were to be. @param {Iterable<object>} things */
  await(things) {
    if (!this.awaited.size) this.since = Date.now();
    for (const thing of things) this.awaited.add(thing);
  }

  /** One of them has come, or will not come. @param {object} thing */
  came(thing) {
    if (this.awaited.delete(thing) && !this.awaited.size) this.release();
  }

  release() {
    this.awaited.clear();
    if (this.wanted) this.ask();
    this.wanted = false;
  }
}
