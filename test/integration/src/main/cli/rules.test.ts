import { mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runSantun, type CommandResult } from '../../../../support/run-santun';

/** `santun rules …` as a person at a terminal has it: lines, exit codes, and what mistakes say. */
const LIMIT_MS = 90_000;
jest.setTimeout(LIMIT_MS);

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(realpathSync(tmpdir()), 'santun-rules-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

const rules = (...args: string[]): Promise<CommandResult> =>
  runSantun(['rules', ...args], {}, folder);

function put(name: string, content: unknown): string {
  writeFileSync(
    join(folder, name),
    typeof content === 'string' ? content : JSON.stringify(content, null, 2),
  );
  return name;
}

const HOUSE = {
  jurisdiction: 'ID',
  effectiveFrom: '2024-01-01',
  rules: [
    {
      id: 'house.window',
      kind: 'window',
      force: 'policy',
      cite: 'house',
      windows: [{ days: [1, 2, 3, 4, 5, 6], from: '09:00', to: '17:00' }],
    },
  ],
};
const CASE = {
  id: 'H1',
  title: 'one minute before the house opens',
  type: 'preDial',
  profiles: ['ID.OJK.POJK22', 'MY.HOUSE'],
  calendars: { ID: 'ID@2026-11' },
  facts: {
    country: 'ID',
    zone: [{ province: 'ID-JK' }],
    target: 'consumer',
    collector: 'third_party',
    person: 'P1',
    debt: { id: 'D1', kind: 'loan' },
    number: 'N1',
    place: 'mobile',
    line: 'mobile',
    mode: 'live',
    consents: [],
    preferences: [],
    holds: [],
    events: [],
  },
  at: '2026-11-23T01:59:00.000Z',
  expect: {
    verdict: 'deny',
    deniedBy: 'house.window',
    failing: ['house.window'],
    local: ['Mon 2026-11-23 08:59:00'],
    nextAllowedAt: '2026-11-23T02:00:00.000Z',
  },
};

describe('test', () => {
  test("somebody else's pack and cases, beside the law that ships, from another folder", async () => {
    const file = put('house.json', { profiles: { 'MY.HOUSE': HOUSE }, cases: [CASE] });
    expect(await rules('test', file)).toEqual({
      exitCode: 0,
      stdout: '1 passed, 0 failed\n',
      stderr: '',
    });
  });

  test('the golden file, unchanged, and the example', async () => {
    const files = ['test/golden/contact-rules.json', 'examples/house-rules.json'];
    const { exitCode, stdout } = await runSantun(['rules', 'test', ...files], {});
    expect(stdout).toBe('132 passed, 0 failed\n');
    expect(exitCode).toBe(0);
  });

  test('a case that fails: one line with what differs, and code 1', async () => {
    const wrong = {
      ...CASE,
      expect: { ...CASE.expect, nextAllowedAt: '2026-11-23T03:00:00.000Z' },
    };
    const file = put('house.json', { profiles: { 'MY.HOUSE': HOUSE }, cases: [CASE, wrong] });
    const { exitCode, stdout, stderr } = await rules('test', file);
    expect(stderr).toMatch(/house\.json: several cases have the id H1\n$/);
    expect(stdout.split('\n')).toEqual([
      'H1 one minute before the house opens: nextAllowedAt: expected "2026-11-23T03:00:00.000Z", got "2026-11-23T02:00:00.000Z"',
      '1 passed, 1 failed',
      '',
    ]);
    expect(exitCode).toBe(1);
  });

  test.each<[string, () => string[], RegExp]>([
    [
      'a file that is not there',
      () => ['gone.json'],
      /^gone\.json: there is no such file\nLooked for .*gone\.json\.\n$/,
    ],
    [
      'broken JSON, by line',
      () => [put('broken.json', '{\n  "profiles": {},\n  "cases": [}\n')],
      /^broken\.json:3:13: is not JSON from here: \}\n$/,
    ],
    [
      'a wrong value, by its place',
      () => [
        put('house.json', {
          profiles: {
            'MY.HOUSE': { ...HOUSE, rules: [{ ...HOUSE.rules[0], kind: 'windows' }] },
          },
        }),
      ],
      /house\.json: profiles\["MY\.HOUSE"\]\.rules\[0\]\.kind .*accepted: window, /,
    ],
  ])('%s is told and ends with 2', async (_what, args, said) => {
    const { exitCode, stdout, stderr } = await rules('test', ...args());
    expect(stderr).toMatch(said);
    expect(stdout).toBe('');
    expect(exitCode).toBe(2);
  });

  test('with one wrong file among several, no case is run', async () => {
    const good = put('house.json', { profiles: { 'MY.HOUSE': HOUSE }, cases: [CASE] });
    const { exitCode, stdout, stderr } = await rules('test', good, 'gone.json');
    expect([exitCode, stdout]).toEqual([2, '']);
    expect(stderr).toContain('gone.json');
  });
});

describe('list and show', () => {
  test('what ships, for people and for machines', async () => {
    const people = await rules('list');
    expect(people.exitCode).toBe(0);
    expect(people.stdout).toMatch(/^ID\.OJK\.POJK22@1 +shipped +law +ID +2023-12-22 – +nobody /m);
    const machines = await rules('list', '--json');
    expect(JSON.parse(machines.stdout)).toContainEqual(
      expect.objectContaining({ id: 'ID.OJK.SEOJK19-2023', effectiveTo: '2025-07-31' }),
    );
  });

  test('a pack, rule by rule, in Indonesian', async () => {
    const { stdout } = await rules('show', 'ID.OJK.POJK22@1', '--lang', 'id');
    expect(stdout).toContain('Panggilan hanya Senin–Sabtu 08.00–20.00 waktu setempat.');
    expect(stdout).toContain('Dasar hukum: POJK 22/2023 Pasal 62(2)f.');
  });

  test('a name that nobody has is told and ends with 2', async () => {
    const { exitCode, stderr } = await rules('show', 'ID.OJK.POJK2');
    expect(stderr).toMatch(
      /^there is no rule pack ID\.OJK\.POJK2\. Did you mean ID\.OJK\.POJK22\?\n/,
    );
    expect(exitCode).toBe(2);
  });
});

describe('explain', () => {
  test('Sunday 10:00 on Bali, in Indonesian', async () => {
    const { exitCode, stdout } = await rules(
      ...['explain', '--province', 'ID-BA', '--product', 'credit_card'],
      ...['--at', '2026-11-29T10:00', '--lang', 'id'],
    );
    expect(stdout.split('\n')).toEqual([
      'Minggu 10.00 WITA: ID.BI.CC membolehkan, ID.OJK.POJK22 melarang (POJK 22/2023 Pasal 62(2)f) → tidak boleh',
      '- ID.BI.CC@1: Dalam jam yang diperbolehkan. Dasar hukum: SEBI 14/17/DASP butir VII.D.',
      '- ID.OJK.POJK22@1: Di luar jam penagihan: Senin–Sabtu 08.00–20.00 waktu setempat. Waktu setempat debitur: Minggu, 29 November 2026 pukul 10.00 WITA. Dasar hukum: POJK 22/2023 Pasal 62(2)f.',
      'Boleh mulai Senin, 30 November 2026 pukul 08.00 WITA.',
      '',
    ]);
    expect(exitCode).toBe(0);
  });

  test('an instant, and packs of a file instead of the law', async () => {
    const file = put('house.json', { profiles: { 'MY.HOUSE': HOUSE } });
    const { stdout } = await rules(
      ...['explain', '--zone', 'Asia/Jakarta', '--pack', file, '--at', '2026-11-30T08:30+07:00'],
    );
    expect(stdout).toMatch(/^Monday 08:30 WIB: MY\.HOUSE forbids \(house\) → not allowed\n/);
    expect(stdout).toContain('House policy, not law: house.');
  });

  test('an hour that the clock shows twice has two answers', async () => {
    const { stdout } = await rules(
      ...['explain', '--country', 'US', '--zone', 'America/New_York', '--json'],
      ...['--at', '2026-11-01T01:30'],
    );
    const answers = JSON.parse(stdout) as { at: string; open: boolean }[];
    expect(answers.map(({ at }) => at)).toEqual([
      '2026-11-01T05:30:00.000Z',
      '2026-11-01T06:30:00.000Z',
    ]);
  });

  test('a time that is none is told and ends with 2', async () => {
    const { exitCode, stderr, stdout } = await rules(
      'explain',
      '--country',
      'ID',
      '--at',
      '29/11/2026',
    );
    expect(stderr).toMatch(/^--at: "29\/11\/2026" is no date and time\.\nAccepted: 2026/);
    expect([exitCode, stdout]).toEqual([2, '']);
  });
});

test('conflicts of a week: who cut which hour, and where packs disagree', async () => {
  const { exitCode, stdout } = await rules(
    ...['conflicts', '--zone', 'Asia/Jakarta', '--product', 'credit', '--week', '2026-11-25'],
    ...['--creditor-stack', 'ID.POLICY.COURTESY'],
  );
  expect(exitCode).toBe(0);
  expect(stdout).toContain('  creditor  ID.POLICY.COURTESY@1');
  expect(stdout).toMatch(
    /^Friday 2026-11-27 .*\n +08:00–11:30 +open\n +11:30–13:00 +closed +creditor ID\.POLICY\.COURTESY \(courtesy, not law: Friday prayer\)\n/m,
  );
  expect(stdout).toMatch(
    /^ {2}Sunday, 29 November 2026 08:00–20:00: ID\.BI\.CC allows, ID\.OJK\.POJK22 forbids \(POJK 22\/2023 Pasal 62\(2\)f\) → not allowed$/m,
  );
});

test('conflicts names no pack that has ended by that week; one that was asked for is told', async () => {
  const ended = 'ID.OJK.SEOJK19-2023';
  const week = (date: string, ...more: string[]): Promise<CommandResult> =>
    rules('conflicts', '--country', 'ID', '--week', date, ...more);
  // its last day was 30 July 2025
  expect((await week('2025-07-30')).stdout).toContain(ended);
  expect((await week('2025-08-06')).stdout).not.toContain(ended);
  const named = await week('2025-08-06', '--creditor-stack', ended, '--json');
  const { packs, notInForce } = JSON.parse(named.stdout) as Record<string, unknown[]>;
  expect(packs).not.toContainEqual(expect.objectContaining({ pack: `${ended}@1` }));
  expect(notInForce).toEqual([`${ended}@1`]);
});

test('diff with a version that has ended: it closes no hour, and none of the others is named', async () => {
  const windows = [{ days: [1, 2, 3, 4, 5, 6, 7], from: '07:00', to: '21:00' }];
  const ended = { ...HOUSE, rules: [{ ...HOUSE.rules[0], windows }], effectiveTo: '2026-10-01' };
  put('one.json', { id: 'MY.HOUSE', version: 1, ...ended });
  put('two.json', { id: 'MY.HOUSE', version: 2, ...ended, effectiveTo: '2027-10-01' });
  const { stdout } = await rules(
    ...['diff', 'one.json', 'two.json', '--from', '2026-11-23', '--zone', 'Asia/Jakarta'],
  );
  expect(stdout).toContain('\nMY.HOUSE@1: not in force at that time\n');
  expect(stdout).not.toMatch(/SEOJK19|engine\.profile|opens/);
  // the law closes these hours already, and the old version did not
  const [, alone = ''] = stdout.split('Taken alone it would change');
  expect(alone).toMatch(/^ {2}closes {2}every day 00:00–07:00 {2}91 dates: .* house\.window$/m);
  expect(alone).toMatch(/^ {2}closes {2}every day 21:00–24:00 {2}91 dates: .* house\.window$/m);
});

test('diff: rules in words, and the hours that change', async () => {
  const earlier = [{ days: [1, 2, 3, 4, 5, 6], from: '09:00', to: '16:30' }];
  put('one.json', { id: 'MY.HOUSE', version: 1, ...HOUSE });
  put('two.json', {
    profiles: {
      'MY.HOUSE': { ...HOUSE, version: 2, rules: [{ ...HOUSE.rules[0], windows: earlier }] },
    },
  });
  const { exitCode, stdout } = await rules(
    ...['diff', 'one.json', 'two.json', '--from', '2026-11-23', '--zone', 'Asia/Jakarta'],
  );
  expect(stdout).toContain('MY.HOUSE@1 → MY.HOUSE@2\n');
  expect(stdout).toContain('changed house.window (window): windows\n');
  expect(stdout).toContain('  after: Calls only Monday–Saturday 09:00–16:30, local time.');
  expect(stdout).toMatch(
    /^ {2}closes {2}Monday–Saturday 16:30–17:00 {2}74 dates: 2026-11-23, .* not on 2026-12-25, .* house\.window$/m,
  );
  expect(exitCode).toBe(0);
});
