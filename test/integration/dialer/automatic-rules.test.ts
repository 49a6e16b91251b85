import { runAutomaticRules } from '../../../dialer/automatic-rules';
import type { AutomaticRule } from '../../../src/domain/campaign-document/automatic-rule';
import { makeFloor, type Floor } from '../../support/floor';
import { createTestDatabase, type TestDatabase } from '../../support/postgres';

let test: TestDatabase;
beforeEach(async () => {
  test = await createTestDatabase();
});
afterEach(() => test.drop());

const few = (then: AutomaticRule['then'], more: Partial<AutomaticRule> = {}): AutomaticRule => ({
  name: 'few',
  when: { metric: 'ready_agents', is: 'below', value: 2, forSeconds: 60 },
  then,
  ...more,
});
const floorWith = (...rules: AutomaticRule[]): Promise<Floor> =>
  makeFloor(test.db, { settings: { rules, callingHours: [] } });
const run = async (): Promise<number> => {
  const onError = (error: unknown): void => {
    throw error;
  };
  return (await runAutomaticRules({ db: test.db, onError })).fired;
};
/** What is watched and what fired, so many minutes longer ago. */
async function minutesPass(minutes: number): Promise<void> {
  await test.db.query(
    'update campaign_rule_watch set holds_since = holds_since - make_interval(mins => $1)',
    [minutes],
  );
  await test.db.query('alter table campaign_rule_firing disable trigger kept');
  await test.db.query('update campaign_rule_firing set at = at - make_interval(mins => $1)', [
    minutes,
  ]);
  await test.db.query('alter table campaign_rule_firing enable trigger kept');
}
const one = async <T>(sql: string, id: string): Promise<T> =>
  (await test.db.query<{ v: T }>(sql, [id])).rows[0]!.v;

it('pauses when the figure has said so for long enough, with a name in the audit', async () => {
  const { campaignId } = await floorWith(few({ do: 'pause' }));
  expect(await run()).toBe(0);
  await minutesPass(1);
  expect(await run()).toBe(1);
  expect(await one('select state as v from campaign where id = $1', campaignId)).toBe('pausing');
  const audit = await test.db.query<{ actor: string; action: string }>(
    'select actor, action from audit_entry where subject_id = $1 order by id',
    [campaignId],
  );
  expect(audit.rows).toEqual([
    { actor: 'rule:few', action: 'campaign.paused' },
    { actor: 'rule:few', action: 'campaign.rule_fired' },
  ]);
  const event = await one<object>(
    `select payload as v from event where type = 'campaign.rule_fired' and campaign_id = $1`,
    campaignId,
  );
  expect(event).toMatchObject({
    rule: 'few',
    figure: 0,
    outcome: 'done',
    reason: 'ready_agents is 0, below 2 for 60 s',
  });
  // it does not run any more: nothing is looked at
  await minutesPass(10);
  expect(await run()).toBe(0);
});

it('begins anew when the figure said otherwise in between', async () => {
  const floor = await floorWith(few({ do: 'pause' }));
  await run();
  await minutesPass(1);
  const agents = [await floor.addReadyAgent(), await floor.addReadyAgent()];
  expect(await run()).toBe(0);
  await test.db.query(`update agent_session set state = 'paused' where id = $1`, [
    agents[0]!.sessionId,
  ]);
  expect(await run()).toBe(0);
  await minutesPass(1);
  expect(await run()).toBe(1);
});

it('only tells in a dry run, cools down, and is quiet after 3 times in an hour', async () => {
  const { campaignId } = await floorWith(few({ do: 'pause' }, { dryRun: true }));
  await run();
  await minutesPass(1);
  const fired: number[] = [];
  for (let n = 0; n < 12; n++) {
    fired.push(await run());
    await minutesPass(4);
  }
  // at 0, 8, 16 minutes; then not before the first is an hour old
  expect(fired).toEqual([1, 0, 1, 0, 1, 0, 0, 0, 0, 0, 0, 0]);
  expect(await one('select state as v from campaign where id = $1', campaignId)).toBe('running');
  const outcomes = await test.db.query<{ outcome: string }>(
    'select distinct outcome from campaign_rule_firing',
  );
  expect(outcomes.rows).toEqual([{ outcome: 'dry_run' }]);
});

it('makes a version of what it changes, once, and touches nothing else of the document', async () => {
  const share = { priority: 1, weight: 5 };
  const { campaignId } = await floorWith(few({ do: 'set_share', ...share }));
  const before = await one<object>('select settings as v from campaign where id = $1', campaignId);
  await run();
  await minutesPass(1);
  expect(await run()).toBe(1);
  const after = await one<object>('select settings as v from campaign where id = $1', campaignId);
  expect(after).toEqual({ ...before, share });
  const version = await test.db.query(
    'select version, author, reason from campaign_version where campaign_id = $1',
    [campaignId],
  );
  expect(version.rows).toEqual([
    { version: 2, author: 'rule:few', reason: 'ready_agents is 0, below 2 for 60 s' },
  ]);
  // it is so already: there is nothing to do
  await minutesPass(10);
  expect(await run()).toBe(0);
});

it('is done once, whoever looks at the same time', async () => {
  const { campaignId } = await floorWith(few({ do: 'notify' }));
  await run();
  await minutesPass(1);
  const fired = await Promise.all([run(), run(), run(), run()]);
  expect(fired.reduce((sum, n) => sum + n, 0)).toBe(1);
  expect(
    await one(
      'select count(*)::int as v from campaign_rule_firing where campaign_id = $1',
      campaignId,
    ),
  ).toBe(1);
});
