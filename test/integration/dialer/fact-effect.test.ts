import { setTimeout as delay } from 'node:timers/promises';
import { runCampaignTurn } from '../../../dialer/campaign-loop';
import { claimForDialing, lookAtLease } from '../../../dialer/gate';
import { endAttempt } from '../../../src/db/attempts';
import { giveConsent, withdrawConsent } from '../../../src/db/consents';
import { placeHold } from '../../../src/db/holds';
import { openCustomerLeg } from '../../../src/db/trunk-routing';
import type { SipJob } from '../../../src/queue/sip-job';
import type { SipQueue } from '../../../src/queue/sip-queue';
import { eventually } from '../../support/eventually';
import { makeFloor, type Floor } from '../../support/floor';
import { makeGate } from '../../support/gate';
import { createTestDatabase, type TestDatabase } from '../../support/postgres';

let test: TestDatabase;
beforeEach(async () => {
  test = await createTestDatabase();
}, 20_000);
afterEach(() => test.drop());

const EFFECT_LIMIT_MS = 1_000;

/** A scheduler and a sip role at work without a pause; everybody is due again at once. */
class RunningFloor {
  private running = true;
  private readonly calls = new Set<Promise<void>>();
  private readonly errors: unknown[] = [];
  private readonly loop: Promise<void>;

  constructor(private readonly floor: Floor) {
    this.loop = this.run();
  }

  private async run(): Promise<void> {
    const queue: SipQueue = {
      send: (_instance, job) => {
        const call = this.dial(job).catch((error: unknown) => {
          this.errors.push(error);
        });
        this.calls.add(call);
        void call.finally(() => this.calls.delete(call));
        return Promise.resolve();
      },
      discard: () => Promise.resolve(),
      close: () => Promise.resolve(),
    };
    while (this.running) {
      await runCampaignTurn({
        gate: makeGate(test.db),
        queue,
        onError: (error) => this.errors.push(error),
      });
      await test.db.query(
        `update account set next_attempt_at = now() where next_attempt_at > now() and debtor_id
           not in (select debtor_id from open_attempt)`,
      );
      // the limit of calls a day is not what is tested
      await test.db.query(
        `update attempt set created_at = created_at - interval '2 days',
           dialed_at = dialed_at - interval '2 days'
         where state = 'ended' and created_at > now() - interval '1 day'`,
      );
    }
  }

  /** Three looks as the sip role takes them; the leg's row is where the INVITE would leave. */
  private async dial(job: SipJob): Promise<void> {
    if (job.name !== 'dial') return;
    const input = { attemptId: job.attemptId, sipInstanceId: this.floor.sipInstanceId };
    const gate = makeGate(test.db);
    if ((await lookAtLease(gate, input)).verdict === 'deny') return;
    // the agent's phone rings for a while
    await delay(20);
    const claim = await claimForDialing(gate, input);
    if (claim.verdict === 'deny') return;
    const { callId, attemptId } = claim;
    const [trunkId = ''] = claim.trunkIds;
    const legId = await openCustomerLeg(test.db, { callId, attemptId, trunkId });
    await test.db.transaction((tx) =>
      endAttempt(tx, attemptId, {
        result: legId === null ? 'cancelled' : 'no_answer',
        cause: 'test',
        actor: 'test',
      }),
    );
  }

  async stop(): Promise<unknown[]> {
    this.running = false;
    await this.loop;
    await Promise.all(this.calls);
    return this.errors;
  }
}

const invitesOf = async (debtorId: string, since: Date | null = null): Promise<Date[]> => {
  const { rows } = await test.db.query<{ at: Date }>(
    `select l.invited_at as at from call_leg l join call c on c.id = l.call_id
     join attempt t on t.id = c.attempt_id
     where t.debtor_id = $1 and ($2::timestamptz is null or l.invited_at > $2) order by at`,
    [debtorId, since],
  );
  return rows.map(({ at }) => at);
};
const now = async (): Promise<Date> =>
  (await test.db.query<{ now: Date }>('select clock_timestamp() as now')).rows[0]!.now;

/** Waits until the others have been called some more: the floor runs on. */
async function othersRunOn(others: readonly string[], since: Date): Promise<void> {
  await eventually('calls to the others', 20_000, async () => {
    const counts = await Promise.all(others.map((each) => invitesOf(each, since)));
    return counts.every((invites) => invites.length >= 3) ? counts : null;
  });
}

describe('on a floor that dials without a pause', () => {
  it('no INVITE leaves later than a second after a hold or a withdrawn consent', async () => {
    const floor = await makeFloor(test.db);
    const people: string[] = [];
    for (let i = 0; i < 6; i++) people.push((await floor.addDebtor()).debtorId);
    for (let i = 0; i < 3; i++) await floor.addReadyAgent();
    const [held = '', numbered = '', withdrawn = '', ...others] = people;
    const phone = await test.db.query<{ e164: string }>(
      'select e164 from phone where debtor_id = $1',
      [numbered],
    );
    const consent = await test.db.transaction((tx) =>
      giveConsent(
        tx,
        {
          debtorId: withdrawn,
          kind: 'channel',
          channel: 'voice',
          includesHolidays: false,
          evidence: 'Formulir',
          source: 'test',
        },
        'test',
      ),
    );
    if (consent.kind !== 'written') throw new Error('no consent');
    const running = new RunningFloor(floor);
    try {
      for (const each of people) {
        await eventually('a first call', 20_000, async () =>
          (await invitesOf(each)).length > 0 ? true : null,
        );
      }
      const committed = new Map<string, Date>();
      const stop = { kind: 'cease', reason: 'test', source: 'test' } as const;
      await test.db.transaction((tx) => placeHold(tx, { ...stop, debtorId: held }, 'test'));
      committed.set(held, await now());
      await test.db.transaction((tx) =>
        placeHold(tx, { ...stop, number: phone.rows[0]!.e164 }, 'test'),
      );
      committed.set(numbered, await now());
      await test.db.transaction((tx) =>
        withdrawConsent(tx, {
          id: consent.fact.id,
          reason: 'test',
          evidence: null,
          actor: 'test',
        }),
      );
      committed.set(withdrawn, await now());
      await delay(EFFECT_LIMIT_MS);
      await othersRunOn(others, await now());
      for (const [debtorId, at] of committed) {
        const late = (await invitesOf(debtorId, at)).map((each) => each.getTime() - at.getTime());
        expect(late.filter((ms) => ms > EFFECT_LIMIT_MS)).toEqual([]);
        // the same locks: what had not left when the hold was there never leaves
        expect(late).toEqual([]);
      }
      const { rows } = await test.db.query<{ deniedBy: string; n: number }>(
        `select denied_by as "deniedBy", count(*)::int as n from decision
         where verdict = 'deny' and debtor_id = any($1) group by 1`,
        [[...committed.keys()]],
      );
      expect(rows.map(({ deniedBy }) => deniedBy)).toEqual(['santun.base.hold']);
    } finally {
      expect(await running.stop()).toEqual([]);
    }
  }, 60_000);

  it('does not let a leg open that a hold has asked to stop', async () => {
    const floor = await makeFloor(test.db);
    const { debtorId } = await floor.addDebtor();
    await floor.addReadyAgent();
    const gate = makeGate(test.db);
    let claimed: Awaited<ReturnType<typeof claimForDialing>> | null = null;
    const queue: SipQueue = {
      send: async (_instance, job) => {
        if (job.name !== 'dial') return;
        const { sipInstanceId } = floor;
        claimed = await claimForDialing(gate, { attemptId: job.attemptId, sipInstanceId });
      },
      discard: () => Promise.resolve(),
      close: () => Promise.resolve(),
    };
    await runCampaignTurn({
      gate,
      queue,
      onError: (error) => {
        throw error;
      },
    });
    const claim = claimed as Awaited<ReturnType<typeof claimForDialing>> | null;
    if (claim?.verdict !== 'allow') throw new Error('no claim');
    await test.db.transaction((tx) =>
      placeHold(tx, { debtorId, kind: 'cease', reason: 'test', source: 'test' }, 'test'),
    );
    const { callId, attemptId, trunkIds } = claim;
    const leg = { callId, attemptId, trunkId: trunkIds[0] ?? '' };
    expect(await openCustomerLeg(test.db, leg)).toBeNull();
    await test.db.query('update attempt set withdraw_cause = null where id = $1', [attemptId]);
    expect(await openCustomerLeg(test.db, leg)).not.toBeNull();
  });
});
