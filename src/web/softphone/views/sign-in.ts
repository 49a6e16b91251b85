import { html, nothing, type TemplateResult } from 'lit-html';
import type { App } from '../app';

/** The first screen: the agent's key and nothing else. */
export function signIn(app: App): TemplateResult {
  const { words, state } = app;
  const submit = (event: SubmitEvent): void => {
    event.preventDefault();
    const form = event.currentTarget as HTMLFormElement;
    const key = new FormData(form).get('key');
    if (typeof key === 'string' && key.trim() !== '') void app.signIn(key.trim());
  };
  return html`<main class="middle">
    <form class="panel narrow" @submit=${submit}>
      <img class="logo" src="/softphone/icon.svg" alt="" />
      <h1>Santun</h1>
      <p class="soft">${words.tagline}</p>
      <label for="key">${words.key}</label>
      <input
        id="key"
        name="key"
        type="password"
        required
        autocomplete="current-password"
        spellcheck="false"
        aria-describedby="key-hint"
        autofocus
      />
      <p class="hint" id="key-hint">${words.keyHint}</p>
      ${state.trouble === null ? nothing : html`<p class="trouble" role="alert">${state.trouble}</p>`}
      <button type="submit" class="primary wide" ?disabled=${state.isBusy}>${words.signIn}</button>
      <button
        type="button"
        class="quiet wide"
        @click=${() => {
          app.switchLanguage();
        }}
      >
        ${words.otherLanguage}
      </button>
    </form>
  </main>`;
}
