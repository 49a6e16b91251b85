import { reserveNext } from '../../../dialer/reserve';
import type { Database } from '../../../src/db/database';
import { makeGate } from '../../support/gate';
import {
  CAUSE,
  IDENTIFIED,
  openGuidedDesk,
  valueOf,
  type GuidedDesk,
  type SeenGuide,
} from '../../support/guided-desk';
import { startApi, type Api } from '../../support/http-api';
import { dialTo, end } from '../../support/talk';
import { floorTurn } from '../../../workers/tend-floor';

const fail = (error: unknown): never => {
  throw error;
};

describe('a guided conversation', () => {
  let api: Api;
  let db: Database;
  let supervisor: string;
  let desk: GuidedDesk;
  beforeAll(async () => {
    api = await startApi();
    db = api.database.db;
    supervisor = await api.key('supervisor');
  });
  afterAll(() => api.close());
  beforeEach(async () => {
    desk = await openGuidedDesk(api);
  });

  const ticks = [
    { kind: 'amount_said' },
    { kind: 'due_date_said' },
    { kind: 'options_said', options: ['pay_full', 'reschedule'] },
    { kind: 'next_steps_said' },
  ];
  it('K2: shows nothing of the debt until the person is known, then says it in two languages', async () => {
    expect((await desk.guide()).json()).toMatchObject({ code: 'no_call' });
    await dialTo(db, desk.floor, 'connected');
    const before = await desk.guide();
    expect(before.body).not.toMatch(/Rp|dueMinor|15000000|checklist|Tagihan/);
    expect((before.json() as SeenGuide).prompts[0]!.said.id).toMatch(
      /^Halo, nama saya Agen\. Boleh/,
    );
    for (const early of [...ticks, CAUSE]) {
      const refused = await desk.step(early);
      expect(refused.json()).toMatchObject({
        ...{ status: 422, code: 'step_refused', errors: [{ field: 'kind' }] },
      });
    }
    const seen = await desk.tell({ kind: 'opened', opening: 'greeting' }, IDENTIFIED);
    expect(seen.debt!.statement).toEqual({
      id: expect.stringMatching(
        /^Tagihan Rp150\.000 jatuh tempo 1 Oktober 2026, terlambat \d+ hari\.$/,
      ),
      en: expect.stringMatching(/^Rp150,000, due on 1 October 2026, \d+ days late\.$/),
    });
    // whoever it is after all hears no more of it
    const gone = await desk.tell({ kind: 'identity_not_confirmed', because: 'somebody_else' });
    expect([gone.debt, gone.prompts[0]!.said.id]).toEqual([null, expect.stringMatching(/^Terima/)]);
  });

  it('K2, L5: goes practice by practice; a step told again, also by two at once, is one step', async () => {
    const attemptId = await dialTo(db, desk.floor, 'connected');
    await desk.tell({ kind: 'opened', opening: 'good_moment' }, IDENTIFIED);
    expect(
      (await desk.tell({ kind: 'feeling_acknowledged', feeling: 'ashamed' })).prompts[0]!.said.id,
    ).toBe('Saya mengerti Anda merasa malu. Terima kasih sudah menceritakannya.');
    const words = { kind: 'words_noted', hope: 'bisa lunas', worry: 'anak sekolah' };
    await Promise.all([desk.step(words), desk.step(words), desk.step(words)]);
    const seen = await desk.tell(CAUSE, ...ticks, { kind: 'option_chosen', option: 'reschedule' });
    expect(seen.practice).toBe('agreement');
    expect(seen.debt!.checklist.every(({ isDone }) => isDone)).toBe(true);
    expect(seen.prompts[0]!.said.id).toContain('menggeser tanggal jatuh tempo');
    expect(
      (await desk.tell({ kind: 'recap_said', agreed: true }, { kind: 'closed' })).practice,
    ).toBe(null);
    const log = await api.call(supervisor, `GET /v1/attempts/${attemptId}/conversation`);
    const { steps } = log.json() as { steps: { step: { kind: string; hope?: string } }[] };
    expect(steps.filter((told) => told.step.kind === 'words_noted')).toHaveLength(1);
    expect(steps.find((told) => told.step.kind === 'words_noted')!.step.hope).toBe('bisa lunas');
    const said = await valueOf<string>(
      db,
      `string_agg(payload::text, '') from event where payload->>'attemptId' = $1`,
      attemptId,
    );
    expect(said).not.toContain('lunas');
  });

  it('K17: an outcome lacks what its talk lacked: kept when asked, refused when required', async () => {
    const asked = await dialTo(db, desk.floor, 'connected');
    await end(db, asked, 'connected');
    const refuse = { code: 'RPC_REFUSE', rootCause: 'unwilling' };
    expect((await desk.record(asked, refuse)).json()).toMatchObject({
      missing: ['identity', 'ticks', 'answer'],
    });
    await desk.policy({ guide: 'required' });
    await desk.floor.addDebtor();
    const attemptId = await dialTo(db, desk.floor, 'connected');
    // a number that nobody has verified: no debt on any screen before the person is known
    const screen = async () => (await api.call(desk.key, 'GET /v1/me/call')).json();
    expect(await screen()).toMatchObject({
      identityMode: true,
      amountDueMinor: null,
      product: null,
    });
    const seen = await desk.tell(IDENTIFIED, CAUSE, ...ticks.slice(0, 3));
    expect(await screen()).toMatchObject({ identityMode: false, amountDueMinor: '15000000' });
    expect(seen.debt!.outcomes.find(({ code }) => code === 'RPC_PLAN')).toMatchObject({
      ...{ missing: ['ticks', 'agreement', 'recap'], isRefused: true },
    });
    expect(seen.debt!.outcomes.find(({ code }) => code === 'RPC_DISPUTE')!.isRefused).toBe(false);
    await end(db, attemptId, 'connected');
    const fields = async (body: object) => {
      const answer = await desk.record(attemptId, body);
      expect(answer.json()).toMatchObject({ status: 422, code: 'invalid_outcome' });
      return (answer.json() as { errors: { field: string }[] }).errors.map(({ field }) => field);
    };
    expect(await fields(refuse)).toEqual(['guide.ticks', 'guide.answer']);
    expect(await fields({ code: 'RPC_PLAN', rootCause: 'forgot' })).toEqual([
      ...['guide.ticks', 'guide.agreement', 'guide.recap'],
    ]);
    // what was said may be told in the wrap-up, and no fifth tick is needed
    await desk.tell(ticks[3]!, { kind: 'option_refused', option: 'reschedule', why: 'too_soon' });
    expect((await desk.record(attemptId, refuse)).json()).toMatchObject({ missing: [] });
  });

  it('K17: what protects the debtor is taken without a word of the guide, whatever is required', async () => {
    await desk.policy({ guide: 'required' });
    const attemptId = await dialTo(db, desk.floor, 'connected');
    await end(db, attemptId, 'connected');
    expect((await desk.record(attemptId, { code: 'DECEASED' })).statusCode).toBe(201);
    await desk.floor.addDebtor();
    const dispute = await dialTo(db, desk.floor, 'connected');
    await end(db, dispute, 'connected');
    expect(
      (await desk.record(dispute, { code: 'RPC_DISPUTE', rootCause: 'not_mine' })).json(),
    ).toMatchObject({ code: 'RPC_DISPUTE', missing: ['identity', 'dispute_type'] });
  });

  it('L4, L5: a refused time binds the gate, a wish is kept, and nothing that fits goes to a lead', async () => {
    const attemptId = await dialTo(db, desk.floor, 'connected');
    const refused = { kind: 'time_wished', wish: 'refused', days: [1, 2, 3, 4, 5, 6, 7] };
    await desk.tell({ ...refused, from: '00:00', to: '24:00' }, IDENTIFIED, {
      kind: 'no_option_fits',
      words: 'belum ada penghasilan',
    });
    expect((await desk.step({ ...refused, from: '09:00', to: '09:00' })).json()).toMatchObject({
      errors: [{ field: 'to' }],
    });
    const { kind: _step, ...time } = refused;
    expect((await desk.guide()).json()).toMatchObject({
      wishes: [{ ...time, from: '00:00', to: '24:00' }],
      complaints: 0,
    });
    await end(db, attemptId, 'connected');
    expect(
      (await desk.record(attemptId, { code: 'RPC_REFUSE', rootCause: 'income_lost' })).statusCode,
    ).toBe(201);
    await db.query('update account set next_attempt_at = now() where debtor_id = $1', [
      desk.person.debtorId,
    ]);
    expect((await reserveNext(makeGate(db), desk.floor.campaignId)).kind).toBe('nothing_due');
    const why = await valueOf<string>(
      db,
      `record::text from decision where debtor_id = $1 order by id desc limit 1`,
      desk.person.debtorId,
    );
    expect(why).toContain('refused');
    const tasks = await api.call(supervisor, 'GET /v1/tasks?kind=no_option_fits');
    expect((tasks.json() as { items: object[] }).items[0]).toMatchObject({
      ...{ assignee: 'role:supervisor', attemptId, note: 'belum ada penghasilan' },
    });
  });

  it('L6: long debt talk without a way out nudges once, in the guide and as an event', async () => {
    const attemptId = await dialTo(db, desk.floor, 'connected');
    expect((await desk.tell(IDENTIFIED)).nudge).toBeNull();
    const past = `now() - interval '181 seconds'`;
    await db.query(
      `update conversation set identity_confirmed_at = ${past} where attempt_id = $1`,
      [attemptId],
    );
    await db.query(`update conversation_step set at = ${past} where attempt_id = $1`, [attemptId]);
    expect(((await desk.guide()).json() as SeenGuide).nudge?.id).toMatch(
      /^Sudah lebih dari 3 menit/,
    );
    expect(await floorTurn({ db, onError: fail })()).toMatchObject({ conversationsNudged: 1 });
    expect(await floorTurn({ db, onError: fail })()).toMatchObject({ conversationsNudged: 0 });
    expect(
      await valueOf(
        db,
        `count(*)::int from event where type = 'conversation.nudged' and agent_id = $1`,
        desk.agent.agentId,
      ),
    ).toBe(1);
    expect((await desk.tell({ kind: 'option_offered', option: 'plan' })).nudge).toBeNull();
  });
});
