import { runAutoStop } from '../../../dialer/auto-stop';
import { runCampaignTurn } from '../../../dialer/campaign-loop';
import { countCampaignHours, readAutoStopEvidence } from '../../../src/db/auto-stop-evidence';
import { one, type Queryable } from '../../../src/db/database';
import { pullKillSwitch, releaseKillSwitch } from '../../../src/db/kill-switches';
import { AUTO_STOP_DEFAULTS } from '../../../src/domain/auto-stop';
import { makeFloor, type Floor } from '../../support/floor';
import { makeGate } from '../../support/gate';
import { createTestDatabase, type TestDatabase } from '../../support/postgres';
import { dialTo, end } from '../../support/talk';

jest.setTimeout(60_000);

let test: TestDatabase;
let floor: Floor;
/** An attempt that was cancelled, and so says nothing itself: the others are made after it. */
let template: string;

beforeEach(async () => {
  test = await createTestDatabase();
});
afterEach(() => test.drop());

const openFloor = async (settings: Record<string, unknown> = {}): Promise<void> => {
  floor = await makeFloor(test.db, { settings });
  await floor.addReadyAgent();
  await floor.addDebtor();
  template = await dialTo(test.db, floor, 'ringing');
  await end(test.db, template, 'cancelled');
};

interface MadeCalls {
  readonly result: 'connected' | 'abandoned' | 'no_answer' | 'busy';
  readonly outcome?: string;
  /** The last of them ended this long ago, the others a microsecond before each other. */
  readonly endedAgo?: string;
  readonly talkSeconds?: number;
}

const addCalls = async (count: number, made: MadeCalls): Promise<void> => {
  await test.db.query(
    `with made as (
       insert into attempt (creditor_id, campaign_id, campaign_version, account_id, debtor_id,
         phone_id, agent_id, agent_session_id, decision_id, trunk_id, state, result, counted,
         created_at, dialed_at, answered_at, connected_at, ended_at)
       select t.creditor_id, t.campaign_id, 1, t.account_id, t.debtor_id, t.phone_id, t.agent_id,
         t.agent_session_id, t.decision_id, (select id from trunk limit 1), 'ended', $3, true,
         at - $6 * interval '1 s', at - $6 * interval '1 s',
         case when $3 in ('connected', 'abandoned') then at - $6 * interval '1 s' end,
         case when $3 = 'connected' then at - $6 * interval '1 s' end, at
       from attempt t, generate_series(1, $2) n,
         lateral (select clock_timestamp() - $5::interval - n * interval '1 microsecond' as at) moment
       where t.id = $1 returning *),
     legs as (
       insert into call_leg (call_id, kind, trunk_id, campaign_id, cost_per_minute_minor, answered_at,
         ended_at, billed_at, cost_minor)
       select new_id(), 'customer', trunk_id, campaign_id, 60, answered_at, ended_at, ended_at, 60
       from made where answered_at is not null)
     insert into outcome (attempt_id, creditor_id, account_id, debtor_id, code, recorded_by)
     select id, creditor_id, account_id, debtor_id, $4, 'test' from made where $4::text is not null`,
    [
      template,
      count,
      made.result,
      made.outcome ?? null,
      made.endedAgo ?? '0 s',
      made.talkSeconds ?? 0,
    ],
  );
};

const onError = (error: unknown): void => {
  throw error;
};
const turn = () => runAutoStop({ db: test.db, onError });
const release = (id: string) =>
  test.db.transaction((tx) => releaseKillSwitch(tx, { id, reason: 'sudah dicek', actor: 'key:1' }));
const events = async (type: string): Promise<unknown[]> =>
  (await test.db.query('select payload from event where type = $1', [type])).rows;

/** Usual: 120 of 400 calls of three days ago were answered. Now: 5 of 50. */
const dropOfAnswers = async (): Promise<void> => {
  await addCalls(120, { result: 'connected', endedAgo: '3 days' });
  await addCalls(280, { result: 'no_answer', endedAgo: '3 days' });
  await addCalls(5, { result: 'connected', endedAgo: '2 min' });
  await addCalls(45, { result: 'no_answer', endedAgo: '1 min' });
};

describe('a campaign stops by itself', () => {
  it('on a drop of the answer rate: switch, figures, event; nothing is reserved any more', async () => {
    await openFloor();
    await dropOfAnswers();
    const pulled = await turn();
    expect(pulled).toMatchObject([
      {
        scope: 'campaign',
        scopeId: floor.campaignId,
        automatic: {
          rule: 'answer_rate',
          figures: { calls: 50, answered: 5, historyCalls: 400, historyAnswered: 120 },
        },
        cancelRinging: false,
        pulledBy: 'auto_stop',
        releasedAt: null,
      },
    ]);
    expect(pulled[0]!.reason).toContain('Of the last 50 calls 5 were answered');
    expect(await events('kill_switch.pulled')).toMatchObject([
      { payload: { killSwitchId: pulled[0]!.id, rule: 'answer_rate', scope: 'campaign' } },
    ]);
    expect(await turn()).toEqual([]);
    await floor.addDebtor();
    const queue = {
      send: () => Promise.reject(new Error('must not ring')),
      discard: () => Promise.resolve(),
      close: () => Promise.resolve(),
    };
    const report = await runCampaignTurn({ gate: makeGate(test.db), queue, onError });
    expect(report).toMatchObject({ reserved: 0, denials: 0 });
    const { rows } = await test.db.query(`select 1 from agent_session where state = 'ready'`);
    expect(rows).toHaveLength(1);
  });

  it('once for any number of schedulers', async () => {
    await openFloor();
    await dropOfAnswers();
    const turns = await Promise.all(Array.from({ length: 6 }, () => turn()));
    expect(turns.flat()).toHaveLength(1);
    expect(await events('kill_switch.pulled')).toHaveLength(1);
  });

  it('after a release only on what came after it', async () => {
    await openFloor();
    await dropOfAnswers();
    const [first] = await turn();
    await release(first!.id);
    expect(await turn()).toEqual([]);
    await addCalls(49, { result: 'no_answer' });
    expect(await turn()).toEqual([]);
    await addCalls(1, { result: 'busy' });
    const [second] = await turn();
    expect(second).toMatchObject({ automatic: { figures: { calls: 50, answered: 0 } } });
    expect(second!.id).not.toBe(first!.id);
  });

  it('never on figures that a release under way has settled', async () => {
    await openFloor();
    await dropOfAnswers();
    const [first] = await turn();
    let meanwhile: unknown[] | undefined;
    await test.db.transaction(async (tx) => {
      await releaseKillSwitch(tx, { id: first!.id, reason: 'uji', actor: 'key:1' });
      // the switch still stands for everybody else
      meanwhile = await turn();
    });
    expect(meanwhile).toEqual([]);
    expect(await turn()).toEqual([]);
  });

  it('on calls that nobody took, from fifty answered ones on', async () => {
    await openFloor();
    await addCalls(48, { result: 'connected' });
    await addCalls(1, { result: 'abandoned' });
    expect(await turn()).toEqual([]);
    await addCalls(1, { result: 'abandoned' });
    expect(await turn()).toMatchObject([
      { automatic: { rule: 'abandonment', figures: { answered: 50, abandoned: 2 } } },
    ]);
  });

  it('on wrong parties in thirty talks with an outcome', async () => {
    await openFloor();
    await addCalls(25, { result: 'connected', outcome: 'RPC_REFUSE' });
    await addCalls(4, { result: 'connected', outcome: 'WRONG_NUMBER' });
    // nobody has said yet what these were
    await addCalls(20, { result: 'connected' });
    expect(await turn()).toEqual([]);
    await addCalls(1, { result: 'connected', outcome: 'WRONG_PARTY' });
    expect(await turn()).toMatchObject([
      { automatic: { rule: 'wrong_party', figures: { talks: 30, wrongParty: 5 } } },
    ]);
  });

  it('not when its settings switch the rule off, nor while a person has stopped it', async () => {
    await openFloor({ autoStop: { answerRate: null } });
    await dropOfAnswers();
    expect(await turn()).toEqual([]);
    await test.db.query(`update campaign set settings = '{}'`);
    await test.db.transaction((tx) =>
      pullKillSwitch(tx, {
        scope: 'all',
        scopeId: null,
        reason: 'uji',
        cancelRinging: false,
        actor: 'key:1',
      }),
    );
    expect(await turn()).toEqual([]);
  });

  it('one campaign that cannot be looked at does not hide the others', async () => {
    await openFloor({ costCapMinor: 'not a number' });
    const broken = floor.campaignId;
    await openFloor();
    await dropOfAnswers();
    const failed: unknown[] = [];
    const pulled = await runAutoStop({
      db: test.db,
      onError: (_error, context) => failed.push(context),
    });
    expect(failed).toEqual([{ campaignId: broken }]);
    expect(pulled).toMatchObject([{ scopeId: floor.campaignId }]);
  });
});

interface PlanNode {
  readonly 'Node Type': string;
  readonly 'Relation Name'?: string;
  readonly 'Actual Rows': number;
  readonly 'Rows Removed by Filter'?: number;
  readonly 'Shared Hit Blocks': number;
  readonly 'Shared Read Blocks': number;
  readonly Plans?: PlanNode[];
}

it('a look among 100 000 attempts reads a few hundred pages, and scans nothing', async () => {
  await openFloor();
  await addCalls(70_000, { result: 'no_answer', endedAgo: '2 days' });
  await addCalls(30_000, { result: 'connected', endedAgo: '1 day', talkSeconds: 30 });
  await countCampaignHours(test.db, floor.campaignId);
  await addCalls(100, { result: 'connected', talkSeconds: 30 });
  await test.db.query('vacuum analyze attempt, call_leg');
  const plans: PlanNode[] = [];
  const explained: Queryable = {
    ...test.db,
    query: async (sql, values) => {
      const plan = await test.db.query<{ 'QUERY PLAN': [{ Plan: PlanNode }] }>(
        `explain (analyze, buffers, format json) ${sql}`,
        values,
      );
      plans.push(one(plan, 'plan')['QUERY PLAN'][0].Plan);
      return test.db.query(sql, values);
    },
  };
  await readAutoStopEvidence(explained, floor.campaignId, AUTO_STOP_DEFAULTS, 10n ** 9n);
  await countCampaignHours(explained, floor.campaignId);
  const nodes = (node: PlanNode): PlanNode[] => [node, ...(node.Plans ?? []).flatMap(nodes)];
  expect(plans).toHaveLength(3);
  for (const plan of plans) {
    expect(plan['Shared Hit Blocks'] + plan['Shared Read Blocks']).toBeLessThan(700);
    // a month that is empty may be
    const scanned = nodes(plan).filter(
      (node) =>
        node['Node Type'] === 'Seq Scan' &&
        node['Actual Rows'] + (node['Rows Removed by Filter'] ?? 0) > 100,
    );
    expect(scanned.map((node) => node['Relation Name'])).toEqual([]);
  }
});
