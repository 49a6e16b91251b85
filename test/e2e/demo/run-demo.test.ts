import { chmod, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DemoSummary } from '../../../src/main/demo/demo-summary';
import { runDemo } from '../../../src/main/demo/run-demo';
import { PROGRAM_ROOT } from '../../../src/main/program-root';

describe('the demonstration', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'santun-demo-'));
    // the database server of root is another user
    await chmod(folder, 0o755);
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  it('dials from the example file to promises, each person once at a time', async () => {
    const out = { text: '', write: (text: string) => (out.text += text) };
    const err = { text: '', write: (text: string) => (err.text += text) };
    const options = { exit: true, json: true, folder, agents: 5, stdout: out, stderr: err };
    expect(await runDemo({ ...options, seconds: 35 })).toBe(0);
    // one object, the last and only line on stdout
    const summary = JSON.parse(out.text) as DemoSummary;

    expect(summary.attempts).toBeGreaterThan(3);
    expect(summary.connected).toBeGreaterThan(0);
    expect(summary).toMatchObject({
      dialed: summary.invitesSeenByCarrier,
      abandoned: 0,
      attemptsOpen: 0,
      outcomesMissing: 0,
      personsWithTwoOpenAttempts: 0,
      mostInvitesToOneNumber: 1,
    });
    // each way out of a talk that the floor has
    const shown = ['promisesKept', 'promisesBroken', 'followUps', 'plans', 'deferments'] as const;
    const more = ['settlements', 'approvals', 'disputes', 'conflicts', 'reflections'] as const;
    const missing = [...shown, ...more].filter((what) => summary[what] === 0);
    expect(missing).toEqual([]);
    expect(summary.callsAfterPayment).toBe(0);
    expect(err.text).toContain('rules: DEMO.OPEN (always open, for demonstration only)');
    const log = await readFile(join(folder, 'santun.log'), 'utf8');
    expect(log).toContain('"msg":"call over"');
    for (const personal of await personalTexts())
      expect(`${err.text}${log}`).not.toContain(personal);
  }, 120_000);
});

/** Names and numbers of the example's people. */
async function personalTexts(): Promise<string[]> {
  const file = await readFile(join(PROGRAM_ROOT, 'examples', 'accounts.csv'), 'utf8');
  const rows = file.trim().split('\n').slice(1);
  return rows.flatMap((row) => {
    const [, , name = '', , , , , , , , phone = ''] = row.split(',');
    return [name, phone, phone.replace(/\D/g, '').replace(/^(62|0)/, '')];
  });
}
