/** Code lists of the server: what a code is called and which colour it has. */
import { named } from './i18n.js';

/** @typedef {{code: string, zh: string, en: string, colour: string | null, icon: string | null}} Code */

/** @type {Record<string, Code[]>} */
let lists = {};

/** @param {Record<string, any[]>} loaded */
export function setCodes(loaded) {
  lists = loaded;
}

/** @param {string} list @returns {Code[]} */
export const codesOf = (list) => lists[list] ?? [];

/** Name of a code; the code itself when the list does not know it. @param {string} list @param {any} code */
export function label(list, code) {
  const found = codesOf(list).find((entry) => entry.code === String(code));
  return found ? named(found) : String(code);
}

/** @param {string} list @param {any} code @returns {string | null} */
export const colourOf = (list, code) => codesOf(list).find((entry) => entry.code === String(code))?.colour ?? null;
