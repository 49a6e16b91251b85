import { checkStep } from '../domain/check-step';
import type { ConversationPolicy } from '../domain/collection-policy/conversation';
import { foldConversation, isRepeat, type StepTold } from '../domain/conversation';
import { localDate } from '../domain/debt';
import { conversationStep, type ConversationStep } from '../domain/conversation-step';
import type { FieldProblem } from '../domain/field-problem';
import { ticksOf, type TalkFacts } from '../domain/outcome-needs';
import type { AgentSession } from './agent-sessions';
import { openHeardCase } from './agent-cases';
import { findAgreementOfAttempt } from './agreements';
import { findAttempt, type AttemptSubject } from './attempts';
import { readCollectionPolicy } from './collection-policies';
import { calmConflict, markConflict } from './conflicts';
import { one, type Database, type Queryable, type Transaction } from './database';
import { appendEvent } from './events';
import { recordPreference } from './preferences';
import { addTask } from './tasks';

const DAY_MS = 86_400_000;

interface StepRow {
  readonly step: unknown;
  readonly at: Date;
  readonly agentId: string | null;
}

/** A talk as it was told, with its steps oldest first: its own, and the answers to offers. */
export interface ToldTalk extends Pick<
  TalkFacts,
  'talk' | 'allowed' | 'hasAgreement' | 'hasDisputeType'
> {
  readonly steps: readonly (StepTold & { readonly agentId: string | null })[];
}

/** What was told of a talk so far. */
export async function readTalk(db: Queryable, attemptId: string): Promise<ToldTalk> {
  const { rows } = await db.query<StepRow>(
    `select step, at, agent_id as "agentId" from conversation_step where attempt_id = $1
     union all
     -- who answers an offer need not tell it twice
     select jsonb_strip_nulls(jsonb_build_object('kind', 'option_' || answer, 'option', kind,
       'why', case answer when 'refused' then 'other' end, 'words', left(refused_why, 500))),
       answered_at, null::uuid
     from offer where attempt_id = $1 and answer is not null
     order by at`,
    [attemptId],
  );
  const facts = one(
    await db.query<Pick<ToldTalk, 'allowed' | 'hasDisputeType'>>(
      `select (select array(select kind from offer where option_set_id = s.id
           group by kind order by min(rank))
         from option_set s where attempt_id = $1 order by id desc limit 1) as allowed,
         exists (select from case_file where attempt_id = $1 and kind = 'dispute'
           and type is not null) as "hasDisputeType"`,
      [attemptId],
    ),
    `options of attempt ${attemptId}`,
  );
  const steps = rows.flatMap(({ step, at, agentId }) => {
    const parsed = conversationStep.safeParse(step);
    return parsed.success ? [{ step: parsed.data, at, agentId }] : [];
  });
  const hasAgreement = (await findAgreementOfAttempt(db, attemptId)) !== null;
  return { steps, talk: foldConversation(steps), hasAgreement, ...facts };
}

/** What an outcome of the talk is judged by. */
export async function readTalkFacts(db: Queryable, subject: AttemptSubject): Promise<TalkFacts> {
  const [{ steps: _all, ...told }, { policy }] = await Promise.all([
    readTalk(db, subject.id),
    readCollectionPolicy(db, subject.creditorId),
  ]);
  const { guide: mode, ticksNeeded } = policy.conversation;
  return { mode, ticksNeeded, ...told };
}

export type StepResult =
  | { readonly kind: 'recorded' }
  /** Told before: nothing was changed. */
  | { readonly kind: 'repeated' }
  | { readonly kind: 'refused'; readonly problem: FieldProblem };

export interface ToldBy {
  readonly agentId: string;
  readonly actor: string;
  /** The agent's own, locked. */
  readonly session: AgentSession;
}

/** Keeps a step of a talk, and does what it means elsewhere. The debtor is locked. */
export async function recordStep(
  tx: Transaction,
  subject: AttemptSubject,
  step: ConversationStep,
  by: ToldBy,
): Promise<StepResult> {
  const told = await readTalk(tx, subject.id);
  const { talk, steps } = told;
  const { policy } = await readCollectionPolicy(tx, subject.creditorId);
  if (isRepeat(steps, step)) return { kind: 'repeated' };
  const isLocate = subject.purpose === 'locate';
  // where the books are kept: an hour or two behind the east is no reason to refuse a date
  const today = localDate(new Date(), 'Asia/Jakarta');
  const problem = checkStep(talk, step, { isLocate, today });
  if (problem !== null) return { kind: 'refused', problem };
  const refused = await doElsewhere(tx, subject, step, { ...by, policy: policy.conversation });
  if (refused !== null) return { kind: 'refused', problem: refused };
  const { at } = one(
    await tx.query<{ at: Date }>(
      `insert into conversation_step (attempt_id, creditor_id, agent_id, kind, step)
       values ($1, $2, $3, $4, $5) returning at`,
      [subject.id, subject.creditorId, by.agentId, step.kind, JSON.stringify(step)],
    ),
    'new step',
  );
  const folded = foldConversation([...steps, { step, at }]);
  await saveFold(tx, subject, by.agentId, { ...told, talk: folded });
  await appendEvent(tx, {
    type: 'conversation.step_recorded',
    creditorId: subject.creditorId,
    campaignId: subject.campaignId,
    agentId: by.agentId,
    payload: { attemptId: subject.id, accountId: subject.accountId, kind: step.kind },
  });
  return { kind: 'recorded' };
}

async function saveFold(
  tx: Transaction,
  subject: AttemptSubject,
  agentId: string,
  told: Pick<ToldTalk, 'talk' | 'allowed'>,
): Promise<void> {
  const { talk } = told;
  const columns: Readonly<Record<string, unknown>> = {
    attempt_id: subject.id,
    creditor_id: subject.creditorId,
    account_id: subject.accountId,
    debtor_id: subject.debtorId,
    agent_id: agentId,
    opening: talk.opening,
    identity_confirmed_at: talk.identityConfirmedAt,
    feeling: talk.feeling,
    root_cause: talk.cause?.cause ?? null,
    cause_detail: talk.cause?.detail ?? null,
    cause_ends_on: talk.cause?.endsOn ?? null,
    first_offer_at: talk.firstOfferAt,
    options_offered: talk.optionsOffered,
    option_chosen: talk.optionChosen,
    ticks: ticksOf(told),
    recap_at: talk.recapAt,
    agreed: talk.isAgreed,
  };
  const names = Object.keys(columns);
  await tx.query(
    `insert into conversation (${names.join(', ')}) values (${names.map((_, n) => `$${n + 1}`).join(', ')})
     on conflict (attempt_id) do update set ${names.map((name) => `${name} = excluded.${name}`).join(', ')}`,
    Object.values(columns),
  );
}

/** What a step means beside the talk. @returns why it cannot be so */
async function doElsewhere(
  tx: Transaction,
  subject: AttemptSubject,
  step: ConversationStep,
  by: ToldBy & { readonly policy: ConversationPolicy },
): Promise<FieldProblem | null> {
  if (step.kind === 'tension') await markConflict(tx, subject, { ...by, level: step.level });
  if (step.kind === 'calmed') await calmConflict(tx, subject);
  if (step.kind === 'no_option_fits') await askLead(tx, subject, step.words);
  if (step.kind === 'complaint_made') return openComplaint(tx, subject, step.words, by.actor);
  return step.kind === 'time_wished' ? keepWish(tx, subject, step, by.actor) : null;
}

/** Collection waits for the answer to it. */
async function openComplaint(
  tx: Transaction,
  subject: AttemptSubject,
  claim: string,
  actor: string,
): Promise<FieldProblem | null> {
  const attempt = await findAttempt(tx, subject.id);
  if (attempt === null) throw new Error(`attempt ${subject.id} is gone`);
  const opened = await openHeardCase(
    tx,
    attempt,
    { kind: 'complaint', claim, evidence: [] },
    actor,
  );
  return opened.kind === 'refused' ? opened.problem : null;
}

/** Nothing that may be offered fits: a legal result, that somebody who leads looks at. */
async function askLead(tx: Transaction, subject: AttemptSubject, note: string): Promise<void> {
  const { creditorId, debtorId, accountId, id: attemptId } = subject;
  await addTask(tx, {
    ...{ creditorId, debtorId, accountId, attemptId, subjectId: attemptId, note },
    ...{ kind: 'no_option_fits', assignee: 'role:supervisor' },
    dueAt: new Date(Date.now() + DAY_MS),
  });
}

/** A time that the customer asks for, or refuses: it binds the gate as any other does. */
async function keepWish(
  tx: Transaction,
  { id: attemptId, debtorId }: AttemptSubject,
  step: Extract<ConversationStep, { readonly kind: 'time_wished' }>,
  actor: string,
): Promise<FieldProblem | null> {
  const { wish: kind, days, from, to } = step;
  const externalId = `${attemptId}:${kind}:${days.join('')}:${from}-${to}`;
  const origin = { source: 'conversation', externalId, sourceAttemptId: attemptId };
  const written = await recordPreference(tx, { debtorId, kind, days, from, to, ...origin }, actor);
  return written.kind === 'refused' ? written.problem : null;
}

/** Tells agents whose talk of a debt has gone on for long with nothing offered, once a talk. @returns how many */
export async function nudgeConversations(db: Database): Promise<number> {
  const { rows } = await db.query<{ attemptId: string; creditorId: string; since: Date }>(
    `select c.attempt_id as "attemptId", c.creditor_id as "creditorId",
       c.identity_confirmed_at as since
     from conversation c
     where c.first_offer_at is null and c.nudged_at is null
       and c.identity_confirmed_at between now() - interval '2 hours' and now() - interval '1 minute'
       and exists (select from open_attempt o where o.attempt_id = c.attempt_id)`,
  );
  let nudged = 0;
  const limits = new Map<string, number>();
  for (const { attemptId, creditorId, since } of rows) {
    const limitMs = limits.get(creditorId) ?? (await debateLimitMs(db, creditorId));
    limits.set(creditorId, limitMs);
    if (Date.now() - since.getTime() < limitMs) continue;
    if (await db.transaction((tx) => nudge(tx, attemptId))) nudged += 1;
  }
  return nudged;
}

async function debateLimitMs(db: Queryable, creditorId: string): Promise<number> {
  const { policy } = await readCollectionPolicy(db, creditorId);
  return policy.conversation.debateMinutes * 60_000;
}

async function nudge(tx: Transaction, attemptId: string): Promise<boolean> {
  const { rows } = await tx.query<{ creditorId: string; agentId: string; accountId: string }>(
    `update conversation set nudged_at = now()
     where attempt_id = $1 and nudged_at is null and first_offer_at is null
     returning creditor_id as "creditorId", agent_id as "agentId", account_id as "accountId"`,
    [attemptId],
  );
  for (const { creditorId, agentId, accountId } of rows)
    await appendEvent(tx, {
      type: 'conversation.nudged',
      creditorId,
      agentId,
      payload: { attemptId, accountId, because: 'nothing_offered' },
    });
  return rows.length > 0;
}
