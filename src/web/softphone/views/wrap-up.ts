import { html, nothing, type TemplateResult } from 'lit-html';
import { PAYMENT_METHODS, ROOT_CAUSES } from '../../../domain/outcome-code';
import { promiseDays } from '../../../domain/promise-input';
import type { CurrentCall } from '../api-answers';
import type { App } from '../app';
import { zoneName, zoneOf } from '../debtor-time';
import { dayText, momentText, moneyText } from '../format';
import { asksRootCause, possibleCodes } from '../outcome-draft';
import { amountText } from '../promise-amount';
import { missingList } from './missing-list';

/** The outcome: may be filled in while the talk goes on, and is saved after it. */
export function wrapUp(app: App, call: CurrentCall): TemplateResult {
  const { words, state } = app;
  const { draft, session } = state;
  const isOver = session?.state === 'wrap_up';
  const submit = (event: SubmitEvent): void => {
    event.preventDefault();
    void app.talk.saveOutcome();
  };
  return html`<form
    class="panel form outcome"
    novalidate
    aria-labelledby="wrap-up"
    @submit=${submit}
  >
    ${heading(app)}
    ${choice(app, 'code', words.outcome, possibleCodes(call.purpose), words.outcomes)}
    ${missingList(app)}
    ${
      asksRootCause(draft.code)
        ? choice(app, 'rootCause', words.rootCause, ROOT_CAUSES, words.rootCauses)
        : nothing
    }
    ${draft.code === 'RPC_PTP' ? promiseFields(app, call) : nothing}
    ${
      draft.code === 'RPC_CALLBACK'
        ? field(
            app,
            'callbackAt',
            callbackLabel(app, call),
            callbackNeeds(app, call),
            'datetime-local',
          )
        : nothing
    }
    ${noteField(app)}
    <button
      type="submit"
      class="primary wide"
      aria-keyshortcuts="Alt+S"
      title="Alt+S"
      ?disabled=${!isOver || state.isBusy}
    >
      ${words.save}
    </button>
  </form>`;
}

/** As many characters as the server takes. */
const NOTE_LENGTH = 2_000;

function noteField({ words, state, talk }: App): TemplateResult {
  const { note } = state.draft;
  const isFull = note.length >= NOTE_LENGTH;
  return html`<div class="field">
    <label for="note">${words.note}</label>
    <textarea
      id="note"
      rows="2"
      maxlength=${NOTE_LENGTH}
      aria-describedby="note-hint"
      .value=${note}
      @input=${(event: Event) => {
        talk.editOutcome({ note: (event.target as HTMLTextAreaElement).value });
      }}
    ></textarea>
    <p class=${isFull ? 'wrong' : 'hint'} id="note-hint" role=${isFull ? 'alert' : nothing}>
      ${isFull ? words.noteFull : words.noteHint}
    </p>
  </div>`;
}

function heading(app: App): TemplateResult {
  const { words, state } = app;
  const { session, nowMs } = state;
  const isOver = session?.state === 'wrap_up';
  const limitAt = isOver ? session.stateLimitAt : null;
  const leftS =
    limitAt === null
      ? null
      : Math.max(0, Math.round((new Date(limitAt).getTime() - nowMs) / 1_000));
  return html`<h2 id="wrap-up">
      ${words.wrapUp}
      ${leftS === null ? nothing : html`<span class="left" aria-hidden="true">${words.timeLeft(leftS)}</span>`}
    </h2>
    ${
      isOver && session.wrapUpExtensionsLeft > 0
        ? html`<button
            type="button"
            class="quiet small"
            @click=${() => void app.send('/v1/me/session/extend-wrap-up')}
          >
            ${words.moreTime}
          </button>`
        : nothing
    }`;
}

/** It is entered on their clock: the agent's may be another one. */
const callbackLabel = ({ words, state }: App, call: CurrentCall): string =>
  `${words.callbackAt} (${zoneName(zoneOf(call), new Date(state.nowMs))})`;

/** What a time for it has to be: ahead, and after a cool-down that the server has told of. */
function callbackNeeds({ words, state }: App, call: CurrentCall): string {
  const [, until] = /^peace:(.+)$/.exec(state.problems.callbackAt ?? '') ?? [];
  if (until === undefined) return words.futureNeeded;
  return words.leftInPeace(momentText(until, state.language, zoneOf(call)));
}

function promiseFields(app: App, call: CurrentCall): TemplateResult {
  const { words, state } = app;
  const currency = call.currency ?? 'IDR';
  const due = call.amountDueMinor ?? '0';
  const now = new Date(state.nowMs);
  const days = promiseDays(now, call.zones, call.promiseHorizonDays ?? 0);
  const most = moneyText(due, currency, state.language);
  return html`<div class="pair">
      <div>
        ${field(app, 'amount', `${words.promiseAmount} (${currency})`, words.amountWrong(most), 'text')}
        <button
          type="button"
          class="quiet small"
          @click=${() => {
            app.talk.editOutcome({ amount: amountText(BigInt(due), currency) });
          }}
        >
          = ${most}
        </button>
      </div>
      ${field(
        app,
        'dueDate',
        words.promiseDate,
        words.dateWrong(dayText(days.last, state.language)),
        'date',
        { min: days.first, max: days.last },
      )}
    </div>
    ${choice(app, 'method', words.promiseMethod, PAYMENT_METHODS, words.methods)}`;
}

function choice<C extends string>(
  app: App,
  name: 'code' | 'rootCause' | 'method',
  label: string,
  codes: readonly C[],
  texts: Readonly<Record<C, string>>,
): TemplateResult {
  const { words, state } = app;
  const isWrong = state.problems[name] !== undefined;
  const value: string = state.draft[name];
  const chosen = (event: Event): void => {
    app.talk.editOutcome({ [name]: (event.target as HTMLSelectElement).value });
  };
  return html`<div class="field">
    <label for=${name}>${label}</label>
    <select
      id=${name}
      required
      aria-invalid=${isWrong ? 'true' : 'false'}
      aria-describedby=${isWrong ? `${name}-wrong` : nothing}
      .value=${value}
      @change=${chosen}
    >
      <option value="" ?selected=${value === ''}>${words.choose}</option>
      ${codes.map(
        (code) => html`<option value=${code} ?selected=${code === value}>${texts[code]}</option>`,
      )}
    </select>
    ${isWrong ? html`<p class="wrong" id="${name}-wrong" role="alert">${words.needed}</p>` : nothing}
  </div>`;
}

function field(
  app: App,
  name: 'amount' | 'dueDate' | 'callbackAt',
  label: string,
  wrong: string,
  type: 'text' | 'date' | 'datetime-local',
  limits: { readonly min?: string; readonly max?: string } = {},
): TemplateResult {
  const { state } = app;
  const isWrong = state.problems[name] !== undefined;
  return html`<div class="field">
    <label for=${name}>${label}</label>
    <input
      id=${name}
      type=${type}
      inputmode=${type === 'text' ? 'decimal' : nothing}
      min=${limits.min ?? nothing}
      max=${limits.max ?? nothing}
      required
      autocomplete="off"
      aria-invalid=${isWrong ? 'true' : 'false'}
      aria-describedby="${name}-wrong"
      .value=${state.draft[name]}
      @input=${(event: Event) => {
        app.talk.editOutcome({ [name]: (event.target as HTMLInputElement).value });
      }}
    />
    <p class=${isWrong ? 'wrong' : 'hint'} id="${name}-wrong" role=${isWrong ? 'alert' : nothing}>
      ${wrong}
    </p>
  </div>`;
}
