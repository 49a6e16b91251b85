import { html, type TemplateResult } from 'lit-html';
import type { App } from '../app';
import { header } from './header';

/** Another page of this browser has the line. */
export function elsewhere(app: App): TemplateResult {
  const { words, state } = app;
  return html`${header(app)}
    <main class="middle">
      <section class="panel narrow" aria-labelledby="elsewhere">
        <h1 id="elsewhere">${words.elsewhere.title}</h1>
        <p class="soft">${words.elsewhere.hint}</p>
        ${state.trouble === null ? '' : html`<p class="trouble" role="alert">${state.trouble}</p>`}
        <button
          type="button"
          class="primary wide"
          ?disabled=${state.isBusy}
          @click=${() => void app.goOnHere()}
        >
          ${words.elsewhere.goOn}
        </button>
      </section>
    </main>`;
}
