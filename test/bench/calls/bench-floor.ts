import { randomBytes } from 'node:crypto';
import { createAgent } from '../../../src/db/agents';
import {
  changeAgentState,
  lockAgentSession,
  openAgentSession,
} from '../../../src/db/agent-sessions';
import { one, openDatabase, type Database } from '../../../src/db/database';
import { migrate, migrationsFolder } from '../../../src/db/migrate';
import { installShippedRules } from '../../../src/main/install-shipped-rules';
import { createTrunk } from '../../../src/db/trunk-settings';
import { addDebtors } from '../../support/add-debtors';
import type { BenchAgent } from './bench-softphones';

export const REALM = 'santun';

/** Made-up people, agents and a paused campaign, for the product to work on. */
export interface BenchFloor {
  readonly db: Database;
  readonly agents: readonly BenchAgent[];
  /** Runs the campaign, or takes no new attempt. */
  setRunning(running: boolean): Promise<void>;
  /** Every agent has a session that waits for its softphone. */
  signIn(): Promise<void>;
  countAgents(state: string): Promise<number>;
  openAttempts(): Promise<number>;
  close(): Promise<void>;
}

export async function makeBenchFloor(options: {
  readonly databaseUrl: string;
  readonly agents: number;
  readonly debtors: number;
  readonly debtorPort: number;
}): Promise<BenchFloor> {
  const db = openDatabase({
    url: options.databaseUrl,
    maxConnections: 8,
    onIdleError: () => undefined,
  });
  await migrate(db, migrationsFolder(process.cwd()));
  await installShippedRules(db);
  const { campaignId, poolId } = await makeCampaign(db, options.debtors);
  await db.transaction((tx) =>
    createTrunk(tx, {
      name: 'Operator Simulasi',
      host: '127.0.0.1',
      port: options.debtorPort,
      callerIds: ['+622150001000'],
      callsPerSecond: 9_999,
      maxChannels: 100_000,
    }),
  );
  const agents: BenchAgent[] = [];
  const agentIds: string[] = [];
  for (let i = 0; i < options.agents; i += 1) {
    const username = `agen-${i + 1}`;
    const input = { name: `Agen ${i + 1}`, sipUsername: username, poolIds: [poolId], realm: REALM };
    const agent = await db.transaction((tx) => createAgent(tx, input));
    agents.push({ username, password: agent.sipPassword });
    agentIds.push(agent.id);
  }
  return {
    db,
    agents,
    setRunning: async (running) => {
      await db.query('update campaign set state = $2 where id = $1', [
        campaignId,
        running ? 'running' : 'paused',
      ]);
    },
    signIn: async () => {
      for (const agentId of agentIds) await signIn(db, agentId);
    },
    countAgents: async (state) => {
      const found = await db.query<{ count: number }>(
        'select count(*)::int as count from agent_session where ended_at is null and state = $1',
        [state],
      );
      return one(found, 'count').count;
    },
    openAttempts: async () => {
      const found = await db.query<{ count: number }>(
        `select count(*)::int as count from attempt where state <> 'ended'`,
      );
      return one(found, 'count').count;
    },
    close: () => db.close(),
  };
}

async function makeCampaign(
  db: Database,
  debtors: number,
): Promise<{ campaignId: string; poolId: string }> {
  const insert = async (sql: string, values: unknown[]): Promise<string> =>
    one(await db.query<{ id: string }>(`${sql} returning id`, values), sql).id;
  const creditorId = await insert('insert into creditor (code, name) values ($1, $2)', [
    `contoh-${randomBytes(3).toString('hex')}`,
    'Pinjaman Contoh',
  ]);
  await addDebtors(db, creditorId, debtors);
  const poolId = await insert('insert into pool (name) values ($1)', ['Tim Uji']);
  const campaignId = await insert(
    `insert into campaign (creditor_id, name, state, rule_packs, settings)
     values ($1, 'Uji beban', 'paused', '{DEMO.OPEN}', '{"ringTimeoutMs": 10000}')`,
    [creditorId],
  );
  await db.query('insert into campaign_pool (campaign_id, pool_id) values ($1, $2)', [
    campaignId,
    poolId,
  ]);
  await db.query('analyze');
  return { campaignId, poolId };
}

/** A new session in `connecting`, in the place of the one before. */
async function signIn(db: Database, agentId: string): Promise<void> {
  await db.transaction(async (tx) => {
    const { rows } = await tx.query<{ id: string }>(
      'select id from agent_session where agent_id = $1 and ended_at is null',
      [agentId],
    );
    const before = rows[0] === undefined ? null : await lockAgentSession(tx, rows[0].id);
    if (before !== null) {
      const over = { to: 'offline', cause: 'replaced', actor: 'bench' } as const;
      await changeAgentState(tx, before, over);
    }
    await openAgentSession(tx, { agentId, legMode: 'nailed_up', actor: 'bench' });
  });
}
