import { recordAudit } from './audit';
import { one, type Queryable, type Transaction } from './database';
import { appendEvent } from './events';
import { liftHold, placeHold } from './holds';
import { pageFetch, toPage, type Page, type PageRequest } from './page';

/** Accounts that somebody else collects now: our work on them has stopped. */
export interface HandOver {
  readonly id: string;
  readonly creditorId: string;
  readonly kind: 'agency' | 'field';
  readonly recipient: string;
  readonly reason: string;
  readonly handedBy: string;
  readonly handedAt: Date;
  readonly accounts: number;
  readonly recalled: number;
}

const SELECT = `select h.id, h.creditor_id as "creditorId", h.kind, h.recipient, h.reason,
    h.handed_by as "handedBy", h.handed_at as "handedAt",
    (select count(*)::int from hand_over_account where hand_over_id = h.id) as accounts,
    (select count(*)::int from hand_over_account where hand_over_id = h.id and recalled_at is not null)
      as recalled
  from hand_over h`;

/** Why an account stays with us. */
export type NotHanded =
  'no_such_account' | 'not_open' | 'handed_over' | 'in_talk' | 'protected_by_a_case' | 'held';

export type HandOverResult =
  | { readonly kind: 'handed'; readonly handOver: HandOver }
  /** Nothing is handed over: these are not to be. */
  | {
      readonly kind: 'refused';
      readonly accounts: readonly { readonly accountId: string; readonly why: NotHanded }[];
    };

/**
 * Hands accounts over, all or none: each is held for the recipient from the commit on, and what rings is
 * let go. What somebody disputes, or is protected from, is nobody's to collect.
 */
export async function handOver(
  tx: Transaction,
  input: Pick<HandOver, 'creditorId' | 'kind' | 'recipient' | 'reason'> & {
    readonly accountIds: readonly string[];
    readonly actor: string;
  },
): Promise<HandOverResult> {
  const accountIds = [...new Set(input.accountIds)].sort();
  await lockPersonsOf(tx, accountIds);
  const accounts = await refusals(tx, input.creditorId, accountIds);
  if (accounts.length > 0) return { kind: 'refused', accounts };
  const { creditorId, kind, recipient, reason, actor } = input;
  const { id } = one(
    await tx.query<{ id: string }>(
      `insert into hand_over (creditor_id, kind, recipient, reason, handed_by)
       values ($1, $2, $3, $4, $5) returning id`,
      [creditorId, kind, recipient, reason, actor],
    ),
    'new hand-over',
  );
  for (const accountId of accountIds) await handAccount(tx, { id, accountId, creditorId, actor });
  await recordAudit(tx, {
    ...{ creditorId, actor, action: 'hand_over.made', subject: 'hand_over', subjectId: id },
    ...{ before: null, after: { kind, accounts: accountIds.length }, reason },
  });
  const made = await findHandOver(tx, id);
  if (made === null) throw new Error(`hand-over ${id} is gone`);
  return { kind: 'handed', handOver: made };
}

/** In the house's order, so that two hand-overs of the same people take turns. */
async function lockPersonsOf(tx: Transaction, accountIds: readonly string[]): Promise<void> {
  await tx.query(
    `select from debtor where id in (select debtor_id from account where id = any($1))
     order by id for no key update`,
    [accountIds],
  );
}

async function refusals(
  tx: Transaction,
  creditorId: string,
  accountIds: readonly string[],
): Promise<{ accountId: string; why: NotHanded }[]> {
  const { rows } = await tx.query<{ accountId: string; why: NotHanded | null }>(
    `select asked.id as "accountId", case
       when a.id is null then 'no_such_account'
       when a.status <> 'open' then 'not_open'
       when exists (select from hand_over_account h
         where h.account_id = a.id and h.recalled_at is null) then 'handed_over'
       when exists (select from case_file c where c.debtor_id = a.debtor_id
         and (c.scope <> 'account' or c.account_id = a.id) and c.kind <> 'debtor_abuse'
         and c.kind <> 'wrong_party'
         and (c.decided_at is null or (c.state = 'upheld' and c.kind in
           ('hardship', 'vulnerability', 'deceased', 'cease')))) then 'protected_by_a_case'
       when exists (select from hold h where h.debtor_id = a.debtor_id and h.e164 is null
         and h.lifted_at is null and (h.to_at is null or h.to_at > now())
         and (h.account_id is null or h.account_id = a.id)
         and (h.creditor_id is null or h.creditor_id = a.creditor_id)) then 'held'
       when exists (select from attempt t join open_attempt o on o.attempt_id = t.id
         where o.debtor_id = a.debtor_id and t.account_id = a.id and t.state = 'connected')
         then 'in_talk' end as why
     from unnest($2::uuid[]) asked (id)
     left join account a on a.id = asked.id and a.creditor_id = $1`,
    [creditorId, accountIds],
  );
  return rows.flatMap(({ accountId, why }) => (why === null ? [] : [{ accountId, why }]));
}

async function handAccount(
  tx: Transaction,
  handed: { id: string; accountId: string; creditorId: string; actor: string },
): Promise<void> {
  const { id, accountId, creditorId, actor } = handed;
  const placed = await placeHold(
    tx,
    {
      ...{ accountId, kind: 'handed_over', reason: `hand-over ${id}` },
      ...{ source: 'hand_over', externalId: `${id}:${accountId}` },
    },
    actor,
  );
  if (placed.kind === 'refused') throw new Error(`account ${accountId} cannot be held`);
  await tx.query(
    'insert into hand_over_account (hand_over_id, account_id, hold_id) values ($1, $2, $3)',
    [id, accountId, placed.fact.id],
  );
  await appendEvent(tx, {
    type: 'account.handed_over',
    creditorId,
    payload: { handOverId: id, accountId },
  });
}

/**
 * Takes accounts back: each is ours again, and due at once. Null: there is no such hand-over.
 * @param accountIds null: all that are left. What was recalled before stays so.
 * @returns how many came back
 */
export async function recallAccounts(
  tx: Transaction,
  input: {
    readonly id: string;
    readonly accountIds: readonly string[] | null;
    readonly reason: string;
    readonly actor: string;
  },
): Promise<number | null> {
  const { id, accountIds, reason, actor } = input;
  const found = await findHandOver(tx, id);
  if (found === null) return null;
  const { rows: held } = await tx.query<{ accountId: string }>(
    `select account_id as "accountId" from hand_over_account
     where hand_over_id = $1 and recalled_at is null and ($2::uuid[] is null or account_id = any($2))`,
    [id, accountIds],
  );
  await lockPersonsOf(
    tx,
    held.map(({ accountId }) => accountId),
  );
  const { rows } = await tx.query<{ accountId: string; holdId: string }>(
    `update hand_over_account set recalled_at = clock_timestamp(), recalled_by = $3, recall_reason = $4
     where hand_over_id = $1 and recalled_at is null and account_id = any($2)
     returning account_id as "accountId", hold_id as "holdId"`,
    [id, held.map(({ accountId }) => accountId), actor, reason],
  );
  const { creditorId } = found;
  for (const { accountId, holdId } of rows) {
    await liftHold(tx, { id: holdId, reason, actor });
    await appendEvent(tx, {
      type: 'account.recalled',
      creditorId,
      payload: { handOverId: id, accountId },
    });
  }
  if (rows.length > 0) {
    await recordAudit(tx, {
      ...{ creditorId, actor, action: 'hand_over.recalled', subject: 'hand_over', subjectId: id },
      ...{ before: null, after: { accounts: rows.length }, reason },
    });
  }
  return rows.length;
}

export async function findHandOver(db: Queryable, id: string): Promise<HandOver | null> {
  const { rows } = await db.query<HandOver>(`${SELECT} where h.id = $1`, [id]);
  return rows[0] ?? null;
}

export async function listHandOvers(db: Queryable, page: PageRequest): Promise<Page<HandOver>> {
  const { rows } = await db.query<HandOver>(
    `${SELECT} where ($1::uuid is null or h.id < $1) order by h.id desc limit $2`,
    [page.beforeId, pageFetch(page)],
  );
  return toPage(rows, page);
}
