import { randomUUID } from 'node:crypto';
import { ACCESS } from '../../src/http/access';
import type { CreditorThings } from './creditor-things';
import { newCode } from './floor';
import type { CallOptions } from './http-api';

/** Routes that a key bound to creditors may call, the stream apart: it stays open. */
export const ROUTES = Object.entries(ACCESS).flatMap(([route, access]) =>
  access === 'public' || access.reach === 'platform' || route === 'GET /v1/events' ? [] : [route],
);

const reason = 'because';
const CSV = { 'content-type': 'text/csv' };
const document = (code: string): string =>
  `format: santun-campaign/1\ncreditor: ${code}\nname: Baru`;

const TODAY_IN_JAKARTA = new Date(Date.now() + 7 * 3_600_000).toISOString().slice(0, 10);

const dayFromToday = (days: number): string =>
  new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10);
/** Days of figures in which everything was made. */
const THESE_DAYS = `from=${dayFromToday(-1)}&to=${dayFromToday(1)}`;

const HOOK = 'https://erp.example.com/santun';

/** What is needed besides the id in the path. */
const CHANGES: Readonly<Record<string, object>> = {
  'PATCH /v1/debtors/:id': { province: 'ID-BA', reason },
  'POST /v1/debtors/:id/phones': { number: '+6281200099999', owner: 'debtor' },
  'POST /v1/holds/:id/lift': { reason },
  'POST /v1/debtors/:id/phones/:phoneId/confirm': { reason },
  'POST /v1/cases/:id/evidence': { kind: 'text', body: 'a letter' },
  'POST /v1/cases/:id/decide': { decision: 'upheld', reason },
  'POST /v1/cases/:id/assign': { owner: 'role:manager' },
  'POST /v1/cases/:id/sort': { type: 'other' },
  'POST /v1/cases/:id/move': { to: 'in_review' },
  'POST /v1/cases/:id/end': { reason },
  'POST /v1/cases/:id/extend': { reviewAt: '2100-01-01T00:00:00Z', reason },
  'POST /v1/hand-overs/:id/recall': { reason },
  'POST /v1/surveys/:id/answer': { answer: 4 },
  'POST /v1/consents/:id/withdraw': { reason },
  'POST /v1/preferences/:id/remove': { reason },
  'POST /v1/kill-switches/:id/release': { reason },
  'POST /v1/attempts/:id/supervision': { softphoneAgentId: randomUUID(), reason },
  'POST /v1/supervisions/:id/mode': { mode: 'barge' },
  'POST /v1/callback-requests/:id/resolve': { state: 'done', reason },
  'POST /v1/callbacks/:id/move': { at: new Date(Date.now() + 86_400_000).toISOString(), reason },
  'POST /v1/attempts/:id/phrase-marks': { category: 'shame', offsetMs: 1_000 },
  'POST /v1/phrase-marks/:id/review': { verdict: 'dismissed', reason },
  'POST /v1/promises/:id/approve': {},
  'POST /v1/promises/:id/reject': {},
  'POST /v1/promises/:id/cancel': { reason: 'debtor_asked' },
  'POST /v1/recordings/:id/erase': { reason },
  'POST /v1/risk/suggestions/:id/decide': { decision: 'accepted', reason },
  'POST /v1/recording-holds/:id/lift': { reason },
  'PUT /v1/accounts/:id/payment-instructions': { items: [] },
  'POST /v1/payments/:id/assign': { accountId: randomUUID() },
  'POST /v1/tasks/:id/done': { result: 'found' },
  'POST /v1/tasks/:id/assign': { assignee: 'role:manager' },
  'PATCH /v1/campaigns/:id': { name: 'Ganti' },
  'POST /v1/creditors/:id/message-channels': { channel: 'email', url: HOOK },
  'PATCH /v1/creditors/:id/message-channels/:channelId': { priority: 2 },
  'PUT /v1/creditors/:id/number-look-up': { url: HOOK },
  'PATCH /v1/webhooks/:id': { eventTypes: ['promise.made'] },
  'POST /v1/webhooks/:id/rotate-secret': {},
  'POST /v1/campaigns/:id/pace': { day: TODAY_IN_JAKARTA },
};

/** Every way to name things in what is sent: one of the other's each, the rest one's own. */
function named(route: string, own: CreditorThings, other: CreditorThings): CallOptions[] {
  const { debtors: debtorId, accounts: accountId, campaigns: campaignId } = other.ids;
  const creditorId = other.ids.creditors;
  const mine = { debtorId: own.ids.debtors };
  const evidence = 'a letter';
  const at = '2026-11-20T03:00:00Z';
  const hold = { kind: 'complaint', reason };
  const stranger = {
    ...{ number: other.number, creditorId: own.ids.creditors },
    ...{ kind: 'wrong_party', claim: reason },
  };
  const agency = { kind: 'agency', recipient: 'PT Agen Contoh', reason };
  const refused = { kind: 'refused', days: [6], from: '12:00', to: '13:00' };
  const contact = { at, direction: 'in', outcome: 'conversation' };
  const paid = { paidOn: '2026-11-20', externalId: randomUUID() };
  const asked: Record<string, object[]> = {
    'POST /v1/holds': [
      { debtorId, ...hold },
      { accountId, ...hold },
      { number: other.number, ...hold },
      { ...mine, accountId, ...hold },
      { ...mine, creditorId, ...hold },
    ],
    'POST /v1/cases': [
      { accountId, kind: 'dispute', claim: reason },
      { debtorId, creditorId: own.ids.creditors, kind: 'vulnerability', claim: reason },
      { ...mine, creditorId, kind: 'vulnerability', claim: reason },
      // one's own number is still needed afterwards
      ...(own === other ? [] : [stranger]),
    ],
    'POST /v1/hand-overs': [
      { creditorId: own.ids.creditors, accountIds: [accountId], ...agency },
      { creditorId, accountIds: [own.ids.accounts], ...agency },
    ],
    'POST /v1/consents': [
      { debtorId, kind: 'recording', evidence },
      { ...mine, creditorId, kind: 'recording', evidence },
    ],
    'POST /v1/preferences': [
      { debtorId, ...refused },
      { ...mine, sourceAttemptId: other.ids.attempts, ...refused },
    ],
    'POST /v1/paydays': [{ debtorId, kind: 'monthly', day: 25, source: 'stated' }],
    'POST /v1/profiling-objections': [{ debtorId, reason }],
    'POST /v1/payment-dates': [
      { debtorId, ...paid },
      { ...mine, accountId, ...paid },
    ],
    'POST /v1/contacts': [
      { debtorId, ...contact },
      { ...mine, creditorId, ...contact },
      { ...mine, accountIds: [accountId], ...contact },
    ],
    'POST /v1/recording-holds': [
      { scope: 'recording', scopeId: other.ids.recordings, reason },
      { scope: 'account', scopeId: accountId, reason },
      { scope: 'person', scopeId: debtorId, creditorId: own.ids.creditors, reason },
      { scope: 'person', scopeId: own.ids.debtors, creditorId, reason },
    ],
    'POST /v1/campaigns': [{ creditorId, name: 'Baru' }],
    'POST /v1/webhooks': [{ creditorId, url: HOOK }],
    'POST /v1/campaign-documents': [{ document: document(other.code), reason }],
    'POST /v1/campaign-documents/validate': [{ document: document(other.code) }],
    'POST /v1/campaign-documents/diff': [{ document: document(other.code) }],
    'POST /v1/campaign-documents/preview': [{ document: document(other.code) }],
    'POST /v1/campaign-documents/plan': [{ document: document(other.code) }],
    'POST /v1/gate/check': [
      { accountId, campaignId: own.ids.campaigns },
      { accountId: own.ids.accounts, campaignId },
      { accountId, campaignId },
    ],
    'POST /v1/schedule/preview': [{ campaignId }],
    'POST /v1/kill-switches': [
      { scope: 'creditor', scopeId: creditorId, reason },
      { scope: 'campaign', scopeId: campaignId, reason },
    ],
  };
  if (route.startsWith('POST /v1/imports')) return [{ body: 'a,b\n', headers: CSV }];
  return (asked[route] ?? []).map((body) => ({ body }));
}

const figures = (by: string, ids: CreditorThings['ids']): string[] => [
  `${THESE_DAYS}${by}`,
  `${THESE_DAYS}&creditorId=${ids.creditors}`,
];

/** Filters of lists, and of what is asked for a creditor. */
export function filters(route: string, { ids, code, number }: CreditorThings): string[] {
  const byCampaign = `campaignId=${ids.campaigns}`;
  const byAccount = `accountId=${ids.accounts}`;
  const asked: Record<string, string[]> = {
    'POST /v1/imports': [`creditor=${code}`],
    'POST /v1/imports/payments': [`creditor=${code}`],
    'POST /v1/imports/facts': [`kind=holds&creditor=${code}`],
    'GET /v1/debtors': [`creditorId=${ids.creditors}`],
    'GET /v1/accounts': [`creditorId=${ids.creditors}`, `debtorId=${ids.debtors}`],
    'GET /v1/holds': [`debtorId=${ids.debtors}`, byAccount, `number=${encodeURIComponent(number)}`],
    'GET /v1/cases': [`debtorId=${ids.debtors}`, byAccount],
    'GET /v1/consents': [`debtorId=${ids.debtors}`],
    'GET /v1/preferences': [`debtorId=${ids.debtors}`],
    'GET /v1/contacts': [`debtorId=${ids.debtors}`, byAccount],
    'GET /v1/payments': [`creditorId=${ids.creditors}`],
    'GET /v1/payment-deliveries': [`creditorId=${ids.creditors}`],
    'GET /v1/imports': [`creditorId=${ids.creditors}`],
    'GET /v1/messages': [`creditorId=${ids.creditors}`, byAccount, `debtorId=${ids.debtors}`],
    'GET /v1/webhooks': [`creditorId=${ids.creditors}`],
    'GET /v1/webhook-deliveries': [`webhookId=${ids.webhooks}`],
    'GET /v1/campaigns': [`creditorId=${ids.creditors}`],
    'GET /v1/attempts': [byCampaign, byAccount],
    'GET /v1/inbound-calls': [`creditorId=${ids.creditors}`, `debtorId=${ids.debtors}`],
    'GET /v1/supervisions': [`attemptId=${ids.attempts}`],
    'GET /v1/callback-requests': [`creditorId=${ids.creditors}`, `debtorId=${ids.debtors}`],
    'GET /v1/recordings': [`debtorId=${ids.debtors}`, `attemptId=${ids.attempts}`],
    'GET /v1/recording-holds': [`scopeId=${ids.recordings}`],
    'GET /v1/callbacks': [byCampaign],
    'GET /v1/conflicts': [`debtorId=${ids.debtors}`],
    'GET /v1/phrase-marks': [`creditorId=${ids.creditors}`, `attemptId=${ids.attempts}`],
    'GET /v1/calls': [byCampaign, `attemptId=${ids.attempts}`],
    'GET /v1/outcomes': [byCampaign, byAccount],
    'GET /v1/promises': [byCampaign, byAccount, `debtorId=${ids.debtors}`],
    'GET /v1/audit': [`creditorId=${ids.creditors}`, `subjectId=${ids.campaigns}`],
    'GET /v1/ledger/roots': [`creditor=${code}`],
    'GET /v1/best-time/uplift': [`creditorId=${ids.creditors}`, byCampaign],
    'GET /v1/best-time/heat-map': [`creditorId=${ids.creditors}`, byCampaign],
    'GET /v1/agreements': [byAccount, `attemptId=${ids.attempts}`],
    'GET /v1/reports/option-parity': [`month=2026-11&creditorId=${ids.creditors}`],
    'GET /v1/kpis': figures('&by=creditor,campaign', ids),
    'GET /v1/kpis/roll-rates': figures('', ids),
    'GET /v1/kpis/reasons': figures('', ids),
    'GET /v1/kpis/agents': figures('', ids),
    'GET /v1/risk/report': [`creditorId=${ids.creditors}`, ''],
    'GET /v1/risk/suggestions': [`creditorId=${ids.creditors}`, `debtorId=${ids.debtors}`],
  };
  return asked[route] ?? [''];
}

/** Things that are not there: what nobody has ever had. */
export function nothing(like: CreditorThings): CreditorThings {
  const ids = Object.fromEntries(Object.keys(like.ids).map((name) => [name, randomUUID()]));
  return { ...like, code: newCode(), number: '+6281200098765', ids };
}

export interface Asked {
  readonly route: string;
  readonly options: CallOptions;
}

/** Every request by which a key of `own` can name things of `other`. */
export function requests(own: CreditorThings, other: CreditorThings): Asked[] {
  return ROUTES.flatMap((route) => {
    const [, , collection = ''] = route.split('/');
    if (route.includes('/:id')) {
      const id = other.ids[collection];
      if (id === undefined) throw new Error(`${route}: say what it is in creditor-things`);
      const path = route
        .replace(':id', id)
        .replace(':version', '2')
        .replace(':phoneId', other.ids['phones'] ?? '')
        .replace(':channelId', other.ids['message-channels'] ?? '');
      return [{ route: path, options: bodyOf(CHANGES[route]) }];
    }
    const sent = route.startsWith('GET ') ? [{}] : named(route, own, other);
    if (sent.length === 0) throw new Error(`${route}: say how it names things`);
    return filters(route, other).flatMap((query) =>
      sent.map((options) => ({ route: query === '' ? route : `${route}?${query}`, options })),
    );
  });
}
const bodyOf = (body: object | undefined): CallOptions => (body === undefined ? {} : { body });
