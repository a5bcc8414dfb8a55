/** A broken hydrant is crossed out, a weak one amber; the words of the code list say which state is which. */
import { codesOf } from '../codes.js';

const BROKEN = /损坏|broken|damaged/i;
const WEAK = /低压|遮挡|low|weak|block|obstruct/i;

/** Picture of a hydrant in a state. @param {any} state */
export function hydrantIcon(state) {
  const code = codesOf('hydrant_state').find((c) => c.code === String(state));
  const words = code ? `${code.code} ${code.zh} ${code.en}` : '';
  if (BROKEN.test(words)) return 'hydrant-broken';
  return WEAK.test(words) ? 'hydrant-low' : 'hydrant';
}

/** The same as an expression of the map. @returns {any} */
export function hydrantExpression() {
  const special = codesOf('hydrant_state').map((c) => [c.code, hydrantIcon(c.code)]).filter(([, icon]) => icon !== 'hydrant');
  return special.length ? ['match', ['to-string', ['get', 'state']], ...special.flat(), 'hydrant'] : 'hydrant';
}
