import { isSurveyed, SURVEY_QUESTION } from '../domain/survey-draw';
import { recordAudit } from './audit';
import { readCollectionPolicy } from './collection-policies';
import type { Queryable, Transaction } from './database';
import { queueMessage } from './messages';
import { pageFetch, toPage, type Page, type PageRequest } from './page';

/** One question after a talk, and its answer. */
export interface Survey {
  readonly id: string;
  readonly attemptId: string;
  readonly creditorId: string;
  readonly accountId: string;
  readonly askedAt: Date;
  /** 1 to 5; null: not answered (yet). */
  readonly answer: number | null;
  readonly answeredAt: Date | null;
}

const COLUMNS = `id, attempt_id as "attemptId", creditor_id as "creditorId",
  account_id as "accountId", asked_at as "askedAt", answer, answered_at as "answeredAt"`;

/** Asks after a drawn share of the talks with the right party. Told again, nothing changes. */
export async function askSurvey(
  tx: Transaction,
  talk: {
    readonly id: string;
    readonly creditorId: string;
    readonly debtorId: string;
    readonly accountId: string;
  },
): Promise<void> {
  const { creditorId, debtorId, accountId } = talk;
  const { policy } = await readCollectionPolicy(tx, creditorId);
  if (!isSurveyed(talk.id, policy.protection.surveyPct)) return;
  const { rows } = await tx.query<{ id: string }>(
    `insert into survey (attempt_id, creditor_id, debtor_id, account_id) values ($1, $2, $3, $4)
     on conflict (attempt_id) do nothing returning id`,
    [talk.id, creditorId, debtorId, accountId],
  );
  const [asked] = rows;
  if (asked === undefined) return;
  const about = { creditorId, debtorId, accountId, subjectId: asked.id };
  await queueMessage(tx, { ...about, kind: 'survey', body: SURVEY_QUESTION });
}

/** Null: no such question. The same answer again changes nothing; `answered`: another one stands. */
export async function answerSurvey(
  tx: Transaction,
  input: { readonly id: string; readonly answer: number; readonly actor: string },
): Promise<Survey | 'answered' | null> {
  const { rows } = await tx.query<Survey>(
    `select ${COLUMNS} from survey where id = $1 for no key update`,
    [input.id],
  );
  const [before] = rows;
  if (before === undefined) return null;
  if (before.answer !== null) return before.answer === input.answer ? before : 'answered';
  const answered = await tx.query<Survey>(
    `update survey set answer = $2, answered_at = clock_timestamp() where id = $1
     returning ${COLUMNS}`,
    [input.id, input.answer],
  );
  await recordAudit(tx, {
    ...{ creditorId: before.creditorId, actor: input.actor, action: 'survey.answered' },
    ...{ subject: 'survey', subjectId: input.id, before: null, reason: null },
    after: { answer: input.answer },
  });
  return answered.rows[0] ?? null;
}

export async function listSurveys(
  db: Queryable,
  filter: { readonly isAnswered: boolean | null },
  page: PageRequest,
): Promise<Page<Survey>> {
  const { rows } = await db.query<Survey>(
    `select ${COLUMNS} from survey where ($1::uuid is null or id < $1)
       and ($2::boolean is null or (answer is not null) = $2)
     order by id desc limit $3`,
    [page.beforeId, filter.isAnswered, pageFetch(page)],
  );
  return toPage(rows, page);
}
