import type { EvidenceBundle } from './evidence-bundle';
import { DEALING_TITLES as TITLES, dealingWords } from './evidence-dealing-words';
import type {
  EvidenceAgreement,
  EvidenceCase,
  EvidenceMessage,
  EvidencePayment,
  EvidencePromise,
  EvidenceRecording,
} from './evidence-dealings';
import { said, table, wib, type Cell } from './evidence-tables';
import { WORDS } from './evidence-words';
import { html, type Html } from './html';
import { sayDate, sayMoney, type Said } from './said';

/** What was agreed, promised, paid, written and complained about, and what was recorded. */
export function dealingTables(bundle: EvidenceBundle): Html {
  const { agreements, promises, payments, messages, cases, recordings } = bundle;
  const { made, amount, dueDate, method, state, instalment, paid, provider, told } = TITLES;
  const ofPromises = [made, amount, dueDate, method, state, instalment];
  const ofPayments = [paid, amount, provider, method, told];
  return html`${part('agreements', agreements.map(agreementSection))}
  ${part('promises', rowsOf(promises.map(promiseRow), ofPromises))}
  ${part('payments', rowsOf(payments.map(paymentRow), ofPayments))}
  ${part('messages', rowsOf(messages.map(messageRow)))} ${part('cases', rowsOf(cases.map(caseRow)))}
  ${part('recordings', rowsOf(recordings.map(recordingRow)))}`;
}

function promiseRow(it: EvidencePromise): Cell[] {
  return [
    wib(it.createdAt),
    money(it.amountMinor, it.currency),
    date(it.dueDate),
    it.method,
    said(dealingWords('promise', it.state)),
    it.agreementId === null ? null : html`<a href="#agreement-${it.agreementId}">#${it.number}</a>`,
  ];
}

function paymentRow(it: EvidencePayment): Cell[] {
  return [
    wib(it.paidAt),
    money(it.amountMinor, it.currency),
    `${it.provider} ${it.providerPaymentId}`,
    it.method,
    wib(it.receivedAt),
    it.reversedAt === null
      ? null
      : html`${said(TITLES.takenBack)} ${wib(it.reversedAt)} ${it.reversalReason}`,
  ];
}

function caseRow(it: EvidenceCase): Cell[] {
  return [
    html`<span id="case-${it.id}">${wib(it.openedAt)}</span>`,
    html`${said(dealingWords('caseKind', it.kind))} ${it.type}`,
    it.claim,
    said(dealingWords('case', it.state)),
    it.decidedAt === null
      ? null
      : `${wib(it.decidedAt)} ${it.decisionReason ?? ''} (${it.decidedBy ?? ''})`,
    it.proofs.map((proof) => `${wib(proof.addedAt)} ${proof.kind}: ${proof.body}`).join('; '),
  ];
}

function recordingRow(it: EvidenceRecording): Cell[] {
  return [
    it.startedAt === null ? null : wib(it.startedAt),
    it.durationMs === null
      ? it.state
      : html`${Math.round(it.durationMs / 1_000)} ${said(TITLES.seconds)} · ${it.state}`,
    html`<code>${it.id} · sha256 ${it.sha256 ?? '-'}</code>`,
    it.erasedAt === null ? null : `${wib(it.erasedAt)} ${it.eraseReason ?? ''}`,
  ];
}

function agreementSection(it: EvidenceAgreement): Html {
  return html`<section id="agreement-${it.id}">
    <h3>
      ${said(dealingWords('agreementKind', it.kind))} ·
      <b>${said(dealingWords('agreement', it.state))}</b> ${said(TITLES.since)}
      ${wib(it.stateSince)} (${it.stateReason})
    </h3>
    <p>
      ${said(TITLES.accepted)} ${wib(it.acceptedAt)} · ${said(TITLES.madeBy)} ${it.madeBy} ·
      v${it.version}
      ${it.replacesId === null ? '' : html`· ${said(TITLES.replaces)} <code>${it.replacesId}</code>`}
    </p>
    <p class="words">${said(it.text)}</p>
    ${table(
      [TITLES.instalment, TITLES.dueDate, TITLES.amount, TITLES.paid, TITLES.state],
      it.instalments.map((one) => [
        String(one.number),
        date(one.dueDate),
        money(one.amountMinor, it.currency),
        one.keptMinor === null ? null : money(one.keptMinor, it.currency),
        one.state === null ? null : said(dealingWords('promise', one.state)),
      ]),
    )}
    <p>${said(TITLES.approval)}: ${approvalOf(it)}</p>
    <p>
      ${said(TITLES.document)}: <a href="${it.document.file}">${it.document.file}</a>
      <code>sha256 ${it.document.sha256}</code><br />${said(TITLES.textHash)}:
      <code>${it.textHash}</code>
    </p>
  </section> `;
}

function approvalOf({ approval }: EvidenceAgreement): Html {
  if (approval === null) return said(TITLES.notNeeded);
  const { state, needsRole, askedBy, askedAt, decidedBy, decidedAt, reason } = approval;
  return html`${said(dealingWords('approval', state))} (${needsRole}) · ${said(TITLES.askedBy)}
  ${askedBy} ${wib(askedAt)}
  ${decidedAt === null ? '' : html`· ${said(TITLES.decidedBy)} ${decidedBy} ${wib(decidedAt)} ${reason}`}`;
}

function messageRow(it: EvidenceMessage): Cell[] {
  const sends = it.sends.map(
    (send) =>
      html`<br />${send.channel} ${send.number} · ${wib(send.claimedAt)} ·
        ${said(dealingWords('message', send.state))} ${send.failure}`,
  );
  return [
    wib(it.sentAt ?? it.queuedAt),
    said(dealingWords('messageKind', it.kind)),
    html`<div class="words">${said(it.text)}</div>`,
    html`${said(dealingWords('message', it.state))} ${it.cause} ${sends}`,
  ];
}

const money = (minor: string, currency: string): Html => said(sayMoney(BigInt(minor), currency));
const date = (isoDate: string): Html => said(sayDate(isoDate));

function rowsOf(rows: readonly (readonly Cell[])[], heads: readonly Said[] = []): readonly Html[] {
  return rows.length === 0 ? [] : [table(heads, rows)];
}

function part(title: keyof typeof TITLES, content: readonly Html[]): Html {
  return html`<h2>${said(TITLES[title])}</h2>
    ${content.length === 0 ? html`<p>${said(WORDS.nothing)}</p>` : content}`;
}
