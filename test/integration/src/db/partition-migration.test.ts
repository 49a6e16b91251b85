import { copyFile, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Database } from '../../../../src/db/database';
import { migrate, migrationsFolder } from '../../../../src/db/migrate';
import { newId } from '../../../../src/db/new-id';
import { createTestDatabase, type TestDatabase } from '../../../support/postgres';

const BEFORE = ['0001_first_slice.sql', '0002_rules_and_proof.sql'];
const MONTHS = 3;

/** What only grows, with what keeps the order of its rows. */
const GROWING = {
  decision: 'id',
  shadow_comparison: 'decision_id, version',
  attempt: 'id',
  open_attempt: 'debtor_id',
  attempt_event: 'attempt_id, at, to_state',
  call: 'attempt_id',
  call_leg: 'call_id, kind',
  outcome: 'attempt_id',
  contact: 'id',
  event: 'id',
  agent_session_event: 'session_id, seq',
  ledger_entry: 'chain, seq',
} as const;

let database: TestDatabase;
let released: string;
beforeAll(async () => {
  database = await createTestDatabase('template0');
  released = await mkdtemp(join(tmpdir(), 'santun-migrations-'));
  const folder = migrationsFolder(process.cwd());
  for (const name of BEFORE) await copyFile(join(folder, name), join(released, name));
});
afterAll(async () => {
  await rm(released, { recursive: true, force: true });
  await database.drop();
});

test('a database of an earlier release keeps every row, each in its month', async () => {
  const { db } = database;
  expect(await migrate(db, released)).toEqual(BEFORE);
  const now = new Date();
  await db.query(
    `insert into rule_pack_version (pack_id, version, body, sha256, change_reason, proposed_by)
     values ('T.SHADOW', 1, '{}', '', 'test', 'test')`,
  );
  for (let back = 0; back < MONTHS; back += 1) {
    // the first day: also before the fifteenth of a month this is in the past
    await fill(db, new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() - back, 1, 0, 5)));
  }
  const before = await readAll(db);
  expect(before.decision).toHaveLength(2 * MONTHS);

  expect(await migrate(db, migrationsFolder(process.cwd()))).toContain('0003_partitions.sql');

  const after = await readAll(db);
  for (const table of Object.keys(GROWING) as (keyof typeof GROWING)[]) {
    expect(after[table]).toHaveLength(before[table]?.length ?? -1);
    expect(after[table]).toMatchObject(before[table]?.map((row) => without(row, table)) ?? []);
  }
  expect(await monthsOf(db, 'decision')).toEqual(lastMonths(now));
  expect(await monthsOf(db, 'attempt_event')).toEqual(lastMonths(now));
  expect(await monthsOf(db, 'ledger_entry')).toEqual(lastMonths(now));
  const heads = await db.query(
    `select chain, seq::int, first_day = day as "isOneDay" from ledger_head order by chain`,
  );
  const chains = before.ledger_entry?.filter(({ seq }) => Number(seq) === 2) ?? [];
  expect(heads.rows).toEqual(chains.map(({ chain }) => ({ chain, seq: 2, isOneDay: true })));
  const { rows } = await db.query<{ next: bigint; last: bigint }>(
    `with told as (insert into event (type, payload) values ('api_key.created', '{}') returning id)
     select (select id from told) as next, (select max(id) from event) as last`,
  );
  expect(Number(rows[0]?.next)).toBe(Number(rows[0]?.last) + 1);
  // what keeps decisions as they were written, and what queues them for the ledger, came along
  await expect(db.query(`update decision set verdict = 'deny'`)).rejects.toThrow('is kept as it');
  await expect(db.query('delete from ledger_entry')).rejects.toThrow('is kept as it');
});

/** The columns of a row as they are found again; what only had a name of its own is gone. */
function without(row: Record<string, unknown>, table: keyof typeof GROWING): object {
  if (table !== 'agent_session_event') return row;
  const { id: _named, ...kept } = row;
  return kept;
}

async function readAll(db: Database): Promise<Record<string, Record<string, unknown>[]>> {
  const all: Record<string, Record<string, unknown>[]> = {};
  for (const [table, order] of Object.entries(GROWING)) {
    all[table] = (await db.query(`select * from ${table} order by ${order}`)).rows;
  }
  return all;
}

async function monthsOf(db: Database, table: string): Promise<string[]> {
  const { rows } = await db.query<{ partition: string }>(
    `select distinct replace(tableoid::regclass::text, $1 || '_', '') as partition from ${table} order by 1`,
    [table],
  );
  return rows.map(({ partition }) => partition);
}

function lastMonths(now: Date): string[] {
  return Array.from({ length: MONTHS }, (_, back) =>
    new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() - back, 1))
      .toISOString()
      .slice(0, 7)
      .replace('-', '_'),
  ).sort();
}

/** One ended and one open attempt, with all that hangs on them, as of one instant. */
async function fill(db: Database, at: Date): Promise<void> {
  const id = (): string => newId(at);
  const [creditor, campaign, session, agent] = [id(), id(), id(), id()];
  const tag = creditor.slice(-10);
  await db.query(`insert into creditor (id, code, name) values ($1, 'c-' || $2, 'Kreditur')`, [
    creditor,
    tag,
  ]);
  await db.query(`insert into campaign (id, creditor_id, name) values ($1, $2, 'k')`, [
    campaign,
    creditor,
  ]);
  await db.query(
    `insert into agent (id, name, sip_username, sip_ha1_md5, sip_ha1_sha256) values ($1, 'a', 'a' || $2, '', '')`,
    [agent, tag],
  );
  await db.query(
    `insert into agent_session (id, agent_id, leg_mode, cause) values ($1, $2, 'per_call', 'test')`,
    [session, agent],
  );
  await db.query(
    `insert into agent_session_event (session_id, seq, at, to_state, cause, actor)
     values ($1, 1, $2, 'connecting', 'signed_in', 'test')`,
    [session, at],
  );
  for (const ended of [true, false]) {
    const person = { debtor: id(), phone: id(), account: id() };
    const [decision, attempt, call, outcome] = [id(), id(), id(), id()];
    await db.query(`insert into debtor (id, name) values ($1, 'Orang')`, [person.debtor]);
    await db.query(
      `insert into phone (id, debtor_id, e164, owner) values ($1, $2, '+62812000012' || $3, 'debtor')`,
      [person.phone, person.debtor, ended ? '34' : '35'],
    );
    await db.query(
      `insert into account (id, creditor_id, debtor_id, external_id, currency, amount_due_minor, due_date, content_hash)
       values ($1, $2, $3, $4, 'IDR', 1, current_date, '')`,
      [person.account, creditor, person.debtor, person.account],
    );
    await db.query(
      `insert into decision (id, at, stage, verdict, record, facts, expires_at, creditor_id, campaign_id,
         account_id, debtor_id, phone_id, attempt_id)
       values ($1, $2, 'reserve', 'allow', '{"a":1}', '{}', $2::timestamptz + interval '20 s', $3, $4, $5, $6, $7, $8)`,
      [decision, at, creditor, campaign, person.account, person.debtor, person.phone, attempt],
    );
    await db.query(
      `insert into attempt (id, creditor_id, campaign_id, campaign_version, account_id, debtor_id, phone_id,
         agent_id, agent_session_id, decision_id, state, result, ended_at, created_at, counted)
       values ($1, $2, $3, 1, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, true)`,
      [
        ...[attempt, creditor, campaign, person.account, person.debtor, person.phone, agent],
        ...[session, decision, ended ? 'ended' : 'ringing', ended ? 'connected' : null],
        ...[ended ? at : null, at],
      ],
    );
    await db.query(
      `insert into attempt_event (attempt_id, at, to_state, cause, actor) values ($1, $2, 'reserved', 'c', 't')`,
      [attempt, at],
    );
    await db.query(`insert into call (id, attempt_id, creditor_id) values ($1, $2, $3)`, [
      ...[call, attempt, creditor],
    ]);
    await db.query(
      `insert into call_leg (call_id, kind, agent_id) values ($1, 'customer', null), ($1, 'agent', $2)`,
      [call, agent],
    );
    await db.query(
      `insert into contact (at, direction, outcome, debtor_id, source, external_id, recorded_by)
       values ($1, 'in', 'conversation', $2, 's', $3, 't')`,
      [at, person.debtor, attempt],
    );
    await db.query(
      `insert into event (at, type, payload) values ($1, 'attempt.reserved', jsonb_build_object('a', $2::text))`,
      [at, attempt],
    );
    await db.query(
      `insert into ledger_entry (chain, seq, kind, subject_id, day, hash, signature_valid)
       values ('creditor:' || $1::uuid, $2, 'decision', $3, $4, '\\x00', true)`,
      [creditor, ended ? 1 : 2, decision, at.toISOString().slice(0, 10)],
    );
    if (!ended) {
      await db.query('insert into open_attempt (debtor_id, attempt_id) values ($1, $2)', [
        ...[person.debtor, attempt],
      ]);
      continue;
    }
    await db.query(
      `insert into outcome (id, attempt_id, creditor_id, account_id, debtor_id, code, recorded_by)
       values ($1, $2, $3, $4, $5, 'promise_to_pay', 't')`,
      [outcome, attempt, creditor, person.account, person.debtor],
    );
    await db.query(
      `insert into promise (creditor_id, account_id, debtor_id, attempt_id, outcome_id, amount_minor, currency, due_date, method)
       values ($1, $2, $3, $4, $5, 1, 'IDR', current_date, 'transfer')`,
      [creditor, person.account, person.debtor, attempt, outcome],
    );
    await db.query(
      `insert into shadow_comparison (decision_id, pack_id, version, verdict, differs) values ($1, 'T.SHADOW', 1, 'allow', false)`,
      [decision],
    );
  }
}
