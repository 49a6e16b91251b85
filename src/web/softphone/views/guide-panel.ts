import { html, nothing, type TemplateResult } from 'lit-html';
import type { ConversationStep, Feeling } from '../../../domain/conversation-step';
import type { RootCause } from '../../../domain/outcome-code';
import type { Guide } from '../api-client';
import type { App } from '../app';

/** What can be said now, and what was; of the debt only once the person is known. */
export function guidePanel(app: App): TemplateResult | typeof nothing {
  const { words, state } = app;
  const { guide, language, call } = state;
  if (guide === null) return nothing;
  const isPaid = call !== null && state.paidAttempt === call.attemptId;
  return html`<section class="panel guide" aria-labelledby="guide">
    <h2 id="guide">${words.guide.title}</h2>
    ${isPaid ? html`<p class="notice" role="status">${words.guide.paid}</p>` : nothing}
    ${guide.nudge === null ? nothing : html`<p class="notice" role="status">${guide.nudge[language]}</p>`}
    <p class="soft small">${words.guide.say}</p>
    <ul class="plain prompts">
      ${guide.prompts.map(({ said }) => html`<li>${said[language]}</li>`)}
    </ul>
    ${guide.isConflict ? nothing : html`${identity(app, guide)} ${talk(app, guide)}`}
    ${tension(app, guide)}
  </section>`;
}

const tellStep = (app: App, step: ConversationStep): Promise<void> =>
  app.send('/v1/me/call/guide/steps', step);

function stepButton(app: App, text: string, step: ConversationStep, isOn = false): TemplateResult {
  return html`<button
    type="button"
    class=${isOn ? 'on' : ''}
    aria-pressed=${isOn ? 'true' : 'false'}
    @click=${() => void tellStep(app, step)}
  >
    ${text}
  </button>`;
}

function identity(app: App, guide: Guide): TemplateResult | typeof nothing {
  if (guide.identity.state === 'confirmed') return nothing;
  const { guide: words } = app.words;
  return html`<p class="buttons">
    ${stepButton(app, words.isThem, { kind: 'identity_confirmed', by: ['full_name', 'birth_date'] })}
    ${stepButton(app, words.isNotThem, { kind: 'identity_not_confirmed', because: 'did_not_match' })}
  </p>`;
}

function talk(app: App, guide: Guide): TemplateResult | typeof nothing {
  const { debt } = guide;
  if (debt === null) return nothing;
  const { words, state } = app;
  const { language } = state;
  const isDone = guide.practices.find(({ code }) => code === 'agreement')?.isDone === true;
  // something else is told in words: those of the note
  const note = state.draft.note.trim().replace(/\s+/g, ' ').slice(0, 500);
  const isTellable = ({ code }: { code: RootCause }): boolean => code !== 'other' || note !== '';
  const isChosen = debt.options.some(({ answer }) => answer === 'chosen');
  return html`${debt.lessons.map(({ said }) => html`<p class="hint">${said[language]}</p>`)}
    ${debt.advice.map(({ lesson }) => html`<p class="hint">${lesson}</p>`)}
    ${picked(app, 'feeling', words.guide.feeling, guide.feelings, (feeling) => ({
      kind: 'feeling_acknowledged',
      feeling: feeling as Feeling,
    }))}
    ${picked(app, 'cause', words.guide.cause, debt.causes.filter(isTellable), (cause) => {
      app.edit({ rootCause: cause as RootCause });
      const inWords = cause === 'other' ? { words: note } : {};
      return { kind: 'cause_told', cause: cause as RootCause, ...inWords };
    })}
    <p class="soft small">${words.guide.mustSay}</p>
    <ul class="plain ticks">
      ${debt.checklist
        .filter(({ code }) => code !== 'words_noted')
        .map(({ code, said, isDone: isTicked }) => {
          const options = debt.options.map((option) => option.code);
          const step = (
            code === 'options_said' ? { kind: code, options } : { kind: code }
          ) as ConversationStep;
          return html`<li>${stepButton(app, said[language], step, isTicked)}</li>`;
        })}
    </ul>
    ${noted(app, 'hope', debt.hope)} ${noted(app, 'worry', debt.worry)}
    ${stepButton(app, words.guide.agreed, { kind: 'recap_said', agreed: isChosen }, isDone)}`;
}

function picked(
  app: App,
  name: string,
  label: string,
  codes: readonly { readonly code: string; readonly said: { id: string; en: string } }[],
  step: (code: string) => ConversationStep,
): TemplateResult {
  const { words, state } = app;
  return html`<div class="field">
    <label for="guide-${name}">${label}</label>
    <select
      id="guide-${name}"
      @change=${(event: Event) => void tellStep(app, step((event.target as HTMLSelectElement).value))}
    >
      <option value="" disabled selected>${words.choose}</option>
      ${codes.map(({ code, said }) => html`<option value=${code}>${said[state.language]}</option>`)}
    </select>
  </div>`;
}

/** In the customer's words, kept when the field is left. */
function noted(app: App, name: 'hope' | 'worry', value: string | null): TemplateResult {
  const told = (event: Event): void => {
    const text = (event.target as HTMLInputElement).value.trim();
    if (text === '') return;
    const words = name === 'hope' ? { hope: text } : { worry: text };
    void tellStep(app, { kind: 'words_noted', ...words });
  };
  return html`<div class="field">
    <label for="guide-${name}">${app.words.guide[name]}</label>
    <input
      id="guide-${name}"
      maxlength="500"
      autocomplete="off"
      .value=${value ?? ''}
      @change=${told}
    />
  </div>`;
}

function tension(app: App, guide: Guide): TemplateResult {
  const { guide: words } = app.words;
  return html`<p class="buttons">
    ${
      guide.isConflict
        ? stepButton(app, words.calm, { kind: 'calmed' })
        : stepButton(app, words.tense, { kind: 'tension', level: 3 })
    }
    ${
      guide.tension === null
        ? nothing
        : html`<button type="button" class="quiet" @click=${() => void app.send('/v1/me/break')}>
            ${words.rest}
          </button>`
    }
  </p>`;
}
