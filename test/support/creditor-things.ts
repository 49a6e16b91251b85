import { findAttempt } from '../../src/db/attempts';
import { takeStatement } from '../../src/db/statements';
import { agreeCallback } from '../../src/db/callbacks';
import { one, type Database } from '../../src/db/database';
import { keepDelivery, processDelivery } from '../../src/db/payment-deliveries';
import { insertExperiment } from '../../src/db/experiments';
import { openInboundCall } from '../../src/db/inbound-calls';
import { missInboundCall } from '../../src/db/miss-inbound-call';
import { requestSupervision } from '../../src/db/supervisions';
import { ledgerTurn } from '../../workers/ledger-turn';
import { EXPERIMENT } from './experiment-floor';
import type { AudioStore } from '../../src/recording/audio-store';
import { makeFloor, type Floor } from './floor';
import { addOutwardThings } from './outward-things';
import { TEST_SIGNER } from './gate';
import type { Api } from './http-api';
import { keepRecording } from './kept-recording';
import { settle } from './signed-decisions';
import { talk } from './talk';
import { keepWaitingAgreement } from './waiting-agreement';

/** One of everything that belongs to a creditor. */
export interface CreditorThings {
  readonly floor: Floor;
  readonly code: string;
  /** Of the person, E.164. */
  readonly number: string;
  /** By the name of its collection in paths. */
  readonly ids: Readonly<Record<string, string>>;
}

const DAY_MS = 86_400_000;
const HOUR = { days: [1, 2, 3, 4, 5], from: '12:00', to: '13:00' };

/** A creditor with a person who was called and promised to pay, and all that was said of them. */
export async function addCreditorThings(api: Api, key: string): Promise<CreditorThings> {
  const { db } = api.database;
  const floor = await makeFloor(db);
  await floor.addReadyAgent();
  const { debtorId, accountIds } = await floor.addDebtor();
  const [accountId = ''] = accountIds;
  const { creditorId, campaignId } = floor;
  const attemptId = await talk(db, floor);
  const made = async (path: string, body: unknown, headers = {}): Promise<{ id: string }> => {
    const answer = await api.call(key, `POST /v1/${path}`, { body, headers });
    if (answer.statusCode > 201) throw new Error(`${path}: ${answer.body}`);
    return answer.json() as { id: string };
  };
  const row = async (sql: string): Promise<string> =>
    one(await db.query<{ text: string }>(sql, [creditorId]), sql).text;
  const code = await row('select code as text from creditor where id = $1');
  await made(`attempts/${attemptId}/outcome`, {
    ...{ code: 'RPC_PTP', rootCause: 'forgot' },
    promise: {
      amountMinor: '5000000',
      dueDate: new Date(Date.now() + 3 * DAY_MS).toISOString().slice(0, 10),
      method: 'virtual_account',
    },
  });
  const evidence = 'letter of today';
  const hold = await made('holds', { accountId, kind: 'dispute', reason: 'says it is paid' });
  const hardship = await made('cases', { accountId, kind: 'hardship', claim: 'lost the job' });
  const consent = await made('consents', { debtorId, creditorId, kind: 'recording', evidence });
  const preference = await made('preferences', { debtorId, kind: 'refused', ...HOUR });
  const contact = await made('contacts', {
    ...{ debtorId, accountIds: [accountId], at: new Date(Date.now() - DAY_MS).toISOString() },
    ...{ direction: 'in', outcome: 'conversation' },
  });
  const recording = await recorded(api, attemptId, creditorId);
  const onRecording = await made('recording-holds', {
    ...{ scope: 'recording', scopeId: recording, reason: 'a case' },
  });
  const callback = await agreed(db, attemptId);
  const conflict = await row(`insert into conflict (attempt_id, creditor_id, account_id, debtor_id,
      agent_id, peak, cool_down_until, extra_wrap_up_ms, reflection_due_at)
    select id, creditor_id, account_id, debtor_id, agent_id, 3, now(), 0, now() from attempt
    where creditor_id = $1 limit 1 returning id as text`);
  const agent = await floor.addReadyAgent();
  const supervision = await db.transaction((tx) =>
    requestSupervision(tx, {
      ...{ creditorId, attemptId, agentId: agent.agentId, softphoneAgentId: agent.agentId },
      ...{ sipInstanceId: floor.sipInstanceId, softphoneInstanceId: null, mode: 'listen' },
      ...{ tellAgent: false, reason: 'coaching', actor: 'test' },
    }),
  );
  await missCall(db, floor, { creditorId, debtorId, accountId });
  await payWithoutName(api, key, creditorId);
  await takeStatement(db, { attemptId, accountId });
  const agreement = await keepWaitingAgreement(db, accountId);
  const outward = await addOutwardThings(db, { creditorId, debtorId, accountId });
  const csv = `external_account_id,external_debtor_id,name,phone,amount_due,due_date\nN-1,P-1,Orang,12,1,2026-10-01\n`;
  await made(`imports?creditor=${code}`, csv, { 'content-type': 'text/csv' });
  const stop = await made('kill-switches', {
    ...{ scope: 'campaign', scopeId: campaignId, reason: 'a look at it' },
  });
  await api.call(key, `PATCH /v1/campaigns/${campaignId}`, { body: { name: 'Kampanye lain' } });
  await db.transaction((tx) =>
    insertExperiment(tx, {
      ...{ campaignId, campaignVersion: 2, definition: EXPERIMENT, registeredBy: 'test' },
    }),
  );
  await settle(db);
  // in its first two minutes a day leaves the one before open
  const later = new Date(Date.now() + 2 * DAY_MS);
  await ledgerTurn({ db, signer: TEST_SIGNER, now: () => later })();
  return {
    floor,
    code,
    number: await row(
      'select e164 as text from phone p join account a using (debtor_id) where a.creditor_id = $1',
    ),
    ids: {
      ...outward,
      creditors: creditorId,
      debtors: debtorId,
      accounts: accountId,
      campaigns: campaignId,
      attempts: attemptId,
      holds: hold.id,
      cases: hardship.id,
      phones: await row(
        'select p.id as text from phone p join account a using (debtor_id) where a.creditor_id = $1',
      ),
      'hand-overs': await row(
        `insert into hand_over (creditor_id, kind, recipient, reason, handed_by)
         values ($1, 'agency', 'PT Agen Contoh', 'because', 'test') returning id as text`,
      ),
      surveys: await row(
        `insert into survey (attempt_id, creditor_id, debtor_id, account_id)
         select attempt_id, creditor_id, debtor_id, account_id from outcome where creditor_id = $1
         on conflict (attempt_id) do update set answer = null returning id as text`,
      ),
      consents: consent.id,
      preferences: preference.id,
      contacts: contact.id,
      recordings: recording,
      agreements: agreement,
      'recording-holds': onRecording.id,
      callbacks: callback,
      conflicts: conflict,
      'phrase-marks': await row(
        `insert into phrase_mark (attempt_id, creditor_id, agent_id, category, policy_version, at, source, marked_by)
         select id, creditor_id, agent_id, 'threat', 0, now(), 'supervisor', 'test' from attempt
         where creditor_id = $1 limit 1 returning id as text`,
      ),
      'kill-switches': stop.id,
      supervisions: supervision.id,
      'callback-requests': await row(
        'select id as text from callback_request where creditor_id = $1',
      ),
      imports: await row('select id as text from import_batch where creditor_id = $1'),
      decisions: await row('select id as text from decision where creditor_id = $1 limit 1'),
      calls: await row('select id as text from call where creditor_id = $1'),
      outcomes: await row('select id as text from outcome where creditor_id = $1'),
      promises: await row('select id as text from promise where creditor_id = $1'),
      payments: await row('select id as text from payment where creditor_id = $1'),
      'payment-deliveries': await row(
        'select id as text from payment_delivery where creditor_id = $1',
      ),
      risk: await row(
        `insert into risk_suggestion (creditor_id, debtor_id, day, scorecard, from_band, to_band, action, reasons)
         select creditor_id, debtor_id, current_date, 'late-payer/1', 'low', 'watch', 'remind_early', '{}'
         from account where creditor_id = $1 limit 1 returning id as text`,
      ),
      tasks: await row('select id as text from task where creditor_id = $1 limit 1'),
    },
  };
}

/** A payment comes in, and nobody knows whose it is: a task is to find out. */
async function payWithoutName(api: Api, key: string, creditorId: string): Promise<void> {
  const path = `POST /v1/creditors/${creditorId}/payment-sources`;
  const source = (await api.call(key, path, { body: { provider: 'bank-contoh' } })).json() as {
    readonly id: string;
  };
  const notice = {
    ...{ type: 'payment.received', paymentId: 'P-1', amountMinor: '5000000', currency: 'IDR' },
    paidAt: new Date().toISOString(),
  };
  const of = { id: source.id, creditorId };
  const { db } = api.database;
  await processDelivery(db, await keepDelivery(db, of, Buffer.from(JSON.stringify(notice))));
}

/** The talk was recorded, and nobody has its audio. */
function recorded(api: Api, attemptId: string, creditorId: string): Promise<string> {
  const store: AudioStore = {
    put: () => Promise.resolve(),
    read: () => Promise.reject(new Error('no audio')),
    remove: () => Promise.resolve(),
  };
  const to = { store, secretKey: api.secretKey, startedAt: new Date() };
  return keepRecording(api.database.db, { attemptId, creditorId }, to);
}

/** The person wants to be called tomorrow. */
async function agreed(db: Database, attemptId: string): Promise<string> {
  const attempt = await findAttempt(db, attemptId);
  if (attempt === null) throw new Error('no attempt');
  const { creditorId, campaignId, accountId, debtorId, phoneId, agentId } = attempt;
  if (campaignId === null) throw new Error('not a call of ours');
  const of = { creditorId, campaignId, accountId, debtorId, phoneId, agentId, attemptId };
  const at = new Date(Date.now() + DAY_MS);
  return (await db.transaction((tx) => agreeCallback(tx, { ...of, at, actor: 'test' }))).id;
}

/** The person calls, and nobody takes the call. */
async function missCall(
  db: Database,
  { sipInstanceId }: Floor,
  person: { creditorId: string; debtorId: string; accountId: string },
): Promise<void> {
  const trunk = await db.query<{ id: string }>('select id from trunk limit 1');
  const opened = await openInboundCall(db, {
    ...{ trunkId: one(trunk, 'trunk').id, sipInstanceId, sipCallId: 'x', called: '+622100001' },
    ...{ caller: null, matches: 1, person: { ...person, phoneId: person.debtorId } },
  });
  if (opened === null) throw new Error('no channel');
  await missInboundCall(db, { callId: opened.callId, cause: 'no_agent', sipStatus: 480 });
}

/** Everything in the database that belongs to a creditor or to its person, as one text. */
export async function stateOf(api: Api, { ids }: CreditorThings): Promise<string> {
  const { db } = api.database;
  const columns = await db.query<{ table: string; column: string }>(
    `select c.relname as "table", a.attname as "column" from pg_class c join pg_attribute a on a.attrelid = c.oid
     where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p') and not c.relispartition
       and a.attname in ('creditor_id', 'debtor_id', 'campaign_id') order by 1, 2`,
  );
  const owners = {
    creditor_id: ids.creditors,
    debtor_id: ids.debtors,
    campaign_id: ids.campaigns,
  } as const;
  const rows: string[] = [];
  for (const { table, column } of columns.rows) {
    const { text } = one(
      await db.query<{ text: string | null }>(
        `select string_agg(t::text, ' ' order by t::text) as text from ${table} t where ${column} = $1`,
        [owners[column as keyof typeof owners]],
      ),
      table,
    );
    rows.push(`${table}.${column}: ${text ?? ''}`);
  }
  return rows.join('\n');
}
