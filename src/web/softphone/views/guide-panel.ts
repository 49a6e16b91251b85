import { html, nothing, type TemplateResult } from 'lit-html';
import type { ConversationStep, Feeling, Opening } from '../../../domain/conversation-step';
import type { RootCause } from '../../../domain/outcome-code';
import type { Guide } from '../api-answers';
import type { App } from '../app';
import { dayText } from '../format';
import { isAgreed } from '../talk-requests';
import { abusePanel } from './abuse-panel';
import { identityCheck } from './identity-check';
import { talkChoice, talkField } from './talk-field';

type Debt = NonNullable<Guide['debt']>;

/** What can be said now, and what was; of the debt only once the person is known. */
export function guidePanel(app: App): TemplateResult | typeof nothing {
  const { words, state } = app;
  const { guide, language, call } = state;
  if (guide === null) return nothing;
  const isPaid = call !== null && state.paidAttempt === call.attemptId;
  return html`<section class="panel guide talk" aria-labelledby="guide">
    <h2 id="guide">${words.guide.title}</h2>
    ${isPaid ? html`<p class="notice" role="status">${words.guide.paid}</p>` : nothing}
    ${guide.nudge === null ? nothing : html`<p class="notice" role="status">${guide.nudge[language]}</p>`}
    <p class="soft small">${words.guide.say}</p>
    <ul class="plain prompts">
      ${guide.prompts.map(({ code, said }) => html`<li>${prompt(app, code, said[language])}</li>`)}
    </ul>
    ${guide.isConflict ? nothing : html`${identityCheck(app, guide)} ${talk(app, guide)}`}
    ${tension(app, guide)} ${abusePanel(app, guide)}
  </section>`;
}

/** Prompts that are a step once they are said; the others are told by what follows them. */
const STEP_OF_PROMPT: Readonly<Partial<Record<string, ConversationStep>>> = {
  ...({
    greeting: { kind: 'opened', opening: 'greeting' },
    good_moment: { kind: 'opened', opening: 'good_moment' },
    here_to_help: { kind: 'opened', opening: 'here_to_help' },
  } satisfies Record<Opening, ConversationStep>),
  close_1: { kind: 'closed' },
};

function prompt(app: App, code: string, text: string): TemplateResult {
  const step = STEP_OF_PROMPT[code];
  if (step === undefined) return html`${text}`;
  return html`<button type="button" class="prompt" @click=${() => void app.talk.tell(step)}>
    ${text}
  </button>`;
}

function stepButton(
  app: App,
  text: string,
  step: ConversationStep,
  isOn = false,
  id?: string,
): TemplateResult {
  return html`<button
    id=${id ?? nothing}
    type="button"
    class=${isOn ? 'on' : ''}
    aria-pressed=${isOn ? 'true' : 'false'}
    @click=${() => void app.talk.tell(step)}
  >
    ${text}
  </button>`;
}

function talk(app: App, guide: Guide): TemplateResult | typeof nothing {
  const { debt } = guide;
  if (debt === null) return nothing;
  const { words, state } = app;
  const { language } = state;
  const isDone = guide.practices.find(({ code }) => code === 'agreement')?.isDone === true;
  return html`${learnt(app, debt)}
    ${picked(
      app,
      'feeling',
      words.guide.feeling,
      guide.feelings,
      (feeling) =>
        void app.talk.tell({ kind: 'feeling_acknowledged', feeling: feeling as Feeling }),
    )}
    ${picked(
      app,
      'cause',
      words.guide.cause,
      debt.causes,
      (cause) => void app.talk.tellCause(cause as RootCause),
      debt.cause?.cause,
    )}
    ${moreOfCause(app, debt)}
    <p class="soft small">${words.guide.mustSay}</p>
    <p>
      ${[debt.statement, debt.parts, debt.later].map((said) => (said === null ? nothing : html`${said[language]} `))}
    </p>
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
    ${stepButton(app, words.guide.agreed, { kind: 'recap_said', agreed: isAgreed(debt, state.agreement) }, isDone, 'recap')}`;
}

/** Which of its kind, in which words, and until when: as far as it is told. */
function moreOfCause(app: App, debt: Debt): TemplateResult {
  const { words, state } = app;
  const details = debt.causes.find(({ code }) => code === app.talk.cause)?.details ?? [];
  const choices = details.map(({ code, said }) => ({ code, text: said[state.language] }));
  const onLeave = (): void => void app.talk.tellMoreOfCause();
  return html`<div class="pair">
    ${
      choices.length === 0
        ? nothing
        : talkChoice(app, 'causeDetail', words.talk.causeDetail, choices, onLeave)
    }
    ${talkField(app, 'causeWords', words.talk.causeWords, { onLeave })}
    ${talkField(app, 'causeEndsOn', words.talk.causeEndsOn, { type: 'date', onLeave })}
  </div>`;
}

/** What calls like this one have taught: which way was kept, and what to do otherwise after a conflict. */
function learnt(app: App, debt: Debt): TemplateResult {
  const { words, state } = app;
  const { language } = state;
  const { earlierConflict: earlier } = debt;
  const helped = earlier?.whatWorked ?? null;
  const lines = [
    ...debt.lessons.map(({ said }) => said[language]),
    ...debt.advice.map(({ said, lesson, on }) =>
      words.talk.advice(said[language], lesson, dayText(on, language)),
    ),
    ...(earlier === null || helped === null
      ? []
      : [words.talk.earlierConflict(dayText(earlier.on, language), helped)]),
  ];
  return html`${lines.map((line) => html`<p class="hint lesson">${line}</p>`)}`;
}

function picked(
  app: App,
  name: string,
  label: string,
  codes: readonly { readonly code: string; readonly said: { id: string; en: string } }[],
  tell: (code: string) => void,
  value = '',
): TemplateResult {
  const { words, state } = app;
  return html`<div class="field">
    <label for="guide-${name}">${label}</label>
    <select
      id="guide-${name}"
      .value=${value}
      @change=${(event: Event) => {
        tell((event.target as HTMLSelectElement).value);
      }}
    >
      <option value="" disabled ?selected=${value === ''}>${words.choose}</option>
      ${codes.map(
        ({ code, said }) =>
          html`<option value=${code} ?selected=${code === value}>${said[state.language]}</option>`,
      )}
    </select>
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
