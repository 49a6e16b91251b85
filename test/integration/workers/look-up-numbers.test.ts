import { reserveNext } from '../../../dialer/reserve';
import { chooseTrunk } from '../../../sip/trunks/trunk-queue';
import { createPost } from '../../../src/outbound/post-safely';
import { isSignedBy } from '../../../src/outbound/sign-delivery';
import { numberLookUps, type NumberLookUps } from '../../../workers/look-up-numbers';
import { makeFloor, type Floor } from '../../support/floor';
import { makeGate } from '../../support/gate';
import { startApi, type Api } from '../../support/http-api';
import { REGISTER_FAULTS, signedAnswer } from '../../support/number-register';
import { personDue, type PersonDue as Person } from '../../support/person-due';
import {
  startReceiver,
  type HttpReceiver,
  type Received,
  type Reply,
} from '../../support/http-receiver';

const SECOND_MS = 1_000;
const DAY_MS = 86_400_000;

const isOff = (row: object): boolean => 'status' in row && row.status === 'invalid';

describe('F8: numbers are looked up before they are dialed', () => {
  let api: Api;
  let manager: string;
  let register: HttpReceiver;
  let floor: Floor;
  let secret: string;
  let now: Date;
  let lookUps: NumberLookUps;
  const errors: unknown[] = [];

  beforeAll(async () => {
    api = await startApi();
    manager = await api.key('manager');
  });
  afterAll(() => api.close());
  beforeEach(async () => {
    register = await startReceiver();
    floor = await makeFloor(api.database.db);
    now = new Date(Date.now() + SECOND_MS);
    lookUps = numberLookUps({
      ...{ db: api.database.db, secretKey: api.secretKey, clock: () => now },
      post: createPost({ allowed: ['127.0.0.0/8'], limitMs: 2_000 }),
      onError: (error) => errors.push(error),
    });
    secret = (await put({})).secret;
  });
  afterEach(async () => {
    await register.close();
    expect(errors).toEqual([]);
    await api.database.db.query(
      'update number_look_up set retired_at = now() where retired_at is null',
    );
  });

  async function put(
    settings: object,
    path = `creditors/${floor.creditorId}/number-look-up`,
  ): Promise<{ id: string; secret: string }> {
    const body = { url: register.url, perSecond: 50, ...settings };
    const answer = await api.call(manager, `PUT /v1/${path}`, { body });
    expect(answer.statusCode).toBe(200);
    return answer.json() as { id: string; secret: string };
  }
  const person = (inHours = 1, of = floor): Promise<Person> =>
    personDue(api.database.db, of, inHours);
  async function one<T extends object>(sql: string, id: string): Promise<T> {
    const { rows } = await api.database.db.query<T>(sql, [id]);
    return rows[0] as T;
  }
  const phone = ({ phoneId }: Person) =>
    one('select status, invalid_by as "invalidBy" from phone where id = $1', phoneId);
  const account = ({ accountId }: Person) =>
    one('select blocked_reason as "blockedReason" from account where id = $1', accountId);
  const signed = (asked: Received, answer: unknown, by = secret): Reply =>
    signedAnswer(asked, answer, by);
  const says = (answer: unknown) => (asked: Received) => signed(asked, answer);
  /** One turn, a while later. */
  async function turn(laterMs = 31 * SECOND_MS): Promise<void> {
    now = new Date(now.getTime() + laterMs);
    await lookUps.turn();
    await lookUps.settled();
  }
  const events = async (type: string, key: string, id: string): Promise<object[]> => {
    const { rows } = await api.database.db.query<{ payload: object }>(
      'select payload from event where type = $1 and payload->>$2 = $3 order by xid, id',
      [type, key, id],
    );
    return rows.map(({ payload }) => payload);
  };

  it('an invalid one is not dialed, and everybody is told why', async () => {
    const somebody = await person();
    const later = await person(20);
    register.answer = says({ status: 'invalid', operator: 'XL', ported: true });
    await turn();
    const [asked] = register.received;
    expect(register.received).toHaveLength(1);
    // the number alone, and who asks is proved
    const { id } = JSON.parse(asked!.body) as { id: string };
    expect(JSON.parse(asked!.body)).toEqual({ id, number: somebody.e164 });
    expect(isSignedBy(secret, asked!.headers, asked!.body, new Date())).toBe(true);
    expect(await phone(somebody)).toEqual({ status: 'invalid', invalidBy: 'look_up' });
    expect(await phone(later)).toMatchObject({ status: 'active' });
    expect(await account(somebody)).toEqual({ blockedReason: 'no_dialable_phone' });
    await floor.addReadyAgent();
    expect(await reserveNext(makeGate(api.database.db), floor.campaignId)).toMatchObject({
      kind: 'nothing_due',
    });
    const why = await api.call(manager, `GET /v1/accounts/${somebody.accountId}/why`);
    expect(why.json()).toMatchObject({
      numbers: [{ status: 'invalid', invalidBy: 'look_up', lookUp: { status: 'invalid' } }],
    });
    const campaign = await api.call(manager, `GET /v1/campaigns/${floor.campaignId}/why`);
    expect(campaign.json()).toMatchObject({
      numbersOff: [{ reason: 'look_up_invalid', accounts: 1 }],
    });
    expect(await events('number.looked_up', 'phoneId', somebody.phoneId)).toMatchObject([
      { status: 'invalid', operator: 'xl', ported: true },
    ]);
    // an answer stands: nobody is asked twice
    await turn();
    expect(register.received).toHaveLength(1);
    expect(api.logLines.join('')).not.toContain(somebody.e164);
  });

  it('an answer that has run out is asked for again, and a number comes back by it, or by itself', async () => {
    const [back, silent] = [await person(), await person()];
    register.answer = says({ status: 'invalid' });
    await put({ validDays: 2 });
    await turn();
    expect([await phone(back), await phone(silent)]).toMatchObject([
      { status: 'invalid' },
      { status: 'invalid' },
    ]);
    register.answer = (asked) =>
      asked.body.includes(back.e164) ? signed(asked, { status: 'valid' }) : 503;
    await turn(2 * DAY_MS);
    expect(await phone(back)).toEqual({ status: 'active', invalidBy: null });
    expect(await account(back)).toEqual({ blockedReason: null });
    expect(await phone(silent)).toMatchObject({ status: 'invalid' });
    await turn(DAY_MS);
    expect(await phone(silent)).toEqual({ status: 'active', invalidBy: null });
  });

  it.each(REGISTER_FAULTS)(
    'a register that is %s stops no call, and is tried again with patience',
    async (...given) => {
      const [, answer, failure] = given;
      const somebody = await person(-1);
      register.answer = (asked) => answer(asked, secret);
      await turn();
      expect(await phone(somebody)).toEqual({ status: 'active', invalidBy: null });
      await floor.addReadyAgent();
      expect(await reserveNext(makeGate(api.database.db), floor.campaignId)).toMatchObject({
        kind: 'reserved',
      });
      const path = `GET /v1/creditors/${floor.creditorId}/number-look-up`;
      const shown = (await api.call(manager, path)).json() as { id: string };
      expect(shown).toMatchObject({ failure, askedToday: 1 });
      expect(shown).not.toHaveProperty('secret');
      await turn(20 * SECOND_MS);
      expect(register.received).toHaveLength(1);
      register.answer = says({ status: 'valid' });
      await turn(20 * SECOND_MS);
      expect(register.received).toHaveLength(2);
      expect((await api.call(manager, path)).json()).toMatchObject({ failingSince: null });
      expect(await events('number_look_up.failing', 'numberLookUpId', shown.id)).toMatchObject([
        { failure },
      ]);
      expect(await events('number_look_up.recovered', 'numberLookUpId', shown.id)).toHaveLength(1);
      expect(JSON.stringify([shown, api.logLines])).not.toContain(somebody.e164);
    },
  );

  it('no more are asked about than a second and a day have room for, by however many processes', async () => {
    for (let n = 0; n < 5; n++) await person();
    await put({ perSecond: 2, perDay: 3 });
    register.answer = says({ status: 'valid' });
    const other = numberLookUps({
      ...{ db: api.database.db, secretKey: api.secretKey, clock: () => now },
      post: createPost({ allowed: ['127.0.0.0/8'] }),
      onError: (error) => errors.push(error),
    });
    await Promise.all([turn(), other.turn()]);
    await other.settled();
    expect(register.received).toHaveLength(2);
    await turn(SECOND_MS);
    await turn(SECOND_MS);
    expect(register.received).toHaveLength(3);
  });

  it('a register that calls most numbers invalid is not believed, unless it is meant to be', async () => {
    const people = await Promise.all(Array.from({ length: 22 }, () => person()));
    register.answer = says({ status: 'invalid' });
    await turn();
    const path = `GET /v1/creditors/${floor.creditorId}/number-look-up`;
    expect((await api.call(manager, path)).json()).toMatchObject({
      failure: 'it calls more numbers invalid than mostInvalidPercent',
    });
    await turn(SECOND_MS);
    const off = async () => (await Promise.all(people.map(phone))).filter(isOff).length;
    expect(await off()).toBe(0);
    await put({ mostInvalidPercent: 100 });
    await turn();
    expect((await api.call(manager, path)).json()).toMatchObject({ failingSince: null });
    expect(await off()).toBe(22);
  });

  it('that a network told not to be one stays dead, whatever a register says', async () => {
    const somebody = await person();
    await api.database.db.query(
      `insert into number_answer (phone_id, look_up_id, due_at, next_at)
       select $1, id, now(), now() from number_look_up where retired_at is null`,
      [somebody.phoneId],
    );
    await api.database.db.query(
      `update phone set status = 'invalid', invalid_by = 'network' where id = $1`,
      [somebody.phoneId],
    );
    register.answer = says({ status: 'valid' });
    await turn();
    expect(register.received).toHaveLength(1);
    expect(await phone(somebody)).toEqual({ status: 'invalid', invalidBy: 'network' });
  });

  it('c6: one that was given to somebody since the last talk is doubted once; an older word says nothing', async () => {
    const [given, kept] = [await person(), await person()];
    await api.database.db.query(
      `update phone set created_at = now() - interval '90 days' where id = any($1)`,
      [[given.phoneId, kept.phoneId]],
    );
    await api.database.db.query(
      `insert into number_evidence (phone_id, kind, at, source_id)
       select id, 'right_party', now() - interval '10 days', id from phone where id = $1`,
      [kept.phoneId],
    );
    const lastReassigned = new Date(Date.now() - 20 * DAY_MS).toISOString();
    register.answer = says({ status: 'valid', lastReassigned });
    await turn();
    expect(await phone(given)).toMatchObject({ status: 'doubtful' });
    expect(await phone(kept)).toMatchObject({ status: 'active' });
    expect(await account(given)).toEqual({ blockedReason: 'no_dialable_phone' });
    const tasks = 'select count(*)::int as count from task where subject_id = $1';
    expect(await one(tasks, given.phoneId)).toEqual({ count: 1 });
    const before = await one('select ownership from phone where id = $1', kept.phoneId);
    await api.database.db.query(
      `update number_answer set next_at = now() where phone_id = any($1)`,
      [[given.phoneId, kept.phoneId]],
    );
    await turn();
    expect(register.received).toHaveLength(4);
    expect(await one('select ownership from phone where id = $1', kept.phoneId)).toEqual(before);
    expect(await one(tasks, given.phoneId)).toEqual({ count: 1 });
  });

  it('the network that it is in chooses the trunk', async () => {
    const somebody = await person();
    const trunk = async (name: string, prefix: string): Promise<string> => {
      const body = { name, host: '127.0.0.1', callerIds: ['+622150000001'], countryCodes: ['62'] };
      const admin = await api.key('admin');
      const { id } = (await api.call(admin, 'POST /v1/trunks', { body })).json() as { id: string };
      const route = { trunkId: id, prefixes: [prefix] };
      expect((await api.call(admin, 'POST /v1/trunk-routes', { body: route })).statusCode).toBe(
        201,
      );
      return id;
    };
    const telkomsel = await trunk('Telkomsel', 'telkomsel');
    const smartfren = await trunk('Smartfren', 'smartfren');
    const wishes = { trunkIds: [telkomsel, smartfren], callerIds: [], tried: [] };
    const chosen = async (): Promise<unknown> => {
      const { db } = api.database;
      const choice = await chooseTrunk(db, { ...wishes, phoneId: somebody.phoneId });
      return choice.kind === 'chosen' ? choice.trunk.id : choice;
    };
    expect(await chosen()).toBe(telkomsel);
    register.answer = says({ status: 'valid', operator: 'smartfren', ported: true });
    await turn();
    expect(await chosen()).toBe(smartfren);
    const checked = await api.call(
      manager,
      `GET /v1/trunks/route?e164=${encodeURIComponent(somebody.e164)}`,
    );
    expect(checked.json()).toMatchObject({ operator: 'smartfren' });
  });

  it('of creditors without one that of the house is asked; a campaign may go without', async () => {
    const quiet = await makeFloor(api.database.db, { settings: { numberLookUp: false } });
    const other = await makeFloor(api.database.db);
    await person(1, quiet);
    const own = await person();
    const house = await put({ url: `${register.url}/house` }, 'number-look-up');
    const theirs = await person(1, other);
    register.answer = (asked) =>
      signed(asked, { status: 'valid' }, asked.path === '/house' ? house.secret : secret);
    await turn();
    const asked = register.received.map(({ path, body }) => [
      path,
      (JSON.parse(body) as { number: string }).number,
    ]);
    expect(asked).toContainEqual(['/', own.e164]);
    expect(asked).toContainEqual(['/house', theirs.e164]);
    expect(asked.filter(([path]) => path === '/')).toHaveLength(1);
    const ended = `DELETE /v1/creditors/${floor.creditorId}/number-look-up`;
    expect((await api.call(manager, ended)).statusCode).toBe(204);
    expect((await api.call(manager, ended)).statusCode).toBe(404);
  });
});
