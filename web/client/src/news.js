/** What the server tells, brought to the map, the lists and the panels. */
import { app } from './element.js';
import { asFeatures } from './incidents.js';
import { nameOf, t } from './i18n.js';
import { value } from './selection.js';

const RELOAD_MS = 400;
const AGAIN_MS = 5000;
const PATIENT_MS = 40_000;
let timer = 0;

/** The open dossier follows changes of what it shows, but not on every one of a burst. */
function reloadSoon() {
  clearTimeout(timer);
  timer = window.setTimeout(() => app.selection.reload(), RELOAD_MS);
}

function drawIncidents() {
  const source = /** @type {any} */ (app.map.map.getSource('incident'));
  source?.setData(asFeatures(app.incidents.rows));
}

function ring(alarm) {
  app.alarms.soon();
  if (alarm.cleared_at || alarm.acknowledged_at || alarm.severity !== 'alarm' || !app.clock.live) return;
  app.toast(t('alarm.rang', { code: alarm.code }), {
    tone: 'bad', act: { label: t('show'), run: () => app.state.set({ sel: `s:${alarm.code}` }) },
  });
}

function say(incident) {
  app.incidents.soon();
  if (incident.event?.to === 'reported' && app.clock.live && !app.draft.sent.has(incident.title)) {
    app.toast(t('incident.new.toast', { title: incident.title }), {
      tone: 'bad', act: { label: t('show'), run: () => app.state.set({ sel: `i:${incident.id}`, pan: 'incidents' }) },
    });
  }
}

/** What was brought into view last: a record read again must not pull the map back to it. */
let revealed = '';

/** Fly to a thing whose address was opened from outside the map; once, and not when a link says where to look. */
function reveal() {
  const { dossier, feature } = app.selection;
  const place = dossier?.building ?? null;
  const target = place && Number.isFinite(place.lon) ? [place.lon, place.lat] : feature?.geometry?.type === 'Point' ? feature.geometry.coordinates : null;
  const address = app.state.get('sel');
  if (!address) revealed = '';
  if (!target || address === revealed) return;
  revealed = address;
  if (app.arriving) app.map.camera.show(target[0], target[1]);
  else app.map.camera.reveal(target[0], target[1]);
  app.arriving = false;
}

/** The tab of the browser says which building is open. */
function entitle() {
  const place = app.selection.dossier?.building;
  const name = place && nameOf({ name_zh: value(place, 'name_zh'), name_en: value(place, 'name_en') });
  document.title = name ? `${name} · ${t('app.title')}` : t('app.title');
}

/** When a source failed last and how long it was given. @type {Map<string, {at: number, wait: number}>} */
const failures = new Map();

/** A tile that failed is asked for again, ever more patiently; the tree marks its layers until it comes. @param {any} detail */
function trouble({ source }) {
  if (!source || app.failing.has(source)) return;
  const last = failures.get(source);
  const again = last !== undefined && Date.now() - last.at < last.wait + AGAIN_MS;
  const wait = again ? Math.min(2 * last.wait, PATIENT_MS) : AGAIN_MS;
  failures.set(source, { at: Date.now(), wait });
  if (!again) app.toast(t('error.tile'), { tone: 'bad' });
  app.failing.add(source);
  window.setTimeout(() => {
    app.failing.delete(source);
    app.map.map.refreshTiles(source);
    app.map.dispatchEvent(new Event('change'));
  }, wait);
}

const each = (detail, act) => (Array.isArray(detail) ? detail : [detail]).forEach(act);

export function follow() {
  const { live, map, sensors, incidents, alarms, selection } = app;
  const on = (type, act) => live.addEventListener(type, (event) => act(event.detail));
  on('touch', (touched) => {
    if (app.clock.live) {
      map.refresher.touched(touched);
      app.stage.touched(touched);
    }
    if (touched.sensor) sensors.later();
    if (Object.keys(touched).some((name) => name !== 'sensor' && name !== 'incident')) reloadSoon();
  });
  on('observation', (readings) => sensors.observed(readings));
  on('alarm', (detail) => each(detail, ring));
  on('incident', (detail) => each(detail, say));
  on('resync', () => {
    map.refresher.all();
    app.stage.missed();
    void sensors.load();
    void incidents.load();
    void alarms.load();
    reloadSoon();
  });
  incidents.addEventListener('change', drawIncidents);
  if (app.state.camera) revealed = app.state.get('sel');
  // an entry of the history, and a link, say where to look
  app.state.addEventListener('change', (event) => { if (/** @type {CustomEvent} */ (event).detail.has('camera')) revealed = app.state.get('sel'); });
  selection.addEventListener('change', reveal);
  selection.addEventListener('change', entitle);
  app.state.addEventListener('change', entitle);
  map.addEventListener('trouble', (event) => trouble(event.detail));
  map.map.on('webglcontextlost', () => app.toast(t('error.context'), { tone: 'bad', long: true }));
  map.map.on('webglcontextrestored', () => app.toast(t('error.restored')));
  const drawPlacing = () => map.showPlacing(app.placing.outlines);
  app.placing.addEventListener('change', drawPlacing);
  map.addEventListener('settled', () => {
    drawIncidents();
    drawPlacing();
    void sensors.load();
  });
  void incidents.load();
  void alarms.load();
  live.open();
}
