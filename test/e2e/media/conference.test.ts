import type { SipRole } from '../../../sip/start-sip-role';
import { findSupervision } from '../../../src/db/supervisions';
import type { SupervisionMode } from '../../../src/domain/supervision';
import { eventually, type CallFloor } from '../calls/support/call-floor';
import { InboundCaller } from '../calls/support/inbound-caller';
import type { TrunkPeer } from '../calls/support/trunk-peer';
import { EngineFloor, type Talk } from './support/engine-floor';
import { RtpPeer } from './support/rtp-peer';
import { changeSupervision, supervise as superviseOn } from './support/supervise';
import { shareInSamples } from './support/tone';

jest.setTimeout(30_000);

const OFFICE = '+622150009999';
const NUMBER = '+622150000001';

let media: EngineFloor;
let floor: CallFloor;
let trunk: TrunkPeer;

beforeAll(async () => {
  media = await EngineFloor.open();
  ({ floor, trunk } = media);
});
afterEach(() => media.each.run());
beforeEach(() => {
  trunk.behaviour = 'talk';
});
afterAll(() => media.close());

const supervise = (
  call: Talk,
  softphoneAgentId: string,
  mode: SupervisionMode,
  elsewhere?: SipRole,
): Promise<string> => superviseOn(floor, call, softphoneAgentId, mode, elsewhere);
const change = (id: string, mode: SupervisionMode | 'end'): Promise<void> =>
  changeSupervision(floor, id, mode);

const untilSupervision = (id: string, state: string) =>
  eventually(
    async () => (await findSupervision(floor.db, id))!,
    (row) => row.state === state,
    `supervision ${state}`,
    5_000,
  );

/** Nothing at all of the other's tone, in all that was heard since `listenAnew`. */
const heardNothingOf = (ear: RtpPeer, other: RtpPeer): void => {
  expect(ear.heard).toBeGreaterThan(10);
  expect(ear.shareOf(other)).toBeLessThan(0.001);
};

/** Hears both soon; to the agent and the debtor nothing has changed. @returns the supervision's id */
async function listensUnheard(
  call: Talk,
  agentId: string,
  ear: RtpPeer,
  elsewhere?: SipRole,
): Promise<string> {
  const { agent, debtor } = call;
  const beganMs = performance.now();
  const id = await supervise(call, agentId, 'listen', elsewhere);
  await ear.hearsAll([agent.ear, debtor]);
  expect(performance.now() - beganMs).toBeLessThan(2_000);
  for (const one of [agent.ear, debtor]) one.listenAnew();
  await Promise.all([agent.ear.hearsAll([debtor]), debtor.hearsAll([agent.ear])]);
  for (const one of [agent.ear, debtor]) heardNothingOf(one, ear);
  return id;
}

test.each([
  ['webrtc', 'webrtc'],
  ['plain', 'plain'],
] as const)(
  'a supervisor (%s) listens, whispers and joins in; the debtor hears what is meant for them',
  async (kind, own) => {
    const call = await media.talk(kind);
    const { agent, debtor, attemptId } = call;
    const { agentId, ear, softphone } = await media.phone(own, 1_700);
    const invites = agent.softphone.peer.count((m) => m.method === 'INVITE');
    const offers = trunk.offers.length;

    const id = await listensUnheard(call, agentId, ear);

    debtor.listenAnew();
    await change(id, 'whisper');
    await agent.ear.hearsAll([debtor, ear]);
    heardNothingOf(debtor, ear);
    await Promise.all([debtor.hearsAll([agent.ear]), ear.hearsAll([agent.ear, debtor])]);
    heardNothingOf(debtor, ear);

    // digits go as they go without a mixer, and a coach's to nobody but the agent
    await agent.ear.pressFor(5, [debtor]);
    await debtor.pressFor(7, [agent.ear]);
    await ear.pressFor(9, [agent.ear]);
    expect(debtor.digits.all).toEqual([5]);

    await change(id, 'barge');
    await Promise.all([debtor.hearsAll([agent.ear, ear]), agent.ear.hearsAll([debtor, ear])]);

    await change(id, 'listen');
    await Promise.all([agent.ear.hearsAll([debtor]), debtor.hearsAll([agent.ear])]);
    await change(id, 'end');
    await untilSupervision(id, 'ended');
    await softphone.peer.waitFor((m) => m.method === 'BYE');
    await Promise.all([agent.ear.hearsAll([debtor]), debtor.hearsAll([agent.ear])]);
    // nobody but the supervisor was rung or re-invited
    expect(agent.softphone.peer.count((m) => m.method === 'INVITE')).toBe(invites);
    expect(trunk.offers).toHaveLength(offers);
    await media.endTalk(call);

    const { rows } = await floor.db.query<{ action: string; after: Record<string, unknown> }>(
      `select action, record::jsonb->'after' as after from audit_entry
       where subject = 'supervision' and subject_id = $1 order by id`,
      [id],
    );
    expect(rows.map(({ action }) => action.slice('supervision.'.length))).toEqual([
      ...['requested', 'mode_changed', 'mode_changed', 'mode_changed', 'ended'],
    ]);
    expect(rows.at(-1)!.after).toMatchObject({
      ...{ attemptId, agentId: agent.agentId, softphoneAgentId: agentId, askedBy: 'key:test' },
      ...{ cause: 'ended_by_supervisor', mode: 'listen' },
      startedAt: expect.stringMatching(/^\d{4}-/) as unknown,
      endedAt: expect.stringMatching(/^\d{4}-/) as unknown,
    });
    const told = await floor.db.query<{ mode: string }>(
      `select payload->>'mode' as mode from event where type = 'call.supervised'
         and payload->>'supervisionId' = $1 order by id`,
      [id],
    );
    expect(told.rows.map(({ mode }) => mode)).toEqual([
      ...['listen', 'whisper', 'barge', 'listen', 'listen'],
    ]);
  },
);

test('a supervisor at another sip process: listens, whispers, joins in; the end of either side ends it', async () => {
  const call = await media.talk('webrtc');
  const { agent, debtor } = call;
  const elsewhere = await media.anotherRole();
  const { agentId, ear, softphone } = await media.phone('webrtc', 1_700, elsewhere);
  const id = await listensUnheard(call, agentId, ear, elsewhere);
  debtor.listenAnew();
  await change(id, 'whisper');
  await agent.ear.hearsAll([debtor, ear]);
  heardNothingOf(debtor, ear);
  await change(id, 'barge');
  await Promise.all([debtor.hearsAll([agent.ear, ear]), agent.ear.hearsAll([debtor, ear])]);
  await change(id, 'end');
  expect(await untilSupervision(id, 'ended')).toMatchObject({ cause: 'ended_by_supervisor' });
  await softphone.peer.request('BYE');

  const left = await supervise(call, agentId, 'barge', elsewhere);
  await untilSupervision(left, 'active');
  softphone.dialog!.bye();
  expect(await untilSupervision(left, 'ended')).toMatchObject({ cause: 'supervisor_hung_up' });
  await Promise.all([agent.ear.hearsAll([debtor]), debtor.hearsAll([agent.ear])]);

  softphone.answers = 486;
  const busy = await supervise(call, agentId, 'listen', elsewhere);
  expect(await untilSupervision(busy, 'ended')).toMatchObject({ cause: 'ring_no_answer' });
  softphone.answers = 200;
  const last = await supervise(call, agentId, 'listen', elsewhere);
  await untilSupervision(last, 'active');
  await media.endTalk(call);
  expect(await untilSupervision(last, 'ended')).toMatchObject({ cause: 'call_over' });
  await softphone.peer.request('BYE', { nth: 2 });
});

test('hearing ends with the talk, at hang-up, and does not begin where nobody answers', async () => {
  const call = await media.talk('plain');
  const { agentId, ear, softphone } = await media.phone('plain', 1_700);
  softphone.answers = 486;
  const refused = await supervise(call, agentId, 'listen');
  expect(await untilSupervision(refused, 'ended')).toMatchObject({ startedAt: null });
  softphone.answers = 200;
  const left = await supervise(call, agentId, 'barge');
  await ear.hearsAll([call.agent.ear, call.debtor]);
  softphone.dialog!.bye();
  expect(await untilSupervision(left, 'ended')).toMatchObject({ cause: 'supervisor_hung_up' });
  await Promise.all([
    call.agent.ear.hearsAll([call.debtor]),
    call.debtor.hearsAll([call.agent.ear]),
  ]);
  const again = await supervise(call, agentId, 'listen');
  await untilSupervision(again, 'active');
  await media.endTalk(call);
  await softphone.peer.waitFor((m) => m.method === 'BYE');
  expect(await untilSupervision(again, 'ended')).toMatchObject({ cause: 'call_over' });
});

test('a hand-over that fails when the debtor has followed it already: the agent has them back, recorded on', async () => {
  const call = await media.talk('plain');
  const { agent, debtor } = call;
  const colleague = await media.ready('plain', 2_300);
  const offers = trunk.offers.length;
  trunk.answersAgain = false;
  const handed = media.handOn(call, 'blind', colleague);
  await eventually(
    () => Promise.resolve(trunk.offers.length),
    (now) => now > offers,
    'the offer',
  );
  // the colleague is gone while the debtor's side takes it
  colleague.softphone.dialog!.bye();
  await colleague.softphone.peer.waitFor((m) => m.cseqMethod === 'BYE' && m.status === 200);
  trunk.answersAgain = true;
  trunk.answerPending();
  await media.untilTransfer(await handed, 'failed');
  await Promise.all([agent.ear.hearsAll([debtor]), debtor.hearsAll([agent.ear])]);
  await media.endTalk(call);
  const { row, at } = await media.recorded(call);
  const last = row.segments.length - 1;
  expect(shareInSamples(at(last, 0, 'end'), 440)).toBeGreaterThan(0.8);
  expect(shareInSamples(at(last, 1, 'end'), 1_000)).toBeGreaterThan(0.8);
});

test('attended, three-way and over: who hears whom, nobody re-invited before the hand-over, one recording', async () => {
  const call = await media.talk('webrtc');
  const { agent, debtor, attemptId } = call;
  const colleague = await media.ready('webrtc', 2_300);
  const offers = trunk.offers.length;
  const first = await media.handOn(call, 'attended', colleague);
  await media.untilTransfer(first, 'consulting');
  await colleague.ear.hearsAll([agent.ear]);
  debtor.listenAnew();
  await Promise.all([agent.ear.hearsAll([colleague.ear]), colleague.ear.hearsAll([agent.ear])]);
  // what the debtor hears meanwhile is the hold tone
  for (const other of [agent.ear, colleague.ear]) expect(debtor.shareOf(other)).toBeLessThan(0.1);
  expect(await floor.session(agent.sessionId)).toMatchObject({ state: 'hold' });
  await media.order(call, 'cancel_transfer');
  await media.untilTransfer(first, 'cancelled');
  await Promise.all([agent.ear.hearsAll([debtor]), debtor.hearsAll([agent.ear])]);
  await floor.untilSession(colleague.sessionId, 'ready');

  const second = await media.handOn(call, 'attended', colleague);
  await media.untilTransfer(second, 'consulting');
  await agent.ear.hearsAll([colleague.ear]);
  await media.order(call, 'join_all');
  await Promise.all([
    debtor.hearsAll([agent.ear, colleague.ear]),
    agent.ear.hearsAll([debtor, colleague.ear]),
    colleague.ear.hearsAll([agent.ear, debtor]),
  ]);
  await media.untilTransfer(second, 'three_way');
  expect(await floor.session(agent.sessionId)).toMatchObject({ state: 'in_call' });
  expect(trunk.offers).toHaveLength(offers);
  await agent.ear.pressFor(1, [debtor, colleague.ear]);
  await debtor.pressFor(2, [agent.ear, colleague.ear]);
  await debtor.hearsAll([agent.ear, colleague.ear]);
  // the engine joins the debtor's side to the mixer anew, at other ports
  expect(await trunk.refresh()).toBe(200);
  debtor.listenAnew();
  await debtor.hearsAll([agent.ear, colleague.ear]);
  await media.order(call, 'complete_transfer');
  await media.untilTransfer(second, 'completed');
  await Promise.all([debtor.hearsAll([colleague.ear]), colleague.ear.hearsAll([debtor])]);
  await floor.untilSession(agent.sessionId, 'ready');
  await media.endTalk(call);

  const { row, at } = await media.recorded({ attemptId });
  expect(row.segments.map(({ endCause }) => endCause)).toEqual([
    ...['moved', 'moved', 'moved', 'moved', 'moved', 'talk_ended'],
  ]);
  expect(row.gaps.filter(({ flagged }) => flagged)).toEqual([]);
  // what the agent asked the colleague is not in it; what the debtor heard is
  expect(shareInSamples(at(0, 0, 'end'), 440)).toBeGreaterThan(0.8);
  expect(new Set(at(1, 0, 'begin'))).toEqual(new Set([0]));
  for (const threeWay of [3, 4])
    for (const hertz of [440, 2_300])
      expect(shareInSamples(at(threeWay, 0, 'end'), hertz)).toBeGreaterThan(0.3);
  expect(shareInSamples(at(5, 0, 'end'), 2_300)).toBeGreaterThan(0.8);
  for (const segment of [0, 1, 3, 4, 5])
    expect(shareInSamples(at(segment, 1, 'end'), 1_000)).toBeGreaterThan(0.8);
});

test('blind, to an office that the carrier reaches: both hear each other through the engine', async () => {
  const call = await media.talk('webrtc');
  const { debtor } = call;
  const office = await RtpPeer.open(2_300);
  media.each.add(office);
  trunk.describe = (user) => {
    const ear = user.includes(OFFICE) ? office : debtor;
    ear.talkTo(trunk.offers.at(-1)!);
    return ear.sdp();
  };
  const { rows } = await floor.db.query<{ id: string }>(
    `insert into office_number (creditor_id, name, e164) values ($1, 'Cabang', $2) returning id`,
    [floor.floor.creditorId, OFFICE],
  );
  const id = await media.handOn(call, 'blind', { officeNumberId: rows[0]!.id });
  await media.untilTransfer(id, 'completed');
  await Promise.all([debtor.hearsAll([office]), office.hearsAll([debtor])]);
  await media.endTalk(call);
  const { at } = await media.recorded(call);
  expect(shareInSamples(at(1, 0, 'end'), 2_300)).toBeGreaterThan(0.8);
});

test.each(['webrtc', 'plain'] as const)(
  'a caller and the agent (%s) hear each other through the engine, and are recorded',
  async (kind) => {
    const agent = await media.ready(kind, 440);
    const caller = await RtpPeer.open(1_000);
    media.each.add(caller);
    // the caller answers for the trunk
    trunk.behaviour = 'silent';
    // of somebody who is known, and not due: nobody dials them meanwhile
    const { debtorId, accountIds } = await floor.floor.addDebtor();
    await floor.db.query('update account set next_attempt_at = null where id = $1', accountIds);
    const phones = await floor.db.query<{ e164: string }>(
      'select e164 from phone where debtor_id = $1',
      [debtorId],
    );
    const calling = new InboundCaller(trunk.peer, {
      ...{ server: floor.endpoint('udp').split('/')[1]!, called: NUMBER },
      ...{ from: phones.rows[0]!.e164, sdp: caller.sdp() },
    });
    const answer = await calling.final();
    expect(answer.status).toBe(200);
    caller.talkTo(answer.body);
    // until an agent is there the caller hears music: then the talk takes them over
    caller.talkTo(await calling.acceptReInvite(caller.sdp()));
    await Promise.all([agent.ear.hearsAll([caller]), caller.hearsAll([agent.ear])]);
    const { rows } = await floor.db.query<{ attemptId: string }>(
      'select attempt_id as "attemptId" from inbound_call order by id desc limit 1',
    );
    const talked = rows[0]!;
    await calling.hangUp();
    await floor.untilAttempt(talked.attemptId, 'ended');
    const { at } = await media.recorded(talked);
    expect(shareInSamples(at(0, 0, 'end'), 440)).toBeGreaterThan(0.8);
    expect(shareInSamples(at(0, 1, 'end'), 1_000)).toBeGreaterThan(0.8);
  },
);
