import { generateKeyPairSync } from 'node:crypto';
import { recordAudit } from '../../../src/db/audit';
import { readBacklog } from '../../../src/db/ledger';
import { readRoots } from '../../../src/db/ledger-roots';
import { rootText } from '../../../src/proof/ledger-root';
import { MerkleTree } from '../../../src/proof/merkle-tree';
import { createSigner, publicKeyOf, verifySignature, type Signer } from '../../../src/proof/sign';
import { chainBatch, type KeyCache } from '../../../workers/chain-ledger';
import { closeLedgerDays } from '../../../workers/close-ledger-days';
import { ledgerTurn } from '../../../workers/ledger-turn';
import { alterKept } from '../../support/alter-kept';
import { createTestDatabase, type TestDatabase } from '../../support/postgres';
import {
  insertSignedDecision,
  makeSigner,
  makeSubject,
  settle,
  type DecisionSubject,
} from '../../support/signed-decisions';

const AT = new Date('2026-11-21T08:00:00Z');
const LATER = new Date('2026-11-22T09:00:00Z');

let database: TestDatabase;
let signer: Signer;
let subject: DecisionSubject;
beforeEach(async () => {
  database = await createTestDatabase();
  signer = await makeSigner(database.db);
  subject = await makeSubject(database.db);
});
afterEach(() => database.drop());

async function chained(
  chain = `creditor:${subject.creditorId}`,
): Promise<Record<string, unknown>[]> {
  const { rows } = await database.db.query(
    `select seq::int, subject_id as id, day, hash, signature_valid as "signatureValid"
     from ledger_entry where chain = $1 order by seq`,
    [chain],
  );
  return rows;
}

const turn = (now = LATER): ReturnType<ReturnType<typeof ledgerTurn>> =>
  ledgerTurn({ db: database.db, signer, now: () => now })();

async function settledTurn(now = LATER): ReturnType<typeof turn> {
  await settle(database.db);
  return turn(now);
}

const decide = (at = AT, by = signer): Promise<string> =>
  insertSignedDecision(database.db, by, subject, at);

it('chains each decision and change once, in a chain a creditor and one of the installation', async () => {
  const { db } = database;
  const first = await decide();
  const second = await decide();
  const change = { actor: 'key:1', action: 'trunk.changed', subject: 'trunk', subjectId: 't' };
  const audit = { ...change, before: null, after: null, reason: null };
  const audited = await db.transaction((tx) => recordAudit(tx, { ...audit, creditorId: null }));
  expect((await readBacklog(db)).waiting).toBe(3);
  expect((await settledTurn()).chained).toBe(3);
  expect((await settledTurn()).chained).toBe(0);
  expect(await chained()).toMatchObject([
    { seq: 1, id: first, day: '2026-11-21', signatureValid: true },
    { seq: 2, id: second },
  ]);
  expect(await chained('installation')).toMatchObject([{ id: audited, signatureValid: null }]);
  expect(await readBacklog(db)).toEqual({ waiting: 0, oldestAt: null });
});

it('waits for what an open transaction may still put before', async () => {
  const { db } = database;
  let late = '';
  await db.transaction(async (tx) => {
    late = await insertSignedDecision(tx, signer, subject, AT);
    const early = await decide();
    const report = await turn();
    expect(report.chained).toBe(0);
    expect(report.backlog.waiting).toBe(1);
    expect(early).not.toBe(late);
  });
  expect((await settledTurn()).chained).toBe(2);
  expect((await chained())[0]).toMatchObject({ id: late });
});

it('chains what came with a restore from a server that had run longer', async () => {
  const { db } = database;
  const restored = await decide();
  await db.query(`update ledger_queue set xid = '9000000000000000000'`);
  const own = await decide();
  expect((await settledTurn()).chained).toBe(2);
  expect((await chained()).map(({ id }) => id)).toEqual([own, restored]);
});

it('chains a forged decision too, and tells of it', async () => {
  const stranger = createSigner(generateKeyPairSync('ed25519').privateKey);
  const forged = await decide(AT, {
    sign: (text) => stranger.sign(text),
    keyId: signer.keyId,
    publicKey: signer.publicKey,
  });
  const unsigned = await decide();
  await alterKept(
    database.db,
    `update decision set signature = null, key_id = null, record_sha256 = null where id = $1`,
    [unsigned],
  );
  const good = await decide();
  const report = await settledTurn();
  expect(report).toMatchObject({ chained: 3, flawed: [forged, unsigned] });
  expect((await chained()).map(({ id, signatureValid }) => [id, signatureValid])).toEqual([
    [forged, false],
    [unsigned, false],
    [good, true],
  ]);
  expect(report.roots).toMatchObject([{ lastSeq: 3, flawed: 2 }]);
});

it('names a row that was deleted before it was chained', async () => {
  const vanished = await decide();
  await alterKept(database.db, 'delete from decision where id = $1', [vanished]);
  expect(await settledTurn()).toMatchObject({ chained: 0, vanished: [vanished] });
  expect((await settledTurn()).vanished).toEqual([]);
});

describe('a day that is over', () => {
  const root = async (): Promise<Awaited<ReturnType<typeof readRoots>>> =>
    readRoots(database.db, `creditor:${subject.creditorId}`, {
      from: '2026-01-01',
      to: '2027-01-01',
    });

  it('gets one signed root over its entries, and what comes late goes into the next', async () => {
    for (let i = 0; i < 7; i += 1) await decide();
    await decide(new Date('2026-11-22T00:00:01Z'));
    expect((await settledTurn()).roots).toHaveLength(1);
    const late = await decide(new Date('2026-11-21T23:59:59Z'));
    expect((await settledTurn()).roots).toEqual([]);
    const entries = await chained();
    expect(entries.at(-1)).toMatchObject({ id: late, day: '2026-11-22' });
    const tree = new MerkleTree();
    for (const { hash } of entries.slice(0, 7)) tree.add(hash as Buffer);
    const [made, ...others] = await root();
    expect(others).toEqual([]);
    expect(made).toMatchObject({
      day: '2026-11-21',
      firstSeq: 1,
      lastSeq: 7,
      root: tree.root(),
      headHash: entries[6]!.hash,
      flawed: 0,
      keyId: signer.keyId,
    });
    const key = publicKeyOf(signer.publicKey);
    expect(verifySignature(key, rootText(made!), made!.signature)).toBe(true);
  });

  it('is the same whether its hashes are read in one page or many', async () => {
    for (let i = 0; i < 7; i += 1) await decide();
    await settle(database.db);
    await chainBatch(database.db, { keys: new Map(), now: LATER });
    const [made] = await closeLedgerDays(database.db, {
      signer,
      today: '2026-11-22',
      page: 2,
    });
    const tree = new MerkleTree();
    for (const { hash } of await chained()) tree.add(hash as Buffer);
    expect(made).toMatchObject({ firstSeq: 1, lastSeq: 7, root: tree.root() });
  });

  it('is left open until midnight is two minutes ago', async () => {
    await decide();
    expect((await settledTurn(new Date('2026-11-22T00:01:59Z'))).roots).toEqual([]);
    expect((await settledTurn(new Date('2026-11-22T00:02:00Z'))).roots).toHaveLength(1);
  });

  it('several days behind, closes them all, oldest first', async () => {
    for (const day of ['18', '19', '21']) await decide(new Date(`2026-11-${day}T05:00:00Z`));
    expect((await settledTurn()).roots.map(({ day }) => day)).toEqual([
      '2026-11-18',
      '2026-11-19',
      '2026-11-21',
    ]);
  });
});

it('under six writers and three chainers loses nothing, and chains nothing twice', async () => {
  const { db } = database;
  const other = { ...subject, ...(await makeSubject(database.db)) };
  const written: string[] = [];
  let writing = true;
  const writers = Array.from({ length: 6 }, async (_, worker) => {
    for (let i = 0; i < 25; i += 1) {
      await db.transaction(async (tx) => {
        const mine = worker % 2 === 0 ? subject : other;
        const id = await insertSignedDecision(tx, signer, mine, AT);
        // some transactions end long after they wrote
        if (i % 5 === worker % 5) await tx.query('select pg_sleep(0.01)');
        written.push(id);
      });
    }
  });
  const chainers = Array.from({ length: 3 }, async () => {
    const keys: KeyCache = new Map();
    while (writing || (await readBacklog(db)).waiting > 0) {
      await chainBatch(db, { keys, now: LATER, batch: 7 });
    }
  });
  await Promise.all(writers);
  writing = false;
  await Promise.all(chainers);
  const own = await chained();
  const others = await chained(`creditor:${other.creditorId}`);
  expect([...own, ...others].map(({ id }) => id).sort()).toEqual(written.sort());
  for (const entries of [own, others]) {
    expect(entries.map(({ seq }) => seq)).toEqual(entries.map((_, index) => index + 1));
  }
}, 60_000);
