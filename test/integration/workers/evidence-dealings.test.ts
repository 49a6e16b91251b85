import { createHash } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { TZDB } from '../../../dialer/create-gate';
import { replayAll } from '../../../dialer/replay-all';
import type { Database } from '../../../src/db/database';
import type { EvidenceBundle } from '../../../src/domain/evidence-bundle';
import { readExported } from '../../../src/proof/read-exported';
import { makeEvidencePack } from '../../../workers/evidence-pack';
import { AgreementDesk, type Made } from '../../support/agreement-desk';
import { pay } from '../../support/agreed-floor';
import { makeFloor } from '../../support/floor';
import { TEST_SIGNER } from '../../support/gate';
import { startApi, type Api } from '../../support/http-api';
import { settle } from '../../support/signed-decisions';
import { verifyText } from '../../support/small-ledger';
import { dialTo, end } from '../../support/talk';

/** Two people who agreed on something in their talks; the complaint is the first one's. */
describe('the evidence of what was agreed with a person', () => {
  let api: Api;
  let db: Database;
  let desk: AgreementDesk;
  let root: string;
  let debtorId: string;
  let plan: Made;
  let settlement: Made;
  let ofOther: readonly string[];
  let until: Date;
  beforeAll(async () => {
    root = await mkdtemp(join(tmpdir(), 'santun-dealings-'));
    api = await startApi();
    db = api.database.db;
    desk = await AgreementDesk.open(api);
    ({ id: debtorId } = await personOf(desk));
    plan = await desk.agree('plan');
    // beyond the agent's authority: it takes the place of the plan
    settlement = await desk.agree('settlement');
    const open = await api.call(desk.supervisor, 'GET /v1/approvals?open=true');
    const { items } = open.json() as { items: { id: string }[] };
    await api.call(desk.supervisor, `POST /v1/approvals/${items[0]?.id ?? ''}/approve`, {
      body: {},
    });
    await pay(db, desk.floor, desk.accountId, 10_000_000);
    const said = await api.call(desk.key, 'POST /v1/me/call/cases', {
      body: { kind: 'complaint', claim: 'petugas menelepon terus' },
    });
    expect(said.statusCode).toBe(201);

    await desk.beginTalk();
    const other = await desk.agree('plan');
    await pay(db, desk.floor, desk.accountId, 20_000_000);
    const person = await personOf(desk);
    ofOther = [person.id, person.name, desk.accountId, desk.attemptId, other.id];
    until = new Date();
  }, 120_000);
  afterAll(async () => {
    await rm(root, { recursive: true });
    await api.close();
  });

  async function personOf({ accountId }: AgreementDesk): Promise<{ id: string; name: string }> {
    const { rows } = await db.query<{ id: string; name: string }>(
      'select d.id, d.name from account a join debtor d on d.id = a.debtor_id where a.id = $1',
      [accountId],
    );
    return rows[0]!;
  }

  async function made(name: string, creditorId: string | null): Promise<EvidenceBundle | null> {
    const scope = { debtorId, from: new Date(0), to: until };
    const { rows } = await db.query<{ id: string; code: string; name: string }>(
      'select id, code, name from creditor where id = $1',
      [creditorId],
    );
    return makeEvidencePack(
      db,
      TEST_SIGNER,
      {
        ...{ scope, creditor: rows[0] ?? null, numbersShown: false, reason: 'pengaduan 17' },
        ...{ madeBy: 'test', madeAt: new Date(), engine: '0.0.0' },
      },
      join(root, name),
    );
  }

  async function packIn(name: string, creditorId: string | null = null): Promise<string> {
    expect(await made(name, creditorId)).not.toBeNull();
    return join(root, name);
  }

  const bundleOf = async (folder: string): Promise<EvidenceBundle> =>
    JSON.parse(await readFile(join(folder, 'bundle.json'), 'utf8')) as EvidenceBundle;

  it('c10: holds every agreement with its state, instalments, approval and document', async () => {
    const folder = await packIn('agreements');
    const { agreements, promises } = await bundleOf(folder);
    expect(agreements.map(({ id, state }) => [id, state])).toEqual([
      [plan.id, 'superseded'],
      [settlement.id, 'active'],
    ]);
    const [first, second] = agreements;
    expect(first).toMatchObject({ approval: null, text: plan.text, textHash: plan.textHash });
    expect(first?.instalments).toEqual(
      plan.terms.payments.map((payment) => {
        const of = (one: { agreementId: string | null; number: number }): boolean =>
          one.agreementId === plan.id && one.number === (payment as { number?: number }).number;
        const { id, state } = promises.find(of)!;
        return { ...payment, promiseId: id, state, keptMinor: '0' };
      }),
    );
    expect(first?.instalments.every(({ state }) => state === 'superseded')).toBe(true);
    expect(second).toMatchObject({
      kind: 'settlement',
      replacesId: plan.id,
      approval: { state: 'approved', needsRole: 'supervisor' },
      instalments: [{ number: 1, state: 'partially_kept', keptMinor: '10000000' }],
    });
    for (const { id, document } of agreements) {
      const pdf = await readFile(join(folder, document.file));
      expect(createHash('sha256').update(pdf).digest('hex')).toBe(document.sha256);
      const shown = await fetch(`${api.url}/v1/agreements/${id}/document`, {
        headers: { authorization: `Bearer ${desk.supervisor}` },
      });
      expect(Buffer.from(await shown.arrayBuffer()).equals(pdf)).toBe(true);
    }
  });

  it('c10: holds what was paid, written and complained about, and when in both languages', async () => {
    const folder = await packIn('others');
    const bundle = await bundleOf(folder);
    expect(bundle.payments).toMatchObject([
      { amountMinor: '10000000', currency: 'IDR', provider: 'test', reversedAt: null },
    ]);
    expect(bundle.messages.map(({ kind }) => kind)).toContain('recap');
    expect(bundle.cases).toMatchObject([
      { kind: 'complaint', claim: 'petugas menelepon terus', state: 'open' },
    ]);
    expect(bundle.summary).toMatchObject({ agreements: 2, payments: 1, cases: 1 });
    expect(bundle.audit.map(({ action }) => action)).toEqual(
      expect.arrayContaining(['agreement.state_changed', 'case.opened']),
    );
    const page = (await readFile(join(folder, 'index.html'), 'utf8')).replace(/\s+/g, ' ');
    for (const told of ['Rp100.000', 'Rp100,000', 'diganti kesepakatan baru']) {
      expect(page).toContain(told);
    }
    expect(page).toContain(settlement.text.id.replace(/\s+/g, ' '));
  });

  it('c10: holds nothing of anybody else', async () => {
    const folder = await packIn('alone');
    for (const name of await readdir(folder)) {
      const text = await readFile(join(folder, name), 'latin1');
      for (const theirs of ofOther) expect(`${name} ${text}`).not.toContain(theirs);
    }
  });

  it('c10: for a creditor whom the person owes nothing there is none', async () => {
    const { creditorId } = await makeFloor(db);
    expect(await made('stranger', creditorId)).toBeNull();
  });

  it('c10: for another creditor of the person holds none of it', async () => {
    const { creditorId } = await makeFloor(db);
    await db.query(
      `insert into account (creditor_id, debtor_id, external_id, currency, amount_due_minor,
         due_date, content_hash) values ($1, $2, 'B-1', 'IDR', 15000000, '2026-10-01', '')`,
      [creditorId, debtorId],
    );
    const bundle = await bundleOf(await packIn('scoped', creditorId));
    expect(bundle.accounts).toMatchObject([{ externalId: 'B-1' }]);
    for (const part of ['agreements', 'promises', 'payments', 'messages', 'cases'] as const) {
      expect(bundle[part]).toEqual([]);
    }
  });

  it('c10: tells a creditor of no other one its calls, and proves its own all the same', async () => {
    const floor = await makeFloor(db);
    await db.query(
      `insert into account (creditor_id, debtor_id, external_id, currency, amount_due_minor,
         due_date, content_hash) values ($1, $2, 'C-1', 'IDR', 15000000, '2026-10-01', '')`,
      [floor.creditorId, debtorId],
    );
    const { rows } = await db.query<{ id: string; open: boolean }>(
      `select id, state <> 'ended' as open from attempt where debtor_id = $1`,
      [debtorId],
    );
    for (const { id, open } of rows) if (open) await end(db, id, 'connected');
    await floor.addReadyAgent();
    await end(db, await dialTo(db, floor, 'ringing'), 'no_answer');
    await settle(db);
    until = new Date();
    const folder = await packIn('two', floor.creditorId);
    const file = join(folder, 'ledger.jsonl');
    const text = await readFile(file, 'utf8');
    for (const theirs of [desk.floor.creditorId, ...rows.map(({ id }) => id)]) {
      expect(text).not.toContain(theirs);
    }
    const { decisions } = await bundleOf(folder);
    expect(decisions.length).toBeGreaterThan(0);
    const verified = await verifyText(text);
    expect(verified.problems).toEqual([]);
    expect(verified.notes).toContain(
      `${decisions.length} of them without their facts, which tell of other creditors' calls`,
    );
    const here = { tzdb: TZDB, engine: '0.0.0' };
    const told: string[] = [];
    const totals = await replayAll(readExported(file), here, (line) => told.push(line));
    expect(totals).toMatchObject({ replayed: 0, notReplayable: decisions.length });
    expect(told[0]).toContain("its facts tell of other creditors' calls and are not in the file");
    // whoever may see all of it has it whole
    const whole = await readFile(join(await packIn('whole'), 'ledger.jsonl'), 'utf8');
    expect(whole).not.toContain('withheld');
  });

  it('c10: made twice says the same', async () => {
    const [one, two] = [await bundleOf(await packIn('one')), await bundleOf(await packIn('again'))];
    expect({ ...two, madeAt: one.madeAt }).toEqual(one);
  });
});
