import { createHash } from 'node:crypto';
import { cp, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { newId } from '../../../../src/db/new-id';
import { canonicalJson } from '../../../../src/domain/canonical-json';
import type { EvidenceBundle } from '../../../../src/domain/evidence-bundle';
import { ledgerTurn } from '../../../../workers/ledger-turn';
import { makeFloor, type Floor } from '../../../support/floor';
import { TEST_SIGNER } from '../../../support/gate';
import { createTestDatabase, type TestDatabase } from '../../../support/postgres';
import { runSantun, type CommandResult } from '../../../support/run-santun';
import { settle } from '../../../support/signed-decisions';
import { dialTo, end, talk } from '../../../support/talk';

const NASTY = `<script>alert("x")</script>`;
const NUMBER = '+6281200009911';

let test: TestDatabase;
let floor: Floor;
let code: string;
let debtorId: string;
let otherDebtorId: string;
let root: string;
beforeAll(async () => {
  test = await createTestDatabase();
  root = await mkdtemp(join(tmpdir(), 'santun-evidence-'));
  floor = await makeFloor(test.db);
  const creditor = await test.db.query<{ code: string }>(
    'select code from creditor where id = $1',
    [floor.creditorId],
  );
  code = creditor.rows[0]?.code ?? '';
  const person = await floor.addDebtor({ province: 'ID-JK' });
  ({ debtorId } = person);
  const sql: [string, unknown[]][] = [
    ['update debtor set name = $2 where id = $1', [debtorId, NASTY]],
    ['update phone set e164 = $2 where debtor_id = $1', [debtorId, NUMBER]],
    [
      'insert into debtor_reference (creditor_id, external_id, debtor_id) values ($1, $2, $3)',
      [floor.creditorId, 'N:1042', debtorId],
    ],
    [
      `insert into consent (debtor_id, kind, given_at, evidence, source, captured_by)
       values ($1, 'recording', now(), $2, 'test', 'test')`,
      [debtorId, NASTY],
    ],
    [
      `insert into contact (at, direction, outcome, debtor_id, e164, note, source, recorded_by)
       values (now(), 'in', 'conversation', $1, $2, $3, 'test', 'test')`,
      [debtorId, NUMBER, NASTY],
    ],
  ];
  for (const [text, values] of sql) await test.db.query(text, values);
  await floor.addReadyAgent();
  const spoken = await talk(test.db, floor);
  await test.db.query(
    `insert into outcome (attempt_id, creditor_id, account_id, debtor_id, code, note, recorded_by)
     select id, creditor_id, account_id, debtor_id, 'RPC_REFUSE', $2, 'test' from attempt where id = $1`,
    [spoken, NASTY],
  );
  otherDebtorId = (await floor.addDebtor()).debtorId;
  await floor.addReadyAgent();
  await end(test.db, await dialTo(test.db, floor, 'ringing'), 'no_answer');
  await settle(test.db);
  await ledgerTurn({ db: test.db, signer: TEST_SIGNER, now: () => new Date() })();
}, 120_000);
afterAll(async () => {
  await rm(root, { recursive: true });
  await test.drop();
});

const santun = (...args: string[]): Promise<CommandResult> =>
  runSantun(args, {
    DATABASE_URL: test.url,
    SANTUN_SECRET_KEY: Buffer.alloc(32, 7).toString('base64'),
  });
/** Without a database, without a configuration. */
const offline = (...args: string[]): Promise<CommandResult> => runSantun(args, {});
const lastLine = ({ stdout }: CommandResult): string | undefined =>
  stdout.trimEnd().split('\n').at(-1);

async function bundleOf(folder: string): Promise<EvidenceBundle> {
  return JSON.parse(await readFile(join(folder, 'bundle.json'), 'utf8')) as EvidenceBundle;
}

describe('santun evidence', () => {
  const PERIOD = ['--from', '2020-01-01', '--reason', 'pengaduan 1042'];

  it('gathers one person into a folder that explains and proves itself', async () => {
    const out = join(root, 'by-reference');
    const made = await santun('evidence', '--reference', `${code}:N:1042`, ...PERIOD, '--out', out);
    expect(made.stderr).toBe('');
    expect(made.exitCode).toBe(0);
    const names = await readdir(out);
    expect(names.sort()).toEqual(['bundle.json', 'index.html', 'ledger.jsonl']);
    for (const name of names) expect((await stat(join(out, name))).mode & 0o777).toBe(0o600);

    const bundle = await bundleOf(out);
    expect(bundle.summary).toMatchObject({
      attempts: 1,
      connected: 1,
      signatures: { valid: bundle.decisions.length, invalid: 0, none: 0 },
      chained: bundle.decisions.length,
    });
    expect(bundle.creditor?.code).toBe(code);
    expect(bundle.attempts[0]?.outcome).toMatchObject({ code: 'RPC_REFUSE' });
    const looks = bundle.attempts[0]?.decisionIds ?? [];
    expect(bundle.decisions.map(({ id }) => id)).toEqual(looks);
    expect(bundle.decisions.at(-1)?.passed.map(({ rule }) => rule)).toEqual(
      expect.arrayContaining(['demo.window', 'demo.attempts-a-day', 'santun.base.hold']),
    );
    expect(bundle.packs.map(({ key }) => key).sort()).toEqual(['DEMO.OPEN@1', 'SANTUN.BASE@1']);
    expect(bundle.consents).toHaveLength(1);
    expect(bundle.contacts).toHaveLength(1);
    // as `santun ledger verify --key` takes it
    expect(bundle.keys.map(({ publicKey }) => publicKey)).toContain(
      TEST_SIGNER.publicKey.toString('base64'),
    );

    // nobody else, no whole number, no tag of theirs
    for (const name of names) {
      const text = await readFile(join(out, name), 'utf8');
      expect(text).not.toContain(otherDebtorId);
      expect(text).not.toContain(NUMBER);
    }
    const page = await readFile(join(out, 'index.html'), 'utf8');
    expect(page).not.toContain('<script');
    expect(page).toContain('&lt;script&gt;');

    const verified = await offline('ledger', 'verify', join(out, 'ledger.jsonl'));
    expect(lastLine(verified)).toBe(`${looks.length} entries verified`);
    expect(verified.stdout).toContain(`Person: ${debtorId}\n`);
    expect(verified.stdout).toContain('beside it and as signed: bundle.json, index.html');
    const replayed = await offline('replay', '--file', join(out, 'ledger.jsonl'));
    expect(lastLine(replayed)).toBe(`${looks.length} replayed, 0 differ`);
    expect(replayed.exitCode).toBe(0);

    const { rows } = await test.db.query<{ record: string }>(
      `select record from audit_entry where action = 'evidence.gathered' and subject_id = $1`,
      [debtorId],
    );
    expect(rows).toHaveLength(1);
    expect(JSON.parse(rows[0]?.record ?? '')).toMatchObject({
      why: 'pengaduan 1042',
      after: { numbersShown: false, attempts: 1 },
    });
  }, 120_000);

  it('signs for each file of the folder, and names the one that was changed, added or is gone', async () => {
    const from = join(root, 'by-reference');
    const copy = join(root, 'copy');
    await cp(from, copy, { recursive: true });
    const page = await readFile(join(copy, 'index.html'), 'utf8');
    await writeFile(join(copy, 'index.html'), page.replace('pengaduan 1042', 'pengaduan 1043'));
    await rm(join(copy, 'bundle.json'));
    await writeFile(join(copy, 'bundle-2.json'), '{}');
    const file = join(copy, 'ledger.jsonl');
    const whose = (creditor: string, debtor: string): string[] => [
      ...['--creditor', creditor, '--debtor', debtor],
    ];
    const others = await offline('ledger', 'verify', file, ...whose('lain', otherDebtorId));
    expect(others.exitCode).toBe(1);
    expect(others.stdout).toContain(`the file: is of ${code}, and lain is expected\n`);
    expect(others.stdout).toContain(
      `the file: is of ${debtorId}, and ${otherDebtorId} is expected\n`,
    );
    const changed = await offline('ledger', 'verify', file, ...whose(code, debtorId));
    expect(changed.exitCode).toBe(1);
    expect(lastLine(changed)).toBe('2 problems');
    expect(changed.stdout).toContain('index.html: is not the file that was signed\n');
    expect(changed.stdout).toContain('bundle-2.json: was put here, and nobody signed for it\n');
    expect(changed.stdout).toContain('signed with it and not found beside it: bundle.json\n');
  }, 60_000);

  it('shows whole numbers only when asked, and records that it did', async () => {
    const out = join(root, 'with-numbers');
    await santun('evidence', '--debtor', debtorId, ...PERIOD, '--out', out, '--show-numbers');
    const bundle = await bundleOf(out);
    expect(bundle.person.phones.map(({ number }) => number)).toEqual([NUMBER]);
    const { rows } = await test.db.query(
      `select 1 from audit_entry where action = 'evidence.gathered' and record like '%"numbersShown":true%'`,
    );
    expect(rows).toHaveLength(1);
  }, 120_000);

  it('leaves a folder alone that holds something', async () => {
    const made = await santun('evidence', '--debtor', debtorId, ...PERIOD, '--out', root);
    expect(made.exitCode).toBe(2);
    expect(made.stderr).toContain(`--out ${root} is not empty`);
    expect(await readdir(root)).not.toContain('bundle.json');
  }, 60_000);

  it.each([
    [['--reference', 'nobody:1'], 'there is no creditor nobody'],
    [['--debtor', '00000000-0000-7000-8000-000000000000'], 'there is no such person'],
    [[], 'name the person by --debtor or by --reference'],
  ])(
    'refuses %j and writes nothing',
    async (whose, reason) => {
      const out = join(root, 'refused');
      const made = await santun('evidence', ...whose, ...PERIOD, '--out', out);
      expect(made.exitCode).toBe(2);
      expect(made.stderr).toContain(reason);
      await expect(stat(out)).rejects.toThrow('ENOENT');
    },
    60_000,
  );
});

describe('santun replay', () => {
  it('replays a span, one decision, and says what another version would change', async () => {
    const { rows } = await test.db.query<{ id: string; n: number }>(
      `select min(id::text) as id, count(*)::int as n from decision`,
    );
    const { id = '', n = 0 } = rows[0] ?? {};
    expect(lastLine(await santun('replay', '--from', '2020-01-01'))).toBe(
      `${n} replayed, 0 differ`,
    );
    expect(lastLine(await santun('replay', '--decision', id))).toBe('1 replayed, 0 differ');
    const unknown = '00000000-0000-7000-8000-000000000000';
    const file = join(root, 'by-reference', 'ledger.jsonl');
    for (const [from, said] of [
      [[], `there is no decision ${unknown}`],
      [['--file', file], `${file}: holds no decision ${unknown}`],
    ] as const) {
      const none = await santun('replay', '--decision', unknown, ...from);
      expect([none.exitCode, none.stdout]).toEqual([2, '']);
      expect(none.stderr).toContain(said);
    }
    const same = await santun('replay', '--from', '2020-01-01', '--pack', 'DEMO.OPEN@1');
    expect(same.stdout).toContain('Permits that become denials, by rule: 0');
    const none = await santun('replay', '--from', '2020-01-01', '--pack', 'DEMO.OPEN@9');
    expect(none.stderr).toContain('there is no version 9 of DEMO.OPEN');
    // its cases name packs and calendars that ship with the program
    const added = await santun(
      ...['replay', '--from', '2020-01-01', '--add', '--pack', 'examples/house-rules.json'],
    );
    expect(added).toMatchObject({ exitCode: 0, stderr: '' });
    expect(added.stdout).toContain('Permits that become denials, by rule: ');
  }, 120_000);
});

describe('a person who was called a thousand times', () => {
  it('is gathered within a minute', async () => {
    await thousandAttempts();
    const out = join(root, 'thousand');
    const started = performance.now();
    const made = await santun(
      ...['evidence', '--debtor', debtorId, '--from', '2024-01-01', '--out', out],
      ...['--reason', 'measure'],
    );
    const seconds = (performance.now() - started) / 1_000;
    expect(made.stdout).toContain('1001 attempts');
    expect(seconds).toBeLessThan(60);
    const bundle = await bundleOf(out);
    expect(bundle.summary.signatures).toEqual({ valid: 3002, invalid: 0, none: 0 });
    const verified = await offline('ledger', 'verify', join(out, 'ledger.jsonl'));
    // the audit entries of the packs made before are of this person too
    expect(lastLine(verified)).toMatch(/^30\d\d entries verified$/);
  }, 180_000);
});

/** As many attempts on the person over 500 days, three looks each: a real one, told again. */
async function thousandAttempts(): Promise<void> {
  const { rows } = await test.db.query<{ record: string; facts: string; attempt: string }>(
    `select record, facts, attempt_id as attempt from decision
     where debtor_id = $1 and stage = 'invite'`,
    [debtorId],
  );
  const [model] = rows;
  if (model === undefined) throw new Error('no decision to tell again');
  const record = JSON.parse(model.record) as Record<string, unknown>;
  for (let n = 0; n < 1_000; n++) {
    const at = new Date(Date.now() - (n + 1) * 12 * 3_600_000);
    const attemptId = newId(at);
    const texts = ['reserve', 'lease', 'invite'].map((stage) =>
      canonicalJson({ ...record, id: newId(at), at: at.toISOString(), stage, attemptId }),
    );
    await test.db.query(
      `insert into decision (id, at, stage, verdict, record, facts, expires_at, creditor_id,
         campaign_id, account_id, debtor_id, phone_id, attempt_id, record_sha256, signature, key_id)
       select (t.record::jsonb->>'id')::uuid, $1, t.record::jsonb->>'stage', 'allow', t.record, $2,
         $1, d.creditor_id, d.campaign_id, d.account_id, d.debtor_id, d.phone_id, $3, t.sha, t.sig, $4
       from unnest($5::text[], $6::bytea[], $7::bytea[]) t(record, sha, sig),
         (select * from decision where attempt_id = $8 and stage = 'invite') d`,
      [
        at,
        model.facts,
        attemptId,
        TEST_SIGNER.keyId,
        texts,
        texts.map((text) => createHash('sha256').update(text).digest()),
        texts.map((text) => TEST_SIGNER.sign(text)),
        model.attempt,
      ],
    );
    await test.db.query(
      `insert into attempt (id, creditor_id, campaign_id, campaign_version, account_id, debtor_id,
         phone_id, agent_id, agent_session_id, decision_id, state, result, ended_at, counted,
         created_at, dialed_at)
       select $1, creditor_id, campaign_id, campaign_version, account_id, debtor_id, phone_id,
         agent_id, agent_session_id, decision_id, 'ended', 'no_answer', $2, true, $2, $2
       from attempt where id = $3`,
      [attemptId, at, model.attempt],
    );
  }
  await settle(test.db);
  await ledgerTurn({ db: test.db, signer: TEST_SIGNER, now: () => new Date() })();
}
