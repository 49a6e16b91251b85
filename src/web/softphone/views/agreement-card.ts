import { html, nothing, type TemplateResult } from 'lit-html';
import type { AgreementNow } from '../api-answers';
import type { App } from '../app';
import { momentText } from '../format';

/** What was agreed in this talk, word by word, and whether a second person has agreed to it. */
export function agreementCard(app: App): TemplateResult | typeof nothing {
  const { words, state } = app;
  const { agreement: now, language } = state;
  if (now === null) return nothing;
  const { title, readOut } = words.talk.agreement;
  return html`<article class="agreement" aria-label=${title}>
    ${word(app, now)}
    <p class="said">${now.agreement.text[language]}</p>
    ${now.agreement.state === 'active' ? html`<p class="hint">${readOut}</p>` : nothing}
  </article>`;
}

/** The second person's word: waited for, given, refused, or too late. */
function word(app: App, { agreement, approval }: AgreementNow): TemplateResult | typeof nothing {
  const { agreement: words } = app.words.talk;
  const { nowMs, language } = app.state;
  if (approval === null)
    return ['cancelled', 'expired', 'superseded'].includes(agreement.state)
      ? notice(words.ended)
      : nothing;
  switch (approval.state) {
    case 'asked': {
      const leftMs = new Date(approval.limitAt).getTime() - nowMs;
      const seconds = Math.max(0, Math.ceil(leftMs / 1_000));
      return html`<p class="notice">
        <span role="status">${words.waiting[approval.needsRole]}</span>
        <strong role="timer">${words.secondsLeft(seconds)}</strong>
      </p>`;
    }
    case 'late': {
      const { confirmBy } = approval;
      return notice(words.late(confirmBy === null ? '–' : momentText(confirmBy, language)));
    }
    case 'approved':
      return notice(words.approved);
    case 'rejected':
      return notice(words.rejected(approval.reason ?? ''));
    case 'withdrawn':
      return notice(words.ended);
  }
}

const notice = (text: string): TemplateResult => html`<p class="notice" role="status">${text}</p>`;
