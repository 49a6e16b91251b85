import { html, nothing, type TemplateResult } from 'lit-html';
import { AGENT_OUTCOME_CODES } from '../../../domain/outcome-code';
import type { Statement } from '../api-answers';
import type { App } from '../app';
import { clockOf, zoneName, zoneOf } from '../debtor-time';
import { dayText, momentText, moneyText } from '../format';

/** Older data may miss a payment. */
const OLD_DATA_MS = 15 * 60_000;

/** What the agent must know before the first word. */
export function statementCard(app: App, call: Statement): TemplateResult {
  const { words, state } = app;
  const isOld = state.nowMs - new Date(call.accountUpdatedAt).getTime() > OLD_DATA_MS;
  return html`<section class="panel card" aria-labelledby="who">
    <p class="soft small">${words.card}</p>
    <h1 id="who">${call.name}</h1>
    <p class="number">${call.phone}</p>
    ${call.purpose === 'locate' ? html`<p class="notice">${words.locate}</p>` : known(app, call)}
    ${theirClock(app, call)} ${limits(app, call)}
    <p class="hint">
      ${words.dataFrom(momentText(call.accountUpdatedAt, state.language, zoneOf(call)))}${
        isOld ? html` — <strong>${words.dataOld}</strong>` : nothing
      }
    </p>
  </section>`;
}

/** Nothing of the debt comes from the server while it may be somebody else's phone. */
function known(app: App, call: Statement): TemplateResult {
  return call.amountDueMinor === null
    ? html`<p class="notice">${app.words.identityFirst}</p>`
    : debt(app, call);
}

function debt(app: App, call: Statement): TemplateResult {
  const { words, state } = app;
  const { language } = state;
  const { amountDueMinor, currency, dueDate, openPromise, brokenPromise } = call;
  const late = call.daysPastDue ?? 0;
  const money =
    amountDueMinor === null || currency === null
      ? '–'
      : moneyText(amountDueMinor, currency, language);
  return html`<p class="amount">
      <span class="soft">${words.amountDue}</span> <strong>${money}</strong>
    </p>
    <dl class="facts">
      <div>
        <dt>${words.dueDate}</dt>
        <dd>
          ${dueDate === null ? '–' : dayText(dueDate, language)}
          ${late > 0 ? html`<span class="late">${words.daysLate(late)}</span>` : nothing}
        </dd>
      </div>
      <div>
        <dt>${words.creditor}</dt>
        <dd>${call.creditorName ?? '–'}</dd>
      </div>
      <div>
        <dt>${words.product}</dt>
        <dd>${call.product ?? '–'}</dd>
      </div>
      <div>
        <dt>${words.openPromise}</dt>
        <dd>
          ${
            openPromise === null
              ? words.noPromise
              : `${moneyText(openPromise.amountMinor, openPromise.currency, language)} · ${dayText(openPromise.dueDate, language)}`
          }
          ${
            brokenPromise === null
              ? nothing
              : html`<span class="late"
                  >${words.promiseBroken(
                    moneyText(brokenPromise.amountMinor, brokenPromise.currency, language),
                    dayText(brokenPromise.dueDate, language),
                  )}</span
                >`
          }
        </dd>
      </div>
      <div class="whole">
        <dt>${words.lastContacts}</dt>
        <dd>${lastContacts(app, call)}</dd>
      </div>
    </dl>`;
}

function lastContacts(app: App, call: Statement): TemplateResult {
  const { words, state } = app;
  if (call.lastOutcomes.length === 0) return html`${words.noContacts}`;
  return html`<ul class="plain">
    ${call.lastOutcomes.map(({ code, recordedAt }) => {
      const known = AGENT_OUTCOME_CODES.find((one) => one === code);
      return html`<li>
        ${momentText(recordedAt, state.language, zoneOf(call))} ·
        ${known === undefined ? code : words.outcomes[known]}
      </li>`;
    })}
  </ul>`;
}

/** What the time is there, and that it is a guess where nobody knows where they live. */
function theirClock({ words, state }: App, call: Statement): TemplateResult {
  const time = clockOf(call, new Date(state.nowMs));
  return html`<p class="hint">
    ${call.zones.length > 1 ? words.placeUnknown(time) : words.theirClock(time)}
  </p>`;
}

function limits(app: App, call: Statement): TemplateResult {
  const { words, state } = app;
  const { mayCallUntil } = call;
  if (mayCallUntil === null) return html``;
  if (state.nowMs > new Date(mayCallUntil.at).getTime())
    return html`<p class="notice">${words.overtime}</p>`;
  const { localTime, zone } = mayCallUntil;
  if (localTime === null || zone === null) return html``;
  const time = `${localTime} ${zoneName(zone, new Date(mayCallUntil.at))}`;
  return html`<p class="hint">${words.until(time)}</p>`;
}
