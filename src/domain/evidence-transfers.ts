import type { EvidenceBundle, EvidenceTransfer } from './evidence-bundle';
import { said, table, wib, type Cell } from './evidence-tables';
import { WORDS, wordsOf } from './evidence-words';
import { html, type Html } from './html';
import type { Said } from './said';
import type { TimelineRow } from './timeline-row';

/** How the call to the other number ended, in a word; while it has not, where it stands. */
function endOf({ state, cause, answeredAt, joinedAt }: EvidenceTransfer): Said {
  if (joinedAt !== null) return wordsOf('connected');
  if (answeredAt !== null) return wordsOf('answered');
  return wordsOf(state === 'failed' ? cause : state);
}

/** A ring of its own, beside that of the talk. */
export function transferRow(transfer: EvidenceTransfer): TimelineRow {
  const { id: named, en } = WORDS.transfer;
  const end = endOf(transfer);
  return {
    at: transfer.invitedAt,
    kind: 'attempt',
    what: { id: `${named}: ${end.id}`, en: `${en}: ${end.en}` },
    detail: transfer.number,
    anchor: `transfer-${transfer.id}`,
  };
}

/** The calls to other numbers in a talk, each with the talk and the permit that it rests on. */
export function transferTable({ transfers, attempts }: EvidenceBundle): Html {
  const { rung, number, outcome, answered, ended, talk, permit } = WORDS;
  const shown = new Set(attempts.map(({ id }) => id));
  const cells = (it: EvidenceTransfer): Cell[] => [
    html`<span id="transfer-${it.id}">${wib(it.invitedAt)}</span>`,
    it.number,
    html`${said(endOf(it))} <code>${it.state} ${it.cause} ${it.sipStatus}</code>`,
    it.answeredAt === null ? null : wib(it.answeredAt),
    it.endedAt === null ? null : wib(it.endedAt),
    shown.has(it.attemptId)
      ? html`<a href="#attempt-${it.attemptId}">${it.attemptId}</a>`
      : html`<code>${it.attemptId}</code>`,
    html`<code>${it.decisionId}</code>`,
  ];
  const heads = [rung, number, outcome, answered, ended, talk, permit];
  return html`<h2>${said(WORDS.transfers)}</h2>
    ${
      transfers.length === 0
        ? html`<p>${said(WORDS.nothing)}</p>`
        : table(heads, transfers.map(cells))
    }`;
}
