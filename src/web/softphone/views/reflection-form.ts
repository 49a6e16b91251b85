import { html, nothing, type TemplateResult } from 'lit-html';
import { TRIGGER_WORDS, type Trigger } from '../../../domain/conflict-trigger';
import type { Conflict } from '../api-answers';
import type { App } from '../app';
import { BOOKS_ZONE } from '../debtor-time';
import { momentText } from '../format';
import { PREVENTION_OWNERS, type PreventionOwner, type ReflectionDraft } from '../reflection-draft';

/** What happened, what set it off, what worked and what prevents it: of the earliest that waits. */
export function reflectionForm(app: App): TemplateResult | typeof nothing {
  const { words, state } = app;
  const conflict = state.conflicts.at(-1);
  if (conflict === undefined) return nothing;
  const { reflection: texts } = words.talk;
  const { language, nowMs } = state;
  const isOverdue = nowMs > new Date(conflict.reflectionDueAt).getTime();
  const submit = (event: SubmitEvent): void => {
    event.preventDefault();
    void app.reflection.save(conflict);
  };
  return html`<form
    class="panel form reflection"
    novalidate
    aria-labelledby="reflection"
    @submit=${submit}
  >
    <h2 id="reflection">${texts.title(momentText(conflict.beganAt, language, BOOKS_ZONE))}</h2>
    <p class="hint">
      ${isOverdue ? texts.overdue : texts.due(momentText(conflict.reflectionDueAt, language, BOOKS_ZONE))}
    </p>
    ${text(app, conflict, 'whatHappened')}
    ${choice(
      app,
      conflict,
      'trigger',
      texts.fields.trigger,
      (Object.keys(TRIGGER_WORDS) as Trigger[]).map((code) => ({
        code,
        text: TRIGGER_WORDS[code][language],
      })),
    )}
    ${text(app, conflict, 'whatWorked')} ${text(app, conflict, 'action')}
    <div class="pair">
      ${choice(
        app,
        conflict,
        'owner',
        texts.owner,
        PREVENTION_OWNERS.map((code: PreventionOwner) => ({ code, text: texts.owners[code] })),
      )}
      ${text(app, conflict, 'dueOn')}
    </div>
    <button type="submit" class="primary wide" ?disabled=${state.isBusy}>${texts.save}</button>
  </form>`;
}

type TextName = 'whatHappened' | 'whatWorked' | 'action' | 'dueOn';

const edited =
  (app: App, conflict: Conflict, name: keyof ReflectionDraft) =>
  (event: Event): void => {
    const { value } = event.target as HTMLInputElement | HTMLSelectElement;
    app.reflection.edit(conflict, { [name]: value });
  };

function text(app: App, conflict: Conflict, name: TextName): TemplateResult {
  const { words, state } = app;
  const isWrong = state.blanks.includes(name);
  return html`<div class="field">
    <label for="reflection-${name}">${words.talk.reflection.fields[name]}</label>
    <input
      id="reflection-${name}"
      type=${name === 'dueOn' ? 'date' : 'text'}
      maxlength="1000"
      autocomplete="off"
      aria-invalid=${isWrong ? 'true' : 'false'}
      .value=${app.reflection.draftOf(conflict)[name]}
      @input=${edited(app, conflict, name)}
    />
    ${isWrong ? html`<p class="wrong" role="alert">${words.needed}</p>` : nothing}
  </div>`;
}

function choice(
  app: App,
  conflict: Conflict,
  name: 'trigger' | 'owner',
  label: string,
  choices: readonly { readonly code: string; readonly text: string }[],
): TemplateResult {
  const { words, state } = app;
  const value: string = app.reflection.draftOf(conflict)[name];
  const isWrong = name === 'trigger' && state.blanks.includes(name);
  return html`<div class="field">
    <label for="reflection-${name}">${label}</label>
    <select
      id="reflection-${name}"
      aria-invalid=${isWrong ? 'true' : 'false'}
      .value=${value}
      @change=${edited(app, conflict, name)}
    >
      ${name === 'trigger' ? html`<option value="" ?selected=${value === ''}>${words.choose}</option>` : nothing}
      ${choices.map(
        (each) =>
          html`<option value=${each.code} ?selected=${each.code === value}>${each.text}</option>`,
      )}
    </select>
    ${isWrong ? html`<p class="wrong" role="alert">${words.needed}</p>` : nothing}
  </div>`;
}
