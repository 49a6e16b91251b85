import { html, nothing, type TemplateResult } from 'lit-html';
import type { App } from '../app';
import { isInCall, isTalking } from '../app-state';
import { isPoorForLong } from '../call-quality';
import { secondsOnHold } from '../seconds-on-hold';
import { handButton, handNotice } from './raise-hand';

const TONES = ['1', '2', '3', '4', '5', '6', '7', '8', '9', '*', '0', '#'] as const;

/** What can be done with the call, and how it sounds. */
export function callControls(app: App): TemplateResult {
  const { words, state } = app;
  const { isMuted, isKeypadOpen, session } = state;
  const isHeld = session?.state === 'hold';
  return html`<section
    class="panel controls"
    aria-label=${words.states[session?.state ?? 'offline']}
  >
    <div class="keys">
      ${toggle(words.mute, words.unmute, isMuted, 'Alt+M', isTalking(state), () => {
        app.toggleMute();
      })}
      ${toggle(words.hold, words.resume, isHeld, 'Alt+H', isTalking(state), () => {
        void app.duty.toggleHold();
      })}
      ${toggle(words.keypad, words.keypad, isKeypadOpen, 'Alt+K', isTalking(state), () => {
        app.change({ isKeypadOpen: !isKeypadOpen });
      })}
      ${handButton(app)}
      <button
        type="button"
        class="danger"
        aria-keyshortcuts="Alt+X"
        title="Alt+X"
        ?disabled=${!isInCall(state)}
        @click=${() => void app.duty.hangUp()}
      >
        ${words.hangUp}
      </button>
    </div>
    ${isKeypadOpen ? keypad(app) : nothing} ${handNotice(app)} ${longHold(app)}
    ${isMuted && isTalking(state) ? html`<p class="notice" role="status">${words.muted}</p>` : nothing}
    ${isTalking(state) ? quality(app) : nothing}
  </section>`;
}

/** A reader says that the customer waits, and not each second of it. */
function longHold({ words, state }: App): TemplateResult | typeof nothing {
  const seconds = secondsOnHold(state);
  if (seconds === null) return nothing;
  return html`<p class="notice">
    <span role="status">${words.longHold}</span>
    <span role="timer">${words.onHoldFor(seconds)}</span>
  </p>`;
}

function toggle(
  on: string,
  off: string,
  isOn: boolean,
  keys: string,
  isPossible: boolean,
  act: () => void,
): TemplateResult {
  return html`<button
    type="button"
    class=${isOn ? 'on' : ''}
    aria-pressed=${isOn ? 'true' : 'false'}
    aria-keyshortcuts=${keys}
    title=${keys}
    ?disabled=${!isPossible}
    @click=${act}
  >
    ${isOn ? off : on}
  </button>`;
}

function keypad(app: App): TemplateResult {
  return html`<div class="keypad" role="group" aria-label=${app.words.keypad}>
    ${TONES.map(
      (tone) =>
        html`<button
          type="button"
          @click=${() => {
            app.sendTone(tone);
          }}
        >
          ${tone}
        </button>`,
    )}
  </div>`;
}

function quality(app: App): TemplateResult {
  const { words, state } = app;
  const { quality: now } = state;
  const detail =
    now === null
      ? words.qualityUnknown
      : words.qualityDetail(
          Math.round(now.loss * 1_000) / 10,
          Math.round(now.jitterMs),
          Math.round(now.roundTripMs),
        );
  return html`<div class="quality">
      <span class="soft">${words.quality}</span>
      <meter
        min="1"
        max="4.5"
        low="3.2"
        high="3.8"
        optimum="4.5"
        value=${now?.mos ?? 1}
        aria-label=${words.quality}
        aria-valuetext=${detail}
      ></meter>
      <span class="mos">${now === null ? '–' : now.mos.toFixed(1)}</span>
      <span class="hint">${detail}</span>
    </div>
    ${
      isPoorForLong(state.poorSinceMs, state.nowMs)
        ? html`<p class="notice" role="status">${words.qualityPoor}</p>`
        : nothing
    }`;
}
