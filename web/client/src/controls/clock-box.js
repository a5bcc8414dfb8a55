/** The clock: live, or a past moment that stands or runs. */
import { html, nothing } from 'lit';
import { SPEEDS } from '../clock.js';
import { app, Control, define } from '../element.js';
import { clockTime, local, moment } from '../format.js';
import { lang, t } from '../i18n.js';
import { glyph } from './glyph.js';

class ClockBox extends Control {
  static keys = ['t', 'sp'];

  static properties = { open: { state: true } };

  constructor() {
    super();
    this.open = false;
  }

  connectedCallback() {
    super.connectedCallback();
    this.on(app.clock, 'tick');
    this.on(app.clock, 'moment');
    this.on(app.live, 'status');
    this.on(this, 'keydown', (event) => this.key(event));
    this.on(document, 'pointerdown', (event) => {
      if (!this.contains(event.target)) this.open = false;
    });
  }

  /** Escape closes the panel from within its fields too, and nothing else. */
  key(event) {
    if (event.key !== 'Escape' || !this.open) return;
    event.stopPropagation();
    this.open = false;
    /** @type {HTMLElement | null} */ (this.querySelector('.clock'))?.focus();
  }

  pick(event) {
    const text = event.target.value;
    if (text) app.clock.set(`${text}+08:00`);
  }

  panel() {
    const { clock } = app;
    return html`<div class="popover clock-panel" role="dialog" aria-label=${t('clock.title')} data-testid="clock-panel">
      <div class="segmented" role="group" aria-label=${t('clock.mode')}>
        <button aria-pressed=${clock.live} data-testid="clock-live" @click=${() => clock.set(null)}>${t('clock.live')}</button>
        <button aria-pressed=${!clock.live} data-testid="clock-past" @click=${() => clock.live && clock.set(new Date(clock.now() - 3600e3))}>${t('clock.past')}</button>
      </div>
      <label>${t('clock.moment')}<input type="datetime-local" data-testid="clock-input" .value=${local(clock.time)} @change=${(e) => this.pick(e)}></label>
      ${clock.live ? nothing : html`<div class="row">
        <button class="soft" data-testid="clock-play" @click=${() => (clock.playing ? clock.pause() : clock.play())}>
          ${glyph(clock.playing ? 'pause' : 'play')} ${t(clock.playing ? 'clock.pause' : 'clock.play')}</button>
        <label class="inline">${t('clock.speed')}
          <select data-testid="clock-speed" @change=${(e) => clock.setSpeed(Number(e.target.value))}>
            ${SPEEDS.map((s) => html`<option value=${s} ?selected=${s === clock.speed}>${s}×</option>`)}</select></label></div>`}
      <p class="note">${t('clock.note')}</p></div>`;
  }

  /** Where there is little room the year and the seconds are left out. */
  shown() {
    const { live, time } = app.clock;
    const [hours, minutes, seconds] = clockTime(time).split(':');
    const fine = html`<span class="fine">:${seconds}</span>`;
    if (live) return html`${hours}:${minutes}${fine}`;
    const [, month, date] = local(time).slice(0, 10).split('-');
    const day = moment(time, lang()).slice(0, 10);
    return html`<span class="fine">${day} </span><span class="narrow">${month}-${date} </span>${hours}:${minutes}${fine}`;
  }

  render() {
    const { clock, live } = app;
    const status = clock.live ? live.status : 'past';
    return html`<button class="clock" data-testid="clock" data-status=${status} aria-expanded=${this.open} aria-haspopup="dialog"
        title=${t(`status.${status}.hint`)} @click=${() => { this.open = !this.open; }}>
        <span class="dot" aria-hidden="true"></span><span class="clock-word">${t(`status.${status}`)}</span>
        <time datetime=${clock.time.toISOString()}>${this.shown()}</time>
      </button>${this.open ? this.panel() : nothing}`;
  }
}
define('clock-box', ClockBox);
