import { createHash, createPublicKey, verify } from 'node:crypto';
import { startApi, type Api } from '../../support/http-api';
import { alterKept } from '../../support/alter-kept';
import {
  insertSignedDecision,
  makeSigner,
  makeSubject,
  settle,
} from '../../support/signed-decisions';
import { ledgerTurn } from '../../../workers/ledger-turn';
import { exportLedger } from '../../../src/proof/export-ledger';
import type { Signer } from '../../../src/proof/sign';
import { verifyStream } from '../../../src/proof/verify-stream';
import { reserveNext } from '../../../dialer/reserve';
import { makeFloor } from '../../support/floor';
import { makeGate, TEST_SIGNER } from '../../support/gate';

const NOW = new Date('2026-11-22T09:00:00Z');

/** As a third party checks it: with the answer alone, and none of the product's code. */
describe('the proof of a decision', () => {
  let api: Api;
  let supervisor: string;
  let signer: Signer;
  let creditorId: string;
  let closed: string[];
  let open: string;
  beforeAll(async () => {
    api = await startApi();
    supervisor = await api.key('supervisor');
    const { db } = api.database;
    signer = await makeSigner(db);
    const subject = await makeSubject(db);
    ({ creditorId } = subject);
    closed = [];
    for (let i = 0; i < 5; i += 1) {
      closed.push(
        await insertSignedDecision(db, signer, subject, new Date('2026-11-21T03:00:00Z')),
      );
    }
    open = await insertSignedDecision(db, signer, subject, NOW);
    await settle(db);
    await ledgerTurn({ db, signer, now: () => NOW })();
  });
  afterAll(() => api.close());

  const get = async (path: string) => {
    const answer = await api.call(supervisor, `GET ${path}`);
    if (answer.statusCode !== 200) throw new Error(`${path}: ${answer.statusCode} ${answer.body}`);
    return answer.json();
  };
  const sha256 = (...parts: (Buffer | string)[]): Buffer => {
    const hash = createHash('sha256');
    for (const part of parts) hash.update(part);
    return hash.digest();
  };
  const isSigned = (publicKey: string, text: string, signature: string): boolean => {
    const spki = Buffer.concat([
      Buffer.from('302a300506032b6570032100', 'hex'),
      Buffer.from(publicKey, 'base64'),
    ]);
    const key = createPublicKey({ key: spki, format: 'der', type: 'spki' });
    return verify(null, Buffer.from(text), key, Buffer.from(signature, 'base64'));
  };

  it('leads from the record to the signed root of its day', async () => {
    for (const [index, id] of closed.entries()) {
      const proof = await get(`/v1/decisions/${id}`);
      const { record, signature, ledger, keys } = proof;
      const [{ publicKey }] = keys;
      expect(isSigned(publicKey, record, signature.value)).toBe(true);
      const place = Buffer.alloc(9);
      place.writeBigUInt64BE(BigInt(index + 1));
      place.writeUInt8(1, 8);
      const before =
        ledger.previousHash ?? sha256(`santun ledger\ncreditor:${creditorId}`).toString('hex');
      const hash = sha256(
        ...[Buffer.from(before, 'hex'), place, sha256(record)],
        ...[signature.keyId, Buffer.from(signature.value, 'base64')],
      );
      expect(ledger).toMatchObject({ seq: index + 1, hash: hash.toString('hex') });
      let node = sha256(Buffer.from([0]), hash);
      for (const step of ledger.root.path) {
        const sibling = Buffer.from(step.hash, 'hex');
        const pair = step.side === 'left' ? [sibling, node] : [node, sibling];
        node = sha256(Buffer.from([1]), ...pair);
      }
      expect(node.toString('hex')).toBe(ledger.root.root);
      expect(JSON.parse(ledger.root.text)).toMatchObject({ root: ledger.root.root, flawed: 0 });
      expect(isSigned(publicKey, ledger.root.text, ledger.root.signature)).toBe(true);
      expect(proof.checks).toEqual({ signature: true, facts: true, hash: true, inclusion: true });
      expect(sha256(record).toString('hex')).not.toBe(proof.factsSha256);
      expect(JSON.parse(record).factsSha256).toBe(proof.factsSha256);
    }
  });

  it('of the open day has no root yet', async () => {
    const proof = await get(`/v1/decisions/${open}`);
    expect(proof.ledger).toMatchObject({ seq: 6, nextHash: null, root: null });
    expect(proof.checks).toEqual({ signature: true, facts: true, hash: true, inclusion: null });
  });

  it('says in words why, in both languages', async () => {
    const { explanation } = await get(`/v1/decisions/${open}`);
    expect(explanation.id[0]).toContain('Tidak boleh ditelepon');
    expect(explanation.en[0]).toContain('No call is allowed');
    expect(explanation.en.join('\n')).toContain('art. 62(2)');
  });

  it('of an attempt holds what the gate decided, and the whole ledger verifies', async () => {
    const { db } = api.database;
    const floor = await makeFloor(db);
    await floor.addReadyAgent();
    const { debtorId } = await floor.addDebtor();
    await db.query(
      `insert into profiling_objection (debtor_id, objects, reason, recorded_by)
       values ($1, true, 'asked in a call', 'test')`,
      [debtorId],
    );
    const reserved = await reserveNext(makeGate(db), floor.campaignId);
    if (reserved.kind !== 'reserved') throw new Error(reserved.kind);
    await settle(db);
    await ledgerTurn({ db, signer, now: () => NOW })();
    const { decisions, moment, choice, keys } = await get(
      `/v1/attempts/${reserved.attemptId}/proof`,
    );
    expect(choice).toMatchObject({ parts: { promise: 0 }, keptFor: null });
    expect(moment).toEqual({ objectsToProfiling: true, basis: 'objection', choiceId: null });
    expect(decisions).toHaveLength(1);
    expect(decisions[0]).toMatchObject({
      stage: 'reserve',
      verdict: 'allow',
      attemptId: reserved.attemptId,
      checks: { signature: true, facts: true, hash: true },
    });
    expect(decisions[0].explanation.en[0]).toContain('A call is allowed');
    expect(keys.map((key: { id: string }) => key.id)).toContain(TEST_SIGNER.keyId);
    const whole = { from: '2026-01-01', to: '2199-12-31', creditorId: null, facts: true };
    const lines = exportLedger(db, { ...whole, signer, now: new Date() });
    const options = { pinned: null, mode: 'full' as const, days: null, problemLimit: 10 };
    expect((await verifyStream(lines, options)).problems).toEqual([]);
  });

  it('shows where somebody else changed something', async () => {
    const { db } = api.database;
    await alterKept(
      db,
      `update decision set record = replace(record, '"deny"', '"allow"') where id = $1`,
      [closed[4]],
    );
    const { checks } = await get(`/v1/decisions/${closed[4]!}`);
    expect(checks).toEqual({ signature: false, facts: true, hash: false, inclusion: true });
    await alterKept(
      db,
      `update decision set record = replace(record, '"allow"', '"deny"') where id = $1`,
      [closed[4]],
    );
  });

  it('lists roots and keys', async () => {
    const { rows } = await api.database.db.query<{ code: string }>(
      'select code from creditor where id = $1',
      [creditorId],
    );
    const { items } = await get(`/v1/ledger/roots?creditor=${rows[0]!.code}`);
    expect(items).toMatchObject([{ day: '2026-11-21', firstSeq: 1, lastSeq: 5, flawed: 0 }]);
    expect((await get('/v1/ledger/roots?creditor=installation')).items).toEqual([]);
    expect((await get('/v1/ledger/roots?limit=1')).items).toEqual(items);
    const { items: keys } = await get('/v1/ledger/keys');
    expect(keys.map((key: { publicKey: string }) => key.publicKey)).toContain(
      signer.publicKey.toString('base64'),
    );
    for (const path of ['roots?creditor=nobody', 'roots?cursor=eA']) {
      expect((await api.call(supervisor, `GET /v1/ledger/${path}`)).statusCode).toBe(
        path.includes('cursor') ? 400 : 422,
      );
    }
  });

  it('of what is not there is not found', async () => {
    const nobody = '01900000-0000-7000-8000-000000000000';
    for (const path of [`decisions/${nobody}`, `attempts/${nobody}/proof`]) {
      expect((await api.call(supervisor, `GET /v1/${path}`)).statusCode).toBe(404);
    }
  });
});
