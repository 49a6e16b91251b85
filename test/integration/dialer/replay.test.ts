import { spawnSync } from 'node:child_process';
import { TZDB } from '../../../dialer/create-gate';
import { RuleLibrary, replay, type KeptTexts } from '../../../dialer/replay';
import { replayAll, whatIfAll, type ReplaySource } from '../../../dialer/replay-all';
import type { WhatIf } from '../../../dialer/what-if';
import type { RulePack } from '../../../dialer/compliance/rule-pack';
import { reserveNext } from '../../../dialer/reserve';
import { readBodies } from '../../../src/db/binding-rules';
import { streamKeptDecisions } from '../../../src/db/read/kept-decisions';
import { makeFloor, type Floor } from '../../support/floor';
import { makeGate } from '../../support/gate';
import { createTestDatabase, type TestDatabase } from '../../support/postgres';
import { dialTo, end, talk } from '../../support/talk';

const HERE = { tzdb: TZDB, engine: 'test' };

let test: TestDatabase;
let floor: Floor;
beforeAll(async () => {
  test = await createTestDatabase();
  floor = await makeFloor(test.db);
  await workedFloor(floor);
  await workedFloor(await makeFloor(test.db, { rulePacks: ['ID.POLICY.HOUSE'] }));
});
afterAll(() => test.drop());

/** Permits and denials of every look: talks, no answers, limits, holds, wishes, shared numbers. */
async function workedFloor(on: Floor): Promise<void> {
  const gate = makeGate(test.db);
  const held = await on.addDebtor();
  await test.db.query(
    `insert into hold (debtor_id, kind, reason, source, placed_by) values ($1, 'cease', 'r', 't', 't')`,
    [held.debtorId],
  );
  const wishing = await on.addDebtor();
  await test.db.query(
    `insert into contact_preference (debtor_id, kind, days, from_clock, to_clock, source, recorded_by)
     values ($1, 'refused', '{1,2,3,4,5,6,7}', '00:00', '23:59', 't', 't')`,
    [wishing.debtorId],
  );
  for (const province of ['ID-JK', 'ID-BA', null]) {
    const { debtorId } = await on.addDebtor({ province, phones: 2, accounts: 2 });
    await test.db.query(
      `insert into contact (at, direction, outcome, debtor_id, e164, source, recorded_by)
       select now() - interval '1 day', 'in', 'conversation', $1, e164, 'test', 'test'
       from phone where debtor_id = $1 limit 1`,
      [debtorId],
    );
  }
  for (let turn = 0; turn < 6; turn++) {
    await on.addReadyAgent();
    if ((await reserveNext(gate, on.campaignId)).kind === 'nothing_due') break;
    await test.db.query(`delete from open_attempt`);
    await test.db.query(
      `update attempt set state = 'ended', result = 'expired', ended_at = now() where state = 'reserved'`,
    );
  }
}

function everything(): ReplaySource {
  const range = { from: new Date(0), to: new Date(Date.now() + 60_000), creditorId: null };
  return {
    decisions: streamKeptDecisions(test.db, range),
    readBodies: (sha256s) => readBodies(test.db, sha256s),
  };
}

async function kept(): Promise<{ decisions: KeptTexts[]; library: RuleLibrary }> {
  const decisions: KeptTexts[] = [];
  for await (const one of everything().decisions) decisions.push(one);
  const { rows } = await test.db.query<{ body: string }>(
    'select body from rule_pack_version union all select body from calendar_revision',
  );
  const library = new RuleLibrary();
  for (const { body } of rows) library.add(body);
  return { decisions, library };
}

describe('replay', () => {
  it('decides every kept decision again to the same bytes', async () => {
    await floor.addReadyAgent();
    await floor.addDebtor();
    await talk(test.db, floor);
    await floor.addReadyAgent();
    await floor.addDebtor();
    await end(test.db, await dialTo(test.db, floor, 'ringing'), 'no_answer');
    const lines: string[] = [];
    const totals = await replayAll(everything(), HERE, (line) => lines.push(line));
    expect(lines).toEqual([]);
    expect(totals).toMatchObject({ differ: 0, notReplayable: 0 });
    expect(totals.replayed).toBeGreaterThan(15);
    const { rows } = await test.db.query<{ verdict: string; stage: string }>(
      'select distinct verdict, stage from decision order by 1, 2',
    );
    expect(rows.map(({ verdict, stage }) => `${verdict} ${stage}`)).toEqual(
      expect.arrayContaining(['allow invite', 'allow reserve', 'deny reserve']),
    );
    expect([totals.otherTzdb.size, totals.otherEngine.size]).toEqual([0, 0]);
  });

  it('reads page by page: nothing is left out and nothing comes twice', async () => {
    const { decisions } = await kept();
    const { rows } = await test.db.query<{ n: number }>('select count(*)::int as n from decision');
    expect(new Set(decisions.map(({ id }) => id)).size).toBe(rows[0]?.n);
    expect(decisions).toHaveLength(rows[0]?.n ?? 0);
  });

  it.each(['America/New_York', 'Europe/Lisbon', 'Pacific/Apia'])(
    'gives the same bytes in a process that lives in %s, in another language',
    async (zone) => {
      const { decisions } = await kept();
      const { rows } = await test.db.query<{ body: string }>(
        'select body from rule_pack_version union all select body from calendar_revision',
      );
      const ran = spawnSync(
        process.execPath,
        ['-r', './test/support/typescript-hook.cjs', 'test/support/replay-child.ts'],
        {
          input: JSON.stringify({ decisions, bodies: rows.map(({ body }) => body) }),
          env: { ...process.env, TZ: zone, LANG: 'ar_EG.UTF-8', LC_ALL: 'ar_EG.UTF-8' },
          encoding: 'utf8',
          timeout: 60_000,
          maxBuffer: 64 * 1024 * 1024,
        },
      );
      expect(ran.stderr).toBe('');
      expect(JSON.parse(ran.stdout)).toEqual({
        zone,
        kinds: Object.fromEntries([['same', decisions.length]]),
      });
    },
    90_000,
  );

  it('finds one changed member of the record, one changed fact, and a version that is not here', async () => {
    const { decisions, library } = await kept();
    const [one] = decisions;
    if (one === undefined) throw new Error('no decision');
    const record = JSON.parse(one.record) as Record<string, unknown>;
    const changed = (text: string, from: string, to: string): string => {
      expect(text).toContain(from);
      return text.replace(from, to);
    };
    const verdict = `"verdict":"${String(record.verdict)}"`;
    expect(
      replay({ ...one, record: changed(one.record, verdict, '"verdict":"maybe"') }, library),
    ).toEqual({ kind: 'differs', fields: ['verdict'] });
    expect(
      replay(
        { ...one, facts: changed(one.facts ?? '', '"currency":"IDR"', '"currency":"USD"') },
        library,
      ),
    ).toEqual({ kind: 'differs', fields: ['facts'] });
    expect(replay(one, new RuleLibrary())).toMatchObject({ kind: 'not_replayable' });
    // the same values in another order are other bytes
    const reordered = JSON.stringify(Object.fromEntries(Object.entries(record).reverse()));
    expect(replay({ ...one, record: reordered }, library)).toMatchObject({ kind: 'differs' });
  });

  it('says what cannot be replayed, and with what it was made', async () => {
    const { decisions } = await kept();
    const [one] = decisions;
    if (one === undefined) throw new Error('no decision');
    const record = JSON.parse(one.record) as Record<string, unknown>;
    const source: ReplaySource = {
      decisions: (async function* () {
        yield await Promise.resolve({ id: 'old', record: '{"verdict":"allow"}', facts: '{}' });
        yield one;
      })(),
      readBodies: (sha256s) => readBodies(test.db, sha256s),
    };
    const lines: string[] = [];
    const totals = await replayAll(source, { tzdb: 'another', engine: 'x' }, (line) =>
      lines.push(line),
    );
    expect(lines).toEqual([expect.stringContaining('old cannot be replayed')]);
    expect(totals).toMatchObject({ replayed: 1, differ: 0, notReplayable: 1 });
    expect([...totals.otherTzdb]).toEqual([[record.tzdb, 1]]);
    expect([...totals.otherEngine]).toEqual([['test', 1]]);
  });
});

describe('what another version would change', () => {
  const shipped = async (id: string): Promise<RulePack> => {
    const { rows } = await test.db.query<{ body: string }>(
      'select body from rule_pack_version where pack_id = $1 order by version limit 1',
      [id],
    );
    return JSON.parse(rows[0]?.body ?? '') as RulePack;
  };

  it('tells which permits become denials and the reverse, by rule, and which past calls', async () => {
    const demo = await shipped('DEMO.OPEN');
    const closed: RulePack = {
      ...demo,
      version: 2,
      rules: demo.rules.map((rule) =>
        rule.kind === 'window'
          ? { ...rule, windows: [{ days: [1], from: '00:00', to: '00:01' }] }
          : rule,
      ),
    };
    const changes: WhatIf[] = [];
    const other = { packs: [closed], calendars: [], added: false };
    const totals = await whatIfAll(everything(), other, (_id, change) => changes.push(change));
    const { rows } = await test.db.query<{ permits: number; calls: number; persons: number }>(
      `select count(*)::int as permits, count(distinct debtor_id)::int as persons,
         count(*) filter (where stage = 'invite')::int as calls
       from decision where verdict <> 'deny' and record like '%DEMO.OPEN%'`,
    );
    expect(rows[0]?.calls).toBe(2);
    expect([...totals.permitsToDenials]).toEqual([['demo.window', rows[0]?.permits]]);
    expect(totals.callsDenied).toBe(2);
    expect(totals.denialsToPermits.size).toBe(0);
    expect(totals.persons).toBeGreaterThanOrEqual(rows[0]?.persons ?? Infinity);
    expect(changes.filter(({ change }) => change === 'permit_to_denial')).toHaveLength(
      rows[0]?.permits ?? 0,
    );
  });

  it('frees what the other version no longer denies, and leaves other stacks alone', async () => {
    const base = await shipped('SANTUN.BASE');
    const lax: RulePack = {
      ...base,
      version: 2,
      rules: base.rules.filter(({ kind }) => kind !== 'hold'),
    };
    const totals = await whatIfAll(
      everything(),
      { packs: [lax], calendars: [], added: false },
      () => undefined,
    );
    expect(totals.denialsToPermits.get('santun.base.hold')).toBeGreaterThan(0);
    const stranger: RulePack = { ...lax, id: 'NOBODY.HAS' };
    const unmoved = await whatIfAll(
      everything(),
      { packs: [stranger], calendars: [], added: false },
      () => undefined,
    );
    expect(unmoved.persons).toBe(0);
  });
});
