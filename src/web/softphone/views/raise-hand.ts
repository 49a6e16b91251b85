import { html, nothing, type TemplateResult } from 'lit-html';
import type { App } from '../app';
import { isTalking } from '../app-state';
import { RAISED_FOR, raiseHand } from '../shortcuts';

/** Asks a supervisor to listen to the call, and takes it back. */
export function handButton(app: App): TemplateResult {
  const { words, state } = app;
  const { help, isHelpOpen } = state;
  return html`<div class="menu">
    <button
      type="button"
      class=${help === null ? '' : 'on'}
      aria-pressed=${help === null ? 'false' : 'true'}
      aria-expanded=${isHelpOpen ? 'true' : 'false'}
      aria-keyshortcuts="Alt+R"
      title="Alt+R"
      ?disabled=${!isTalking(state)}
      @click=${() => {
        raiseHand(app);
      }}
    >
      ${words.help.raise}
    </button>
    ${isHelpOpen ? reasons(app) : nothing}
  </div>`;
}

/** Whether somebody comes. */
export function handNotice({ words, state }: App): TemplateResult | typeof nothing {
  if (state.help === null) return nothing;
  const text = state.help.state === 'accepted' ? words.help.accepted : words.help.asked;
  return html`<p class="notice" role="status">${text}</p>`;
}

function reasons(app: App): TemplateResult {
  const { help } = app.words;
  return html`<div class="sheet" role="group" aria-label=${help.raise}>
    ${RAISED_FOR.map(
      (reason, n) =>
        html`<button
          type="button"
          aria-keyshortcuts=${n + 1}
          @click=${() => void app.duty.askForHelp(reason)}
        >
          <kbd aria-hidden="true">${n + 1}</kbd> ${help.reasons[reason]}
        </button>`,
    )}
  </div>`;
}
