/** Words of the page in the language chosen. */
import { en } from './strings/en.js';
import { zh } from './strings/zh.js';

/** @typedef {'zh'|'en'} Lang */

const TABLES = { zh, en };
/** @type {Lang} */
let current = 'zh';

/** @returns {Lang} */
export const lang = () => current;

/** @param {string} wanted */
export function setLang(wanted) {
  current = wanted === 'en' ? 'en' : 'zh';
  document.documentElement.lang = current === 'zh' ? 'zh-CN' : 'en';
  document.title = t('app.title');
}

/**
 * The words under a key, `{name}` filled in.
 * @param {string} key
 * @param {Record<string, string | number>} [values]
 */
export function t(key, values = {}) {
  const words = TABLES[current][key] ?? TABLES.zh[key];
  if (words === undefined) throw new Error(`no words for ${key}`);
  return words.replace(/\{(\w+)\}/g, (_, name) => String(values[name] ?? ''));
}

/** The member in the language chosen, of an object with `zh` and `en`. @param {any} named */
export const named = (named) => (named ? named[current] || named.zh || named.en || '' : '');

/** `name_zh` or `name_en` of a feature's properties. @param {any} properties */
export const nameOf = (properties) =>
  properties ? properties[`name_${current}`] || properties.name_zh || properties.name_en || properties.name || '' : '';
