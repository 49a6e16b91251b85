import { html, nothing, type TemplateResult } from 'lit-html';
import { SKIP_REASONS } from '../../../domain/preview';
import type { Preview } from '../api-answers';
import type { App } from '../app';
import { instantOf, zoneName, zoneOf } from '../debtor-time';
import { statementCard } from './statement-card';

/** An account before the call: read, then call, pass over or put off. */
export function previewCard(app: App, preview: Preview): TemplateResult {
  const { words, state } = app;
  const { figures } = preview;
  const leftMs = new Date(preview.expiresAt).getTime() - state.nowMs;
  return html`<div class="left-side">
      ${statementCard(app, { ...preview, purpose: 'collect', mayCallUntil: null })}
      <section class="panel controls" aria-label=${words.states.previewing}>
        <p>
          ${words.preview.hint}
          <span class="left" aria-hidden="true"
            >${words.timeLeft(Math.max(0, Math.round(leftMs / 1_000)))}</span
          >
        </p>
        <button
          type="button"
          class="primary wide"
          aria-keyshortcuts="Alt+C"
          title="Alt+C"
          ?disabled=${state.isBusy}
          @click=${() => void app.duty.decide('call')}
        >
          ${words.preview.call}
        </button>
        ${
          figures.isOverLimit
            ? html`<p class="notice">${words.preview.overLimit(figures.passedOverPercent)}</p>`
            : nothing
        }
      </section>
    </div>
    <div>${skipForm(app)} ${laterForm(app, preview)}</div>`;
}

/** The fields of a form, once it is sent; those that are empty are left out. */
const send =
  (app: App, action: 'skip' | 'reschedule', bodyOf: (fields: Fields) => object) =>
  (event: SubmitEvent): void => {
    event.preventDefault();
    const form = event.currentTarget as HTMLFormElement;
    const given = [...new FormData(form)].filter(([, value]) => value !== '');
    void app.duty.decide(action, bodyOf(Object.fromEntries(given) as Fields)).then(() => {
      form.reset();
    });
  };
type Fields = Readonly<Record<string, string>>;

function skipForm(app: App): TemplateResult {
  const { preview, note, choose } = app.words;
  return html`<form
    class="panel form"
    aria-labelledby="skip"
    @submit=${send(app, 'skip', (fields) => fields)}
  >
    <h2 id="skip">${preview.skip}</h2>
    <div class="field">
      <label for="skip-reason">${preview.reason}</label>
      <select id="skip-reason" name="reason" required>
        <option value="">${choose}</option>
        ${SKIP_REASONS.map((one) => html`<option value=${one}>${preview.reasons[one]}</option>`)}
      </select>
    </div>
    <div class="field">
      <label for="skip-note">${note}</label>
      <input id="skip-note" name="note" maxlength="500" />
      <p class="hint">${preview.noteHint}</p>
    </div>
    <button type="submit" class="wide" ?disabled=${app.state.isBusy}>${preview.skip}</button>
  </form>`;
}

/** Their wall clock, as the callback's. */
function laterForm(app: App, shown: Preview): TemplateResult {
  const { preview, futureNeeded } = app.words;
  const zone = zoneOf(shown);
  const bodyOf = ({ at = '', ...more }: Fields): object => ({
    ...more,
    at: instantOf(at, zone)?.toISOString(),
  });
  return html`<form
    class="panel form"
    aria-labelledby="later"
    @submit=${send(app, 'reschedule', bodyOf)}
  >
    <h2 id="later">${preview.later}</h2>
    <div class="field">
      <label for="later-at"
        >${preview.laterAt} (${zoneName(zone, new Date(app.state.nowMs))})</label
      >
      <input id="later-at" name="at" type="datetime-local" required />
      <p class="hint">${futureNeeded}</p>
    </div>
    <div class="field">
      <label for="later-reason">${preview.reason}</label>
      <input id="later-reason" name="reason" required maxlength="500" />
    </div>
    <button type="submit" class="wide" ?disabled=${app.state.isBusy}>${preview.later}</button>
  </form>`;
}
