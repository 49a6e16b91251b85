import { html, nothing, type TemplateResult } from 'lit-html';
import { AGENT_CASE_KINDS, CASE_RULES } from '../../../domain/case-kind';
import type { App } from '../app';
import type { CaseType } from '../words-talk';
import { fieldHint, talkChoice, talkField } from './talk-field';

/** Hope and worry, times and what must be looked into, in the customer's own words. */
export function heardPanel(app: App): TemplateResult | typeof nothing {
  const { words, state } = app;
  const { guide } = state;
  if (guide === null) return nothing;
  const { heard } = words.talk;
  return html`<section class="panel talk" aria-labelledby="heard">
    <h2 id="heard">${heard.title}</h2>
    ${guide.isConflict ? nothing : hopeAndWorry(app)}
    ${
      state.advice === null
        ? nothing
        : html`<p class="notice" role="status">${state.advice[state.language]}</p>`
    }
    ${guide.complaints === 0 ? nothing : html`<p class="hint">${heard.complaints(guide.complaints)}</p>`}
    ${times(app)} ${cases(app)}
  </section>`;
}

function hopeAndWorry(app: App): TemplateResult {
  const { guide: words } = app.words;
  const onLeave = (): void => void app.talk.noteWords();
  return html`<div class="pair">
    ${talkField(app, 'hope', words.hope, { onLeave })}
    ${talkField(app, 'worry', words.worry, { onLeave })}
  </div>`;
}

function times(app: App): TemplateResult {
  const { heard } = app.words.talk;
  const { guide, talk } = app.state;
  const toggle = (day: number): void => {
    const isOn = talk.wishDays.includes(day);
    app.talk.edit({
      wishDays: isOn ? talk.wishDays.filter((one) => one !== day) : [...talk.wishDays, day],
    });
  };
  return html`<ul class="plain small">
      ${(guide?.wishes ?? []).map(({ wish, days, from, to }) => {
        const names = days.map((day) => heard.days[day - 1] ?? '').join(', ');
        return html`<li>${heard.kept(heard.wishes[wish], names, from, to)}</li>`;
      })}
    </ul>
    <details>
      <summary>${heard.times}</summary>
      ${talkChoice(
        app,
        'wish',
        heard.times,
        (['preferred', 'refused'] as const).map((code) => ({ code, text: heard.wishes[code] })),
      )}
      <fieldset class="field">
        <legend>${heard.daysTitle}</legend>
        <div class="row">
          ${heard.days.map(
            (name, n) =>
              html`<label class="check">
                <input
                  type="checkbox"
                  .checked=${talk.wishDays.includes(n + 1)}
                  @change=${() => {
                    toggle(n + 1);
                  }}
                />
                ${name}
              </label>`,
          )}
        </div>
        ${fieldHint(app, 'wishDays')}
      </fieldset>
      <div class="pair">
        ${talkField(app, 'wishFrom', heard.from, { type: 'time' })}
        ${talkField(app, 'wishTo', heard.to, { type: 'time' })}
      </div>
      <button type="button" @click=${() => void app.talk.keepWish()}>${heard.keepTime}</button>
    </details>`;
}

function cases(app: App): TemplateResult {
  const { heard } = app.words.talk;
  const { caseKind } = app.state.talk;
  const types = caseKind === '' ? [] : (CASE_RULES[caseKind].types as readonly CaseType[]);
  return html`<details>
    <summary>${heard.cases}</summary>
    <div class="pair">
      ${talkChoice(
        app,
        'caseKind',
        heard.caseKind,
        AGENT_CASE_KINDS.map((code) => ({ code, text: heard.kinds[code] })),
      )}
      ${
        types.length === 0
          ? nothing
          : talkChoice(
              app,
              'caseType',
              heard.caseType,
              types.map((code) => ({ code, text: heard.types[code] })),
            )
      }
    </div>
    ${talkField(app, 'claim', heard.claim)}
    <button type="button" @click=${() => void app.talk.openCase()}>${heard.openCase}</button>
  </details>`;
}
