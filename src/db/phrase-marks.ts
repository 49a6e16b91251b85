import type { PhraseCategory } from '../domain/forbidden-phrase';
import { recordAudit } from './audit';
import { one, type Queryable, type Transaction } from './database';
import { appendEvent } from './events';
import { pageFetch, toPage, type Page, type PageRequest } from './page';

/** A forbidden phrase that an agent said; see migrations/0047. */
export interface PhraseMark {
  readonly id: string;
  readonly attemptId: string;
  readonly creditorId: string;
  readonly agentId: string;
  readonly category: PhraseCategory;
  readonly phrase: string | null;
  readonly policyVersion: number;
  readonly at: Date;
  /** From the start of the recording; null: not recorded, or not stored yet. */
  readonly recordingOffsetMs: number | null;
  readonly quote: string | null;
  readonly source: 'transcriber' | 'supervisor';
  readonly markedBy: string;
  readonly markedAt: Date;
  /** Null: nobody has listened yet. */
  readonly verdict: 'upheld' | 'dismissed' | null;
  readonly verdictBy: string | null;
  readonly verdictAt: Date | null;
  readonly verdictReason: string | null;
}

const COLUMNS = `m.id, m.attempt_id as "attemptId", m.creditor_id as "creditorId", m.agent_id as "agentId",
  m.category, m.phrase, m.policy_version as "policyVersion", m.at, m.quote, m.source,
  m.marked_by as "markedBy", m.marked_at as "markedAt", m.verdict, m.verdict_by as "verdictBy",
  m.verdict_at as "verdictAt", m.verdict_reason as "verdictReason",
  (select (extract(epoch from m.at - r.started_at) * 1000)::int from recording r
   where r.attempt_id = m.attempt_id and m.at >= r.started_at) as "recordingOffsetMs"`;

export type NewPhraseMark = Pick<
  PhraseMark,
  | 'attemptId'
  | 'creditorId'
  | 'agentId'
  | 'category'
  | 'phrase'
  | 'policyVersion'
  | 'at'
  | 'quote'
  | 'source'
  | 'markedBy'
> & {
  /** Part of the transcript; null: a supervisor marked it. */
  readonly seq: number | null;
};

/** Keeps that it was said, and tells the agent and supervisors at once; never the quote. */
export async function markPhrase(tx: Transaction, mark: NewPhraseMark): Promise<PhraseMark> {
  const kept = one(
    await tx.query<PhraseMark>(
      `insert into phrase_mark as m (attempt_id, creditor_id, agent_id, category, phrase, policy_version,
         at, seq, quote, source, marked_by)
       values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) returning ${COLUMNS}`,
      [
        ...[mark.attemptId, mark.creditorId, mark.agentId, mark.category, mark.phrase],
        ...[mark.policyVersion, mark.at, mark.seq, mark.quote, mark.source, mark.markedBy],
      ],
    ),
    'new phrase mark',
  );
  const { id, attemptId, category, phrase, source, creditorId, agentId } = kept;
  await appendEvent(tx, {
    type: 'conversation.phrase_flagged',
    ...{ creditorId, agentId },
    payload: { phraseMarkId: id, attemptId, category, phrase, source, at: kept.at.toISOString() },
  });
  return kept;
}

export interface PhraseMarkFilter {
  readonly agentId: string | null;
  readonly creditorId: string | null;
  readonly attemptId: string | null;
  readonly category: PhraseCategory | null;
  /** False: nobody has listened yet. */
  readonly isReviewed: boolean | null;
}

export async function listPhraseMarks(
  db: Queryable,
  filter: PhraseMarkFilter,
  page: PageRequest,
): Promise<Page<PhraseMark>> {
  const { rows } = await db.query<PhraseMark>(
    `select ${COLUMNS} from phrase_mark m
     where ($1::uuid is null or m.id < $1) and ($2::uuid is null or m.agent_id = $2)
       and ($3::uuid is null or m.creditor_id = $3) and ($4::uuid is null or m.attempt_id = $4)
       and ($5::text is null or m.category = $5) and ($6::boolean is null or (m.verdict is not null) = $6)
     order by m.id desc limit $7`,
    [
      ...[page.beforeId, filter.agentId, filter.creditorId, filter.attemptId, filter.category],
      ...[filter.isReviewed, pageFetch(page)],
    ],
  );
  return toPage(rows, page);
}

/** Somebody has listened: was it said as it was marked? The last word counts. Null: no such mark. */
export async function judgePhraseMark(
  tx: Transaction,
  id: string,
  word: {
    readonly verdict: 'upheld' | 'dismissed';
    readonly reason: string;
    readonly actor: string;
  },
): Promise<PhraseMark | null> {
  const { rows } = await tx.query<PhraseMark>(
    `select ${COLUMNS} from phrase_mark m where m.id = $1 for no key update of m`,
    [id],
  );
  const [before] = rows;
  if (before === undefined) return null;
  const { verdict, reason, actor } = word;
  if (before.verdict === verdict && before.verdictReason === reason) return before;
  const after = one(
    await tx.query<PhraseMark>(
      `update phrase_mark m set verdict = $2, verdict_reason = $3, verdict_by = $4,
         verdict_at = clock_timestamp() where m.id = $1 returning ${COLUMNS}`,
      [id, verdict, reason, actor],
    ),
    `phrase mark ${id}`,
  );
  await recordAudit(tx, {
    ...{ creditorId: before.creditorId, actor, action: 'phrase_mark.judged', reason },
    ...{ subject: 'phrase_mark', subjectId: id },
    ...{ before: { verdict: before.verdict }, after: { verdict } },
  });
  const { attemptId, creditorId, agentId, category } = after;
  await appendEvent(tx, {
    type: 'conversation.phrase_judged',
    ...{ creditorId, agentId, payload: { phraseMarkId: id, attemptId, category, verdict } },
  });
  return after;
}
