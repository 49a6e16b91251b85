import { html, nothing, type TemplateResult } from 'lit-html';
import { isOver } from '../../../domain/agreement';
import type { App } from '../app';
import { approvalWord } from '../approval-word';
import { zoneOf } from '../debtor-time';

/** What was agreed in this talk, word by word, and whether a second person has agreed to it. */
export function agreementCard(app: App): TemplateResult | typeof nothing {
  const { words, state } = app;
  const { agreement: now, language, nowMs } = state;
  if (now === null) return nothing;
  const { agreement: texts } = words.talk;
  const zone = zoneOf(state.call);
  const word = approvalWord(now, { words: texts, language, nowMs, zone });
  const secondsLeft = word?.secondsLeft ?? null;
  return html`<article class="agreement" aria-label=${texts.title}>
    ${
      word === null
        ? nothing
        : html`<p class="notice">
            <span role="status">${word.text}</span>
            ${
              secondsLeft === null
                ? nothing
                : html`<strong role="timer">${texts.secondsLeft(secondsLeft)}</strong>`
            }
          </p>`
    }
    <p class="said">${now.agreement.text[language]}</p>
    ${now.agreement.state === 'active' ? html`<p class="hint">${texts.readOut}</p>` : nothing}
    ${
      isOver(now.agreement.state)
        ? nothing
        : html`<button
            type="button"
            class="quiet small"
            @click=${() => void app.talk.openDocument()}
          >
            ${texts.document}
          </button>`
    }
  </article>`;
}
