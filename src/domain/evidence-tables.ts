import { DateTime } from 'luxon';
import type { EvidenceBundle, EvidenceHold } from './evidence-bundle';
import { sayDate, sayMoney, type Said } from './said';
import { WORDS, wordsOf } from './evidence-words';
import { html, type Html } from './html';

/** Words in both languages; the page's switch hides one of them. */
export function said(words: Said): Html {
  return words.id === words.en
    ? html`${words.id}`
    : html`<span lang="id">${words.id}</span><span lang="en">${words.en}</span>`;
}

/** An instant on the clock of a zone. */
export function clock(at: string, zone: string): string {
  return DateTime.fromISO(at, { zone }).toFormat('yyyy-MM-dd HH:mm:ss');
}

/** On the clock of Jakarta, and says so. */
export function wib(at: string): string {
  return `${clock(at, 'Asia/Jakarta')} WIB`;
}

export type Cell = string | null | Html;

/** A table, or nothing when it has no rows. */
export function table(heads: readonly Said[], rows: readonly (readonly Cell[])[]): Html {
  if (rows.length === 0) return html``;
  return html`<table>
    <tr>
      ${heads.map((head) => html`<th>${said(head)}</th>`)}
    </tr>
    ${rows.map(
      (cells) =>
        html`<tr>
          ${cells.map((cell) => html`<td>${cell}</td>`)}
        </tr> `,
    )}
  </table>`;
}

/** What is known of the person apart from calls: numbers, accounts, holds, consents, wishes. */
export function factTables(bundle: EvidenceBundle): Html {
  const { person } = bundle;
  return html`${part(
    WORDS.phones,
    person.phones.map((it) => [it.number, it.owner, it.line, it.place, it.status]),
  )}
  ${part(
    WORDS.accounts,
    bundle.accounts.map((it) => [
      `${it.creditor}: ${it.externalId}`,
      it.product,
      said(sayMoney(BigInt(it.amountDueMinor), it.currency)),
      said(sayDate(it.dueDate)),
      it.status,
      it.blockedReason,
    ]),
  )}
  ${part(WORDS.holds, bundle.holds.map(holdRow))}
  ${part(
    WORDS.consents,
    bundle.consents.map((it) => [
      it.kind,
      it.creditor,
      wib(it.givenAt),
      it.validFrom === null
        ? null
        : `${wib(it.validFrom)} – ${it.validTo === null ? '' : wib(it.validTo)}`,
      it.evidence,
      it.withdrawnAt === null ? null : `${wib(it.withdrawnAt)} ${it.withdrawalReason ?? ''}`,
    ]),
  )}
  ${part(
    WORDS.preferences,
    bundle.preferences.map((it) => [
      said(wordsOf(it.kind)),
      it.days.join(' '),
      `${it.from}–${it.to}`,
      wib(it.recordedAt),
      it.removedAt === null ? null : `${wib(it.removedAt)} ${it.removalReason ?? ''}`,
    ]),
  )}
  ${part(
    WORDS.contacts,
    bundle.contacts.map((it) => [
      wib(it.at),
      it.direction,
      it.outcome,
      it.number,
      it.source,
      it.note,
    ]),
  )}
  ${part(
    WORDS.audit,
    bundle.audit.map((it) => [wib(it.at), it.action, `${it.subject} ${it.subjectId}`, it.actor]),
  )}`;
}

function holdRow(it: EvidenceHold): Cell[] {
  return [
    it.kind,
    it.scope,
    it.reason,
    `${wib(it.from)} – ${it.to === null ? '' : wib(it.to)}`,
    it.startsOn === null ? null : `${it.startsOn} + ${it.days ?? '∞'} d`,
    it.liftedAt === null
      ? null
      : `${wib(it.liftedAt)} ${it.liftReason ?? ''} (${it.liftedBy ?? ''})`,
  ];
}

function part(title: Said, rows: readonly (readonly Cell[])[]): Html {
  return html`<h2>${said(title)}</h2>
    ${rows.length === 0 ? html`<p>${said(WORDS.nothing)}</p>` : table([], rows)}`;
}
