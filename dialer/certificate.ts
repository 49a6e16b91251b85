import { explainDecision, type DecisionWords } from './compliance/explain-decision';
import type { Language } from './compliance/words';
import type { Gate } from './create-gate';
import { makeRecord, type DecisionRecord } from './decision-record';
import type { Decided } from './deny';

/** A decision record as the gate would sign it, had it been asked in earnest. */
export type Certificate = Omit<DecisionRecord, 'id'> & {
  readonly words: Readonly<Record<Language, DecisionWords>>;
};

/** What was decided and what it rests on, in words too; not signed and not kept. Pure. */
export function certificateOf(
  made: Pick<Gate, 'tzdb' | 'engine'>,
  { facts, decision, sources }: Decided,
): Certificate {
  const { tzdb, engine } = made;
  const { id: _unkept, ...record } = makeRecord({ id: '', attemptId: null }, facts, decision, {
    ...sources,
    tzdb,
    engine,
  });
  const context = { at: facts.at, zoneSource: facts.zoneSource };
  return {
    ...record,
    words: {
      id: explainDecision(decision, 'id', context),
      en: explainDecision(decision, 'en', context),
    },
  };
}
