/**
 * Which changes of the state are steps of the browser's history, so that Back undoes them. All others amend
 * the entry they were made in: moving, layers, colours, tools, looks.
 */

/** What a person goes through: another thing, object, floor, tab, view or moment. */
const STEPS = new Set(['sel', 'obj', 'fl', 'tab', 'vw', 'dim', 't']);
/** Passed through by a slider, an arrow or a held key: a run of them is one step. */
const RUNS = new Set(['fl', 'tab', 't']);
/** Changes of one key no further apart are one run. */
const RUN_MS = 1000;
/** How a person likes to see the page: Back does not take that away. */
export const LIKINGS = ['lang', 'th', 'un'];

export class Steps {
  /** @param {() => number} now ms */
  constructor(now = () => performance.now()) {
    this.now = now;
    this.key = '';
    this.at = 0;
  }

  /** Whoever went through the history is at no run's end. */
  over() {
    this.key = '';
    this.at = 0;
  }

  /** Whether a change is a new entry of the history. @param {string[]} changed keys */
  begins(changed) {
    const key = changed.filter((one) => STEPS.has(one)).join();
    if (!key) return false;
    const at = this.now();
    const running = RUNS.has(key) && key === this.key && at - this.at < RUN_MS;
    [this.key, this.at] = [key, at];
    return !running;
  }
}
