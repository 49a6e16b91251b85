import { sweep } from '../../../dialer/sweep';
import { makeFloor, type Floor } from '../../support/floor';
import { startApi, type Api } from '../../support/http-api';
import { talk } from '../../support/talk';

const HOUR = 3_600_000;
const ZONE = 'Asia/Jakarta';

describe('G11: rosters', () => {
  let api: Api;
  let floor: Floor;
  let agent: { agentId: string; sessionId: string };
  let username: string;
  let own: string;
  let supervisor: string;
  let manager: string;
  beforeAll(async () => {
    api = await startApi();
    supervisor = await api.key('supervisor');
    manager = await api.key('manager');
  });
  afterAll(() => api.close());
  beforeEach(async () => {
    floor = await makeFloor(api.database.db);
    agent = await floor.addReadyAgent();
    own = await api.key('agent', agent.agentId);
    const found = await api.call(manager, `GET /v1/agents/${agent.agentId}`);
    username = (found.json() as { sipUsername: string }).sipUsername;
  });

  const require = (requiresRoster = true) =>
    api.call(manager, `PATCH /v1/pools/${floor.poolId}`, { body: { requiresRoster } });
  const session = async () => (await api.call(own, 'GET /v1/me/session')).json() as unknown;
  const ready = () => api.call(own, 'POST /v1/me/session/ready');
  const signIn = () => api.call(own, 'POST /v1/me/session', { body: { legMode: 'nailed_up' } });
  const turn = () => sweep(api.database.db, { send: () => Promise.resolve() } as never);
  /** A shift from so many hours from now to so many. */
  const addShift = async (fromHours: number, toHours: number) => {
    const times = [fromHours, toHours].map((hours) => new Date(Date.now() + hours * HOUR));
    await api.database.db.query(
      `insert into roster_shift (agent_id, from_at, to_at, time_zone, set_by)
       values ($1, $2, $3, $4, 'test')`,
      [agent.agentId, ...times, ZONE],
    );
    return times;
  };
  const endShiftsNow = () =>
    api.database.db.query('update roster_shift set to_at = clock_timestamp() where agent_id = $1', [
      agent.agentId,
    ]);
  const waive = (key = supervisor, hours = 2) =>
    api.call(key, `POST /v1/agents/${agent.agentId}/roster-waiver`, {
      body: { hours, reason: 'Covers for a colleague who is ill' },
    });
  const kept = async (subjectId: string) => {
    const { rows } = await api.database.db.query(
      `select action, record::jsonb->>'why' as why from audit_entry where subject_id = $1 order by id`,
      [subjectId],
    );
    return rows;
  };

  it('are asked for by no pool that did not say so', async () => {
    await turn();
    expect(await session()).toMatchObject({ state: 'ready', wanted: null });
  });

  it('keep out whoever is in no shift, say when the next one is, and let in who is', async () => {
    expect((await require()).json()).toMatchObject({ requiresRoster: true });
    const [from, to] = await addShift(5, 9);
    await api.call(own, 'DELETE /v1/me/session');
    const refused = await signIn();
    expect(refused.statusCode).toBe(409);
    expect(refused.json()).toMatchObject({
      ...{ code: 'outside_roster', allowed: ['roster-waiver'] },
      nextShift: { from: from?.toISOString(), to: to?.toISOString() },
    });
    expect((await api.call(own, 'GET /v1/me/session')).statusCode).toBe(404);
    await addShift(-1, 1);
    expect((await signIn()).statusCode).toBe(201);
  });

  it('are passed over for hours that a supervisor approves, with a reason that is kept', async () => {
    await require();
    await turn();
    expect(await session()).toMatchObject({ state: 'paused', pauseReason: 'shift_over' });
    expect((await ready()).json()).toMatchObject({ code: 'outside_roster', nextShift: null });
    expect((await waive(own)).statusCode).toBe(403);
    expect((await waive(supervisor, 13)).json()).toMatchObject({ errors: [{ field: 'hours' }] });
    const waived = await waive();
    expect(waived.statusCode).toBe(201);
    const { at, until } = waived.json() as { at: string; until: string };
    expect(Math.abs(Date.parse(until) - Date.parse(at) - 2 * HOUR)).toBeLessThan(1_000);
    expect((await ready()).json()).toMatchObject({ state: 'ready' });
    expect(await kept(agent.agentId)).toEqual([
      { action: 'agent.roster_waived', why: 'Covers for a colleague who is ill' },
    ]);
    expect(
      (await api.call(supervisor, `GET /v1/agents/${agent.agentId}/roster-waivers`)).json(),
    ).toMatchObject({ items: [{ agentId: agent.agentId, until }] });
  });

  it('end with the shift: a ready agent at once, one in a talk after its outcome', async () => {
    await require();
    await addShift(-4, 1);
    await turn();
    expect(await session()).toMatchObject({ state: 'ready' });
    await floor.addDebtor();
    const attemptId = await talk(api.database.db, floor);
    await endShiftsNow();
    await turn();
    expect(await session()).toMatchObject({
      ...{ state: 'wrap_up', wanted: 'paused', wantedReason: 'shift_over' },
    });
    // the agent cannot take it back
    expect((await ready()).json()).toMatchObject({ code: 'outside_roster' });
    const body = { code: 'RPC_REFUSE', rootCause: 'not_told' };
    const recorded = await api.call(own, `POST /v1/attempts/${attemptId}/outcome`, { body });
    expect(recorded.statusCode).toBeLessThan(300);
    expect(await session()).toMatchObject({
      ...{ state: 'paused', cause: 'shift_over', pauseReason: 'shift_over' },
    });
  });

  it('go on when the shift is made longer while the agent talks', async () => {
    await require();
    await addShift(-4, 1);
    await floor.addDebtor();
    const attemptId = await talk(api.database.db, floor);
    await endShiftsNow();
    await turn();
    await waive();
    await turn();
    expect(await session()).toMatchObject({ state: 'wrap_up', wanted: null });
    const body = { code: 'RPC_REFUSE', rootCause: 'not_told' };
    await api.call(own, `POST /v1/attempts/${attemptId}/outcome`, { body });
    expect(await session()).toMatchObject({ state: 'ready' });
  });

  const upload = (text: string, query = '') =>
    api.call(manager, `POST /v1/rosters/import${query}`, {
      body: text,
      headers: { 'content-type': 'text/csv' },
    });
  const list = async (
    range = 'from=2027-03-01T00:00:00Z&to=2027-03-08T00:00:00Z',
    key = supervisor,
  ) =>
    (await api.call(key, `GET /v1/rosters?agentId=${agent.agentId}&${range}`)).json() as {
      items: { id: string; from: string; to: string }[];
      nextCursor: string | null;
    };

  it('come from a file: bad rows are told, and the same file again changes nothing', async () => {
    const file = [
      'agent,date,from,to,time_zone,pool,note',
      `${username},2027-03-01,08:00,17:00,WITA,,first day`,
      `${username},2027-03-02,20:00,04:00,Asia/Jakarta,,`,
      `${username},2027-03-03,03:00,09:00,Asia/Jakarta,,`,
      `nobody,2027-03-03,08:00,17:00,WIB,,`,
      `${username},2027-03-04,08:00,17:00,WIB,Elsewhere,`,
      `${username},2027-03-05,8,17:00,WIB,,`,
    ].join('\n');
    const dry = { dryRun: true, newCount: 2, rejectedCount: 4 };
    expect((await upload(file, '?dryRun=true')).json()).toMatchObject(dry);
    expect((await list()).items).toEqual([]);
    const first = await upload(file);
    expect(first.statusCode).toBe(201);
    expect(first.json()).toMatchObject({
      ...{ newCount: 2, changedCount: 0, unchangedCount: 0, rejectedCount: 4 },
      rejections: [
        { line: 4, field: 'from', reason: expect.stringContaining('overlaps') as string },
        { line: 5, field: 'agent', reason: 'names no active agent' },
        { line: 6, field: 'pool', accepted: expect.stringContaining('one of') as string },
        { line: 7, field: 'from', reason: 'is not a wall clock', accepted: '08:00' },
      ],
    });
    const after = await list();
    expect(after.items).toMatchObject([
      { from: '2027-03-01T00:00:00.000Z', to: '2027-03-01T09:00:00.000Z', note: 'first day' },
      { from: '2027-03-02T13:00:00.000Z', to: '2027-03-02T21:00:00.000Z' },
    ]);
    expect((await upload(file)).json()).toMatchObject({ newCount: 0, unchangedCount: 2 });
    expect(await list()).toEqual(after);
    const pages = await list('from=2027-03-01T00:00:00Z&to=2027-03-08T00:00:00Z&limit=1');
    expect(pages.items).toEqual(after.items.slice(0, 1));
    const range = 'from=2027-03-01T00:00:00Z&to=2027-03-08T00:00:00Z';
    expect((await list(`${range}&cursor=${String(pages.nextCursor)}`)).items).toEqual(
      after.items.slice(1),
    );
  });

  it('refuse a file that is none', async () => {
    expect((await upload('agent,date,form,to,time_zone\n')).json()).toMatchObject({
      ...{
        status: 400,
        errors: [{ field: 'file', reason: expect.stringContaining('form') as string }],
      },
    });
    expect((await api.call(supervisor, 'POST /v1/rosters/import')).statusCode).toBe(403);
  });

  it('are replaced by the day, removed with a reason, and both are kept', async () => {
    const day = (shifts: object[], date = '2027-03-01') =>
      api.call(manager, 'PUT /v1/rosters', {
        body: { agentId: agent.agentId, date, timeZone: ZONE, shifts },
      });
    await day([{ from: '22:00', to: '06:00' }], '2027-02-28');
    const overlapping = await day([{ from: '05:00', to: '09:00' }]);
    expect(overlapping.json()).toMatchObject({ status: 409, code: 'overlapping_shifts' });
    const split = [
      { from: '08:00', to: '12:00', poolId: floor.poolId },
      { from: '13:00', to: '17:00' },
    ];
    const { items } = (await day(split)).json() as { items: { id: string }[] };
    expect(items).toMatchObject([
      { from: '2027-03-01T01:00:00.000Z', poolId: floor.poolId },
      { from: '2027-03-01T06:00:00.000Z', to: '2027-03-01T10:00:00.000Z' },
    ]);
    expect((await day(split)).json()).toMatchObject({ items });
    expect((await day([{ from: '13:00', to: '17:00' }])).json()).toMatchObject({
      items: items.slice(1),
    });
    const path = `POST /v1/rosters/${items[1]?.id ?? ''}/remove`;
    expect((await api.call(manager, path, { body: {} })).statusCode).toBe(400);
    const body = { reason: 'Holiday' };
    expect((await api.call(manager, path, { body })).json()).toMatchObject({ id: items[1]?.id });
    expect((await api.call(manager, path, { body })).statusCode).toBe(404);
    expect(await kept(agent.agentId)).toEqual([
      ...[1, 2, 3].map(() => ({ action: 'roster.day_replaced', why: null })),
      { action: 'roster.shift_removed', why: 'Holiday' },
    ]);
    expect((await list()).items).toEqual([]);
  });

  it('warn of a shift in which nobody may be called, by the zones of the people served', async () => {
    const lawful = await makeFloor(api.database.db, { rulePacks: [] });
    const { agentId } = await lawful.addReadyAgent();
    await lawful.addDebtor({ province: 'ID-PA' });
    // a Monday; Papua is two hours ahead of Jakarta
    const day = async (from: string, to: string) => {
      const body = { agentId, date: '2026-11-16', timeZone: ZONE };
      const put = await api.call(manager, 'PUT /v1/rosters', {
        body: { ...body, shifts: [{ from, to }] },
      });
      return put.json() as unknown;
    };
    expect(await day('05:00', '09:00')).toMatchObject({ warnings: [] });
    expect(await day('19:00', '23:00')).toMatchObject({
      warnings: [{ agentId, from: '2026-11-16T12:00:00.000Z' }],
    });
    await lawful.addDebtor({ province: 'ID-JK' });
    expect(await day('19:00', '23:00')).toMatchObject({ warnings: [] });
  });

  it('stand beside a time clock of what the agent did, by day of a zone, as JSON and CSV', async () => {
    await api.call(own, 'POST /v1/me/session/pause', { body: { reason: 'prayer' } });
    await ready();
    await api.call(own, 'DELETE /v1/me/session');
    const { db } = api.database;
    // the session began yesterday at 23:00 in Jakarta; a pause of an hour from 23:30
    const midnight = Math.floor((Date.now() + 7 * HOUR) / (24 * HOUR)) * 24 * HOUR - 7 * HOUR;
    const at = (minutes: number) => new Date(midnight + minutes * 60_000);
    const times = [-60, -59, -30, 30, 90].map(at);
    const { rows } = await db.query<{ to: string; reason: string | null }>(
      `update agent_session_event e set at = ($2::timestamptz[])[e.seq] where session_id = $1
       returning to_state as to, pause_reason as reason`,
      [agent.sessionId, times],
    );
    expect(rows).toHaveLength(5);
    expect(rows).toContainEqual({ to: 'paused', reason: 'prayer' });
    await db.query('update agent_session set started_at = $2, ended_at = $3 where id = $1', [
      ...[agent.sessionId, times[0], times[4]],
    ]);
    const local = (ms: number) => new Date(ms + 7 * HOUR).toISOString().slice(0, 10);
    const [yesterday, today] = [local(midnight - 1), local(midnight)];
    const path = `GET /v1/agents/${agent.agentId}/time-clock?from=${yesterday}&to=${today}`;
    expect((await api.call(supervisor, path)).json()).toMatchObject({
      zone: ZONE,
      days: [
        {
          ...{ date: yesterday, signedInAt: times[0]?.toISOString(), signedOutAt: null },
          ...{ signedInMs: HOUR, workedMs: HOUR / 2, connectingMs: 60_000 },
          pausedMsByReason: { prayer: HOUR / 2 },
        },
        {
          ...{ date: today, signedInAt: null, signedOutAt: times[4]?.toISOString() },
          ...{ signedInMs: 1.5 * HOUR, readyMs: HOUR, pausedMs: HOUR / 2 },
        },
      ],
    });
    const csv = await api.call(supervisor, `${path}&format=csv`);
    expect(csv.headers.get('content-type')).toContain('text/csv');
    const [head = '', first = ''] = csv.body.split('\r\n');
    expect(head).toContain('agent_id,date,zone,signed_in_at,signed_out_at,signed_in_s,worked_s');
    expect(first).toContain(`${yesterday},${ZONE},`);
    expect(first).toMatch(/prayer=1800$/);
    expect((await api.call(supervisor, `${path}&zone=Mars`)).json()).toMatchObject({
      errors: [{ field: 'zone' }],
    });
    expect((await api.call(own, path)).statusCode).toBe(403);
  });
});
