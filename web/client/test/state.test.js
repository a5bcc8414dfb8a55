import assert from 'node:assert/strict';
import { mock, test } from 'node:test';
import { State } from '../src/state.js';

const HERE = { lon: 114.1, lat: 22.5, zoom: 16, pitch: 50, bearing: 0 };
const THERE = { ...HERE, lon: 114.2 };

/** A window with no more than a location and a history, which answers at once. */
class Frame extends EventTarget {
  constructor(hash = '#v1/114.1,22.5,16,50,0') {
    super();
    this.entries = [{ hash, state: null }];
    this.at = 0;
    const frame = this;
    this.location = { get hash() { return frame.entries[frame.at].hash; } };
    this.history = {
      pushState(state, _, next) {
        frame.entries = [...frame.entries.slice(0, frame.at + 1), { hash: next, state }];
        frame.at += 1;
      },
      replaceState(state, _, next) { frame.entries[frame.at] = { hash: next, state }; },
    };
  }

  setTimeout(act, ms) { return setTimeout(act, ms); }

  arrive() { this.dispatchEvent(Object.assign(new Event('popstate'), { state: this.entries[this.at].state })); }

  go(by) {
    this.at += by;
    this.arrive();
  }

  paste(hash) {
    this.history.pushState(null, '', hash);
    this.arrive();
  }
}

function begun(hash) {
  const frame = new Frame(hash);
  const state = new State(/** @type {any} */ (frame));
  mock.timers.enable({ apis: ['setTimeout'] });
  return { frame, state, pass: (ms) => mock.timers.tick(ms) };
}
test.afterEach(() => mock.timers.reset());

test('what a person chooses is an entry of the history, and back undoes it', () => {
  const { frame, state, pass } = begun();
  for (const step of [{ sel: 'b:1' }, { fl: 13 }, { tab: 'fire' }, { vw: 'c' }, { dim: '2' }, { t: '2023-09-07T23:00+08' }, { sel: 'b:2', fl: '' }, { obj: 7 }]) {
    state.set(step);
    pass(200);
  }
  assert.equal(frame.entries.length, 9);
  frame.go(-2);
  assert.deepEqual(state.params, { sel: 'b:1', fl: '13', tab: 'fire', vw: 'c', dim: '2', t: '2023-09-07T23:00+08' });
  frame.go(-6);
  assert.deepEqual(state.params, {});
  frame.go(8);
  assert.deepEqual([state.get('sel'), state.get('obj'), state.get('fl')], ['b:2', '7', '']);
  pass(1000);
  assert.deepEqual([frame.entries.length, frame.at], [9, 8], 'going through the history adds nothing to it');
});

test('moving, layers, colours, tools and looks are no entries, and an entry keeps what was seen in it last', () => {
  const { frame, state, pass } = begun();
  state.moved(HERE);
  state.set({ ly: 'bld', col: 'height', th: 'd', pan: 'layers', sec: '1,2,3,0,90', ex: 0.4 });
  pass(200);
  assert.equal(frame.entries.length, 1);
  state.moved(THERE); // not yet written when the next step is taken
  state.set({ sel: 'b:1' });
  state.moved(HERE);
  pass(200);
  frame.go(-1);
  assert.equal(state.camera?.lon, THERE.lon);
  assert.deepEqual([state.get('ly'), state.get('sel')], ['bld', '']);
  frame.go(1);
  assert.equal(state.camera?.lon, HERE.lon);
});

test('floors passed through by a slider are one step, those chosen one after another are steps', () => {
  const { frame, state } = begun();
  const now = { ms: 0 };
  state.steps.now = () => now.ms;
  for (let floor = 1; floor < 30; floor += 1) {
    now.ms += 100;
    state.set({ fl: floor });
  }
  assert.equal(frame.entries.length, 2);
  now.ms += 3000;
  state.set({ fl: 5 });
  assert.equal(frame.entries.length, 3);
  frame.go(-1);
  assert.equal(state.get('fl'), '29');
  state.set({ fl: 28 });
  assert.deepEqual([frame.entries.length, frame.at], [3, 2], 'a choice after going back is a step of its own');
});

test('two buildings chosen in haste are two steps', () => {
  const { frame, state } = begun();
  state.steps.now = () => 1;
  state.set({ sel: 'b:1' });
  state.set({ sel: 'b:2' });
  assert.equal(frame.entries.length, 3);
});

test('what nobody chose amends the entry', () => {
  const { frame, state, pass } = begun();
  state.set({ sel: 'b:1' }, { amend: true });
  pass(200);
  assert.deepEqual(frame.entries.map((entry) => entry.hash), ['#v1/114.1,22.5,16,50,0?sel=b:1']);
});

test('back leaves language, theme and unit as they are; a pasted link sets them', () => {
  const { frame, state, pass } = begun();
  state.set({ sel: 'b:1' });
  state.set({ lang: 'en', th: 'd' });
  pass(200);
  frame.go(-1);
  pass(200);
  assert.deepEqual(state.params, { lang: 'en', th: 'd' });
  frame.go(1);
  assert.deepEqual(state.params, { sel: 'b:1', lang: 'en', th: 'd' });
  frame.paste('#v1/114.1,22.5,16,50,0?lang=zh');
  assert.deepEqual(state.params, { lang: 'zh' });
});

test('a hash that is no view changes nothing', () => {
  const { frame, state, pass } = begun();
  state.set({ sel: 'b:1' });
  frame.paste('#drawer');
  pass(200);
  assert.equal(state.get('sel'), 'b:1');
  assert.equal(frame.entries[frame.at].hash, '#v1/114.1,22.5,16,50,0?sel=b:1');
});
