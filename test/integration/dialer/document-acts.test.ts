import { runCampaignTurn } from '../../../dialer/campaign-loop';
import { explainCampaign } from '../../../dialer/explain';
import { readCall } from '../../../src/db/read-call';
import { readRuleFigures } from '../../../src/db/rule-figures';
import type { SipQueue } from '../../../src/queue/sip-queue';
import { makeFloor, type Floor } from '../../support/floor';
import { makeGate } from '../../support/gate';
import { createTestDatabase, type TestDatabase } from '../../support/postgres';
import { dialTo, end, talk } from '../../support/talk';

let test: TestDatabase;
beforeEach(async () => {
  test = await createTestDatabase();
});
afterEach(() => test.drop());

const queue: SipQueue = {
  send: () => Promise.resolve(),
  discard: () => Promise.resolve(),
  close: () => Promise.resolve(),
};
const turn = () =>
  runCampaignTurn({
    gate: makeGate(test.db),
    queue,
    onError: (error) => {
      expect(error).toBeNull();
    },
  });

/** As time would: the account is due again, and its attempts are an hour older. */
async function comesDue(): Promise<void> {
  await test.db.query(`update account set next_attempt_at = now() - interval '1 minute'`);
}
async function minutesToNext(): Promise<number> {
  const { rows } = await test.db.query<{ minutes: number }>(
    `select round(extract(epoch from next_attempt_at - now()) / 60)::int as minutes from account`,
  );
  return rows[0]!.minutes;
}
async function busyCall(floor: Floor): Promise<number> {
  await comesDue();
  await end(test.db, await dialTo(test.db, floor, 'ringing'), 'busy');
  return minutesToNext();
}

it('waits as the document says, and rests when a line stays busy', async () => {
  const settings = { retry: { busy: { afterMinutes: 20, max: 1, restMinutes: 300 } } };
  const floor = await makeFloor(test.db, { settings });
  await floor.addReadyAgent();
  await floor.addDebtor();
  expect(await busyCall(floor)).toBe(20);
  expect(await busyCall(floor)).toBe(300);
});

it.each<[Record<string, unknown>, number[]]>([
  // the other number's turn, each time
  [{}, [1, 2, 0]],
  // as listed, until an outcome passes on
  [{ phones: { order: 'listed' } }, [0, 1, 2]],
  [
    { phones: { order: 'listed' }, retry: { busy: { afterMinutes: 15, nextPhone: true } } },
    [1, 2, 0],
  ],
  [{ phones: { places: ['work'] } }, [2, 1, 0]],
])('asks about the numbers in the order of %j', async (settings, expected) => {
  const floor = await makeFloor(test.db, { settings });
  await floor.addReadyAgent();
  const { debtorId, accountIds } = await floor.addDebtor({ phones: 3 });
  await test.db.query(`update phone set place = 'work' where position = 2`);
  await test.db.query(`update campaign set settings = '{}'`);
  await busyCall(floor);
  await test.db.query('update campaign set settings = $1', [JSON.stringify(settings)]);
  const asked = { accountId: accountIds[0]!, campaignId: floor.campaignId };
  const call = await readCall(
    test.db,
    { ...asked, purpose: 'collect', phoneId: null, attemptId: null },
    0,
  );
  const { rows } = await test.db.query<{ id: string }>(
    'select id from phone where debtor_id = $1 order by position',
    [debtorId],
  );
  const listed = rows.map(({ id }) => id);
  expect(call?.row.phones.map(({ id }) => listed.indexOf(id))).toEqual(expected);
});

it('passes a number on after what an agent heard, as the document says', async () => {
  const settings = {
    phones: { order: 'listed' },
    retry: { voicemail: { afterMinutes: 15, nextPhone: true } },
  };
  const floor = await makeFloor(test.db, { settings });
  await floor.addReadyAgent();
  const { accountIds } = await floor.addDebtor({ phones: 2 });
  const attemptId = await talk(test.db, floor);
  const asked = {
    accountId: accountIds[0]!,
    campaignId: floor.campaignId,
    purpose: 'collect',
    phoneId: null,
    attemptId: null,
  } as const;
  const first = async () => (await readCall(test.db, asked, 0))?.first.phoneId;
  const before = await first();
  await test.db.query(
    `insert into outcome (attempt_id, creditor_id, account_id, debtor_id, code, recorded_by)
     select id, creditor_id, account_id, debtor_id, 'VOICEMAIL', 'test' from attempt where id = $1`,
    [attemptId],
  );
  expect(await first()).not.toBe(before);
});

it('places no call by itself in manual mode', async () => {
  const floor = await makeFloor(test.db, { settings: { mode: 'manual' } });
  await floor.addReadyAgent();
  await floor.addDebtor();
  expect(await turn()).toMatchObject({ reserved: 0, denials: 0 });
  await test.db.query(`update campaign set settings = '{"mode":"progressive"}'`);
  expect(await turn()).toMatchObject({ reserved: 1 });
});

it('calls only with agents who have every skill, and says when those who are ready have not', async () => {
  const floor = await makeFloor(test.db, { settings: { skills: ['jawa', 'hardship'] } });
  const gate = makeGate(test.db);
  const [first, both] = [await floor.addReadyAgent(), await floor.addReadyAgent()];
  await floor.addDebtor();
  const skills = (agentId: string, words: string) =>
    test.db.query('update agent set skills = $2 where id = $1', [agentId, words]);
  await skills(first.agentId, '{jawa}');
  await skills(both.agentId, '{english,jawa}');
  expect(await turn()).toMatchObject({ reserved: 0 });
  const told = (await explainCampaign(gate, floor.campaignId))!;
  expect(told.floor).toMatchObject({ agents: { ready: 2 }, agentsReadyWithSkills: 0 });
  expect(told.summary.en).toBe(
    'Agents are ready, but none has every skill that the campaign asks for.',
  );
  expect(await readRuleFigures(test.db, floor.campaignId)).toMatchObject({ readyAgents: 0 });

  await skills(both.agentId, '{english,hardship,jawa}');
  expect((await explainCampaign(gate, floor.campaignId))?.floor.agentsReadyWithSkills).toBe(1);
  expect(await turn()).toMatchObject({ reserved: 1 });
  const { rows } = await test.db.query<{ agent_id: string }>('select agent_id from attempt');
  expect(rows).toEqual([{ agent_id: both.agentId }]);
});
