import { learnOutcomes } from '../../../dialer/learn-outcomes';
import { watchUplift } from '../../../dialer/watch-uplift';
import { FactsApi } from '../../support/facts-api';
import { makeFloor, type Floor } from '../../support/floor';
import { makeGate } from '../../support/gate';
import { addHistory, addPastDials } from '../../support/past-dials';

/** What the tests read of a cell of the map. */
interface Cell {
  readonly hour: number;
  readonly dials: number | null;
  readonly rightParty: number;
  readonly chance: number | null;
}

let test: FactsApi;
let floor: Floor;
beforeAll(async () => {
  test = await FactsApi.start();
}, 20_000);
afterAll(() => test.api.close());
beforeEach(async () => {
  await test.renew();
  floor = await makeFloor(test.db);
  await test.db.query('update creditor set control_share = 0');
});

const learn = async (): Promise<void> => {
  while ((await learnOutcomes(makeGate(test.db))).lessons > 0);
};
const reason = 'Surat pelanggan 12 November';

describe('the best time of an account', () => {
  it('says that there are not enough data', async () => {
    const { accountIds } = await floor.addDebtor();
    const answer = await test.get(`accounts/${accountIds[0]}/best-time`);
    expect(answer.statusCode).toBe(200);
    expect(answer.json()).toMatchObject({
      basis: 'no_data',
      words: { id: 'data belum cukup: urutan netral', en: 'not enough data: neutral order' },
      now: { standing: 0.5, score: null },
    });
    expect((await test.get(`accounts/${floor.campaignId}/best-time`)).statusCode).toBe(404);
  });

  it('shows the map, the payday and why, in both languages', async () => {
    const people = await addHistory(test.db, floor, {
      people: 8,
      hoursUtc: [3, 8, 11],
      reachedAtUtc: 3,
      weeks: 3,
    });
    await learn();
    const [{ accountId, debtorId }] = people as [(typeof people)[number]];
    for (const [index, paidOn] of ['2026-07-25', '2026-08-25', '2026-09-24'].entries()) {
      const paid = { debtorId, paidOn, source: 'bank', externalId: `${debtorId}-${index}` };
      expect((await test.post('payment-dates', paid)).statusCode).toBe(201);
      expect((await test.post('payment-dates', paid)).statusCode).toBe(200);
      const other = { ...paid, paidOn: '2026-10-01' };
      expect((await test.post('payment-dates', other)).statusCode).toBe(422);
    }
    const shown = (await test.get(`accounts/${accountId}/best-time`)).json();
    expect(shown).toMatchObject({
      basis: 'model',
      zone: 'Asia/Jakarta',
      payday: { kind: 'monthly', day: 25, source: 'observed', seen: 3, of: 3 },
      dials: { person: 9 },
    });
    expect(shown.words.en).toBe(
      'usually answers 10–11 (3 of 3), payday 25th (seen 3×), not afternoons, not evenings',
    );
    expect(shown.words.id).toContain('biasanya menjawab 10–11 (3 dari 3)');
    expect(shown.map.length).toBe(7 * shown.hours.length);
    const at = (hour: number) => shown.map.filter((cell: Cell) => cell.hour === hour);
    const reached = at(10).reduce((sum: number, cell: Cell) => sum + cell.rightParty, 0);
    expect(reached).toBe(3);
    expect(shown.choices.length).toBeGreaterThan(0);

    const stated = { debtorId, kind: 'monthly', day: 1 };
    expect((await test.post('paydays', stated)).statusCode).toBe(201);
    const after = (await test.get(`accounts/${accountId}/best-time`)).json();
    expect(after.payday).toMatchObject({ day: 1, source: 'stated' });
  });

  it('shows nothing of who objects to profiling, and puts their calls in neutral order', async () => {
    const people = await addHistory(test.db, floor, {
      people: 8,
      hoursUtc: [3, 8, 11],
      reachedAtUtc: 3,
    });
    await learn();
    const [{ accountId, debtorId }] = people as [(typeof people)[number]];
    const [choice] = (await test.get(`accounts/${accountId}/best-time`)).json().choices;
    const objected = await test.post('profiling-objections', { debtorId, reason });
    expect(objected.statusCode).toBe(201);
    const shown = (await test.get(`accounts/${accountId}/best-time`)).json();
    expect(shown).toMatchObject({ basis: 'objection', objectsToProfiling: true });
    expect(shown.words.en).toContain('objects to profiling');
    expect(shown.map.every((cell: Cell) => cell.dials === 0 && cell.chance === null)).toBe(true);
    // the wait that profiling had chosen is taken back
    expect(shown.nextAttemptAt).toBe(choice.earliest);
    const back = { debtorId, objects: false, reason };
    expect((await test.post('profiling-objections', back)).statusCode).toBe(201);
    const again = (await test.get(`accounts/${accountId}/best-time`)).json();
    expect(again.basis).toBe('model');
  });

  it('refuses a payday that is none', async () => {
    const { debtorId } = await floor.addDebtor();
    const refused = await test.post('paydays', { debtorId, kind: 'weekly', day: 9 });
    expect(refused.statusCode).toBe(422);
    expect(refused.json().errors).toEqual([
      { field: 'day', reason: 'is no day of weekly pay', accepted: '1 to 7' },
    ]);
    expect((await test.post('paydays', { debtorId, kind: 'irregular' })).statusCode).toBe(201);
  });
});

describe('the reports', () => {
  it('compare the model with its control group, and tell when it falls behind', async () => {
    await test.db.query('update creditor set control_share = 0.5');
    const dials: Parameters<typeof addPastDials>[2][number][] = [];
    const people: { debtorId: string; accountId: string }[] = [];
    for (let n = 0; n < 80; n++) {
      const { debtorId, accountIds } = await floor.addDebtor();
      people.push({ debtorId, accountId: accountIds[0] ?? '' });
    }
    const { rows } = await test.db.query<{ id: string; control: boolean }>(
      `select id, share_of(id, 'best-time') < 0.5 as control from debtor where id = any($1)`,
      [people.map(({ debtorId }) => debtorId)],
    );
    const control = new Set(rows.filter((row) => row.control).map(({ id }) => id));
    for (const { debtorId, accountId } of people) {
      for (let dial = 0; dial < 5; dial++) {
        const at = new Date(Date.now() - (dial + 1) * 86_400_000);
        // the control group is reached four times in five, the others once
        const reached = control.has(debtorId) ? dial > 0 : dial === 0;
        const end = reached
          ? ({ result: 'connected', code: 'RPC_REFUSE' } as const)
          : ({ result: 'no_answer', code: 'NO_ANSWER' } as const);
        dials.push({ at, debtorId, accountId, ...end });
      }
    }
    await addPastDials(test.db, floor, dials);
    const scope = `creditorId=${floor.creditorId}`;
    const report = (await test.get(`best-time/uplift?${scope}`)).json();
    expect(report).toMatchObject({
      model: { per1000: 200 },
      control: { people: control.size, dials: control.size * 5, per1000: 800 },
      per1000: -600,
      verdict: 'negative',
    });
    expect(await watchUplift(test.db, new Date())).toEqual([
      { creditorId: floor.creditorId, per1000: -600 },
    ]);
    expect(await watchUplift(test.db, new Date())).toEqual([]);
    const events = await test.db.query(
      `select payload from event where type = 'best_time.fell_behind' and creditor_id = $1`,
      [floor.creditorId],
    );
    expect(events.rows).toMatchObject([{ payload: { per1000: -600 } }]);
    expect((await test.get('best-time/uplift')).statusCode).toBe(400);
  });

  it('have a control group of the size that the creditor wants', async () => {
    const change = (controlShare: number) =>
      test.api.call(test.manager, `PATCH /v1/creditors/${floor.creditorId}`, {
        body: { controlShare },
      });
    expect((await change(0.1)).json()).toMatchObject({ controlShare: 0.1 });
    expect((await change(0.6)).statusCode).toBe(400);
  });

  it('hide hours of few dials', async () => {
    await addHistory(test.db, floor, { people: 40, hoursUtc: [3, 11], reachedAtUtc: 3 });
    await learn();
    const { cells } = (await test.get(`best-time/heat-map?campaignId=${floor.campaignId}`)).json();
    expect(cells).toHaveLength(2);
    expect(cells.find((cell: Cell) => cell.hour === 10)).toMatchObject({
      hidden: false,
      dials: 40,
      rightParty: 40,
      rightPartyPer1000: 1000,
    });
    await addHistory(test.db, floor, { people: 3, hoursUtc: [6], reachedAtUtc: 6 });
    await learn();
    const more = (await test.get(`best-time/heat-map?campaignId=${floor.campaignId}`)).json();
    expect(more.cells.find((cell: Cell) => cell.hour === 13)).toMatchObject({
      hidden: true,
      dials: null,
    });
  });
});
