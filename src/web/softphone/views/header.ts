import { html, nothing, type TemplateResult } from 'lit-html';
import type { App } from '../app';
import { durationText } from '../format';
import { PAUSE_REASONS } from '../words';

/** Who, in which state and since when, and how to change it. */
export function header(app: App): TemplateResult {
  const { words, state } = app;
  const { session, nowMs } = state;
  return html`<header class="bar">
    <div class="brand" aria-hidden="true"><img src="/softphone/icon.svg" alt="" /> Santun</div>
    ${
      session === null
        ? nothing
        : html`<div class="state state-${session.state}">
            <strong>${words.states[session.state]}</strong>
            <span class="since" aria-hidden="true"
              >${durationText(nowMs - new Date(session.stateSince).getTime())}</span
            >
            ${
              session.pauseReason !== null && session.state === 'paused'
                ? html`<span class="reason">${reasonText(app, session.pauseReason)}</span>`
                : nothing
            }
          </div>`
    }
    <nav class="acts">
      ${session === null ? nothing : stateActs(app)}
      <button
        type="button"
        class="quiet"
        aria-label=${words.otherLanguage}
        aria-keyshortcuts="Alt+L"
        title="Alt+L"
        @click=${() => {
          app.switchLanguage();
        }}
      >
        ${state.language === 'id' ? 'EN' : 'ID'}
      </button>
      <button
        type="button"
        class="quiet"
        aria-keyshortcuts="Alt+Q"
        title="Alt+Q"
        @click=${() => void app.signOut()}
      >
        ${words.signOut}
      </button>
    </nav>
  </header>`;
}

function reasonText(app: App, reason: string): string {
  const known = PAUSE_REASONS.find((one) => one === reason);
  return known === undefined ? reason.replaceAll('_', ' ') : app.words.pauseReasons[known];
}

function stateActs(app: App): TemplateResult {
  const { words, state } = app;
  const { session, isPauseOpen } = state;
  const isBack = session?.state === 'paused' || session?.state === 'lost';
  const isWanted = session?.wanted === 'paused';
  return html`${
    isBack || isWanted
      ? html`<button
          type="button"
          class="primary"
          aria-keyshortcuts="Alt+1"
          title="Alt+1"
          @click=${() => void app.duty.setReady()}
        >
          ${session.state === 'paused' ? words.back : words.ready}
        </button>`
      : html`<div class="menu">
          <button
            type="button"
            aria-expanded=${isPauseOpen ? 'true' : 'false'}
            aria-haspopup="true"
            aria-keyshortcuts="Alt+2"
            title="Alt+2"
            @click=${() => {
              app.change({ isPauseOpen: !isPauseOpen });
            }}
          >
            ${words.pause} …
          </button>
          ${isPauseOpen ? pauseMenu(app) : nothing}
        </div>`
  }`;
}

function pauseMenu(app: App): TemplateResult {
  const { words } = app;
  return html`<div class="sheet" role="group" aria-label=${words.pauseReason}>
    ${PAUSE_REASONS.map(
      (reason, n) =>
        html`<button
          type="button"
          aria-keyshortcuts=${n + 1}
          @click=${() => void app.duty.pause(reason)}
        >
          <kbd aria-hidden="true">${n + 1}</kbd> ${words.pauseReasons[reason]}
        </button>`,
    )}
  </div>`;
}
