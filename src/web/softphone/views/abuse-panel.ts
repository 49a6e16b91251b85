import { html, nothing, type TemplateResult } from 'lit-html';
import { ABUSE_CODES, WARNINGS_NEEDED } from '../../../domain/case-kind';
import type { Guide } from '../api-answers';
import type { App } from '../app';
import { isTalking } from '../app-state';
import { talkChoice, talkField } from './talk-field';

/** What nobody has to bear: warned of in given words, and ended after that. */
export function abusePanel(app: App, guide: Guide): TemplateResult | typeof nothing {
  const { words, state } = app;
  if (!isTalking(state) || !(guide.isConflict || guide.abuseWarnings > 0)) return nothing;
  const { abuse, heard } = words.talk;
  const choices = ABUSE_CODES.map((code) => ({ code, text: heard.types[code] }));
  return html`<details ?open=${guide.abuseWarnings > 0}>
    <summary>${abuse.title}</summary>
    ${
      state.warning === null
        ? nothing
        : html`<p class="notice" role="status">${state.warning[state.language]}</p>`
    }
    ${talkChoice(app, 'abuse', heard.caseType, choices)}
    <button type="button" ?disabled=${state.isBusy} @click=${() => void app.talk.warn()}>
      ${abuse.warn(guide.abuseWarnings)}
    </button>
    ${
      guide.abuseWarnings < WARNINGS_NEEDED
        ? nothing
        : html`${talkField(app, 'abuseClaim', heard.claim)}
            <button type="button" class="danger" @click=${() => void app.talk.endForAbuse()}>
              ${abuse.end}
            </button>`
    }
  </details>`;
}
