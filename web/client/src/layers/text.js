/** Words on the map: one look for all layers. */

/** Name in the chosen language, the other one when it is missing. @param {'zh'|'en'} lang */
export const name = (lang) =>
  lang === 'en'
    ? ['coalesce', ['get', 'name_en'], ['get', 'name_zh']]
    : ['coalesce', ['get', 'name_zh'], ['get', 'name_en']];

/** Fonts of this machine that have Chinese, for all that is drawn on a canvas. */
export const FONTS = 'system-ui, "PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC", "Noto Sans SC", "Source Han Sans SC", sans-serif';

/** No glyphs URL: the letters come from this machine's fonts; "Bold" in the name picks the weight. */
export const REGULAR = ['Map Regular'];
export const BOLD = ['Map Bold'];

/** @param {string} colour @param {string} halo */
export const ink = (colour, halo, width = 1.4) => ({
  'text-color': colour, 'text-halo-color': halo, 'text-halo-width': width, 'text-halo-blur': 0.4,
});

/** Pixels a metre takes at zoom 18 and the latitude of Luohu; doubles with each zoom. */
const PX_PER_M_Z18 = 3.63;

/**
 * Width of a thing in metres, drawn true to scale but never thinner than `thin` pixels.
 * @param {any} metres expression @param {number} thin @param {number} from zoom of the thin line
 */
export const trueWidth = (metres, thin, from) => [
  'interpolate', ['exponential', 2], ['zoom'],
  from, thin,
  13, ['max', thin, ['*', metres, PX_PER_M_Z18 / 32]],
  18, ['max', thin, ['*', metres, PX_PER_M_Z18]],
  20, ['max', thin, ['*', metres, PX_PER_M_Z18 * 4]],
];
