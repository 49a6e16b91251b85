import { existsSync, mkdtempSync, readdirSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { applyDocument } from '../../../../dialer/campaign-documents';
import { createGate } from '../../../../dialer/create-gate';
import { reserveNext } from '../../../../dialer/reserve';
import { ledgerTurn } from '../../../../workers/ledger-turn';
import { parseConfig } from '../../../../src/config/parse-config';
import { openDatabase, type Database } from '../../../../src/db/database';
import {
  startEmbeddedPostgres,
  type EmbeddedPostgres,
} from '../../../../src/main/embedded-postgres';
import { installationKeys } from '../../../../src/main/installation-key';
import { makeDataDir } from '../../../../src/main/postgres-cluster';
import { prepareDatabase } from '../../../../src/main/prepare-database';
import { makeFloor, type Floor } from '../../../support/floor';
import { runSantun } from '../../../support/run-santun';
import { settle } from '../../../support/signed-decisions';

jest.setTimeout(300_000);

/** An installation on its own embedded server, as `santun start` has it. */
interface Installation {
  readonly dataDir: string;
  readonly postgres: EmbeddedPostgres;
  readonly db: Database;
}

const folder = mkdtempSync(join(realpathSync(tmpdir()), 'santun-backup-'));
const running: Installation[] = [];
// the server of root runs as another user, who must be able to enter
beforeAll(() => makeDataDir(folder));
afterEach(async () => {
  for (const one of running.splice(0)) await stop(one);
});
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

async function start(name: string): Promise<Installation> {
  const dataDir = join(folder, name);
  const postgres = await startEmbeddedPostgres({ dataDir });
  const db = openDatabase({
    url: postgres.url,
    maxConnections: 4,
    onIdleError: () => undefined,
  });
  const installation = { dataDir, postgres, db };
  running.push(installation);
  return installation;
}

async function stop({ postgres, db }: Installation): Promise<void> {
  await db.close();
  await postgres.stop();
}

const santun = (dataDir: string, ...args: string[]): ReturnType<typeof runSantun> =>
  runSantun(args, { SANTUN_DATA_DIR: dataDir });

async function reserve({ db, dataDir }: Installation, floor: Floor): Promise<string> {
  const { signer } = await installationKeys(parseConfig({ SANTUN_DATA_DIR: dataDir }));
  const reserved = await reserveNext(createGate({ db, signer, engine: 'test' }), floor.campaignId);
  return reserved.kind;
}

async function countAttempts(db: Database): Promise<number> {
  const { rows } = await db.query<{ count: number }>('select count(*)::int as count from attempt');
  return rows[0]!.count;
}

/** Two calls that were decided about and chained, an agent and an account more, a campaign as a document. */
async function worked(installation: Installation): Promise<Floor> {
  const { db, dataDir } = installation;
  const config = parseConfig({ SANTUN_DATA_DIR: dataDir });
  await prepareDatabase(db, config);
  const floor = await makeFloor(db);
  for (let turn = 0; turn < 3; turn++) await floor.addDebtor();
  for (let turn = 0; turn < 2; turn++) {
    await floor.addReadyAgent();
    expect(await reserve(installation, floor)).toBe('reserved');
  }
  await floor.addReadyAgent();
  const { rows } = await db.query<{ code: string }>('select code from creditor');
  const text = `format: santun-campaign/1\ncreditor: ${rows[0]!.code}\nname: November\n`;
  await db.transaction((tx) =>
    applyDocument(tx, { source: { text }, actor: 'test', reason: 'a drill', ifVersion: null }),
  );
  await settle(db);
  const { signer } = await installationKeys(config);
  await ledgerTurn({ db, signer, now: () => new Date() })();
  return floor;
}

it('gives back an installation that worked while it was copied, and goes on with it', async () => {
  const before = await start('data');
  const floor = await worked(before);
  // somebody writes all the time: the copied files are of many moments
  const copying = { isOver: false };
  const writing = (async () => {
    while (!copying.isOver) {
      await before.db.query(`insert into pool (name) values (gen_random_uuid()::text)`);
      await floor.addDebtor();
    }
  })();
  const copy = join(folder, 'copy');
  const backup = await santun(before.dataDir, 'backup', copy);
  copying.isOver = true;
  await writing;
  expect(backup).toMatchObject({ exitCode: 0, stderr: expect.stringContaining(copy) as string });
  // what comes later is not in it
  expect(await reserve(before, floor)).toBe('reserved');
  await stop(running.pop()!);

  const after = await start('copy');
  // it was recovered from where the backup began: the files alone are of many moments
  expect(existsSync(join(copy, 'postgres', 'backup_label.old'))).toBe(true);
  expect(await countAttempts(after.db)).toBe(2);
  const migrated = await santun(copy, 'migrate');
  expect(migrated).toMatchObject({ exitCode: 0, stderr: 'The schema is up to date.\n' });
  const today = new Date().toISOString().slice(0, 10);
  const verified = await santun(copy, 'ledger', 'verify', '--from', '2026-01-01', '--to', today);
  expect(verified.stdout).toMatch(/^[1-9]\d* entries verified$/m);
  expect(verified.exitCode).toBe(0);
  const replayed = await santun(copy, 'replay', '--from', '2026-01-01');
  expect(replayed).toMatchObject({ exitCode: 0, stdout: '2 replayed, 0 differ\n' });
  const { rows } = await after.db.query<{ reason: string }>(
    `select v.reason from campaign_version v join campaign c on c.id = v.campaign_id
     where c.name = 'November'`,
  );
  expect(rows).toEqual([{ reason: 'a drill' }]);

  await after.db.query('update sip_instance set heartbeat_at = now()');
  expect(await reserve(after, floor)).toBe('reserved');
  expect(await countAttempts(after.db)).toBe(3);
});

it('refuses a folder that is there, a database of its own, and none', async () => {
  const refused = async (env: Record<string, string>, target: string): Promise<string> => {
    const { exitCode, stderr } = await runSantun(['backup', target], env, folder);
    expect(exitCode).toBe(2);
    return stderr;
  };
  const empty = join(folder, 'empty');
  expect(await refused({ SANTUN_DATA_DIR: empty }, '.')).toContain('is there already');
  expect(await refused({ SANTUN_DATA_DIR: empty }, 'new')).toContain('there is no database in');
  const own = {
    DATABASE_URL: 'postgres://santun:x@127.0.0.1:1/santun',
    SANTUN_SECRET_KEY: Buffer.alloc(32, 1).toString('base64'),
  };
  expect(await refused(own, 'new')).toContain('DATABASE_URL names a database of your own');
  expect(existsSync(join(folder, 'new'))).toBe(false);
  expect(readdirSync(folder).filter((name) => name.includes('unfinished'))).toEqual([]);
});
