/** Numbers, dates and ages as people read them, in both languages. */

const LOCALE = { zh: 'zh-CN', en: 'en-GB' };
const ZONE = 'Asia/Shanghai';

/** @param {number} value @param {'zh'|'en'} lang @param {number} [digits] most decimals */
export const number = (value, lang, digits = 1) =>
  new Intl.NumberFormat(LOCALE[lang], { maximumFractionDigits: digits }).format(value);

/** @param {string|number|Date} at @param {'zh'|'en'} lang */
export const day = (at, lang) =>
  new Intl.DateTimeFormat(LOCALE[lang], { dateStyle: 'medium', timeZone: ZONE }).format(new Date(at));

/** @param {string|number|Date} at @param {'zh'|'en'} lang */
export const moment = (at, lang) =>
  new Intl.DateTimeFormat(LOCALE[lang], {
    year: 'numeric', month: '2-digit', day: '2-digit', hour: '2-digit', minute: '2-digit', second: '2-digit',
    hour12: false, timeZone: ZONE,
  }).format(new Date(at));

/** @param {string|number|Date} at */
export const clockTime = (at) =>
  new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit', second: '2-digit', timeZone: ZONE }).format(
    new Date(at),
  );

/** @type {[number, string, string][]} */
const STEPS = [
  [86400 * 365, '年', 'y'],
  [86400 * 30, '个月', 'mo'],
  [86400, '天', 'd'],
  [3600, '小时', 'h'],
  [60, '分钟', 'min'],
  [1, '秒', 's'],
];

/**
 * How long ago, in one unit: 3 分钟前, 3 min ago.
 * @param {number} seconds @param {'zh'|'en'} lang
 */
export function age(seconds, lang) {
  if (seconds < 1) return lang === 'zh' ? '刚刚' : 'just now';
  const [size, zh, en] = STEPS.find(([step]) => seconds >= step) ?? STEPS[STEPS.length - 1];
  const count = Math.floor(seconds / size);
  return lang === 'zh' ? `${count} ${zh}前` : `${count} ${en} ago`;
}

/** @type {Record<string, string>} UCUM and other written codes whose sign is another */
const SIGNS = {
  Cel: '°C', deg: '°', degF: '°F', 'ug/m3': 'µg/m³', 'mg/m3': 'mg/m³', 'm3/s': 'm³/s', 'm3/h': 'm³/h', m3: 'm³', m2: 'm²',
  '%/m': '%/m', '%LEL': '% LEL', Ohm: 'Ω', state: '', 1: '',
};

/** A unit as people write it; what is no code stays what it is. @param {string | null | undefined} unit */
export const unitSign = (unit) => (unit ? (Object.hasOwn(SIGNS, unit) ? SIGNS[unit] : unit) : '');

/** Floor label of a floor number: 13F, B2. @param {number} floorNo */
export const floorLabel = (floorNo) => (floorNo < 0 ? `B${-floorNo}` : `${floorNo}F`);

/** What a storey is called: its own label, for a roof is no floor to be counted. @param {{ label?: string|null, floor_no: number }} storey */
export const storeyLabel = (storey) => storey.label || floorLabel(storey.floor_no);

/** @param {number} metres @param {'zh'|'en'} lang */
export const distance = (metres, lang) =>
  metres < 1000 ? `${number(metres, lang, 0)} m` : `${number(metres / 1000, lang, 2)} km`;

/** Value of a datetime-local field in the city's zone. @param {Date} date */
export const local = (date) => new Date(date.getTime() + 8 * 3600e3).toISOString().slice(0, 16);

/**
 * A moment for the URL, zone of the city, no seconds when none: 2023-09-07T23:00+08.
 * @param {Date} date
 */
export function shortIso(date) {
  const local = new Date(date.getTime() + 8 * 3600e3).toISOString();
  return `${local.slice(0, date.getUTCSeconds() ? 19 : 16)}+08`;
}

/**
 * Read a moment of the URL; `+08` counts as `+08:00`. Null: not a moment.
 * @param {string} text @returns {Date | null}
 */
export function readMoment(text) {
  const date = new Date(text.replace(/([+-]\d\d)$/, '$1:00'));
  return Number.isNaN(date.getTime()) ? null : date;
}
