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
}

const ENDED: readonly AgreementNow['agreement']['state'][] = ['cancelled', 'expired', 'superseded'];

/** Waited for, given, refused, or too late with what follows then; null: nobody's word is needed. */
export function approvalWord(
  { agreement, approval }: AgreementNow,
  { words, language, nowMs }: Shown,
): ApprovalWord | null {
  const told = (text: string): ApprovalWord => ({ text, secondsLeft: null });
  const isEnded = ENDED.includes(agreement.state);
  if (approval === null) return isEnded ? told(words.ended) : null;
  switch (approval.state) {
    case 'asked': {
      const leftMs = new Date(approval.limitAt).getTime() - nowMs;
      const secondsLeft = Math.max(0, Math.ceil(leftMs / 1_000));
      return { text: words.waiting[approval.needsRole], secondsLeft };
    }
    case 'late': {
      const { confirmBy } = approval;
      return told(words.late(confirmBy === null ? '–' : momentText(confirmBy, language)));
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
