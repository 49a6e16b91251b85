import type { EvidenceAttempt, EvidenceBundle, EvidenceDecision } from './evidence-bundle';
import { dealingRows } from './evidence-dealing-timeline';
import type { Said } from './said';
import { transferRow } from './evidence-transfers';
import { wordsOf } from './evidence-words';
import type { TimelineRow } from './timeline-row';

/** Everything of the bundle that happened at an instant, oldest first. */
export function timelineOf(bundle: EvidenceBundle): TimelineRow[] {
  const rows = [
    ...bundle.attempts.flatMap(ofAttempt),
    ...bundle.transfers.map(transferRow),
    ...bundle.decisions.filter((one) => one.verdict === 'deny').map(ofDenial),
    ...factRows(bundle),
    ...dealingRows(bundle),
    ...bundle.contacts.map((contact): TimelineRow => {
      const [id, en] =
        contact.direction === 'in'
          ? ['Kontak masuk', 'Contact in']
          : ['Kontak keluar', 'Contact out'];
      const detail = `${contact.outcome} · ${contact.source}`;
      return { at: contact.at, kind: 'contact', what: { id, en }, detail, anchor: null };
    }),
  ];
  // equal instants keep the order above: the attempt before what it led to
  return rows.sort((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : 0));
}

function kindOf({ direction, counted, dialedAt }: EvidenceAttempt): Said {
  if (direction === 'in') return { id: 'Panggilan masuk', en: 'Call in' };
  return counted || dialedAt !== null
    ? { id: 'Panggilan', en: 'Call' }
    : { id: 'Tanpa panggilan', en: 'No call left' };
}

function ofAttempt(attempt: EvidenceAttempt): TimelineRow[] {
  const anchor = `attempt-${attempt.id}`;
  const result = wordsOf(attempt.result ?? attempt.state);
  const kind = kindOf(attempt);
  const rows: TimelineRow[] = [
    {
      at: attempt.dialedAt ?? attempt.createdAt,
      kind: 'attempt',
      what: { id: `${kind.id}: ${result.id}`, en: `${kind.en}: ${result.en}` },
      detail: [attempt.number, attempt.campaign].filter((part) => part !== null).join(' · '),
      anchor,
    },
  ];
  if (attempt.outcome !== null) {
    const { code, recordedAt } = attempt.outcome;
    rows.push({
      at: recordedAt,
      kind: 'outcome',
      what: { id: 'Hasil dicatat', en: 'Outcome recorded' },
      detail: code,
      anchor,
    });
  }
  return rows;
}

function ofDenial(decision: EvidenceDecision): TimelineRow {
  return {
    at: decision.at,
    kind: 'denial',
    what: { id: 'Tidak ditelepon', en: 'Not called' },
    detail: decision.deniedBy ?? '',
    anchor: `decision-${decision.id}`,
  };
}

function factRows(bundle: EvidenceBundle): TimelineRow[] {
  const fact = (at: string | null, id: string, en: string, detail: string): TimelineRow[] =>
    at === null ? [] : [{ at, kind: 'fact', what: { id, en }, detail, anchor: null }];
  return [
    ...bundle.holds.flatMap((hold) => [
      ...fact(hold.placedAt, 'Larangan menelepon dipasang', 'Hold placed', hold.kind),
      ...fact(hold.liftedAt, 'Larangan menelepon dicabut', 'Hold lifted', hold.kind),
    ]),
    ...bundle.consents.flatMap((consent) => [
      ...fact(consent.givenAt, 'Persetujuan diberikan', 'Consent given', consent.kind),
      ...fact(consent.withdrawnAt, 'Persetujuan ditarik', 'Consent withdrawn', consent.kind),
    ]),
    ...bundle.preferences.flatMap((one) => [
      ...fact(
        one.recordedAt,
        'Waktu dicatat',
        'Time recorded',
        `${one.kind} ${one.from}-${one.to}`,
      ),
      ...fact(one.removedAt, 'Waktu dihapus', 'Time removed', `${one.kind} ${one.from}-${one.to}`),
    ]),
  ];
}
