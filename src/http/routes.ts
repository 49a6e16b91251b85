import type { Api, HttpContext } from './api';
import { accountRoutes } from './routes/accounts';
import { agentRoutes } from './routes/agents';
import { apiKeyRoutes } from './routes/api-keys';
import { attemptRoutes } from './routes/attempts';
import { campaignRoutes } from './routes/campaigns';
import { consentRoutes } from './routes/consents';
import { contactRoutes } from './routes/contacts';
import { creditorRoutes } from './routes/creditors';
import { debtorRoutes } from './routes/debtors';
import { eventRoutes } from './routes/events';
import { healthRoutes } from './routes/health';
import { holdRoutes } from './routes/holds';
import { importRoutes } from './routes/imports';
import { killSwitchRoutes } from './routes/kill-switches';
import { meCallRoutes } from './routes/me-call';
import { meSessionRoutes } from './routes/me-session';
import { outcomeRoutes } from './routes/outcomes';
import { preferenceRoutes } from './routes/preferences';
import { poolRoutes } from './routes/pools';
import { trunkRoutes } from './routes/trunks';

/** Every route of the product, in the order of the OpenAPI document. */
export function addRoutes(api: Api, context: HttpContext): void {
  creditorRoutes(api, context);
  importRoutes(api, context);
  debtorRoutes(api, context);
  accountRoutes(api, context);
  holdRoutes(api, context);
  consentRoutes(api, context);
  preferenceRoutes(api, context);
  contactRoutes(api, context);
  poolRoutes(api, context);
  agentRoutes(api, context);
  apiKeyRoutes(api, context);
  trunkRoutes(api, context);
  campaignRoutes(api, context);
  killSwitchRoutes(api, context);
  attemptRoutes(api, context);
  outcomeRoutes(api, context);
  meSessionRoutes(api, context);
  meCallRoutes(api, context);
  eventRoutes(api, context);
  healthRoutes(api, context);
}
