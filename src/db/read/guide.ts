import type { GuideFacts } from '../../domain/conversation-guide';
import { chooseLessons } from '../../domain/lesson';
import type { AttemptSubject } from '../attempt';
import { readCollectionPolicy } from '../collection-policies';
import { readTalk, type ToldTalk } from '../conversations';
import { one, type Queryable } from '../database';
import { readDebt } from '../debts';
import { inIdentityMode } from '../number-evidence';
import {
  findEarlierConflict,
  readAdvice,
  readLessonFigures,
  type Advice,
  type EarlierConflict,
} from '../lessons';

/** A talk's guide rests on these facts; and what conflicts before it have taught. */
export interface GuideRead {
  readonly facts: GuideFacts;
  readonly told: ToldTalk;
  readonly advice: readonly Advice[];
  readonly earlierConflict: EarlierConflict | null;
}

/** What the agent of a talk sees is made of this. Of the debt nothing is read before the person is known. */
export async function readGuide(db: Queryable, subject: AttemptSubject): Promise<GuideRead> {
  const [told, { policy: whole }, { isIdentityMode, abuseWarnings, ...names }] = await Promise.all([
    readTalk(db, subject.id),
    readCollectionPolicy(db, subject.creditorId),
    readSpoken(db, subject),
  ]);
  const { steps: _all, ...talked } = told;
  const { talk } = talked;
  const policy = whole.conversation;
  const isLocate = subject.purpose === 'locate';
  const isKnown = talk.identity === 'confirmed' && !isLocate;
  const cause = isKnown ? (talk.cause?.cause ?? null) : null;
  const [debt, figures, advice, earlierConflict] = await Promise.all([
    isKnown ? readDebt(db, subject.accountId) : null,
    cause === null ? [] : readLessonFigures(db, subject.creditorId, cause),
    cause === null ? [] : readAdvice(db, subject.creditorId, cause),
    isKnown ? findEarlierConflict(db, subject.debtorId, subject.id) : null,
  ]);
  return {
    ...{ told, advice, earlierConflict },
    facts: {
      ...{ mode: policy.guide, policy, ticksNeeded: policy.ticksNeeded, ...talked },
      ...{ names, isLocate, isIdentityMode, abuseWarnings, debt, now: new Date() },
      lessons: cause === null ? [] : chooseLessons(figures, cause, policy.lessonMinimum),
    },
  };
}

type SpokenFacts = GuideFacts['names'] & Pick<GuideFacts, 'isIdentityMode' | 'abuseWarnings'>;

async function readSpoken(
  db: Queryable,
  { id, agentId, debtorId, phoneId }: AttemptSubject,
): Promise<SpokenFacts> {
  return one(
    await db.query<SpokenFacts>(
      `select (select name from agent where id = $1) as agent,
         (select name from debtor where id = $2) as debtor,
         coalesce((select ${inIdentityMode('p')} from phone p where id = $3), false)
           as "isIdentityMode",
         (select count(*)::int from abuse_warning where attempt_id = $4) as "abuseWarnings"`,
      [agentId, debtorId, phoneId, id],
    ),
    'names of a talk',
  );
}
