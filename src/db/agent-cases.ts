import type { AbuseCode, CaseKind } from '../domain/case-kind';
import { caseInput } from '../domain/case-input';
import type { AGENT_HOLD_KINDS } from '../domain/hold-kind';
import type { HoldInput } from '../domain/hold-input';
import { findOpenSession } from './agent-sessions';
import { lockAttempt, subjectOf, type Attempt } from './attempts';
import { openCase, type CaseFile } from './cases';
import type { Transaction } from './database';
import type { FactWrite } from './fact-write';
import { findHold, type Hold } from './holds';

/** What an agent heard in the talk. */
export type HeardCase = Pick<
  ReturnType<typeof caseInput.parse>,
  'kind' | 'type' | 'scope' | 'claim' | 'evidence'
>;

/** The talk of the agent, locked; null: none. */
export async function lockTalk(tx: Transaction, agentId: string): Promise<Attempt | null> {
  const held = (await findOpenSession(tx, agentId))?.attemptId ?? null;
  const attempt = held === null ? null : await lockAttempt(tx, held);
  return attempt?.agentId === agentId ? attempt : null;
}

/**
 * Opens a case about the person of a talk. Of somebody who is none of the people we know by the number
 * it can only be that: the number is off for all of them.
 */
export async function openHeardCase(
  tx: Transaction,
  attempt: Attempt,
  heard: HeardCase,
  actor: string,
): Promise<FactWrite<CaseFile>> {
  const subject = subjectOf(attempt);
  const number = await numberOf(tx, attempt);
  const of =
    subject === null
      ? { ...(number === null ? {} : { number }) }
      : {
          debtorId: subject.debtorId,
          ...(heard.kind === 'wrong_party' && number !== null ? { number } : {}),
          ...(isOfAccount(heard) ? { accountId: subject.accountId } : {}),
        };
  const input = caseInput.parse({
    ...{ ...heard, ...of, creditorId: attempt.creditorId, attemptId: attempt.id },
    ...{ source: 'call', externalId: `${attempt.id}:${heard.kind}` },
  });
  const evidence = `attempt ${attempt.id}`;
  const hold = { source: 'case', reason: `case of ${heard.kind}`, evidence };
  return openCase(tx, input, { actor, hold });
}

/** What is the account's alone, unless the person said otherwise. */
function isOfAccount({ kind, scope }: HeardCase): boolean {
  if (scope !== undefined) return scope === 'account';
  return kind === 'dispute' || kind === 'hardship' || kind === 'complaint';
}

type AgentHoldKind = (typeof AGENT_HOLD_KINDS)[number];

const CASE_OF_HOLD = {
  dispute: 'dispute',
  cease: 'cease',
  wrong_number: 'wrong_party',
} as const satisfies Record<AgentHoldKind, CaseKind>;

/**
 * A hold that an agent places in the talk is a case too: somebody owns it, and answers it in time.
 * @param hold what the talk is about, as a hold
 */
export async function placeHeardHold(
  tx: Transaction,
  hold: HoldInput & { readonly kind: AgentHoldKind; readonly evidence: string },
  { attemptId, creditorId }: { readonly attemptId: string; readonly creditorId: string },
  actor: string,
): Promise<FactWrite<Hold>> {
  const { debtorId, accountId, number, reason, evidence, source } = hold;
  const kind = CASE_OF_HOLD[hold.kind];
  const input = caseInput.parse({
    ...{ debtorId, accountId, number, creditorId, attemptId, kind, claim: reason },
    ...{ source: 'call', externalId: `${attemptId}:${kind}` },
  });
  const opened = await openCase(tx, input, { actor, hold: { source, reason, evidence } });
  if (opened.kind === 'refused') return opened;
  const { rows } = await tx.query<{ id: string }>(
    'select hold_id as id from case_hold where case_id = $1 order by hold_id limit 1',
    [opened.fact.id],
  );
  const placed = rows[0] === undefined ? null : await findHold(tx, rows[0].id);
  if (placed === null) throw new Error(`case ${opened.fact.id} has no hold`);
  return { kind: opened.kind, fact: placed };
}

/** Of the person, or from which they call; null: withheld. */
async function numberOf(tx: Transaction, attempt: Attempt): Promise<string | null> {
  const { rows } = await tx.query<{ e164: string | null }>(
    `select coalesce((select e164 from phone where id = $1),
       (select caller from inbound_call i join attempt t on t.inbound_call_id = i.id
        where t.id = $2)) as e164`,
    [attempt.phoneId, attempt.id],
  );
  return rows[0]?.e164 ?? null;
}

/** Keeps that the agent has warned the person. @returns the how manieth warning it was */
export async function warnOfAbuse(
  tx: Transaction,
  attempt: Attempt,
  code: AbuseCode,
): Promise<number> {
  const number = (await countWarnings(tx, attempt.id)) + 1;
  await tx.query(
    `insert into abuse_warning (attempt_id, creditor_id, agent_id, number, code)
     values ($1, $2, $3, $4, $5)`,
    [attempt.id, attempt.creditorId, attempt.agentId, number, code],
  );
  return number;
}

/** The attempt is locked. */
export async function countWarnings(tx: Transaction, attemptId: string): Promise<number> {
  const { rows } = await tx.query<{ n: number }>(
    'select count(*)::int as n from abuse_warning where attempt_id = $1',
    [attemptId],
  );
  return rows[0]?.n ?? 0;
}
