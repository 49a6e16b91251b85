import { randomUUID } from 'node:crypto';
import { one, type Database } from '../../src/db/database';
import { newId } from '../../src/db/new-id';
import type { AgentOutcomeCode, RootCause } from '../../src/domain/outcome-code';
import { makeFloor, type Floor } from './floor';

export interface MadeAccount {
  readonly id: string;
  readonly debtorId: string;
  readonly creditorId: string;
}

export interface MadeCall {
  readonly account: MadeAccount;
  readonly agentId: string;
  /** When it was dialed, or came in. */
  readonly at: string;
  readonly campaignId?: string | null;
  readonly direction?: 'out' | 'in';
  readonly mode?: 'progressive' | 'manual';
  readonly counted?: boolean;
  readonly result?: string;
  readonly code?: AgentOutcomeCode;
  readonly rootCause?: RootCause;
  readonly talkSeconds?: number;
}

/** Rows of past days as they would stand, written straight. */
export interface MoneyFloor {
  readonly floor: Floor;
  addAgent(): Promise<string>;
  addAccount(account: {
    dueDate: string;
    dueMinor: number;
    debtorId?: string;
  }): Promise<MadeAccount>;
  call(call: MadeCall): Promise<string>;
  promise(promise: {
    readonly account: MadeAccount;
    readonly attemptId: string | null;
    readonly amountMinor: number;
    readonly dueDate: string;
    readonly state: string;
    readonly keptMinor?: number;
    readonly at: string;
  }): Promise<string>;
  pay(account: MadeAccount, amountMinor: number, at: string): Promise<string>;
}

let counter = 0;

export async function makeMoneyFloor(db: Database): Promise<MoneyFloor> {
  const floor = await makeFloor(db);
  const { creditorId } = floor;
  const idOf = async (sql: string, values: unknown[]): Promise<string> =>
    one(await db.query<{ id: string }>(`${sql} returning id`, values), sql).id;
  return {
    floor,
    addAgent: async () => (await floor.addReadyAgent()).agentId,
    addAccount: async ({ dueDate, dueMinor, debtorId }) => {
      const person = debtorId ?? (await floor.addDebtor({ accounts: 0 })).debtorId;
      const id = await idOf(
        `insert into account (creditor_id, debtor_id, external_id, currency, amount_due_minor, due_date, content_hash)
         values ($1, $2, $3, 'IDR', $4, $5, '')`,
        [creditorId, person, `M-${++counter}`, dueMinor, dueDate],
      );
      return { id, debtorId: person, creditorId };
    },
    call: (call) => insertCall(db, floor, call),
    promise: ({ account, attemptId, amountMinor, dueDate, state, keptMinor = 0, at }) =>
      idOf(
        `insert into promise (id, creditor_id, account_id, debtor_id, attempt_id, amount_minor, currency, due_date,
           method, state, kept_minor, created_at, ended_at, ended_as, end_reason)
         values ($1, $2, $3, $4, $5, $6, 'IDR', $7, 'qris', $8::text, $9, $10,
           case when $8 in ('cancelled', 'superseded') then $10::timestamptz end,
           case when $8 in ('cancelled', 'superseded') then $8 end,
           case when $8 in ('cancelled', 'superseded') then 'test' end)`,
        [
          ...[newId(new Date(at)), account.creditorId, account.id, account.debtorId, attemptId],
          ...[amountMinor, dueDate, state, keptMinor, at],
        ],
      ),
    pay: (account, amountMinor, at) =>
      idOf(
        `insert into payment (creditor_id, account_id, debtor_id, provider, provider_payment_id, amount_minor,
           currency, paid_at, received_at, matched_at)
         values ($1, $2, $3, 'test', $4, $5, 'IDR', $6, $6, $6)`,
        [account.creditorId, account.id, account.debtorId, randomUUID(), amountMinor, at],
      ),
  };
}

async function insertCall(db: Database, floor: Floor, call: MadeCall): Promise<string> {
  const { account, agentId, direction = 'out', talkSeconds = 60, code } = call;
  const at = new Date(call.at);
  const id = newId(at);
  await db.query(
    `insert into attempt (id, creditor_id, account_id, debtor_id, agent_id, agent_session_id, phone_id, direction,
       inbound_call_id, campaign_id, campaign_version, decision_id, mode, dialed_at, counted,
       state, result, created_at, answered_at, connected_at, ended_at)
     select $1, $2, $3, $4, $5, (select s.id from agent_session s where s.agent_id = $5 limit 1),
       (select p.id from phone p where p.debtor_id = $4 limit 1), $6::text,
       case $6 when 'in' then new_id() end, case $6 when 'out' then $7::uuid end, case $6 when 'out' then 1 end,
       case $6 when 'out' then new_id() end, case $6 when 'out' then $8 end, case $6 when 'out' then $10::timestamptz end,
       $6 = 'out' and $9::boolean, 'ended', $11::text, $10, case $11 when 'connected' then $10::timestamptz end,
       case $11 when 'connected' then $10::timestamptz end,
       $10::timestamptz + make_interval(secs => $12)`,
    [
      ...[id, account.creditorId, account.id, account.debtorId, agentId, direction],
      ...[
        call.campaignId ?? floor.campaignId,
        call.mode ?? 'progressive',
        call.counted ?? true,
        at,
      ],
      ...[call.result ?? (code === undefined ? 'no_answer' : 'connected'), talkSeconds],
    ],
  );
  if (code === undefined) return id;
  await db.query(
    `insert into outcome (attempt_id, creditor_id, account_id, debtor_id, code, root_cause, recorded_by, recorded_at)
     values ($1, $2, $3, $4, $5, $6, 'test', $7)`,
    [id, account.creditorId, account.id, account.debtorId, code, call.rootCause ?? null, at],
  );
  return id;
}
