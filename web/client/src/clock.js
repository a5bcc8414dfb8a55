/**
 * One clock for the whole page: live, or a moment of the past that stands or runs.
 *
 * Events: `tick` (each second of a live or running clock), `moment` (the moment
 * tiles and lists are asked for has changed).
 */
import { readMoment, shortIso } from './format.js';

/** A running replay asks for new tiles no more often than this. */
const TILE_STEP_MS = 5000;
export const SPEEDS = [0.1, 1, 10, 60, 600, 3600];

export class Clock extends EventTarget {
  /** @param {import('./state.js').State} state @param {() => number} now server time, ms */
  constructor(state, now) {
    super();
    this.state = state;
    this.now = now;
    this.playing = false;
    this.startedAt = 0;
    this.lastAnnounced = 0;
    /** @type {Date | null} */
    this.fixed = readMoment(state.get('t'));
    state.addEventListener('change', (event) => {
      if (!(/** @type {CustomEvent} */ (event).detail.has('t'))) return;
      const wanted = readMoment(state.get('t'));
      if (wanted?.getTime() === this.fixed?.getTime()) return;
      this.fixed = wanted;
      this.playing = false;
      this.announce();
    });
    window.setInterval(() => this.beat(), 1000);
  }

  get live() {
    return this.fixed === null;
  }

  get speed() {
    const speed = Number(this.state.get('sp')) || 1;
    return Math.min(3600, Math.max(0.1, speed));
  }

  /** What the clock shows. @returns {Date} */
  get time() {
    if (!this.fixed) return new Date(this.now());
    if (!this.playing) return this.fixed;
    return new Date(this.fixed.getTime() + (performance.now() - this.startedAt) * this.speed);
  }

  /** The `datetime` to ask servers for; null when live. @returns {string | null} */
  get asOf() {
    return this.fixed ? new Date(Math.floor(this.time.getTime() / 1000) * 1000).toISOString() : null;
  }

  /** @param {string | Date | null} at null returns to live @param {{amend?: boolean}} [how] of `State.set` */
  set(at, how) {
    this.playing = false;
    this.fixed = typeof at === 'string' ? readMoment(at) : at;
    this.state.set({ t: this.fixed ? shortIso(this.fixed) : '' }, how);
    this.announce();
  }

  play() {
    if (!this.fixed || this.playing) return;
    this.startedAt = performance.now();
    this.playing = true;
    this.dispatchEvent(new Event('tick'));
  }

  pause() {
    if (!this.playing) return;
    this.fixed = this.time;
    this.playing = false;
    this.state.set({ t: shortIso(this.fixed) }, { amend: true }); // where a replay stands is no choice
    this.announce();
  }

  /** @param {number} speed seconds of the city in a second */
  setSpeed(speed) {
    const running = this.playing;
    if (running) this.pause();
    this.state.set({ sp: speed === 1 ? '' : speed });
    if (running) this.play();
  }

  beat() {
    this.dispatchEvent(new Event('tick'));
    if (!this.playing) return;
    if (this.time.getTime() >= this.now()) this.set(null, { amend: true }); // the replay has caught up with the present
    else if (performance.now() - this.lastAnnounced >= TILE_STEP_MS) this.announce();
  }

  announce() {
    this.lastAnnounced = performance.now();
    this.dispatchEvent(new Event('moment'));
  }
}
