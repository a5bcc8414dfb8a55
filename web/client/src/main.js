/** Wiring: makes the parts once, lets them find each other, opens the page. */
import { html, nothing, render } from 'lit';
import { api } from './api.js';
import { Clock } from './clock.js';
import { Colouring } from './colouring.js';
import { setCodes } from './codes.js';
import { Draft } from './draft.js';
import './controls/help-dialog.js';
import './controls/hover-tip.js';
import './controls/floor-slider.js';
import './controls/nav-box.js';
import './controls/placing-note.js';
import './controls/scene-box.js';
import './controls/side-rail.js';
import './controls/status-bar.js';
import './controls/toasts.js';
import './controls/top-bar.js';
import './panels/dossier-panel.js';
import './panels/incident-board.js';
import { app } from './element.js';
import { alarmStore, incidentStore } from './incidents.js';
import { lang, named, setLang, t } from './i18n.js';
import { listen } from './keys.js';
import { Live } from './live.js';
import { CityMap } from './map/city_map.js';
import { Sensors } from './map/sensors.js';
import { canDrawMap } from './map/strength.js';
import { hook } from './map/test_hook.js';
import { Placing } from './placing.js';
import { chosen, Selection } from './selection.js';
import { Stage } from './scene/stage.js';
import { State } from './state.js';
import { follow } from './news.js';
import { unable } from './unable.js';

const RETRY_MS = 3000;
const root = document.createElement('div');
root.id = 'page';
document.body.append(root);
const test = new URLSearchParams(window.location.search).get('test') === '1';
const dark = window.matchMedia('(prefers-color-scheme: dark)');
const strong = window.matchMedia('(prefers-contrast: more)');

function theme() {
  const chosen = app.state.get('th');
  return chosen ? (chosen === 'd' ? 'dark' : 'light') : dark.matches ? 'dark' : 'light';
}

function look() {
  document.documentElement.dataset.theme = theme();
  document.documentElement.dataset.contrast = (app.state.get('th') ? app.state.get('th') === 'h' : strong.matches) ? 'more' : '';
  setLang(app.state.get('lang') || document.body.dataset.language || 'zh');
}

/** Elevation tiles, when the city has a terrain. */
async function findTerrain() {
  const { coverages = [] } = await api.coverages().catch(() => ({}));
  const found = coverages.find((c) => c.kind === 'elevation');
  if (!found) return null;
  const answer = await fetch(`/terrain/${encodeURIComponent(found.name)}.json`);
  return answer.ok ? { ...(await answer.json()), name: found.name } : null;
}

/** Registered point clouds. */
async function findClouds() {
  const { pointclouds = [] } = await api.pointClouds().catch(() => ({}));
  return pointclouds;
}

/** What must be known before anything is drawn; tries again until the server answers. */
async function prepare() {
  for (;;) {
    try {
      const [layers, codes, terrain, clouds] = await Promise.all([api.layers(), api.codes(), findTerrain(), findClouds()]);
      return { layers: layers.layers ?? layers, sample: layers.sample, codes: codes.codes ?? codes, terrain, clouds };
    } catch (error) {
      render(html`<div class="splash" role="alert"><img src="/static/icon.svg" width="48" height="48" alt=""><p>${t('error.start')}</p><p class="note">${error.message || t('error.offline')}</p></div>`, root);
      await new Promise((resolve) => { window.setTimeout(resolve, RETRY_MS); });
    }
  }
}

/** The panel that is open, or the rail: where the keyboard goes past the bar. */
function skip() {
  const panel = ['#drawer', '.dossier', '.rail'].map((place) => document.querySelector(`${place} :is(button, input)`)).find(Boolean);
  /** @type {HTMLElement | undefined} */ (panel)?.focus();
}

function page() {
  document.querySelector('#scene canvas')?.setAttribute('aria-label', t('scene.label'));
  document.getElementById('map')?.setAttribute('aria-label', t('map.label'));
  document.getElementById('scene')?.setAttribute('aria-label', t('scene.label'));
  render(html`<button class="skip" data-testid="skip" @click=${skip}>${t('skip')}</button><top-bar></top-bar>
    <side-rail></side-rail><dossier-panel></dossier-panel><nav-box></nav-box><scene-box></scene-box><profile-sheet></profile-sheet><placing-note></placing-note><floor-slider></floor-slider><status-bar></status-bar>
    <hover-tip></hover-tip><toast-list></toast-list><help-dialog></help-dialog>`, root);
}

function lookups(layers) {
  const byName = new Map(layers.map((layer) => [layer.name, layer]));
  app.layerInfo = (name) => byName.get(name);
  app.column = (collection, name) => byName.get(collection)?.columns?.find((c) => c.name === name);
  app.title = (name) => named(byName.get(name)) || name;
}

function opening() {
  const building = document.body.dataset.building;
  if (building && !app.state.get('sel')) {
    app.arriving = true;
    app.state.set({ sel: `b:${building}` }, { amend: true });
  }
  if (!app.state.camera) app.state.moved(app.map.camera.now()); // so that Back leads here
}

async function start() {
  document.documentElement.dataset.test = test ? '1' : '';
  app.state = new State(window);
  app.api = api;
  app.lang = lang;
  app.failing = new Set();
  app.theme = theme;
  app.live = new Live();
  app.clock = new Clock(app.state, () => app.live.now());
  app.selection = new Selection(app.state, api);
  app.selection.asOf = () => app.clock.asOf;
  app.clock.addEventListener('moment', () => app.selection.follow());
  app.colouring = new Colouring(app.state, api, app.selection);
  app.placing = new Placing(app.state, api);
  app.incidents = incidentStore(api, app.clock);
  app.alarms = alarmStore(api);
  app.draft = new Draft(app.state);
  app.toast = (text, options) => /** @type {any} */ (document.querySelector('toast-list'))?.show(text, options);
  app.help = () => /** @type {any} */ (document.querySelector('help-dialog')).open();
  app.searchBox = () => /** @type {any} */ (document.querySelector('search-box'));
  look();
  app.state.addEventListener('change', look);
  if (!canDrawMap()) {
    const tell = () => render(unable(), root);
    app.state.addEventListener('change', tell);
    tell();
    return;
  }
  const { layers, sample, codes, terrain, clouds } = await prepare();
  app.sample = sample;
  setCodes(codes);
  lookups(layers);
  // MapLibre owns its element; lit must never draw over it.
  const container = document.createElement('main');
  container.id = 'map';
  root.before(container);
  const scene = document.createElement('section');
  scene.id = 'scene';
  scene.hidden = true;
  root.before(scene);
  render(nothing, root);
  app.map = new CityMap(container, { state: app.state, clock: app.clock, layers, terrain, clouds, theme, selection: app.selection, test });
  for (const wish of [dark, strong]) wish.addEventListener('change', () => { look(); app.map.update(); });
  app.sensors = new Sensors(app.map.map, api, app.clock, app.map.camera);
  app.sensors.addEventListener('change', () => app.map.sense(app.sensors.byBuilding()));
  app.sensorRow = (code) => [...app.sensors.rows.values()].find((row) => row.code === code) ?? app.selection.dossier?.sensors?.find((s) => s.code === code) ?? null;
  app.focusPicture = () => /** @type {HTMLElement | null} */ (document.querySelector(app.stage.on ? '#scene canvas' : '#map canvas'))?.focus();
  app.openBuilding = (id, floor) => app.state.set({ sel: `b:${id}`, fl: floor ?? '' });
  app.stage = new Stage(scene, test);
  page();
  app.map.picker.addEventListener('pick', (event) => {
    app.state.set(chosen(/** @type {CustomEvent} */ (event).detail, app.state, app.selection));
  });
  app.map.picker.addEventListener('context', (event) => {
    if (app.clock.live) app.draft.open({ place: /** @type {CustomEvent} */ (event).detail });
    else app.toast(t('incident.past'));
  });
  app.state.addEventListener('change', page);
  listen();
  follow();
  opening();
  await Promise.all([app.selection.load(), app.selection.loadObject()]);
  if (test) app.map.map.once('load', hook);
}

void start();
