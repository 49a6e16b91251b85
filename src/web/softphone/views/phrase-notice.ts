import { html, nothing, type TemplateResult } from 'lit-html';
import type { App } from '../app';
import { unreadPhrases } from '../unread-phrases';

/** What was said and should not have been: told to the agent alone, with how to go on, until it is read. */
export function phraseNotice(app: App): TemplateResult | typeof nothing {
  const { words, state } = app;
  const { ids, said } = unreadPhrases(state);
  if (ids.length === 0) return nothing;
  return html`<div class="notices" role="status">
    <p class="notice">
      <span>${words.talk.heardPhrase(said)}</span>
      <button
        type="button"
        class="quiet small"
        @click=${() => {
          app.change({ readPhrases: [...state.readPhrases, ...ids] });
        }}
      >
        ${words.talk.understood}
      </button>
    </p>
  </div>`;
}
