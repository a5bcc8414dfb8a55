/**
 * The `ly` parameter: which layers are on and how opaque, `bld.9,hyd,pipe.w.6`.
 * The last part is the opacity in tenths when it is one digit.
 * @typedef {Map<string, number>} Shown layer code -> opacity 0.1..1
 */

/** @param {string} text @returns {Shown} */
export function parseLayers(text) {
  const shown = new Map();
  for (const item of text.split(',')) {
    const match = /^([a-z]+(?:\.[a-z]+)*)(?:\.(\d))?$/.exec(item.trim());
    if (match) shown.set(match[1], match[2] ? Math.max(1, Number(match[2])) / 10 : 1);
  }
  return shown;
}

/** @param {Shown} shown */
export function formatLayers(shown) {
  const items = [...shown].map(([code, opacity]) => {
    const tenths = Math.round(opacity * 10);
    return tenths >= 10 ? code : `${code}.${Math.max(1, tenths)}`;
  });
  return items.length ? items.join(',') : '-'; // "nothing on" must differ from "the usual layers"
}

/** @param {Shown} a @param {Shown} b */
export const sameLayers = (a, b) =>
  a.size === b.size && [...a].every(([code, opacity]) => Math.abs((b.get(code) ?? -1) - opacity) < 0.05);
