import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { CallPlan } from '../../../src/main/demo/answer-model';
import { SimulatedCarrier } from '../../../src/main/demo/simulated-carrier';
import { CREDENTIALS } from './carrier-caller';

const CALLS = 20;

/** Runs a sipp scenario of this folder. Rejects when any call of it went another way. */
async function sipp(scenario: string, carrier: SimulatedCarrier, number: string): Promise<void> {
  const { host, port } = carrier.address;
  const folder = await mkdtemp(join(tmpdir(), 'santun-sipp-'));
  try {
    await promisify(execFile)(
      'sipp',
      [
        ...[`${host}:${port}`, '-i', '127.0.0.1', '-s', number, '-sf', join(__dirname, scenario)],
        ...['-au', CREDENTIALS.username, '-ap', CREDENTIALS.password],
        ...['-m', `${CALLS}`, '-r', '20', '-timeout', '20', '-timeout_error', '-nostdin'],
      ],
      { cwd: folder, env: { ...process.env, TERM: 'dumb' }, timeout: 30_000 },
    );
  } finally {
    await rm(folder, { recursive: true });
  }
}

describe('sipp calls the simulated carrier', () => {
  it.each([
    ['caller-talks-then-hangs-up.sipp.xml', 10_000, { caller_hung_up: CALLS }],
    ['debtor-hangs-up.sipp.xml', 100, { debtor_hung_up: CALLS }],
  ])(
    '%s',
    async (scenario, talkMs, ended) => {
      const plan: CallPlan = { kind: 'answered', by: 'person', ringMs: 50, talkMs };
      const carrier = await SimulatedCarrier.start({ credentials: CREDENTIALS, plan: () => plan });
      try {
        await sipp(scenario, carrier, '+6281200005678');
        expect(carrier.invitesSeen()).toEqual(new Map([['+6281200005678', CALLS]]));
        expect(carrier.counts()).toEqual({ challenged: CALLS, answered: CALLS, ended });
        expect(carrier.liveCalls()).toBe(0);
      } finally {
        await carrier.close();
      }
    },
    40_000,
  );
});
