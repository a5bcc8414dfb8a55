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

const WRITE_AFTER_MS = 120;

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
    win.addEventListener('hashchange', () => this.read());
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
   */
  set(patch) {
    const changed = [];
    // an object belongs to what is selected: with another selection it is let go
    const whole = 'sel' in patch && !('obj' in patch) && (patch.sel ?? '') !== this.get('sel') ? { ...patch, obj: '' } : patch;
    for (const [key, value] of Object.entries(whole)) {
      const text = value === null || value === undefined ? '' : String(value);
      if (text === this.get(key)) continue;
      if (text) this.params[key] = text;
      else delete this.params[key];
      changed.push(key);
    }
    if (changed.length) this.announce(changed);
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

  /** Someone changed the hash by hand or by the back button. */
  read() {
    if (this.win.location.hash === this.hash) return;
    const view = parseHash(this.win.location.hash);
    const keys = new Set([...Object.keys(view.params), ...Object.keys(this.params)]);
    const changed = [...keys].filter((key) => (view.params[key] ?? '') !== this.get(key));
    this.params = view.params;
    if (view.camera) {
      this.camera = view.camera;
      changed.push('camera');
    }
    if (changed.length) this.announce(changed);
  }

  announce(changed) {
    this.writeSoon();
    this.dispatchEvent(new CustomEvent('change', { detail: new Set(changed) }));
  }

  writeSoon() {
    clearTimeout(this.timer);
    this.timer = this.win.setTimeout(() => this.win.history.replaceState(null, '', this.hash), WRITE_AFTER_MS);
  }

  /** Plain copy, for tests and for the share button. */
  toJSON() {
    return { camera: this.camera && { ...this.camera }, ...this.params };
  }
}
