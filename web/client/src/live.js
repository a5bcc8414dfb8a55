/**
 * Everything the server tells without being asked: one event stream, `/live`.
 *
 * Events of this object: `touch`, `observation`, `alarm`, `incident` (detail: the
 * server's data), `resync` (something was missed: read everything again) and
 * `status` (detail: connecting, live, lost). The id of the last message is the
 * cursor; a reconnect asks for what came after it, so nothing is lost or doubled.
 */

const TYPES = ['touch', 'observation', 'alarm', 'incident'];
const RETRY_MS = 2000;
/** A server that says goodbye has a successor, or is one of several: an edit should not wait for it. */
const AFTER_BYE_MS = 200;

export class Live extends EventTarget {
  constructor() {
    super();
    this.cursor = '';
    this.status = 'connecting';
    /** Server clock minus this machine's, ms. */
    this.offset = 0;
    this.lastAt = 0;
    /** @type {EventSource | null} */
    this.source = null;
    this.timer = 0;
  }

  open() {
    this.close();
    const url = this.cursor ? `/live?cursor=${encodeURIComponent(this.cursor)}` : '/live';
    const source = new EventSource(url);
    this.source = source;
    source.addEventListener('hello', (event) => this.greet(event));
    source.addEventListener('bye', () => this.again(AFTER_BYE_MS));
    source.addEventListener('resync', (event) => {
      this.note(event);
      this.tell('resync', null);
    });
    for (const type of TYPES) {
      source.addEventListener(type, (event) => {
        this.note(event);
        this.tell(type, JSON.parse(event.data));
      });
    }
    source.addEventListener('error', () => {
      // A refused stream stays closed; an interrupted one would reconnect alone, but without our cursor's age.
      this.again();
    });
  }

  close() {
    clearTimeout(this.timer);
    this.source?.close();
    this.source = null;
  }

  /** Milliseconds since the epoch by the server's clock. */
  now() {
    return Date.now() + this.offset;
  }

  greet(event) {
    this.note(event);
    const at = Date.parse(readTime(event.data));
    if (Number.isFinite(at)) this.offset = at - Date.now();
    const again = this.status === 'lost';
    this.setStatus('live');
    if (again && !this.cursor) this.tell('resync', null);
  }

  again(within_ms = RETRY_MS) {
    this.close();
    this.setStatus('lost');
    this.timer = window.setTimeout(() => this.open(), within_ms);
  }

  note(event) {
    if (event.lastEventId) this.cursor = event.lastEventId;
    this.lastAt = Date.now();
  }

  setStatus(status) {
    if (status === this.status) return;
    this.status = status;
    this.tell('status', status);
  }

  tell(type, detail) {
    this.dispatchEvent(new CustomEvent(type, { detail }));
  }
}

/** @param {string} data */
function readTime(data) {
  try {
    const value = JSON.parse(data);
    return value.time ?? value.now ?? value.at ?? '';
  } catch {
    return data;
  }
}
