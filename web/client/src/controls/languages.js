/** The choice of the language. */
import { html } from 'lit';
import { app } from '../element.js';
import { t } from '../i18n.js';

/** For this page and, by a cookie the server reads, for the next visit. @param {'zh'|'en'} lang */
function choose(lang) {
  document.cookie = `lang=${lang}; path=/; max-age=31536000; samesite=lax`;
  app.state.set({ lang });
}

/** @param {string} [where] part of the test ids, where there is a second one on the page */
export const languages = (where = '') => html`<div class="segmented lang" role="group" aria-label=${t('lang.label')}>
  <button aria-pressed=${app.lang() === 'zh'} data-testid="${where}lang-zh" lang="zh-CN" @click=${() => choose('zh')}>中文</button>
  <button aria-pressed=${app.lang() === 'en'} data-testid="${where}lang-en" lang="en" @click=${() => choose('en')}>EN</button></div>`;
