import { randomUUID } from 'node:crypto';
import { changeAgentState, lockAgentSession, openAgentSession } from '../../src/db/agent-sessions';
import { one, type Database } from '../../src/db/database';
import { keepTestKey } from './gate';

export interface Floor {
  readonly creditorId: string;
  readonly campaignId: string;
  readonly poolId: string;
  readonly sipInstanceId: string;
  addReadyAgent(): Promise<{ agentId: string; sessionId: string }>;
  addDebtor(options?: NewDebtor): Promise<{ debtorId: string; accountIds: string[] }>;
}

export interface NewDebtor {
  readonly province?: string | null;
  readonly accounts?: number;
  readonly phones?: number;
  readonly owner?: string;
}

let counter = 0;

/** Of a creditor; so long that no other is near enough to be what somebody meant. */
export const newCode = (): string => `contoh-${randomUUID().replaceAll('-', '')}`;

/** A made-up collections floor straight in the database: creditor, pool, running campaign. */
export async function makeFloor(
  db: Database,
  options: { rulePacks?: string[]; settings?: Record<string, unknown> } = {},
): Promise<Floor> {
  const insert = async (sql: string, values: unknown[]): Promise<string> =>
    one(await db.query<{ id: string }>(`${sql} returning id`, values), sql).id;
  await keepTestKey(db);
  const tag = randomUUID().slice(0, 8);
  const creditorId = await insert(
    `insert into creditor (code, name) values ($1, 'Pinjaman Contoh')`,
    [newCode()],
  );
  const poolId = await insert('insert into pool (name) values ($1)', [`Tim ${tag}`]);
  const campaignId = await insert(
    `insert into campaign (creditor_id, name, state, rule_packs, settings)
     values ($1, 'Kampanye', 'running', $2, $3)`,
    [creditorId, options.rulePacks ?? ['DEMO.OPEN'], JSON.stringify(options.settings ?? {})],
  );
  await db.query('insert into campaign_pool (campaign_id, pool_id) values ($1, $2)', [
    campaignId,
    poolId,
  ]);
  await db.query(
    `insert into trunk (name, host, caller_ids) values ('t', '127.0.0.1', '{+622100001}')
     on conflict (name) do nothing`,
  );
  const sipInstanceId = randomUUID();
  await db.query(`insert into sip_instance (id, host) values ($1, 'test')`, [sipInstanceId]);
  const addReadyAgent = async (): Promise<{ agentId: string; sessionId: string }> => {
    const agentId = await insert(
      `insert into agent (name, sip_username, sip_ha1_md5, sip_ha1_sha256) values ('Agen', $1, '', '')`,
      [`agen-${tag}-${++counter}`],
    );
    await db.query('insert into agent_pool (agent_id, pool_id) values ($1, $2)', [agentId, poolId]);
    return db.transaction(async (tx) => {
      const opened = await openAgentSession(tx, { agentId, legMode: 'nailed_up', actor: 'test' });
      const session = opened && (await lockAgentSession(tx, opened.id));
      if (session === null) throw new Error('no session');
      await changeAgentState(tx, session, {
        to: 'ready',
        cause: 'test',
        actor: 'test',
        sipInstanceId,
      });
      return { agentId, sessionId: session.id };
    });
  };
  const addDebtor = async (debtor: NewDebtor = {}) => {
    const n = ++counter;
    const debtorId = await insert('insert into debtor (name, province) values ($1, $2)', [
      `Orang ${n}`,
      debtor.province === undefined ? 'ID-JK' : debtor.province,
    ]);
    for (let i = 0; i < (debtor.phones ?? 1); i++) {
      await db.query(
        'insert into phone (debtor_id, e164, owner, position) values ($1, $2, $3, $4)',
        [debtorId, `+62812000${String(n * 10 + i).padStart(5, '0')}`, debtor.owner ?? 'debtor', i],
      );
    }
    const accountIds: string[] = [];
    for (let i = 0; i < (debtor.accounts ?? 1); i++) {
      accountIds.push(
        await insert(
          `insert into account (creditor_id, debtor_id, external_id, currency, amount_due_minor,
             due_date, content_hash) values ($1, $2, $3, 'IDR', 15000000, '2026-10-01', '')`,
          [creditorId, debtorId, `A-${n}-${i}`],
        ),
      );
    }
    return { debtorId, accountIds };
  };
  return { creditorId, campaignId, poolId, sipInstanceId, addReadyAgent, addDebtor };
}
