/** Which view is on: MapLibre, or the 3D city (`vw=c`), whose bundle is fetched when first wanted. */
import { label } from '../codes.js';
import { app } from '../element.js';
import { lang, t } from '../i18n.js';
import { PALETTES } from '../palette.js';

export class Stage extends EventTarget {
  /** @param {HTMLElement} container @param {boolean} test */
  constructor(container, test) {
    super();
    this.container = container;
    this.test = test;
    /** @type {any} */
    this.scene = null;
    /** @type {Promise<void> | null} */
    this.making = null;
    app.state.addEventListener('change', (event) => this.follow(/** @type {CustomEvent} */ (event).detail));
    app.map.addEventListener('change', () => this.on && this.scene?.update());
    app.clock.addEventListener('moment', () => this.on && this.scene?.load().catch((error) => this.fail(error)));
    app.live.addEventListener('touch', (event) => app.clock.live && this.scene?.carpet.touched(/** @type {CustomEvent} */ (event).detail));
    app.live.addEventListener('resync', () => this.scene?.carpet.all());
    void this.apply();
  }

  get on() {
    return app.state.get('vw') === 'c';
  }

  toggle() {
    app.state.set({ vw: this.on ? '' : 'c' });
  }

  follow(keys) {
    if (keys.has('vw')) void this.apply();
    else if (this.on) {
      if (keys.has('camera') && app.state.camera) this.scene?.go(app.state.camera);
      this.scene?.update();
    }
  }

  async apply() {
    const { camera } = app.map;
    if (!this.on) {
      const at = camera.stage?.now();
      camera.stage = null;
      this.container.hidden = true;
      document.documentElement.dataset.view = '';
      if (at) camera.go(at, { jump: true });
      return;
    }
    const at = camera.now();
    try {
      await this.make();
    } catch (error) {
      this.fail(error);
      return;
    }
    this.container.hidden = !this.on;
    if (!this.on) return;
    document.documentElement.dataset.view = 'scene';
    this.scene.go(at);
    camera.stage = this.scene;
    this.scene.update();
  }

  /** Once, however often it is asked for; again after a failure. */
  make() {
    this.making ??= this.open().catch((error) => { this.making = null; throw error; });
    return this.making;
  }

  async open() {
    /** @type {any} */ (window).CESIUM_BASE_URL = '/static/cesium/';
    const [{ Scene }, listed] = await Promise.all([import(`/static/scene.js?v=${SCENE_VERSION}`), app.api.tilesets()]);
    this.container.hidden = false;
    const scene = new Scene(this.container, {
      state: app.state, clock: app.clock, selection: app.selection, api: app.api, terrain: app.map.terrain, test: this.test, lang, t, word: label,
      palette: () => PALETTES[app.theme()], shown: () => app.map.shown, colourOf: (feature) => app.map.colourOf(feature),
    }, listed);
    scene.addEventListener('pick', (event) => app.map.picker.dispatchEvent(new CustomEvent('pick', { detail: event.detail })));
    scene.addEventListener('moved', () => {
      if (!this.on || app.map.camera.stage !== scene) return;
      app.state.moved(scene.now());
      app.map.map.fire('rotate');
    });
    scene.addEventListener('told', () => this.dispatchEvent(new Event('told')));
    scene.addEventListener('trouble', (event) => app.toast(t('tool.trouble', { why: event.detail.message ?? String(event.detail) }), { tone: 'bad' }));
    scene.addEventListener('lost', () => this.again());
    this.scene = scene;
    this.dispatchEvent(new Event('told'));
    void scene.load().catch((error) => this.fail(error));
  }

  /** The graphics card was interrupted. Cesium cannot go on in a lost context, so the view is made anew. */
  async again() {
    if (!this.scene) return;
    app.toast(t('error.context'), { tone: 'bad', long: true });
    if (this.on) app.state.moved(this.scene.last);
    const at = this.scene.last;
    app.map.camera.stage = null;
    this.scene.destroy();
    this.scene = null;
    this.making = null;
    if (!this.on) return;
    try {
      await this.make();
    } catch (error) {
      this.fail(error);
      return;
    }
    this.scene.go(at);
    app.map.camera.stage = this.scene;
    this.scene.update();
    app.toast(t('error.restored'));
  }

  fail(error) {
    app.toast(t('scene.failed', { why: error.message ?? String(error) }), { tone: 'bad' });
    app.state.set({ vw: '' });
  }
}
