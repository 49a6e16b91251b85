import type { EvidenceBundle } from './evidence-bundle';
import { dealingWords } from './evidence-dealing-words';
import type { EvidenceAgreement, EvidenceCase, EvidencePromise } from './evidence-dealings';
import { sayDate, sayMoney, type Said } from './said';
import type { TimelineRow } from './timeline-row';

/** What was promised, agreed, paid, written and complained about, each at its instant; in no order. */
export function dealingRows(bundle: EvidenceBundle): TimelineRow[] {
  return [
    ...bundle.agreements.flatMap(ofAgreement),
    // an instalment is told with its agreement, until it is decided
    ...bundle.promises.flatMap(ofPromise),
    ...bundle.payments.flatMap(({ paidAt, reversedAt, amountMinor, currency, provider }) => {
      const sum = sayMoney(BigInt(amountMinor), currency);
      return [
        ...row(paidAt, joined({ id: 'Pembayaran', en: 'Payment' }, sum), provider),
        ...row(
          reversedAt,
          joined({ id: 'Pembayaran ditarik kembali', en: 'Payment taken back' }, sum),
          provider,
        ),
      ];
    }),
    ...bundle.messages.flatMap(({ sentAt, kind, sends }) =>
      row(
        sentAt,
        joined({ id: 'Pesan:', en: 'Message:' }, dealingWords('messageKind', kind)),
        sends.at(-1)?.channel ?? '',
      ),
    ),
    ...bundle.cases.flatMap(ofCase),
  ];
}

function ofAgreement({
  id,
  kind,
  state,
  acceptedAt,
  stateSince,
}: EvidenceAgreement): TimelineRow[] {
  const anchor = `agreement-${id}`;
  const named = joined(
    { id: 'Kesepakatan:', en: 'Agreement:' },
    dealingWords('agreementKind', kind),
  );
  const now = joined(named, dealingWords('agreement', state), ', ');
  return [
    ...row(
      acceptedAt,
      joined(named, { id: 'disetujui debitur', en: 'accepted' }, ', '),
      id,
      anchor,
    ),
    ...(stateSince === acceptedAt ? [] : row(stateSince, now, id, anchor)),
  ];
}

function ofPromise(promise: EvidencePromise): TimelineRow[] {
  const { agreementId, amountMinor, currency, dueDate, state, createdAt, decidedAt } = promise;
  const sum = sayMoney(BigInt(amountMinor), currency);
  const due = sayDate(dueDate);
  const made: Said = { id: `${sum.id}, ${due.id}`, en: `${sum.en}, ${due.en}` };
  const named: Said = { id: 'Janji bayar', en: 'Promise to pay' };
  const anchor = agreementId === null ? null : `agreement-${agreementId}`;
  return [
    ...(agreementId === null ? row(createdAt, joined(named, made), promise.method) : []),
    ...row(
      decidedAt,
      joined(joined(named, made), dealingWords('promise', state), ': '),
      promise.decidedReason ?? '',
      anchor,
    ),
  ];
}

function ofCase({ id, kind, state, claim, openedAt, decidedAt }: EvidenceCase): TimelineRow[] {
  const anchor = `case-${id}`;
  const named = dealingWords('caseKind', kind);
  const opened = joined({ id: 'Dicatat:', en: 'Noted:' }, named);
  return [
    ...row(openedAt, opened, claim, anchor),
    ...row(decidedAt, joined(named, dealingWords('case', state), ': '), claim, anchor),
  ];
}

function row(
  at: string | null,
  what: Said,
  detail: string,
  anchor: string | null = null,
): TimelineRow[] {
  return at === null ? [] : [{ at, kind: 'dealing', what, detail, anchor }];
}

const joined = (a: Said, b: Said, by = ' '): Said => ({
  id: `${a.id}${by}${b.id}`,
  en: `${a.en}${by}${b.en}`,
});
