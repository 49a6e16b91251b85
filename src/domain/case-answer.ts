import type { CaseKind } from './case-kind';
import type { CaseState } from './case-state';
import { sayDate, type Said } from './said';

const WHAT: Readonly<Partial<Record<CaseKind, Said>>> = {
  dispute: { id: 'Keberatan Anda', en: 'Your dispute' },
  hardship: { id: 'Permohonan keringanan Anda', en: 'Your request for relief' },
  complaint: { id: 'Pengaduan Anda', en: 'Your complaint' },
  abuse: { id: 'Pengaduan Anda', en: 'Your complaint' },
};

const DECIDED: Readonly<Partial<Record<CaseState, Said>>> = {
  upheld: { id: 'kami terima', en: 'was accepted' },
  rejected: { id: 'belum dapat kami terima', en: 'could not be accepted' },
  withdrawn: { id: 'kami tutup atas permintaan Anda', en: 'was closed as you asked' },
};

/** What a text message must not carry: marks that turn the reading direction, private characters. */
const UNREADABLE = /[\p{Cc}\p{Cf}\p{Co}\p{Cs}]/gu;

/**
 * The answer that a person gets, with the reason in the words of whoever decided. Null: a case of this
 * kind, or in this state, is not answered.
 * @param toldOn ISO date on which it was said
 */
export function sayAnswer(answer: {
  readonly kind: CaseKind;
  readonly state: CaseState;
  readonly toldOn: string;
  readonly reason: string;
}): Said | null {
  const what = WHAT[answer.kind];
  const decided = DECIDED[answer.state];
  if (what === undefined || decided === undefined) return null;
  const date = sayDate(answer.toldOn);
  const reason = answer.reason.replace(UNREADABLE, '');
  return {
    id: `${what.id} tanggal ${date.id} ${decided.id}. ${reason}`,
    en: `${what.en} of ${date.en} ${decided.en}. ${reason}`,
  };
}
