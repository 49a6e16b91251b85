import { isOver } from '../../domain/agreement';
import type { AgreementNow } from './api-answers';
import { momentText } from './format';
import type { Language } from './words';
import type { TalkWords } from './words-talk';

/** What the agent is told of the second person's word. */
export interface ApprovalWord {
  readonly text: string;
  /** While it is waited for; else null. */
  readonly secondsLeft: number | null;
}

interface Shown {
  readonly words: TalkWords['agreement'];
  readonly language: Language;
  readonly nowMs: number;
  /** IANA zone of the person. */
  readonly zone: string;
}

/** It is another agreement, or in another state. */
export const isMoved = (before: AgreementNow | null, now: AgreementNow | null): boolean =>
  before?.agreement.id !== now?.agreement.id || before?.agreement.state !== now?.agreement.state;

/** Waited for, given, refused, or too late with what follows then; null: nobody's word is needed. */
export function approvalWord(
  { agreement, approval }: AgreementNow,
  { words, language, nowMs, zone }: Shown,
): ApprovalWord | null {
  const told = (text: string): ApprovalWord => ({ text, secondsLeft: null });
  const isEnded = isOver(agreement.state);
  if (approval === null) return isEnded ? told(words.ended) : null;
  switch (approval.state) {
    case 'asked': {
      const leftMs = new Date(approval.limitAt).getTime() - nowMs;
      const secondsLeft = Math.max(0, Math.ceil(leftMs / 1_000));
      return { text: words.waiting[approval.needsRole], secondsLeft };
    }
    case 'late': {
      const { confirmBy } = approval;
      return told(words.late(confirmBy === null ? '–' : momentText(confirmBy, language, zone)));
    }
    case 'approved':
      // approved, and taken back by somebody since
      return told(isEnded ? words.ended : words.approved);
    case 'rejected':
      return told(words.rejected(approval.reason ?? ''));
    case 'withdrawn':
      return told(words.ended);
  }
}
