import {
  detachPartition,
  findObstacles,
  listMonthsBefore,
  readLedgerStart,
} from '../../../../src/db/detach-partitions';
import type { Transaction } from '../../../../src/db/database';
import { newId } from '../../../../src/db/new-id';
import { createPartitions, listPartitions } from '../../../../src/db/partitions';
import { readChainedDecisions } from '../../../../src/db/read/chained-decisions';
import { exportLedger } from '../../../../src/proof/export-ledger';
import { proveDecision } from '../../../../src/proof/prove-decision';
import type { Signer } from '../../../../src/proof/sign';
import { ledgerTurn } from '../../../../workers/ledger-turn';
import {
  insertSignedDecision,
  makeSigner,
  makeSubject,
  settle,
  type DecisionSubject,
} from '../../../support/signed-decisions';
import { createTestDatabase, type TestDatabase } from '../../../support/postgres';
import { verifyText } from '../../../support/small-ledger';

const DAY_MS = 86_400_000;

let test: TestDatabase;
let signer: Signer;
let subject: DecisionSubject;
let write: (at: Date) => Promise<string>;

/** The first instant of the month so many after this one, UTC. */
const month = (after: number): Date => {
  const now = new Date();
  return new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() + after, 1));
};
const named = (after: number): string => month(after).toISOString().slice(0, 7);
const day = (at: Date): string => at.toISOString().slice(0, 10);
const shifted = (at: Date, ms: number): Date => new Date(at.getTime() + ms);

beforeAll(async () => {
  test = await createTestDatabase();
  for (const after of [-3, -2, -1]) await createPartitions(test.db, named(after));
  signer = await makeSigner(test.db);
  subject = await makeSubject(test.db);
  write = (at) => insertSignedDecision(test.db, signer, subject, at);
});
afterAll(() => test.drop());

/** Chains what is written, in this order, and closes the days that were over at `now`. */
async function chain(now: Date): Promise<void> {
  await settle(test.db);
  await ledgerTurn({ db: test.db, signer, now: () => now })();
}

async function exported(from: Date): Promise<string> {
  const days = { from: day(from), to: day(new Date()) };
  const options = { ...days, creditorId: null, facts: false, signer, now: new Date() };
  let text = '';
  for await (const line of exportLedger(test.db, options)) text += line;
  return text;
}

async function problemsOf(from: Date): Promise<{ entries: number; problems: readonly unknown[] }> {
  const report = await verifyText(await exported(from), {
    days: { from: day(from), to: day(new Date()) },
  });
  return { entries: report.entries, problems: report.problems };
}

/** An ended attempt of two months ago. */
async function attemptOf(purpose: 'locate' | 'collect'): Promise<string> {
  const id = newId(month(-2));
  const { debtorId, campaignId, creditorId, accountId } = subject;
  await test.db.query(
    `with p as (insert into phone (debtor_id, e164, owner) values ($5, '+628120000' || $6, $7)
       returning id, owner)
     insert into attempt (id, creditor_id, campaign_id, campaign_version, account_id, debtor_id, phone_id,
       phone_owner, purpose, agent_id, agent_session_id, decision_id, state, result, ended_at)
     select $1, $2, $3, 1, $4, $5, p.id, p.owner, $8, new_id(), new_id(), new_id(), 'ended', 'no_answer', now()
     from p`,
    [
      ...[id, creditorId, campaignId, accountId, debtorId],
      ...(purpose === 'locate' ? ['7001', 'emergency', purpose] : ['7002', 'debtor', purpose]),
    ],
  );
  await test.db.query(
    `insert into outcome (attempt_id, creditor_id, account_id, debtor_id, code, recorded_by)
     values ($1, $2, $3, $4, 'NO_ANSWER', 'system')`,
    [id, creditorId, accountId, debtorId],
  );
  return id;
}

/** What is done in it is not so afterwards. */
async function undone(work: (tx: Transaction) => Promise<void>): Promise<void> {
  const undo = new Error('undo');
  await test.db
    .transaction(async (tx) => {
      await work(tx);
      throw undo;
    })
    .catch((error: unknown) => {
      if (error !== undo) throw error;
    });
}

const detachBefore = async (before: string): Promise<boolean[]> => {
  const done: boolean[] = [];
  for (const of of await listMonthsBefore(test.db, before)) {
    done.push(await detachPartition(test.db, of, { before, actor: 'test' }));
  }
  return done;
};

describe('old months', () => {
  const ids: Record<string, string> = {};
  let detached = 0;

  it('are needed until their ledger is closed', async () => {
    ids.old = await write(shifted(month(-3), 1_000));
    ids.first = await write(month(-1));
    // decided before midnight, written after one that was decided after it
    ids.late = await write(shifted(month(-1), -1));
    expect(await findObstacles(test.db, named(-1))).toEqual([
      expect.stringMatching(/^2 records of then wait to be chained/),
    ]);
    await chain(shifted(month(-1), DAY_MS / 2));
    ids.now = await write(new Date());
    await chain(new Date());
    expect(await findObstacles(test.db, named(-1))).toEqual([]);
    await undone(async (tx) => {
      await tx.query('set local session_replication_role = replica');
      await tx.query('delete from ledger_root where day < $1', [day(month(-2))]);
      expect(await findObstacles(tx, named(-1))).toEqual([
        expect.stringMatching(/^1 days of chains have no signed root/),
      ]);
    });
  });

  it('are needed while something of them is open', async () => {
    const attempt = newId(month(-2));
    const needs = (sql: string, values: unknown[], wanted: RegExp): Promise<void> =>
      undone(async (tx) => {
        await tx.query(sql, values);
        expect(await findObstacles(tx, named(-1))).toEqual([expect.stringMatching(wanted)]);
        expect(await findObstacles(tx, named(-2))).toEqual([]);
      });
    const { debtorId, campaignId, creditorId, accountId } = subject;
    await needs(
      'insert into open_attempt (debtor_id, attempt_id, campaign_id) values ($1, $2, $3)',
      [debtorId, attempt, campaignId],
      /^1 attempts of then are still open/,
    );
    await needs(
      `insert into promise (creditor_id, account_id, debtor_id, attempt_id, outcome_id, amount_minor,
         currency, due_date, method) values ($1, $2, $3, $4, $4, 1, 'IDR', current_date, 'transfer')`,
      [creditorId, accountId, debtorId, attempt],
      /^1 promises made then are still open/,
    );
    await needs(
      `insert into attempt (id, creditor_id, campaign_id, campaign_version, account_id, debtor_id,
         phone_id, agent_id, agent_session_id, decision_id, state, result, ended_at)
       select $1, $2, $3, 1, $4, $5, p.id, new_id(), new_id(), new_id(), 'ended', 'connected', now()
       from phone p where p.debtor_id = $5`,
      [attempt, creditorId, campaignId, accountId, debtorId],
      /^1 talks of then have no outcome/,
    );
  });

  it('wait for whoever uses them, and make nobody wait long', async () => {
    const of = { table: 'decision', month: named(-3) };
    const done = await test.db.transaction(async (tx) => {
      await tx.query('select from decision limit 1');
      return detachPartition(test.db, of, { before: named(-1), actor: 'test' });
    });
    expect(done).toBe(false);
    expect(await readLedgerStart(test.db)).toBeNull();
  });

  it('go, and what stays of the ledger verifies as before, from the first day that stays', async () => {
    const asked = await attemptOf('locate');
    await attemptOf('collect');
    expect(await problemsOf(month(-3))).toEqual({ entries: 4, problems: [] });
    const done = await detachBefore(named(-1));
    expect(done.every(Boolean)).toBe(true);
    detached = done.length;
    expect(detached).toBeGreaterThanOrEqual(22);
    const counted = await test.db.query('select from ledger_queue');
    // the changes alone: nothing of what is kept was written anew
    expect(counted.rowCount).toBe(detached);

    const states = (await listPartitions(test.db)).filter(({ table }) => table === 'decision');
    expect(states.map(({ month: of, state }) => [of, state])).toEqual([
      ...[-3, -2].map((after) => [named(after), 'detached']),
      ...[-1, 0, 1, 2].map((after) => [named(after), 'attached']),
    ]);
    // two of this day, one of today; the older one went
    expect(await problemsOf(month(-1))).toEqual({ entries: 3, problems: [] });
    await expect(exported(shifted(month(-1), -1))).rejects.toThrow(
      `the ledger before ${day(month(-1))} was detached`,
    );
    for (const id of [ids.first!, ids.late!, ids.now!]) {
      const [decision] = await readChainedDecisions(test.db, { id });
      const { checks } = await proveDecision(test.db, decision!);
      expect(checks).toMatchObject({ signature: true, facts: true, hash: true });
    }
    expect(await readChainedDecisions(test.db, { id: ids.old! })).toEqual([]);
    // whom was asked where the debtor is stays known
    const { rows } = await test.db.query(
      `select t.id, o.code from attempt t join outcome o on o.attempt_id = t.id
       where t.id < first_id_at($1)`,
      [month(-1)],
    );
    expect(rows).toEqual([{ id: asked, code: 'NO_ANSWER' }]);
    expect((await createPartitions(test.db, named(-2))).created).toEqual([]);
  });

  it('are kept as they were written, apart', async () => {
    const name = `detached.decision_${named(-3).replace('-', '_')}`;
    const { rows } = await test.db.query<{ id: string }>(`select id from ${name}`);
    expect(rows).toEqual([{ id: ids.old }]);
    for (const removal of [`delete from ${name}`, `truncate ${name}`]) {
      await expect(test.db.query(removal)).rejects.toThrow('is kept as it was written');
    }
    const { rows: audited } = await test.db.query<{ n: number }>(
      `select count(*)::int as n from audit_entry where action = 'partition.detached'`,
    );
    expect(audited).toEqual([{ n: detached }]);
    await test.db.query(`drop table ${name}`);
    const [oldest] = (await listPartitions(test.db)).filter(({ table }) => table === 'decision');
    expect(oldest).toMatchObject({ month: named(-3), state: 'dropped', rows: null, bytes: 0 });
  });

  it('leave the chain growing from where it was', async () => {
    await write(new Date());
    await chain(new Date());
    // one decision more, and the changes in the installation's chain
    expect(await problemsOf(month(-1))).toEqual({ entries: 4 + detached, problems: [] });
  });
});
