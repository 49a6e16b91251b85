import { DateTime } from 'luxon';
import type { EvidenceBundle, EvidenceDecision, EvidenceSummary } from './evidence-bundle';
import type { EvidenceDealings } from './evidence-dealings';

/** What the pack comes to, counted from what is in it. */
export function summariseEvidence(
  { attempts, transfers, decisions }: Pick<EvidenceBundle, 'attempts' | 'transfers' | 'decisions'>,
  dealings: EvidenceDealings,
): EvidenceSummary {
  const denials = decisions.filter(({ verdict }) => verdict === 'deny');
  const counted = attempts.filter((attempt) => attempt.counted);
  const signed = (as: EvidenceDecision['proof']['signature']): number =>
    decisions.filter(({ proof }) => proof.signature === as).length;
  const calls = [
    ...counted.map(({ dialedAt, createdAt }) => dialedAt ?? createdAt),
    ...transfers.map(({ invitedAt }) => invitedAt),
  ];
  const days = tally(calls.map(jakartaDate));
  const [busiest] = days;
  return {
    attempts: attempts.length,
    counted: counted.length,
    transfers: transfers.length,
    connected: attempts.filter(({ result }) => result === 'connected').length,
    denials: denials.length,
    denialsByRule: tally(denials.map(({ deniedBy }) => deniedBy ?? 'unknown')).map(
      ([rule, count]) => ({ rule, decisions: count }),
    ),
    mostOnOneDay: busiest === undefined ? null : { date: busiest[0], calls: busiest[1] },
    signatures: { valid: signed('valid'), invalid: signed('invalid'), none: signed('none') },
    chained: decisions.filter(({ proof }) => proof.chain !== null).length,
    promises: dealings.promises.length,
    agreements: dealings.agreements.length,
    payments: dealings.payments.filter(({ reversedAt }) => reversedAt === null).length,
    messages: dealings.messages.filter(({ sentAt }) => sentAt !== null).length,
    cases: dealings.cases.length,
  };
}

const jakartaDate = (at: string): string =>
  DateTime.fromISO(at, { zone: 'Asia/Jakarta' }).toFormat('yyyy-MM-dd');

/** How often each text occurs, the most frequent first. */
function tally(texts: readonly string[]): [string, number][] {
  const counts = new Map<string, number>();
  for (const text of texts) counts.set(text, (counts.get(text) ?? 0) + 1);
  return [...counts].sort((a, b) => b[1] - a[1]);
}
