/** The keyboard: one key an action, silent while somebody types. */
import { app } from './element.js';

const typing = (target) => target instanceof HTMLElement && (target.matches('input, select, textarea') || target.isContentEditable);

/** Go one floor up (1) or down (-1) in the selected building. */
function floor(step) {
  const storeys = (app.selection.dossier?.storeys ?? []).map((s) => s.floor_no).sort((a, b) => a - b);
  if (!storeys.length) return;
  const now = app.state.floor;
  // the whole building is over the highest floor, as on the slider; up from it begins at the ground
  const at = now === null ? (step > 0 ? storeys.findIndex((f) => f > 0) : storeys.length - 1) : storeys.indexOf(now) + step;
  return app.state.set({ fl: storeys[Math.max(0, at)] ?? '' });
}

const panel = (name) => app.state.set({ pan: app.state.get('pan') === name ? '' : name });

const ACTIONS = {
  '/': () => app.searchBox().focusField(),
  h: () => app.map.camera.home(),
  n: () => app.map.camera.north(),
  2: () => app.map.camera.dimension(2),
  3: () => app.map.camera.dimension(3),
  c: () => app.stage.toggle(),
  f: () => app.state.get('sel').startsWith('b:') && app.state.set({ tab: 'fire' }),
  l: () => panel('layers'),
  i: () => panel('incidents'),
  '[': () => floor(-1),
  ']': () => floor(1),
  pagedown: () => floor(-1),
  pageup: () => floor(1),
  ' ': () => (app.clock.playing ? app.clock.pause() : app.clock.play()),
  '?': () => app.help(),
};

export function listen() {
  document.addEventListener('keydown', (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    // a dialog has the keys while it is open, and Esc closes it
    if (document.querySelector('dialog[open]')) return;
    if (event.key === 'Escape' && !typing(event.target)) {
      if (app.map.picker.tool) app.map.picker.take(null);
      else if (app.stage.on && app.state.get('tl')) app.state.set({ tl: '' });
      else if (app.state.get('obj')) app.state.set({ obj: '' });
      else if (app.state.get('sel')) app.state.set({ sel: '', fl: '' });
      else app.state.set({ pan: '' });
      return;
    }
    if (typing(event.target)) return;
    if (event.key === ' ' && event.target instanceof HTMLButtonElement) return;
    const action = ACTIONS[event.key.toLowerCase()];
    if (!action) return;
    event.preventDefault();
    action();
  });
}
