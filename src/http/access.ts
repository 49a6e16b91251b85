import type { Role } from '../domain/role';

const ADMIN: readonly Role[] = ['admin'];
const MANAGER: readonly Role[] = ['admin', 'manager'];
const SUPERVISOR: readonly Role[] = ['admin', 'manager', 'supervisor'];
const AGENT: readonly Role[] = ['agent'];
/** Routes that show an agent its own work alone. */
const EVERYONE: readonly Role[] = ['admin', 'manager', 'supervisor', 'agent'];

export type Access = 'public' | readonly Role[];

/** Who may call what. A route that is not listed here does not start. */
export const ACCESS: Readonly<Record<string, Access>> = {
  'GET /livez': 'public',
  'GET /readyz': 'public',
  'GET /metrics': 'public',
  'GET /openapi.json': 'public',
  'GET /docs': 'public',
  'GET /docs/*': 'public',
  'HEAD /docs/*': 'public',

  'POST /v1/creditors': MANAGER,
  'GET /v1/creditors': SUPERVISOR,
  'GET /v1/creditors/:id': SUPERVISOR,
  'PATCH /v1/creditors/:id': MANAGER,
  'GET /v1/debtors': SUPERVISOR,
  'GET /v1/debtors/:id': SUPERVISOR,
  'GET /v1/debtors/:id/budget': EVERYONE,
  'PATCH /v1/debtors/:id': SUPERVISOR,
  'GET /v1/debtors/:id/phones': SUPERVISOR,
  'POST /v1/debtors/:id/phones': MANAGER,
  'GET /v1/accounts': SUPERVISOR,
  'GET /v1/accounts/:id': SUPERVISOR,
  'GET /v1/accounts/:id/why': SUPERVISOR,
  'GET /v1/accounts/:id/best-time': SUPERVISOR,
  'GET /v1/best-time/uplift': SUPERVISOR,
  'GET /v1/best-time/heat-map': SUPERVISOR,

  // an agent tells facts of the person of the own call; taking back protection is a supervisor's
  'POST /v1/holds': EVERYONE,
  'GET /v1/holds': SUPERVISOR,
  'GET /v1/holds/:id': SUPERVISOR,
  'POST /v1/holds/:id/lift': SUPERVISOR,
  'POST /v1/consents': EVERYONE,
  'GET /v1/consents': SUPERVISOR,
  'GET /v1/consents/:id': SUPERVISOR,
  // a person may take a consent back in the middle of a call
  'POST /v1/consents/:id/withdraw': EVERYONE,
  'POST /v1/preferences': EVERYONE,
  'GET /v1/preferences': SUPERVISOR,
  'GET /v1/preferences/:id': SUPERVISOR,
  'POST /v1/preferences/:id/remove': SUPERVISOR,
  'POST /v1/paydays': EVERYONE,
  'POST /v1/profiling-objections': EVERYONE,
  'POST /v1/payment-dates': SUPERVISOR,
  'POST /v1/contacts': SUPERVISOR,
  'GET /v1/contacts': SUPERVISOR,
  'GET /v1/contacts/:id': SUPERVISOR,

  'POST /v1/imports': MANAGER,
  'POST /v1/imports/facts': MANAGER,
  'GET /v1/imports': SUPERVISOR,
  'GET /v1/imports/:id': SUPERVISOR,
  'GET /v1/imports/:id/rejections': SUPERVISOR,

  'POST /v1/pools': MANAGER,
  'GET /v1/pools': SUPERVISOR,
  'POST /v1/agents': MANAGER,
  'GET /v1/agents': SUPERVISOR,
  'GET /v1/agents/:id': SUPERVISOR,
  'PATCH /v1/agents/:id': MANAGER,
  'POST /v1/agents/:id/sip-password': MANAGER,
  // whoever watches the floor may put a softphone out
  'DELETE /v1/agents/:id/sip-credentials': SUPERVISOR,
  'GET /v1/agents/:id/sessions': SUPERVISOR,
  'POST /v1/agents/:id/api-keys': MANAGER,

  'POST /v1/api-keys': ADMIN,
  'GET /v1/api-keys': ADMIN,
  'DELETE /v1/api-keys/:id': ADMIN,

  'GET /v1/rule-packs': SUPERVISOR,
  'GET /v1/rule-packs/:id': SUPERVISOR,
  'GET /v1/rule-packs/:id/versions/:version': SUPERVISOR,
  'GET /v1/rule-packs/:id/versions/:version/shadow-report': SUPERVISOR,
  'POST /v1/rule-packs/:id/versions': MANAGER,
  'POST /v1/rule-packs/:id/versions/:version/shadow': MANAGER,
  // never by the key that proposed it
  'POST /v1/rule-packs/:id/versions/:version/approve': MANAGER,
  'POST /v1/rule-packs/:id/versions/:version/reject': MANAGER,
  'POST /v1/rule-packs/:id/versions/:version/review': MANAGER,
  'GET /v1/calendars': SUPERVISOR,
  'GET /v1/calendars/:id': SUPERVISOR,
  'GET /v1/calendars/:id/revisions/:revision': SUPERVISOR,
  'POST /v1/calendars/:id/revisions': MANAGER,
  'POST /v1/calendars/:id/revisions/:revision/approve': MANAGER,
  'POST /v1/calendars/:id/revisions/:revision/reject': MANAGER,

  'POST /v1/trunks': ADMIN,
  'GET /v1/trunks': SUPERVISOR,
  'GET /v1/trunks/:id': SUPERVISOR,
  'PATCH /v1/trunks/:id': ADMIN,
  'DELETE /v1/trunks/:id': ADMIN,
  'GET /v1/trunks/route': SUPERVISOR,
  'POST /v1/trunk-groups': ADMIN,
  'GET /v1/trunk-groups': SUPERVISOR,
  'DELETE /v1/trunk-groups/:id': ADMIN,
  'POST /v1/trunk-routes': ADMIN,
  'GET /v1/trunk-routes': SUPERVISOR,
  'DELETE /v1/trunk-routes/:id': ADMIN,

  'POST /v1/campaigns': MANAGER,
  'GET /v1/campaigns': SUPERVISOR,
  'GET /v1/campaigns/:id': SUPERVISOR,
  'PATCH /v1/campaigns/:id': MANAGER,
  'POST /v1/campaigns/:id/validate': MANAGER,
  'POST /v1/campaigns/:id/start': MANAGER,
  // whoever watches the floor may stop it
  'POST /v1/campaigns/:id/pause': SUPERVISOR,
  'POST /v1/campaigns/:id/finish': MANAGER,
  'POST /v1/campaigns/:id/archive': MANAGER,
  'GET /v1/campaigns/:id/document': SUPERVISOR,
  'GET /v1/campaigns/:id/versions': SUPERVISOR,
  'GET /v1/campaigns/:id/versions/:version': SUPERVISOR,
  'GET /v1/campaigns/:id/rule-firings': SUPERVISOR,
  'GET /v1/campaigns/:id/experiment': SUPERVISOR,
  'GET /v1/campaign-document-schema': SUPERVISOR,
  'POST /v1/campaign-documents': MANAGER,
  // they ask and change nothing
  'POST /v1/campaign-documents/validate': SUPERVISOR,
  'POST /v1/campaign-documents/diff': SUPERVISOR,
  'POST /v1/campaign-documents/preview': SUPERVISOR,
  'POST /v1/campaign-documents/plan': SUPERVISOR,
  'POST /v1/campaigns/:id/pace': SUPERVISOR,
  'GET /v1/campaigns/:id/why': SUPERVISOR,
  'GET /v1/campaigns/:id/report': SUPERVISOR,
  // they ask and change nothing
  'POST /v1/gate/check': SUPERVISOR,
  'POST /v1/schedule/preview': SUPERVISOR,

  // likewise: stopping is never wrong for long, going on is a manager's word
  'POST /v1/kill-switches': SUPERVISOR,
  'GET /v1/kill-switches': SUPERVISOR,
  'GET /v1/kill-switches/:id': SUPERVISOR,
  'POST /v1/kill-switches/:id/release': MANAGER,

  'GET /v1/attempts': EVERYONE,
  'GET /v1/attempts/:id': EVERYONE,
  'GET /v1/attempts/:id/timeline': EVERYONE,
  'GET /v1/attempts/:id/outcome': EVERYONE,
  'POST /v1/attempts/:id/outcome': EVERYONE,
  'GET /v1/attempts/:id/proof': SUPERVISOR,
  'GET /v1/decisions/:id': SUPERVISOR,
  'GET /v1/ledger/roots': SUPERVISOR,
  'GET /v1/ledger/keys': SUPERVISOR,
  'GET /v1/audit': MANAGER,
  'GET /v1/calls': EVERYONE,
  'GET /v1/calls/:id': EVERYONE,
  'GET /v1/outcomes': EVERYONE,
  'GET /v1/promises': EVERYONE,
  'GET /v1/events': EVERYONE,

  'GET /v1/me': EVERYONE,
  'POST /v1/me/sip-credentials': AGENT,
  'POST /v1/me/session': AGENT,
  'GET /v1/me/session': AGENT,
  'DELETE /v1/me/session': AGENT,
  'POST /v1/me/session/ready': AGENT,
  'POST /v1/me/session/pause': AGENT,
  'POST /v1/me/calls': AGENT,
  'GET /v1/me/call': AGENT,
  'POST /v1/me/call/hang-up': AGENT,
  'POST /v1/me/call/hold': AGENT,
  'POST /v1/me/call/resume': AGENT,
  'POST /v1/me/call/mute': AGENT,
  'POST /v1/me/call/unmute': AGENT,
};

/** @throws Error when a route has no line in the table. */
export function accessOf(method: string, url: string): Access {
  // the documentation page's own files
  const key = url.startsWith('/docs/') ? `${method} /docs/*` : `${method} ${url}`;
  const access = ACCESS[key];
  if (access === undefined) throw new Error(`route ${key} is not in the table of src/http/access`);
  return access;
}
