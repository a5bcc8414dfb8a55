/** Which view is on: MapLibre, or the 3D city (`vw=c`), whose bundle is fetched when first wanted. */
import { label } from '../codes.js';
import { app } from '../element.js';
import { lang, t } from '../i18n.js';
import { hydrantIcon } from '../map/hydrant_icon.js';
import { iconUrl, isDrawn } from '../map/icons.js';
import { PALETTES } from '../palette.js';

/** What lies on the picture for good, or for as long as a tool is used. */
const CONTROLS = '.scene-box > *, .nav, .status';

/** Levels of zoom a click on a block goes nearer. */
const NEARER = 1.5;

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
    /** Whether the tilesets shown are from before something that was missed. */
    this.old = false;
    /** Whether an update is on its way: one change of the state reaches us by several parts. */
    this.due = false;
    app.state.addEventListener('change', (event) => this.follow(/** @type {CustomEvent} */ (event).detail));
    for (const source of [app.map, app.selection, app.colouring, app.placing]) source.addEventListener('change', () => this.soon());
    for (const source of [app.sensors, app.incidents]) source.addEventListener('change', () => this.on && this.scene?.news());
    app.clock.addEventListener('moment', () => this.on && this.scene?.load().catch((error) => this.fail(error)));
    void this.apply();
  }

  get on() {
    return app.state.get('vw') === 'c';
  }

  /** Where the controls of the page lie on the picture, pixels of it. */
  covered() {
    const { left, top } = this.container.getBoundingClientRect();
    return Array.from(document.querySelectorAll(CONTROLS), (control) => {
      const at = control.getBoundingClientRect();
      return { left: at.left - left, top: at.top - top, right: at.right - left, bottom: at.bottom - top };
    });
  }

  toggle() {
    app.state.set({ vw: this.on ? '' : 'c' });
  }

  follow(keys) {
    if (keys.has('vw')) void this.apply();
    else if (this.on) {
      if (keys.has('camera') && app.state.camera) this.scene?.go(app.state.camera);
      this.soon();
    }
  }

  soon() {
    if (this.due) return;
    this.due = true;
    queueMicrotask(() => {
      this.due = false;
      if (this.on) this.scene?.update();
    });
  }

  async apply() {
    const { camera } = app.map;
    if (!this.on) {
      const at = camera.stage?.now();
      camera.stage = null;
      this.container.hidden = true;
      document.documentElement.dataset.view = '';
      app.map.refresher.hide(false);
      if (at) camera.go(at, { jump: true });
      return;
    }
    try {
      await this.make();
    } catch (error) {
      this.fail(error);
      return;
    }
    this.container.hidden = !this.on;
    if (!this.on) return;
    document.documentElement.dataset.view = 'scene';
    app.map.refresher.hide(true);
    this.scene.go(camera.now()); // of now: while the bundle came the map may have moved
    camera.stage = this.scene;
    if (this.old) void this.relist();
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
      state: app.state, clock: app.clock, selection: app.selection, colouring: app.colouring, sensors: app.sensors, incidents: app.incidents, placing: app.placing, api: app.api,
      terrain: app.map.terrain, test: this.test, lang, t, word: label, icon, hydrantIcon, covered: () => this.covered(),
      palette: () => PALETTES[app.theme()], shown: () => app.map.shown, colourOf: (feature) => app.map.colourOf(feature), colourOfBlock: (height_m) => app.map.colourOfBlock(height_m),
    }, listed);
    scene.addEventListener('pick', (event) => app.map.picker.dispatchEvent(new CustomEvent('pick', { detail: event.detail })));
    scene.addEventListener('block', ({ detail: { count, place } }) => {
      app.toast(t(count === 1 ? 'block.one' : 'block.many', { count }));
      if (place) scene.go({ lon: place.lon, lat: place.lat, zoom: scene.now().zoom + NEARER }, { glide: true });
    });
    scene.addEventListener('moved', () => {
      if (!this.on || app.map.camera.stage !== scene) return;
      app.state.moved(scene.now());
      app.sensors.later();
      app.map.map.fire('rotate');
    });
    scene.addEventListener('told', () => this.dispatchEvent(new Event('told')));
    scene.addEventListener('trouble', (event) => app.toast(t('tool.trouble', { why: event.detail.message ?? String(event.detail) }), { tone: 'bad' }));
    scene.addEventListener('lost', () => this.again());
    scene.widget.canvas.setAttribute('aria-label', t('scene.label'));
    this.scene = scene;
    this.dispatchEvent(new Event('told'));
    void scene.load().catch((error) => this.fail(error));
  }

  /** @param {Record<string, import('../tilecover.js').Box[]>} touched */
  touched(touched) {
    this.scene?.carpet.touched(touched);
    if ('building' in touched) void this.scene?.tool('names').place();
    if ('model' in touched) this.reload();
    else this.scene?.freshness.touched(touched);
  }

  /** Something was missed: everything again. */
  missed() {
    this.scene?.carpet.all();
    this.reload();
  }

  /** Tilesets and their list again, at once or when the view is next shown. */
  reload() {
    this.old = true;
    if (this.on && this.scene) void this.relist();
  }

  async relist() {
    this.old = false;
    try {
      await this.scene.load(await app.api.tilesets());
    } catch (error) {
      this.old = true;
      app.toast(error.message || t('error.offline'), { tone: 'bad' });
    }
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
    app.state.set({ vw: '' }, { amend: true });
  }
}

/** @type {Map<string, string>} */
const pictures = new Map();

/** Picture of a marker; of its family where it has none of its own. @param {string} name */
function icon(name) {
  const drawn = isDrawn(name) ? name : name.split('-')[0];
  if (!pictures.has(drawn)) pictures.set(drawn, iconUrl(drawn));
  return pictures.get(drawn);
}
