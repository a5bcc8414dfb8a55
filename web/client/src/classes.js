/**
 * Classes of the objects of a model by what they have as one attribute.
 * @typedef {{key: string, text: string, colour: string, count: number, ids: number[]}} Class
 */
const MOST = 11;
const STEPS = 5;
/** Colours that can be told apart side by side, the most frequent value first. */
const DISTINCT = ['#4477aa', '#ee8866', '#44aa77', '#eedd66', '#aa4499', '#77aadd', '#cc6677', '#999933', '#44bb99', '#ddaacc', '#aa7744'];
const RAMP = ['#e3edf2', '#a9cbdd', '#6ea4c7', '#3a76a8', '#173f68'];
const OTHERS = '#8f959c';
/** What nobody knows has a colour of its own. */
export const UNKNOWN = '#c3c3c0';
/** Why there is no value: words of each state the server gives. */
export const WHY = { unknown: 'value.unknown', absent: 'value.absent', not_applicable: 'value.not_applicable' };
/** That there is none, and that nobody would ask: fainter than what nobody knows. */
const LEFT = { unknown: { key: '?', colour: UNKNOWN }, absent: { key: '-', colour: '#dcdcd6' }, not_applicable: { key: '/', colour: '#efefec' } };

const numeric = (value) => value !== null && value.trim() !== '' && Number.isFinite(Number(value));

/**
 * @param {{value: string | null, state?: string, count: number, ids: number[]}[]} groups as the server gives them, the most frequent first
 * @param {{label: (value: string) => string, colour: (value: string) => string | null, left: (state: string) => string, others: (count: number) => string, number: (value: number) => string}} words
 * @returns {Class[]}
 */
export function classes(groups, words) {
  const known = groups.filter((g) => g.value !== null);
  const told = known.length > MOST && known.every((g) => numeric(g.value)) ? steps(known, words) : values(known, words);
  const left = Object.entries(LEFT).flatMap(([state, { key, colour }]) => groups
    .filter((g) => g.value === null && g.state === state)
    .map((g) => ({ key, text: words.left(state), colour, count: g.count, ids: g.ids })));
  return [...told, ...left];
}

function values(known, words) {
  const shown = known.length > MOST + 1 ? known.slice(0, MOST) : known;
  const rest = known.slice(shown.length);
  const found = shown.map(({ value, count, ids }, index) => ({
    key: value, text: words.label(value), colour: words.colour(value) ?? DISTINCT[index % DISTINCT.length], count, ids,
  }));
  if (!rest.length) return found;
  return [...found, { key: '*', text: words.others(rest.length), colour: OTHERS, count: sum(rest), ids: rest.flatMap((g) => g.ids) }];
}

/** Numbers in classes with about as many objects each. */
function steps(known, words) {
  const sorted = [...known].sort((a, b) => Number(a.value) - Number(b.value));
  const each = sum(sorted) / STEPS;
  /** @type {any[][]} */
  const bins = [[]];
  let held = 0;
  for (const group of sorted) {
    const last = /** @type {any[]} */ (bins.at(-1));
    if (last.length && held + group.count / 2 > each * bins.length && bins.length < STEPS) bins.push([group]);
    else last.push(group);
    held += group.count;
  }
  return bins.map((bin, index) => {
    const [low, high] = [words.number(Number(bin[0].value)), words.number(Number(bin.at(-1).value))];
    return {
      key: `${bin[0].value}..${bin.at(-1).value}`, text: low === high ? low : `${low}–${high}`, colour: RAMP[index],
      count: sum(bin), ids: bin.flatMap((g) => g.ids),
    };
  });
}

const sum = (groups) => groups.reduce((total, g) => total + g.count, 0);
