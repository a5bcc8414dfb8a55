/** Base of all controls: light DOM (one style sheet, plain ids for aria), redrawn when the state changes. */
import { LitElement } from 'lit';

/** What every control may reach; filled by main.js before the first one is made. @type {any} */
export const app = {};

export class Control extends LitElement {
  /** Keys of the state this control shows; `*` for all. */
  static keys = ['*'];

  createRenderRoot() {
    return this;
  }

  connectedCallback() {
    super.connectedCallback();
    /** @type {[EventTarget, string, any][]} */
    this.bound = [];
    const keys = /** @type {typeof Control} */ (this.constructor).keys;
    this.on(app.state, 'change', (event) => {
      const changed = event.detail;
      if (keys[0] === '*' || changed.has('lang') || keys.some((key) => changed.has(key))) this.requestUpdate();
    });
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    for (const [target, type, handler] of this.bound ?? []) target.removeEventListener(type, handler);
    this.bound = [];
  }

  /** Listen as long as the control is on the page. @param {EventTarget} target */
  on(target, type, handler = () => this.requestUpdate()) {
    target.addEventListener(type, handler);
    this.bound?.push([target, type, handler]);
  }
}

/** @param {string} name @param {CustomElementConstructor} type */
export const define = (name, type) => customElements.define(name, type);
