import type { Role } from '../domain/role';

const ADMIN: readonly Role[] = ['admin'];
const MANAGER: readonly Role[] = ['admin', 'manager'];
const SUPERVISOR: readonly Role[] = ['admin', 'manager', 'supervisor'];
const AGENT: readonly Role[] = ['agent'];
/** Routes that show an agent its own work alone. */
const EVERYONE: readonly Role[] = ['admin', 'manager', 'supervisor', 'agent'];

/**
 * `creditors`: a key that is bound to creditors may call it too, and gets what Postgres lets it see
 * of theirs. `platform`: such a key is refused. Keys that are not bound may call either.
 */
export type Reach = 'platform' | 'creditors';

export interface Rights {
  readonly roles: readonly Role[];
  readonly reach: Reach;
}
export type Access = 'public' | Rights;

const platform = (roles: readonly Role[]): Rights => ({ roles, reach: 'platform' });
const creditors = (roles: readonly Role[]): Rights => ({ roles, reach: 'creditors' });

/**
 * Who may call what. A route that is not listed here does not start; one of a creditor's things, by
 * `creditors`, reads and writes by the request's own `db` alone (see scope-requests).
 */
export const ACCESS: Readonly<Record<string, Access>> = {
  'GET /livez': 'public',
  'GET /readyz': 'public',
  'GET /metrics': 'public',
  'GET /openapi.json': 'public',
  'GET /docs': 'public',
  'GET /docs/*': 'public',
  'HEAD /docs/*': 'public',
  // the page is for whoever has a key; what it shows it asks for with the key
  'GET /softphone': 'public',
  'GET /softphone/*': 'public',
  'HEAD /softphone/*': 'public',

  'POST /v1/creditors': platform(MANAGER),
  'GET /v1/creditors': creditors(SUPERVISOR),
  'GET /v1/creditors/:id': creditors(SUPERVISOR),
  'PATCH /v1/creditors/:id': platform(MANAGER),
  'GET /v1/creditors/:id/collection-policy': creditors(SUPERVISOR),
  'PUT /v1/creditors/:id/collection-policy': platform(MANAGER),
  'GET /v1/tasks': creditors(EVERYONE),
  'POST /v1/tasks/:id/done': creditors(EVERYONE),
  'POST /v1/tasks/:id/assign': platform(SUPERVISOR),
  'GET /v1/creditors/:id/office-numbers': creditors(SUPERVISOR),
  'POST /v1/creditors/:id/office-numbers': platform(MANAGER),
  'DELETE /v1/creditors/:id/office-numbers/:officeNumberId': platform(MANAGER),
  'GET /v1/debtors': creditors(SUPERVISOR),
  'GET /v1/debtors/:id': creditors(SUPERVISOR),
  'GET /v1/debtors/:id/budget': creditors(EVERYONE),
  'PATCH /v1/debtors/:id': creditors(SUPERVISOR),
  'GET /v1/debtors/:id/phones': creditors(SUPERVISOR),
  'POST /v1/debtors/:id/phones': creditors(MANAGER),
  'POST /v1/debtors/:id/phones/:phoneId/confirm': creditors(SUPERVISOR),
  'GET /v1/accounts': creditors(SUPERVISOR),
  'GET /v1/accounts/:id': creditors(SUPERVISOR),
  'GET /v1/accounts/:id/debt': creditors(SUPERVISOR),
  'GET /v1/accounts/:id/payment-instructions': creditors(SUPERVISOR),
  'PUT /v1/accounts/:id/payment-instructions': creditors(MANAGER),
  'GET /v1/creditors/:id/payment-sources': creditors(SUPERVISOR),
  'POST /v1/creditors/:id/payment-sources': platform(MANAGER),
  'DELETE /v1/creditors/:id/payment-sources/:sourceId': platform(MANAGER),
  // signed by the source's own secret
  'POST /v1/payment-webhooks/:sourceId': 'public',
  'GET /v1/payments': creditors(SUPERVISOR),
  'GET /v1/payments/:id': creditors(SUPERVISOR),
  'POST /v1/payments/:id/assign': creditors(SUPERVISOR),
  'GET /v1/payment-deliveries': creditors(SUPERVISOR),
  'GET /v1/accounts/:id/why': creditors(SUPERVISOR),
  'GET /v1/accounts/:id/best-time': creditors(SUPERVISOR),
  'GET /v1/best-time/uplift': creditors(SUPERVISOR),
  'GET /v1/best-time/heat-map': creditors(SUPERVISOR),

  'GET /v1/kpis': creditors(SUPERVISOR),
  'GET /v1/kpis/roll-rates': creditors(SUPERVISOR),
  'GET /v1/kpis/reasons': creditors(SUPERVISOR),
  'GET /v1/kpis/agents': creditors(SUPERVISOR),

  // an agent tells facts of the person of the own call; taking back protection is a supervisor's
  'POST /v1/holds': creditors(EVERYONE),
  'GET /v1/holds': creditors(SUPERVISOR),
  'GET /v1/holds/:id': creditors(SUPERVISOR),
  'POST /v1/holds/:id/lift': creditors(SUPERVISOR),
  'POST /v1/cases': creditors(SUPERVISOR),
  'GET /v1/cases': creditors(SUPERVISOR),
  'GET /v1/cases/:id': creditors(SUPERVISOR),
  'POST /v1/cases/:id/evidence': creditors(SUPERVISOR),
  // some kinds are compliance's alone: the case says which
  'POST /v1/cases/:id/decide': creditors(SUPERVISOR),
  'POST /v1/cases/:id/assign': creditors(SUPERVISOR),
  'POST /v1/cases/:id/sort': creditors(SUPERVISOR),
  'POST /v1/cases/:id/move': creditors(SUPERVISOR),
  'POST /v1/cases/:id/end': creditors(SUPERVISOR),
  'POST /v1/cases/:id/extend': creditors(SUPERVISOR),
  'POST /v1/consents': creditors(EVERYONE),
  'GET /v1/consents': creditors(SUPERVISOR),
  'GET /v1/consents/:id': creditors(SUPERVISOR),
  // a person may take a consent back in the middle of a call
  'POST /v1/consents/:id/withdraw': creditors(EVERYONE),
  'POST /v1/preferences': creditors(EVERYONE),
  'GET /v1/preferences': creditors(SUPERVISOR),
  'GET /v1/preferences/:id': creditors(SUPERVISOR),
  'POST /v1/preferences/:id/remove': creditors(SUPERVISOR),
  'POST /v1/paydays': creditors(EVERYONE),
  'POST /v1/profiling-objections': creditors(EVERYONE),
  'POST /v1/payment-dates': creditors(SUPERVISOR),
  'POST /v1/contacts': creditors(SUPERVISOR),
  'GET /v1/contacts': creditors(SUPERVISOR),
  'GET /v1/contacts/:id': creditors(SUPERVISOR),

  'POST /v1/imports': creditors(MANAGER),
  'POST /v1/imports/facts': creditors(MANAGER),
  'GET /v1/imports': creditors(SUPERVISOR),
  'GET /v1/imports/:id': creditors(SUPERVISOR),
  'GET /v1/imports/:id/rejections': creditors(SUPERVISOR),

  'POST /v1/pools': platform(MANAGER),
  'GET /v1/pools': creditors(SUPERVISOR),
  'PATCH /v1/pools/:id': platform(MANAGER),
  'POST /v1/agents': platform(MANAGER),
  'GET /v1/agents': platform(SUPERVISOR),
  'GET /v1/agents/:id': platform(SUPERVISOR),
  'PATCH /v1/agents/:id': platform(MANAGER),
  'POST /v1/agents/:id/sip-password': platform(MANAGER),
  // whoever watches the floor may put a softphone out
  'DELETE /v1/agents/:id/sip-credentials': platform(SUPERVISOR),
  'GET /v1/agents/:id/sessions': platform(SUPERVISOR),
  'GET /v1/agents/:id/connection-checks': platform(SUPERVISOR),
  'POST /v1/agents/:id/connection-waiver': platform(SUPERVISOR),
  'GET /v1/rosters': platform(SUPERVISOR),
  'PUT /v1/rosters': platform(MANAGER),
  'POST /v1/rosters/import': platform(MANAGER),
  'POST /v1/rosters/:id/remove': platform(MANAGER),
  'POST /v1/agents/:id/roster-waiver': platform(SUPERVISOR),
  'GET /v1/agents/:id/roster-waivers': platform(SUPERVISOR),
  'GET /v1/agents/:id/time-clock': platform(SUPERVISOR),
  'GET /v1/agents/:id/preview-figures': platform(SUPERVISOR),
  'GET /v1/previews': platform(EVERYONE),
  'GET /v1/help-requests': platform(EVERYONE),
  'POST /v1/help-requests/:id/accept': platform(SUPERVISOR),
  'POST /v1/help-requests/:id/end': platform(SUPERVISOR),
  'POST /v1/agents/:id/move': platform(SUPERVISOR),
  'POST /v1/agents/:id/session/pause': platform(SUPERVISOR),
  'POST /v1/agents/:id/session/end': platform(SUPERVISOR),
  'POST /v1/attempts/:id/end': platform(SUPERVISOR),
  'POST /v1/attempts/:id/supervision': creditors(SUPERVISOR),
  'GET /v1/supervisions': creditors(SUPERVISOR),
  'GET /v1/supervisions/:id': creditors(SUPERVISOR),
  'POST /v1/supervisions/:id/mode': creditors(SUPERVISOR),
  'POST /v1/supervisions/:id/end': creditors(SUPERVISOR),
  'POST /v1/agents/:id/api-keys': platform(MANAGER),

  'POST /v1/api-keys': platform(ADMIN),
  'GET /v1/api-keys': platform(ADMIN),
  'DELETE /v1/api-keys/:id': platform(ADMIN),

  'GET /v1/rule-packs': platform(SUPERVISOR),
  'GET /v1/rule-packs/:id': platform(SUPERVISOR),
  'GET /v1/rule-packs/:id/versions/:version': platform(SUPERVISOR),
  'GET /v1/rule-packs/:id/versions/:version/shadow-report': platform(SUPERVISOR),
  'POST /v1/rule-packs/:id/versions': platform(MANAGER),
  'POST /v1/rule-packs/:id/versions/:version/shadow': platform(MANAGER),
  // never by the key that proposed it
  'POST /v1/rule-packs/:id/versions/:version/approve': platform(MANAGER),
  'POST /v1/rule-packs/:id/versions/:version/reject': platform(MANAGER),
  'POST /v1/rule-packs/:id/versions/:version/review': platform(MANAGER),
  'GET /v1/calendars': platform(SUPERVISOR),
  'GET /v1/calendars/:id': platform(SUPERVISOR),
  'GET /v1/calendars/:id/revisions/:revision': platform(SUPERVISOR),
  'POST /v1/calendars/:id/revisions': platform(MANAGER),
  'POST /v1/calendars/:id/revisions/:revision/approve': platform(MANAGER),
  'POST /v1/calendars/:id/revisions/:revision/reject': platform(MANAGER),

  'POST /v1/trunks': platform(ADMIN),
  'GET /v1/trunks': platform(SUPERVISOR),
  'GET /v1/trunks/:id': platform(SUPERVISOR),
  'PATCH /v1/trunks/:id': platform(ADMIN),
  'DELETE /v1/trunks/:id': platform(ADMIN),
  'GET /v1/trunks/route': platform(SUPERVISOR),
  'GET /v1/caller-ids': platform(SUPERVISOR),
  'POST /v1/caller-ids/:e164/rest': platform(MANAGER),
  'POST /v1/caller-ids/:e164/return': platform(MANAGER),
  'POST /v1/trunk-groups': platform(ADMIN),
  'GET /v1/trunk-groups': platform(SUPERVISOR),
  'DELETE /v1/trunk-groups/:id': platform(ADMIN),
  'POST /v1/trunk-routes': platform(ADMIN),
  'GET /v1/trunk-routes': platform(SUPERVISOR),
  'DELETE /v1/trunk-routes/:id': platform(ADMIN),

  'GET /v1/media-engines': platform(SUPERVISOR),
  'PATCH /v1/media-engines/:id': platform(ADMIN),
  'POST /v1/announcements': platform(MANAGER),
  'GET /v1/announcements': platform(SUPERVISOR),
  'GET /v1/announcements/:id': platform(SUPERVISOR),
  'GET /v1/announcements/:id/audio': platform(SUPERVISOR),
  'DELETE /v1/announcements/:id': platform(MANAGER),

  'POST /v1/campaigns': creditors(MANAGER),
  'GET /v1/campaigns': creditors(SUPERVISOR),
  'GET /v1/campaigns/:id': creditors(SUPERVISOR),
  'PATCH /v1/campaigns/:id': creditors(MANAGER),
  'POST /v1/campaigns/:id/validate': creditors(MANAGER),
  'POST /v1/campaigns/:id/start': creditors(MANAGER),
  // whoever watches the floor may stop it
  'POST /v1/campaigns/:id/pause': creditors(SUPERVISOR),
  'POST /v1/campaigns/:id/finish': creditors(MANAGER),
  'POST /v1/campaigns/:id/archive': creditors(MANAGER),
  'GET /v1/campaigns/:id/document': creditors(SUPERVISOR),
  'GET /v1/campaigns/:id/versions': creditors(SUPERVISOR),
  'GET /v1/campaigns/:id/versions/:version': creditors(SUPERVISOR),
  'GET /v1/campaigns/:id/rule-firings': creditors(SUPERVISOR),
  'GET /v1/campaigns/:id/experiment': creditors(SUPERVISOR),
  'GET /v1/campaign-document-schema': creditors(SUPERVISOR),
  'POST /v1/campaign-documents': creditors(MANAGER),
  // they ask and change nothing
  'POST /v1/campaign-documents/validate': creditors(SUPERVISOR),
  'POST /v1/campaign-documents/diff': creditors(SUPERVISOR),
  'POST /v1/campaign-documents/preview': creditors(SUPERVISOR),
  'POST /v1/campaign-documents/plan': creditors(SUPERVISOR),
  'POST /v1/campaigns/:id/pace': creditors(SUPERVISOR),
  'GET /v1/campaigns/:id/why': creditors(SUPERVISOR),
  'GET /v1/campaigns/:id/report': creditors(SUPERVISOR),
  // they ask and change nothing
  'POST /v1/gate/check': creditors(SUPERVISOR),
  'POST /v1/schedule/preview': creditors(SUPERVISOR),

  // likewise: stopping is never wrong for long, going on is a manager's word
  'POST /v1/kill-switches': creditors(SUPERVISOR),
  'GET /v1/kill-switches': creditors(SUPERVISOR),
  'GET /v1/kill-switches/:id': creditors(SUPERVISOR),
  'POST /v1/kill-switches/:id/release': creditors(MANAGER),

  'GET /v1/attempts': creditors(EVERYONE),
  'GET /v1/attempts/:id': creditors(EVERYONE),
  'GET /v1/attempts/:id/timeline': creditors(EVERYONE),
  'GET /v1/attempts/:id/outcome': creditors(EVERYONE),
  'POST /v1/attempts/:id/outcome': platform(EVERYONE),
  'GET /v1/attempts/:id/proof': creditors(SUPERVISOR),
  'GET /v1/decisions/:id': creditors(SUPERVISOR),
  'GET /v1/ledger/roots': creditors(SUPERVISOR),
  'GET /v1/ledger/keys': creditors(SUPERVISOR),
  'GET /v1/audit': creditors(MANAGER),
  'GET /v1/calls': creditors(EVERYONE),
  'GET /v1/calls/:id': creditors(EVERYONE),
  'GET /v1/recordings': creditors(SUPERVISOR),
  'GET /v1/recordings/:id': creditors(SUPERVISOR),
  'GET /v1/recordings/:id/audio': creditors(SUPERVISOR),
  'POST /v1/recordings/:id/erase': creditors(SUPERVISOR),
  'POST /v1/recording-holds': creditors(SUPERVISOR),
  'GET /v1/recording-holds': creditors(SUPERVISOR),
  'GET /v1/recording-holds/:id': creditors(SUPERVISOR),
  // what was evidence may be erased then
  'POST /v1/recording-holds/:id/lift': creditors(MANAGER),
  'GET /v1/inbound-calls': creditors(SUPERVISOR),
  'GET /v1/callback-requests': creditors(SUPERVISOR),
  'GET /v1/callback-requests/:id': creditors(SUPERVISOR),
  'POST /v1/callback-requests/:id/resolve': creditors(SUPERVISOR),
  'GET /v1/outcomes': creditors(EVERYONE),
  'GET /v1/promises': creditors(EVERYONE),
  'GET /v1/callbacks': creditors(EVERYONE),
  'POST /v1/callbacks/:id/move': creditors(EVERYONE),
  'GET /v1/events': creditors(EVERYONE),

  'GET /v1/agreements': creditors(EVERYONE),
  'GET /v1/agreements/:id': creditors(EVERYONE),
  'POST /v1/agreements/:id/cancel': platform(SUPERVISOR),
  'GET /v1/approvals': creditors(SUPERVISOR),
  // never by whoever asked
  'POST /v1/approvals/:id/approve': platform(SUPERVISOR),
  'POST /v1/approvals/:id/reject': platform(SUPERVISOR),
  'GET /v1/reports/option-parity': creditors(SUPERVISOR),

  'GET /v1/me': creditors(EVERYONE),
  'POST /v1/me/sip-credentials': platform(AGENT),
  'POST /v1/me/heartbeat': platform(AGENT),
  'POST /v1/me/connection-check': platform(AGENT),
  'POST /v1/me/session': platform(AGENT),
  'GET /v1/me/session': platform(AGENT),
  'DELETE /v1/me/session': platform(AGENT),
  'POST /v1/me/session/ready': platform(AGENT),
  'POST /v1/me/session/pause': platform(AGENT),
  'POST /v1/me/session/extend-wrap-up': platform(AGENT),
  'POST /v1/me/calls': platform(AGENT),
  'GET /v1/me/preview': platform(AGENT),
  'POST /v1/me/preview/call': platform(AGENT),
  'POST /v1/me/preview/skip': platform(AGENT),
  'POST /v1/me/preview/reschedule': platform(AGENT),
  'GET /v1/me/call': platform(AGENT),
  'POST /v1/me/call/help': platform(AGENT),
  'DELETE /v1/me/call/help': platform(AGENT),
  'POST /v1/me/call/cases': platform(AGENT),
  'POST /v1/me/call/abuse-warnings': platform(AGENT),
  'POST /v1/me/call/end-for-abuse': platform(AGENT),
  'POST /v1/me/call/hang-up': platform(AGENT),
  'POST /v1/me/call/identify': platform(AGENT),
  'POST /v1/me/call/hold': platform(AGENT),
  'POST /v1/me/call/resume': platform(AGENT),
  'POST /v1/me/call/mute': platform(AGENT),
  'POST /v1/me/call/unmute': platform(AGENT),
  'POST /v1/me/call/recording/pause': platform(AGENT),
  'POST /v1/me/call/recording/resume': platform(AGENT),
  'POST /v1/me/call/marks': platform(AGENT),
  'POST /v1/me/call/options': platform(AGENT),
  'POST /v1/me/call/offers/:id/refuse': platform(AGENT),
  'POST /v1/me/call/agreements': platform(AGENT),
  'GET /v1/me/call/transfer-targets': platform(AGENT),
  'POST /v1/me/call/transfer': platform(AGENT),
  'POST /v1/me/call/join-all': platform(AGENT),
  'POST /v1/me/call/complete-transfer': platform(AGENT),
  'POST /v1/me/call/cancel-transfer': platform(AGENT),

  'POST /v1/webhooks': creditors(MANAGER),
  'GET /v1/webhooks': creditors(MANAGER),
  'GET /v1/webhooks/:id': creditors(MANAGER),
  'PATCH /v1/webhooks/:id': creditors(MANAGER),
  'DELETE /v1/webhooks/:id': creditors(MANAGER),
  'POST /v1/webhooks/:id/resume': creditors(MANAGER),
  'POST /v1/webhooks/:id/rotate-secret': creditors(MANAGER),
  'GET /v1/webhook-deliveries': creditors(MANAGER),
  'POST /v1/webhook-deliveries/:id/resend': creditors(MANAGER),
};

/** @throws Error when a route has no line in the table. */
export function accessOf(method: string, url: string): Access {
  // the documentation page's own files
  const key = url.startsWith('/docs/') ? `${method} /docs/*` : `${method} ${url}`;
  const access = ACCESS[key];
  if (access === undefined) throw new Error(`route ${key} is not in the table of src/http/access`);
  return access;
}
