import { html, nothing, type TemplateResult } from 'lit-html';
import type { App } from '../app';
import type { TalkDraft } from '../talk-draft';

/** Fields of the draft that hold a text. */
type TextName = {
  [Name in keyof TalkDraft]: TalkDraft[Name] extends string ? Name : never;
}[keyof TalkDraft];

interface FieldOptions {
  readonly type?: 'text' | 'date' | 'time' | 'money';
  readonly hint?: string;
  /** Kept when the field is left. */
  readonly onLeave?: () => void;
}

/** A field of what the agent notes in the talk, with what is wrong with it. */
export function talkField(
  app: App,
  name: TextName,
  label: string,
  { type = 'text', hint, onLeave }: FieldOptions = {},
): TemplateResult {
  const isWrong = app.state.talkProblems[name] !== undefined;
  return html`<div class="field">
    <label for=${name}>${label}</label>
    <input
      id=${name}
      type=${type === 'money' ? 'text' : type}
      inputmode=${type === 'money' ? 'numeric' : nothing}
      maxlength="500"
      autocomplete="off"
      aria-invalid=${isWrong ? 'true' : 'false'}
      aria-describedby=${isWrong || hint !== undefined ? `${name}-hint` : nothing}
      .value=${app.state.talk[name]}
      @input=${(event: Event) => {
        app.talk.edit({ [name]: (event.target as HTMLInputElement).value });
      }}
      @change=${onLeave ?? nothing}
    />
    ${fieldHint(app, name, hint)}
  </div>`;
}

/** What would be right, and in red what is not. */
export function fieldHint(
  app: App,
  name: keyof TalkDraft,
  hint?: string,
): TemplateResult | typeof nothing {
  const { words, state } = app;
  const problem = state.talkProblems[name];
  if (problem === undefined)
    return hint === undefined ? nothing : html`<p class="hint" id="${name}-hint">${hint}</p>`;
  const texts = {
    needed: hint ?? words.needed,
    money: words.talk.options.wholeAmount,
    refused: words.talk.notTaken,
  };
  return html`<p class="wrong" id="${name}-hint" role="alert">${texts[problem]}</p>`;
}

interface Choice {
  readonly code: string;
  readonly text: string;
}

/** One of a closed list. */
export function talkChoice(
  app: App,
  name: 'causeDetail' | 'caseKind' | 'caseType' | 'wish' | 'abuse',
  label: string,
  choices: readonly Choice[],
  onChosen: () => void = () => undefined,
): TemplateResult {
  const { words, state } = app;
  const value: string = state.talk[name];
  const isWrong = state.talkProblems[name] !== undefined;
  return html`<div class="field">
    <label for=${name}>${label}</label>
    <select
      id=${name}
      aria-invalid=${isWrong ? 'true' : 'false'}
      .value=${value}
      @change=${(event: Event) => {
        app.talk.edit({ [name]: (event.target as HTMLSelectElement).value });
        onChosen();
      }}
    >
      ${name === 'wish' || name === 'abuse' ? nothing : html`<option value="" ?selected=${value === ''}>${words.choose}</option>`}
      ${choices.map(
        ({ code, text }) =>
          html`<option value=${code} ?selected=${code === value}>${text}</option>`,
      )}
    </select>
    ${fieldHint(app, name)}
  </div>`;
}
