import { seededDraws } from '../../../src/main/demo/seeded-draws';
import type { CallPlan } from '../../../src/main/demo/answer-model';
import { attemptResults, auditDialing, type CrashAudit } from '../../support/crash-audit';
import { CrashFloor } from '../../support/crash-floor';
import { agentsFreeAgain, attemptsHeld } from '../../support/crash-freedom';
import { eventually } from '../../support/eventually';

/** Kills of each of the four; `CRASH_ROUNDS=20` for a long run. */
const ROUNDS = Number(process.env.CRASH_ROUNDS ?? 5);
const KINDS = ['scheduler', 'redis', 'postgres', 'sip'] as const;
type Kind = (typeof KINDS)[number];

const AGENTS = 12;
const FREE_LIMIT_MS = 30_000;
/** Between two kills the campaign must have dialed this many people more. */
const FURTHER_INVITES = 5;

/** Short calls of every kind, the same for the same number. */
function plan(digits: string): CallPlan {
  const draws = seededDraws('crash', digits);
  return draws.choose<() => CallPlan>([
    [
      70,
      () => ({
        kind: 'answered',
        by: 'person',
        ringMs: draws.integer(100, 800),
        talkMs: draws.integer(300, 2_000),
      }),
    ],
    [10, () => ({ kind: 'refused', status: 486, delayMs: draws.integer(50, 300), rings: false })],
    [10, () => ({ kind: 'refused', status: 480, delayMs: draws.integer(50, 600), rings: true })],
    [10, () => ({ kind: 'no_answer' })],
  ])();
}

describe('a campaign whose parts are killed one after the other', () => {
  let floor: CrashFloor;
  const slowestMs = new Map<Kind, number>();

  beforeAll(async () => {
    floor = await CrashFloor.open({ agents: AGENTS, debtors: 400 + ROUNDS * 400, plan });
  }, 120_000);

  afterAll(async () => {
    await (floor as CrashFloor | undefined)?.close();
  }, 90_000);

  async function furtherInvites(count: number): Promise<void> {
    const target = floor.invites() + count;
    await eventually(`${count} further INVITEs at the carrier`, 60_000, () =>
      floor.invites() >= target ? true : null,
    );
  }

  async function kill(kind: Kind): Promise<void> {
    switch (kind) {
      case 'scheduler':
      case 'sip':
        await floor.product(kind).kill();
        return;
      case 'postgres':
        await floor.killPostgres();
        return;
      case 'redis': {
        const { rows } = await floor.db.query<{ now: Date }>('select now()');
        // long enough for the scheduler to ring a bell that is not there
        await floor.killRedis(() =>
          eventually('a doorbell that did not ring', 20_000, async () => {
            const unrung = await floor.db.query(
              `select 1 from attempt_event where cause = 'queue_away' and at > $1 limit 1`,
              [rows[0]?.now],
            );
            return unrung.rowCount === 0 ? null : true;
          }),
        );
      }
    }
  }

  /** Kills while calls are up, and waits until the floor works again. */
  async function killAndRecover(kind: Kind): Promise<void> {
    await eventually('three calls on their way', 60_000, async () => {
      const live = await floor.db.query(
        `select 1 from attempt where state in ('dialing', 'ringing', 'answered', 'connected')`,
      );
      return (live.rowCount ?? 0) >= 3 ? true : null;
    });
    const held = await attemptsHeld(floor.db);
    const sinceMs = Date.now();
    const killed = kill(kind);
    const [tookMs] = await Promise.all([
      agentsFreeAgain(floor.db, held, AGENTS, sinceMs, FREE_LIMIT_MS),
      killed,
    ]);
    slowestMs.set(kind, Math.max(slowestMs.get(kind) ?? 0, tookMs));
    await furtherInvites(FURTHER_INVITES);
  }

  /** The audit, once the last writes of the last calls have arrived. */
  async function settledAudit(): Promise<CrashAudit> {
    let audit = await auditDialing(floor.db, floor.carrier.invitesSeen());
    const isClean = (): boolean =>
      Object.values(audit).every((cases: string[]) => cases.length === 0);
    await eventually('a clean audit', 10_000, async () => {
      audit = await auditDialing(floor.db, floor.carrier.invitesSeen());
      return isClean() ? true : null;
    }).catch(() => undefined);
    return audit;
  }

  it(
    'dials nobody twice, leaves nothing open, and has every agent back within 30 s',
    async () => {
      try {
        await furtherInvites(FURTHER_INVITES);
        for (let round = 1; round <= ROUNDS; round += 1) {
          for (const kind of KINDS) {
            await killAndRecover(kind).catch((error: unknown) => {
              throw new Error(`round ${round}, ${kind}: ${String(error)}`);
            });
          }
        }
        await floor.finishCampaign(90_000);
        await agentsFreeAgain(floor.db, new Map(), AGENTS, Date.now(), FREE_LIMIT_MS);
        const audit = await settledAudit();
        process.stderr.write(
          `crash: ${JSON.stringify({
            killsOfEach: ROUNDS,
            invites: floor.invites(),
            results: await attemptResults(floor.db),
            slowestUntilFreeMs: Object.fromEntries(slowestMs),
          })}\n`,
        );
        expect(audit).toEqual(
          Object.fromEntries(Object.keys(audit).map((violation) => [violation, []])),
        );
        expect(floor.unexpectedExits()).toEqual([]);
        expect(floor.agents.flatMap((agent) => agent.complaints)).toEqual([]);
      } catch (error) {
        const standing = await floor.standing().catch(String);
        process.stderr.write(`what the processes said last:\n${floor.outputs()}\n${standing}\n`);
        throw error;
      }
    },
    120_000 + ROUNDS * 150_000,
  );
});
