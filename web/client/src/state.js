/**
 * The one state of the page, mirrored in the URL hash.
 *
 * Views read it, change it by `set`, and listen to `change` (detail: the keys
 * that changed). Nothing else passes between them.
 *
 * Keys: sel (what is selected: `b:<code>` a building, `s:<code>` a sensor,
 * `i:<id>` an incident, `f:<collection>:<id>` anything else), tab, fl (floor),
 * ly (layers), col (colour buildings by), t (moment; absent is live), sp (replay
 * speed), vw (c: the 3D city instead of the map), obj (feature id of an object of the building's model),
 * sec, iso, ex, exl, ug, ms, un, sun, sh, pf and tl are those of the 3D tools (docs/how-to/3d-view.md);
 * md (which model), mc (what colours its objects: an attribute, `changes` or `checks`), mg (the one class shown), lang, th (theme l, d or h: strong contrast), pan (open panel on the left).
 */
import { formatHash, parseHash, rounded } from './hash.js';
import { LIKINGS, Steps } from './steps.js';

const WRITE_AFTER_MS = 120;
/** Marks the entries of the history that are ours: a link somebody pastes has none. */
const OURS = { twin: true };

export class State extends EventTarget {
  /** @param {Window} win */
  constructor(win) {
    super();
    this.win = win;
    const view = parseHash(win.location.hash);
    /** @type {import('./hash.js').Camera | null} */
    this.camera = view.camera;
    /** @type {Record<string, string>} */
    this.params = view.params;
    this.timer = 0;
    this.steps = new Steps();
    win.addEventListener('popstate', (event) => this.read(Boolean(event.state)));
  }

  /** Value of a key; empty text when it is not set. @param {string} key */
  get(key) {
    return this.params[key] ?? '';
  }

  /** The floor chosen, or null. */
  get floor() {
    const floor = Number.parseInt(this.get('fl'), 10);
    return Number.isFinite(floor) && floor !== 0 ? floor : null;
  }

  /** Code of the selected building, or null. */
  get building() {
    const selected = this.get('sel');
    return selected.startsWith('b:') ? selected.slice(2) : null;
  }

  /**
   * Change keys; null or empty removes one.
   * @param {Record<string, string | number | null | undefined>} patch
   * @param {{amend?: boolean}} [how] amend: nobody chose this, so that Back does not undo it
   */
  set(patch, { amend = false } = {}) {
    // an object belongs to what is selected: with another selection it is let go
    const whole = 'sel' in patch && !('obj' in patch) && (patch.sel ?? '') !== this.get('sel') ? { ...patch, obj: '' } : patch;
    const changed = Object.entries(whole)
      .map(([key, value]) => /** @type {[string, string]} */ ([key, value === null || value === undefined ? '' : String(value)]))
      .filter(([key, text]) => text !== this.get(key));
    if (!changed.length) return;
    const keys = changed.map(([key]) => key);
    const step = !amend && this.steps.begins(keys);
    if (step) this.write(); // the entry that is left keeps what was seen last
    for (const [key, text] of changed) {
      if (text) this.params[key] = text;
      else delete this.params[key];
    }
    if (step) this.win.history.pushState(OURS, '', this.hash);
    this.announce(keys);
  }

  /** The map has come to rest somewhere. @param {import('./hash.js').Camera} camera */
  moved(camera) {
    this.camera = rounded(camera);
    this.writeSoon();
  }

  /** Hash of now. */
  get hash() {
    return formatHash({ camera: this.camera, params: this.params });
  }

  /**
   * Somebody went back or forth, or pasted a link.
   * @param {boolean} ours whether the entry is one that we made
   */
  read(ours) {
    this.steps.over();
    if (this.win.location.hash === this.hash) return;
    const { camera, params } = parseHash(this.win.location.hash);
    if (!camera && !Object.keys(params).length) {
      this.writeSoon(); // no view at all
      return;
    }
    const liked = ours ? LIKINGS : [];
    const wanted = { ...params };
    for (const key of liked) {
      if (this.get(key)) wanted[key] = this.get(key);
      else delete wanted[key];
    }
    const changed = [...new Set([...Object.keys(wanted), ...Object.keys(this.params)])].filter((key) => (wanted[key] ?? '') !== this.get(key));
    this.params = wanted;
    if (camera) {
      this.camera = camera;
      changed.push('camera');
    }
    this.announce(changed);
  }

  announce(changed) {
    this.writeSoon();
    this.dispatchEvent(new CustomEvent('change', { detail: new Set(changed) }));
  }

  writeSoon() {
    clearTimeout(this.timer);
    this.timer = this.win.setTimeout(() => this.write(), WRITE_AFTER_MS);
  }

  /** Bring the entry of the history that is shown up to date. */
  write() {
    clearTimeout(this.timer);
    this.win.history.replaceState(OURS, '', this.hash);
  }

  /** Plain copy, for tests and for the share button. */
  toJSON() {
    return { camera: this.camera && { ...this.camera }, ...this.params };
  }
}
