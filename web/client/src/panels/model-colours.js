/** What colours the objects of the model, with its legend; changes between versions and findings as lists. */
import { html, nothing } from 'lit';
import { styleMap } from 'lit/directives/style-map.js';
import { ANSWERS, CHANGES, LINES } from '../colouring.js';
import { Control, app, define } from '../element.js';
import { age, day, floorLabel, number } from '../format.js';
import { lang, named, t } from '../i18n.js';
import { addressOf } from '../selection.js';

const MOST = 200;

/** What the state says of a row that is chosen: an object of the model; the building itself leads to its history, a road to the road. */
const addressed = ({ collection, feature_id: id }) => {
  if (!LINES.has(collection)) return { obj: id };
  return collection === 'building' ? { tab: 'history' } : { sel: addressOf(collection, id, null), obj: '' };
};

class ModelColours extends Control {
  static keys = ['mc', 'mg', 'mv', 'md', 'obj', 'vw', 'lang'];

  static properties = { choices: { state: true }, failed: { state: true } };

  constructor() {
    super();
    /** @type {any} */
    this.choices = null;
    this.failed = '';
    this.listed = '';
  }

  connectedCallback() {
    super.connectedCallback();
    this.on(app.colouring, 'change');
    this.on(app.selection, 'change');
  }

  updated() {
    const { model } = app.colouring;
    const key = model ? `${model.id}/${model.load_id}` : '';
    if (!model || key === this.listed) return;
    this.listed = key;
    this.failed = '';
    this.choices = null;
    app.api.modelAttributes(model.id, app.selection.asOf()).then((found) => { if (this.listed === key) this.choices = found; }, (error) => { if (this.listed === key) this.failed = error.message || t('error.offline'); });
  }

  choose() {
    const { by } = app.colouring;
    const option = (value, text) => html`<option value=${value} ?selected=${value === by}>${text}</option>`;
    const { columns = [], properties = [] } = this.choices ?? {};
    return html`<label class="field">${t('model.colour')}
      <select data-testid="model-colour" @change=${(e) => app.state.set({ mc: e.target.value, mg: '' })}>
        ${option('', t('model.colour.none'))}${option('changes', t('model.colour.changes'))}${option('checks', t('model.colour.checks'))}
        ${this.choices ? nothing : by && !['changes', 'checks'].includes(by) ? option(by, by) : nothing}
        ${columns.length ? html`<optgroup label=${t('model.colour.columns')}>${columns.map((c) => option(c.name, `${named(c)}${c.unit ? ` (${c.unit})` : ''}`))}</optgroup>` : nothing}
        ${properties.length ? html`<optgroup label=${t('model.colour.properties')}>${properties.map((p) => option(p.path, `${p.path} (${p.count})`))}</optgroup>` : nothing}
      </select></label>`;
  }

  legend() {
    const { classes, alone } = app.colouring;
    if (!classes.length) return nothing;
    return html`<ul class="legend model-legend" data-testid="model-legend">${classes.map((c) => html`<li><button class="swatch" data-key=${c.key} aria-pressed=${alone === c.key}
        @click=${() => app.state.set({ mg: alone === c.key ? '' : c.key })}><i class="mark area" style=${styleMap({ background: c.colour })}></i><span>${c.text}</span><small>${number(c.count, lang(), 0)}</small></button></li>`)}</ul>
      <p class="note">${t(app.colouring.sparse ? 'model.colour.ghost' : 'model.colour.alone')}</p>
      ${app.state.get('vw') === 'c' ? nothing : html`<p class="note">${t('model.colour.need3d')} <button class="link" data-testid="model-open3d" @click=${() => app.stage.toggle()}>${t('model.open3d')}</button></p>`}`;
  }

  version(v) {
    return `#${v.id} · ${day(v.source_date ?? v.finished_at ?? v.started_at, lang())}`;
  }

  changes() {
    const { answer } = app.colouring;
    if (!answer) return nothing;
    if (answer.versions.length < 2) return html`<p class="empty">${t('model.change.one')}</p>`;
    const choose = (which, value) => html`<label class="field">${t(`model.change.${which}`)}<select data-testid="version-${which}" @change=${(e) => {
      const next = { from: answer.from, to: answer.to, [which]: Number(e.target.value) };
      app.state.set({ mv: `${next.from}-${next.to}` });
    }}>${answer.versions.map((v) => html`<option value=${v.id} ?selected=${v.id === value}>${this.version(v)}</option>`)}</select></label>`;
    return html`<div class="pair">${choose('from', answer.from)}${choose('to', answer.to)}</div>${app.colouring.after ? html`<p class="note" data-testid="model-older">${t('model.change.older')}</p>` : nothing}${app.colouring.was.size ? html`<p class="note">${t('model.change.was')}</p>` : nothing}${answer.together ? html`<p class="note" data-testid="model-together">${t('model.change.together', { far: number(answer.together.moved_m, lang(), 2), count: number(answer.together.objects, lang(), 0) })}</p>` : nothing}${this.legend()}
      ${answer.changes.length ? this.list(answer.changes, (c) => ({
        colour: CHANGES[Object.keys(CHANGES).find((kind) => c.kinds.includes(kind)) ?? 'properties'],
        text: c.name ?? c.global_id,
        small: [LINES.has(c.collection) ? app.title(c.collection) : '', ...c.kinds.map((kind) => (kind === 'moved' && c.moved_m ? t('model.change.far', { far: number(c.moved_m, lang(), 2) }) : t(`model.change.${kind}`))), c.floor_no ? floorLabel(c.floor_no) : ''].filter(Boolean).join(' · '),
        more: (c.properties ?? []).map((p) => html`<span class="line">${p.property}: <del>${p.before ?? t('value.unknown')}</del> → <ins>${p.after ?? t('value.unknown')}</ins></span>`),
      })) : html`<p class="empty">${t('model.change.none')}</p>`}`;
  }

  checks() {
    const { answer } = app.colouring;
    if (!answer) return nothing;
    if (!answer.checked_at) return html`<p class="empty" data-testid="never-checked">${t('model.check.none')}</p>`;
    return html`<p class="counts"><b class="answer ${answer.answer}">${t(`model.check.${answer.answer}`)}</b> ${t('model.check.at', { age: app.selection.asOf() ? day(answer.checked_at, lang()) : age(Math.max(0, (app.live.now() - Date.parse(answer.checked_at)) / 1000), lang()) })}</p>
      ${answer.stale ? html`<p class="present">${t('model.check.stale')}</p>` : nothing}${this.legend()}
      ${answer.findings.length ? this.list(answer.findings, (f) => ({
        colour: ANSWERS[f.answer], text: named(f.message),
        small: [f.name ?? f.global_id ?? t('model.check.unplaced'), f.floor_no ? floorLabel(f.floor_no) : ''].filter(Boolean).join(' · '),
        more: f.remedy ? [html`<span class="line">${named(f.remedy)}</span>`] : [],
      })) : answer.answer === 'pass' ? html`<p class="empty">${t('model.check.clear')}</p>` : nothing}${this.undecided(answer.rules)}`;
  }

  /** Rules that could not judge and why: what nobody looked at is not in order. @param {any[]} rules */
  undecided(rules) {
    const silent = rules.filter((rule) => rule.why);
    if (!silent.length) return nothing;
    return html`<p class="counts">${t('model.check.undecided', { count: silent.length })}</p>
      <ul class="objects findings-list" data-testid="undecided-rules">${silent.map((rule) => html`<li>${named(rule.title)}<span class="line">${named(rule.why)}</span></li>`)}</ul>`;
  }

  /** @param {any[]} rows @param {(row: any) => {colour: string, text: string, small: string, more: any[]}} words */
  list(rows, words) {
    const { alone, keys } = app.colouring;
    const shown = rows.filter((row) => alone === null || keys.get(row.feature_id) === alone);
    return html`<ul class="objects findings-list" data-testid="model-list">${shown.slice(0, MOST).map((row) => {
      const w = words(row);
      return html`<li><button class="object-row" data-id=${row.feature_id ?? ''} ?disabled=${!row.feature_id} aria-pressed=${app.state.get('obj') === String(row.feature_id)}
        @click=${() => app.state.set(addressed(row))}><i class="mark dot" style=${styleMap({ background: w.colour })}></i><span>${w.text}</span><small>${w.small}</small></button>${w.more}</li>`;
    })}${shown.length > MOST ? html`<li class="empty">${t('sensors.more', { count: shown.length - MOST })}</li>` : nothing}</ul>`;
  }

  render() {
    const { by, error, loading } = app.colouring;
    const body = error ? html`<p class="failed" role="alert">${error.message || t('error.offline')}</p>` : loading ? html`<p class="empty">${t('loading')}</p>`
      : by === 'changes' ? this.changes() : by === 'checks' ? this.checks() : this.legend();
    return html`${this.choose()}${this.failed ? html`<p class="failed" role="alert">${this.failed}</p>` : nothing}${body}`;
  }
}
define('model-colours', ModelColours);
