import { html, nothing, type TemplateResult } from 'lit-html';
import { isOver } from '../../../domain/agreement';
import type { OptionReason } from '../../../domain/option';
import type { Guide, Offer, OptionsAnswer } from '../api-answers';
import type { App } from '../app';
import { moneyText } from '../format';
import { isOfferOf, wasRefused } from '../talk-requests';
import { agreementCard } from './agreement-card';
import { talkField } from './talk-field';

type Debt = NonNullable<Guide['debt']>;

/**
 * The ability, the ways out that are allowed, and the answer to them. Its keys work also while an answer
 * is under way: asked twice, each of them changes nothing twice.
 */
export function optionsPanel(app: App): TemplateResult | typeof nothing {
  const { words, state } = app;
  const debt = state.guide?.debt ?? null;
  if (debt === null || state.guide?.isConflict === true) return nothing;
  const isAgreed = state.agreement?.agreement.state === 'active';
  return html`<section class="panel talk" aria-labelledby="options">
    <h2 id="options">${words.talk.options.title}</h2>
    ${agreementCard(app)}
    ${
      isAgreed
        ? html`<details>
            <summary>${words.talk.options.others}</summary>
            ${waysOut(app, debt)}
          </details>`
        : waysOut(app, debt)
    }
  </section>`;
}

function waysOut(app: App, debt: Debt): TemplateResult {
  const { words, state } = app;
  const { options } = state;
  return html`${ability(app, debt)}
  ${app.talk.isStale ? html`<p class="notice" role="status">${words.talk.options.stale}</p>` : nothing}
  ${options === null ? nothing : offers(app, options.answer)}`;
}

function ability(app: App, debt: Debt): TemplateResult {
  const { options: words } = app.words.talk;
  const money = (label: string): string => `${label} (${debt.currency})`;
  const submit = (event: SubmitEvent): void => {
    event.preventDefault();
    void app.talk.reckon();
  };
  return html`<form novalidate @submit=${submit}>
    <p class="hint">${words.hint}</p>
    <div class="pair">
      ${talkField(app, 'income', money(words.income), { type: 'money' })}
      ${talkField(app, 'fixedCost', money(words.fixedCost), { type: 'money' })}
      ${talkField(app, 'otherDebts', money(words.otherDebts), { type: 'money' })}
      ${talkField(app, 'nextIncomeOn', words.nextIncomeOn, { type: 'date' })}
    </div>
    <button type="submit" class="primary">${words.reckon}</button>
  </form>`;
}

function offers(app: App, answer: OptionsAnswer): TemplateResult {
  const { options: words } = app.words.talk;
  const { language } = app.state;
  const { offer } = app.talk;
  return html`${
    answer.allowed.length === 0
      ? html`<p class="notice" role="status">${words.none}</p>`
      : html`<fieldset id="offers" class="offers">
          <legend class="unseen">${words.title}</legend>
          ${answer.allowed.map((each) => offerRow(app, each, answer))}
        </fieldset>`
  }
  ${offer === null ? nothing : decision(app, offer)}
  ${
    answer.allowed.length === 0
      ? html`${talkField(app, 'refusal', words.refusal)} ${noneFits(app)}`
      : html`<p class="row">${noneFits(app)}</p>`
  }
  ${
    answer.refused.length === 0
      ? nothing
      : html`<details>
          <summary>${words.notOffered}</summary>
          <ul class="plain small">
            ${answer.refused.map(
              ({ kind, said }) => html`<li>${words.kinds[kind]}: ${said[language]}</li>`,
            )}
          </ul>
        </details>`
  }`;
}

function noneFits(app: App): TemplateResult {
  return html`<button type="button" @click=${() => void app.talk.noneFits()}>
    ${app.words.talk.options.noneFits}
  </button>`;
}

/** Said by whose word it needs. */
const OF_AUTHORITY: readonly string[] = [
  'within_your_authority',
  'needs_second_person',
] satisfies OptionReason[];

/** One way, with why it stands where it stands, and what it means to both sides. */
function offerRow(app: App, offer: Offer, { currency }: OptionsAnswer): TemplateResult {
  const { options: words } = app.words.talk;
  const { language, talk, agreement, guide } = app.state;
  const answers = guide?.debt?.options ?? [];
  const isOn = offer.offerId === talk.offerId;
  const isStanding = agreement !== null && !isOver(agreement.agreement.state);
  const isChosen = isStanding && isOfferOf(agreement)(offer);
  const isUnwanted = answers.some(
    ({ code, answer }) => code === offer.kind && answer === 'refused',
  );
  return html`<label class="offer ${isOn ? 'on' : ''}">
    <input
      type="radio"
      name="offer"
      .checked=${isOn}
      @change=${() => {
        app.talk.edit({ offerId: offer.offerId });
      }}
    />
    <span>
      <strong>${offer.rank}. ${words.kinds[offer.kind]}</strong>
      ${isChosen ? html`<em>${words.chosen}</em>` : nothing}
      ${wasRefused(agreement, offer) ? html`<em>${words.refusedBefore}</em>` : nothing}
      ${isUnwanted && !isChosen ? html`<span class="soft">${words.unwanted}</span>` : nothing}
      <span class="said">${offer.said[language]}</span>
      <span class="hint">${factsOf(app, offer, currency).join(' · ')}</span>
    </span>
  </label>`;
}

/** Why it stands where it stands, and what it means to both sides. */
function factsOf(app: App, offer: Offer, currency: string): readonly string[] {
  const { options: words } = app.words.talk;
  const { language } = app.state;
  const { strainPercent, costMinor, approval, keeping } = offer;
  return [
    ...offer.reasons
      .filter(({ code }) => !OF_AUTHORITY.includes(code))
      .map(({ said }) => said[language]),
    ...(strainPercent === null ? [] : [words.strain(strainPercent)]),
    ...(keeping.verdict === 'foretold' ? [keeping.said[language]] : []),
    ...(costMinor === null ? [] : [words.cost(moneyText(costMinor, currency, language))]),
    ...(approval === null ? [] : [words.needs[approval]]),
  ];
}

/** The fields of the chosen one, and the customer's answer to it. */
function decision(app: App, offer: Offer): TemplateResult {
  const { options: words } = app.words.talk;
  return html`<div class="decision">
    ${offer.terms.kind === 'deferment' ? deferment(app, offer.terms.needsEvidence) : nothing}
    <p class="row">
      <button
        id="accept"
        type="button"
        class="primary"
        ?disabled=${app.talk.isStale || app.talk.isSpent}
        @click=${() => void app.talk.accept()}
      >
        ${offer.approval === null ? words.accept : words.acceptAndAsk}
      </button>
    </p>
    ${talkField(app, 'refusal', words.refusal)}
    <p class="row">
      <button type="button" @click=${() => void app.talk.refuse()}>${words.refuse}</button>
    </p>
  </div>`;
}

function deferment(app: App, needsEvidence: boolean): TemplateResult {
  const { options: words } = app.words.talk;
  const { state } = app;
  return html`${talkField(app, 'reason', words.reason)}
    <label class="check field">
      <input
        id="hasEvidence"
        type="checkbox"
        ?required=${needsEvidence}
        .checked=${state.talk.hasEvidence}
        aria-invalid=${state.talkProblems.hasEvidence === undefined ? 'false' : 'true'}
        @change=${(event: Event) => {
          app.talk.edit({ hasEvidence: (event.target as HTMLInputElement).checked });
        }}
      />
      ${words.hasEvidence}
    </label>`;
}
