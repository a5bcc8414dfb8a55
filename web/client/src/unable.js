/** The page of a browser that cannot draw the map: what is wrong, what to do, and where the data is all the same. */
import { html } from 'lit';
import { t } from './i18n.js';

export const unable = () => html`<main class="splash" role="alert" data-testid="no-webgl">
  <img src="/static/icon.svg" width="48" height="48" alt="">
  <h1>${t('webgl.title')}</h1>
  <p>${t('webgl.why')}</p>
  <ol class="advice"><li>${t('webgl.accelerate')}</li><li>${t('webgl.update')}</li><li>${t('webgl.remote')}</li></ol>
  <p class="row"><button class="primary" data-testid="no-webgl-retry" @click=${() => window.location.reload()}>${t('webgl.retry')}</button>
  <a class="soft" href="/api/">${t('webgl.data')}</a></p></main>`;
