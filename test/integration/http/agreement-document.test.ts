import { execFileSync } from 'node:child_process';
import type { Database } from '../../../src/db/database';
import { AgreementDesk } from '../../support/agreement-desk';
import { startApi, type Api } from '../../support/http-api';
import { end } from '../../support/talk';

/** As Poppler reads it: another program than the one that wrote it. */
const textOf = (pdf: Buffer): string =>
  execFileSync('pdftotext', ['-layout', '-', '-'], { input: pdf, encoding: 'utf8' });

describe('the document of an agreement', () => {
  let api: Api;
  let db: Database;
  let desk: AgreementDesk;
  beforeAll(async () => {
    api = await startApi();
    db = api.database.db;
    desk = await AgreementDesk.open(api);
  });
  afterAll(() => api.close());
  const read = async (id: string, key = desk.supervisor) => {
    const response = await fetch(`${api.url}/v1/agreements/${id}/document`, {
      headers: { authorization: `Bearer ${key}` },
    });
    const { status, headers } = response;
    return { status, headers, bytes: Buffer.from(await response.arrayBuffer()) };
  };

  it('c9: says who agreed to what, in both languages, and is the same bytes each time', async () => {
    const plan = await desk.agree('plan');
    const { rows } = await db.query<{ name: string; external: string; code: string }>(
      `select d.name, a.external_id as external, c.code from account a join debtor d on d.id = a.debtor_id
         join creditor c on c.id = a.creditor_id where a.id = $1`,
      [desk.accountId],
    );
    const answer = await read(plan.id);
    expect(answer.status).toBe(200);
    expect(
      ['content-type', 'cache-control', 'content-disposition'].map((each) =>
        answer.headers.get(each),
      ),
    ).toEqual([
      ...['application/pdf', 'no-store'],
      `inline; filename="kesepakatan-${plan.id}.pdf"`,
    ]);
    expect((await read(plan.id)).bytes.equals(answer.bytes)).toBe(true);
    const text = textOf(answer.bytes);
    const said = text.replace(/\s+/g, ' ');
    for (const each of [rows[0]!.name, rows[0]!.external, rows[0]!.code, plan.id, plan.textHash]) {
      expect(said).toContain(each);
    }
    // what was owed, the instalments, and the very words, which make the hash
    expect(said).toContain('Pokok / Principal Rp900.000 Rp900.000');
    expect(said).toContain('Jumlah / Sum Rp1.000.000 Rp1.000.000');
    expect(said).toMatch(/1 \d+ \w+ 20\d\d \/ \d+ \w+ 20\d\d Rp333\.334/);
    expect(said).toMatch(/3 \d+ \w+ 20\d\d \/ \d+ \w+ 20\d\d Rp333\.332/);
    for (const words of [plan.text.id, plan.text.en]) {
      expect(said).toContain(words.replace(/\s+/g, ' '));
    }
    expect(said).toContain('dalam wewenang petugas / within the authority of who made it');
    expect(said).toContain('tidak direkam / not recorded');
    expect(said).not.toContain('?');
  });

  it('c9: names who approved, and the second of the recording at which it was accepted', async () => {
    await desk.beginTalk();
    await desk.agree('plan');
    // it takes the place of the plan, which a supervisor must allow
    const settlement = await desk.agree('settlement');
    const waiting = textOf((await read(settlement.id)).bytes).replace(/\s+/g, ' ');
    expect(waiting).toContain('Persetujuan / Approval asked: supervisor');
    expect(await desk.stateOf(settlement.id)).toMatchObject({ accepted: null });
    const { items } = (await api.call(desk.supervisor, 'GET /v1/approvals?open=true')).json();
    const approve = `POST /v1/approvals/${items[0].id}/approve`;
    const { approval } = (await api.call(desk.supervisor, approve, { body: {} })).json();
    const { rows } = await db.query<{ id: string; at: Date }>(
      `insert into recording (attempt_id, call_id, creditor_id, debtor_id, account_id, agent_id, state,
         started_at, duration_ms, bytes, sha256, channels, stored_try, data_key)
       select t.id, new_id(), t.creditor_id, t.debtor_id, t.account_id, $2, 'ready',
         a.accepted_at - interval '83.5 seconds', 120000, 9, sha256('x'), 2, 1, 'key'
       from attempt t join agreement a on a.attempt_id = t.id where a.id = $1
       returning id, started_at as at`,
      [settlement.id, desk.agentId],
    );
    const recordingId = rows[0]!.id;
    expect(await desk.stateOf(settlement.id)).toMatchObject({
      accepted: { recordingId, offsetMs: 83_500 },
    });
    const said = textOf((await read(settlement.id)).bytes).replace(/\s+/g, ' ');
    expect(said).toContain(`Approval approved: ${approval.decidedBy} (supervisor)`);
    expect(said).toContain(`Recording ${recordingId}`);
    expect(said).toContain('Accepted at second 83 s');
    expect(said).toContain('Offered at second 83 s');
    expect(said).toContain('Repeated at second -');
    expect(waiting).not.toContain(recordingId);
    expect(said).toMatch(/Written off when paid Rp\d/);
  });

  it('c9: is for who may see names alone, and each reading is kept', async () => {
    await desk.beginTalk();
    const { id } = await desk.agree('plan');
    expect((await read(id, desk.key)).status).toBe(403);
    expect((await read('00000000-0000-4000-8000-000000000000')).status).toBe(404);
    const seen = async () =>
      (
        await db.query(
          `select actor, action from audit_entry where subject_id = $1 and action = 'agreement.document_read'`,
          [id],
        )
      ).rows;
    expect(await seen()).toEqual([]);
    await read(id);
    await read(id);
    expect(await seen()).toEqual([
      { action: 'agreement.document_read', actor: expect.stringMatching(/^key:/) },
      { action: 'agreement.document_read', actor: expect.stringMatching(/^key:/) },
    ]);
  });

  it('c9: is read by the agent too, in the talk in which it was made and in no other', async () => {
    await desk.beginTalk();
    const mine = 'GET /v1/me/call/agreement/document';
    expect((await api.call(desk.key, mine)).statusCode).toBe(404);
    const { id } = await desk.agree('plan');
    const read = await api.call(desk.key, mine);
    expect([read.statusCode, read.headers.get('content-type')]).toEqual([200, 'application/pdf']);
    expect(read.headers.get('content-disposition')).toContain(id);
    const { rows } = await db.query(
      `select actor from audit_entry where subject_id = $1 and action = 'agreement.document_read'`,
      [id],
    );
    expect(rows).toEqual([{ actor: `agent:${desk.agentId}` }]);
    const before = desk.key;
    await desk.beginTalk();
    expect((await api.call(desk.key, mine)).statusCode).toBe(404);
    expect((await api.call(desk.supervisor, mine)).statusCode).toBe(403);
    await end(db, desk.attemptId, 'connected');
    expect((await api.call(before, mine)).statusCode).toBe(200);
    await db.query(`update agent_session set attempt_id = null where agent_id = $1`, [
      desk.agentId,
    ]);
    expect((await api.call(desk.key, mine)).statusCode).toBe(409);
  });
});
