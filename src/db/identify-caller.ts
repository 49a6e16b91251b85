import { nextStepAfterResult } from '../domain/dial-retry';
import { applyNextStep } from './account-next-step';
import { findOpenSession } from './agent-sessions';
import { lockAttempt, subjectOf, type Attempt, type InboundAttempt } from './attempts';
import { recordAudit } from './audit';
import { lockDebtor } from './call-locks';
import { recordContact } from './contacts';
import type { Transaction } from './database';
import { appendEvent } from './events';

export type IdentifyResult =
  | {
      readonly kind: 'identified' | 'repeated';
      readonly attemptId: string;
      readonly accountId: string;
    }
  /** The agent has no call, or none that came in. */
  | { readonly kind: 'no_call' }
  /** The creditor of the call has no such account. */
  | { readonly kind: 'no_account' }
  /** Somebody else was named before. */
  | { readonly kind: 'conflict' }
  /** The person is in another call with us. */
  | { readonly kind: 'person_in_call' };

/**
 * The agent says whom the talk is with, by the number of an account that the caller named: from here
 * on the call is about it. Once; a caller whom their number told is known already.
 */
export async function identifyCaller(
  tx: Transaction,
  wish: { readonly agentId: string; readonly externalId: string; readonly actor: string },
): Promise<IdentifyResult> {
  const held = (await findOpenSession(tx, wish.agentId))?.attemptId ?? null;
  const attempt = held === null ? null : await lockAttempt(tx, held);
  if (attempt?.direction !== 'in' || attempt.agentId !== wish.agentId || !isTalk(attempt))
    return { kind: 'no_call' };
  const account = await findAccount(tx, attempt, wish.externalId);
  if (account === null) return { kind: 'no_account' };
  const attemptId = attempt.id;
  if (attempt.accountId === account.id)
    return { kind: 'repeated', attemptId, accountId: account.id };
  if (attempt.accountId !== null) return { kind: 'conflict' };
  if (!(await holdPerson(tx, attempt, account.debtorId))) return { kind: 'person_in_call' };
  await writeIdentity(tx, attempt, account, wish.actor);
  return { kind: 'identified', attemptId, accountId: account.id };
}

const isTalk = ({ state, result }: Attempt): boolean =>
  state === 'answered' || state === 'connected' || (state === 'ended' && result === 'connected');

interface NamedAccount {
  readonly id: string;
  readonly debtorId: string;
}

async function findAccount(
  tx: Transaction,
  { creditorId }: InboundAttempt,
  externalId: string,
): Promise<NamedAccount | null> {
  const { rows } = await tx.query<NamedAccount>(
    `select id, debtor_id as "debtorId" from account where creditor_id = $1 and external_id = $2`,
    [creditorId, externalId],
  );
  return rows[0] ?? null;
}

/** While the talk lasts it is the person's one open attempt. False: there is another. */
async function holdPerson(
  tx: Transaction,
  { id, state }: InboundAttempt,
  debtorId: string,
): Promise<boolean> {
  await lockDebtor(tx, debtorId);
  if (state === 'ended') return true;
  const { rowCount } = await tx.query(
    `update open_attempt set debtor_id = $2 where attempt_id = $1
       and not exists (select from open_attempt where debtor_id = $2)`,
    [id, debtorId],
  );
  return rowCount === 1;
}

async function writeIdentity(
  tx: Transaction,
  attempt: InboundAttempt,
  account: NamedAccount,
  actor: string,
): Promise<void> {
  const { rows } = await tx.query<{ phoneId: string | null; caller: string | null }>(
    `with call as (
       update inbound_call set account_id = $2, debtor_id = $3, creditor_id = $4
       where id = (select inbound_call_id from attempt where id = $1) returning caller),
     known as (update debtor set last_called_at = now() where id = $3)
     update attempt set account_id = $2, debtor_id = $3,
       phone_id = (select p.id from phone p, call
         where p.debtor_id = $3 and p.e164 = call.caller and p.owner = 'debtor')
     where id = $1
     returning phone_id as "phoneId", (select caller from call) as caller`,
    [attempt.id, account.id, account.debtorId, attempt.creditorId],
  );
  await tx.query('update recording set account_id = $2, debtor_id = $3 where attempt_id = $1', [
    ...[attempt.id, account.id, account.debtorId],
  ]);
  const { phoneId = null, caller = null } = rows[0] ?? {};
  if (phoneId === null) await enterContact(tx, attempt, account, caller);
  const known = subjectOf({ ...attempt, accountId: account.id, debtorId: account.debtorId });
  // the talk is over: what its end means to the account was not known then
  if (attempt.state === 'ended' && known !== null)
    await applyNextStep(tx, known, nextStepAfterResult('connected', new Date()));
  const { creditorId, agentId } = attempt;
  const payload = { attemptId: attempt.id, accountId: account.id };
  await recordAudit(tx, {
    ...{ creditorId, actor, action: 'caller.identified', subject: 'attempt' },
    ...{ subjectId: attempt.id, before: { accountId: null }, after: payload, reason: null },
  });
  await appendEvent(tx, { type: 'inbound.identified', creditorId, agentId, payload });
}

/** The ledger finds attempts by the person's numbers; a talk from any other is entered beside them. */
async function enterContact(
  tx: Transaction,
  { id, creditorId, answeredAt, createdAt }: InboundAttempt,
  account: NamedAccount,
  caller: string | null,
): Promise<void> {
  const written = await recordContact(
    tx,
    {
      ...{ at: (answeredAt ?? createdAt).toISOString(), direction: 'in', mode: 'live' },
      ...{ outcome: 'conversation', debtorId: account.debtorId, accountIds: [account.id] },
      ...{ place: 'mobile', creditorId, source: 'inbound_call', externalId: id },
      ...(caller === null ? {} : { number: caller }),
    },
    'system',
  );
  if (written.kind === 'refused') throw new Error(`no contact of talk ${id}`);
}
