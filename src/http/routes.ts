import type { Api, HttpContext } from './api';
import { accountRoutes } from './routes/accounts';
import { agentRoutes } from './routes/agents';
import { agreementRoutes } from './routes/agreements';
import { announcementRoutes } from './routes/announcements';
import { apiKeyRoutes } from './routes/api-keys';
import { attemptRoutes } from './routes/attempts';
import { calendarRevisionRoutes } from './routes/calendar-revisions';
import { calendarRoutes } from './routes/calendars';
import { bestTimeRoutes } from './routes/best-time';
import { budgetRoutes } from './routes/budget';
import { auditRoutes } from './routes/audit';
import { callbackRoutes } from './routes/callbacks';
import { callerIdRoutes } from './routes/caller-ids';
import { campaignDocumentRoutes } from './routes/campaign-documents';
import { campaignExperimentRoutes } from './routes/campaign-experiment';
import { campaignPaceRoutes } from './routes/campaign-pace';
import { campaignPlanRoutes } from './routes/campaign-plan';
import { campaignRoutes } from './routes/campaigns';
import { collectionPolicyRoutes } from './routes/collection-policies';
import { conflictRoutes } from './routes/conflicts';
import { connectionCheckRoutes } from './routes/connection-checks';
import { caseRoutes } from './routes/cases';
import { handOverRoutes } from './routes/hand-overs';
import { relationRoutes } from './routes/relations';
import { carrierAnnouncementRoutes } from './routes/carrier-announcements';
import { caseWorkRoutes } from './routes/case-work';
import { meCaseRoutes } from './routes/me-cases';
import { consentRoutes } from './routes/consents';
import { contactRoutes } from './routes/contacts';
import { creditorRoutes } from './routes/creditors';
import { debtorRoutes } from './routes/debtors';
import { eventRoutes } from './routes/events';
import { gateRoutes } from './routes/gate';
import { healthRoutes } from './routes/health';
import { helpRequestRoutes } from './routes/help-requests';
import { holdRoutes } from './routes/holds';
import { importRoutes } from './routes/imports';
import { inboundRoutes } from './routes/inbound';
import { kpiRoutes } from './routes/kpis';
import { killSwitchRoutes } from './routes/kill-switches';
import { ledgerRoutes } from './routes/ledger';
import { recordingHoldRoutes } from './routes/recording-holds';
import { recordingRoutes } from './routes/recordings';
import { meGuideRoutes } from './routes/me-guide';
import { meRecordingRoutes } from './routes/me-recording';
import { meCallRoutes } from './routes/me-call';
import { meCallsRoutes } from './routes/me-calls';
import { meSessionRoutes } from './routes/me-session';
import { mediaEngineRoutes } from './routes/media-engines';
import { meOptionRoutes } from './routes/me-options';
import { meTransferRoutes } from './routes/me-transfer';
import { officeNumberRoutes } from './routes/office-numbers';
import { optionReportRoutes } from './routes/option-reports';
import { outcomeRoutes } from './routes/outcomes';
import { promiseRoutes } from './routes/promises';
import { mePaymentRoutes } from './routes/me-payment';
import { mePreviewRoutes } from './routes/me-preview';
import { previewRoutes } from './routes/previews';
import { preferenceRoutes } from './routes/preferences';
import { personHabitRoutes } from './routes/person-habits';
import { debtRoutes } from './routes/debts';
import { paymentRoutes } from './routes/payments';
import { paymentSourceRoutes } from './routes/payment-sources';
import { paymentWebhookRoutes } from './routes/payment-webhooks';
import { phraseMarkRoutes } from './routes/phrase-marks';
import { poolRoutes } from './routes/pools';
import { rulePackVersionRoutes } from './routes/rule-pack-versions';
import { riskRoutes } from './routes/risk';
import { rulePackRoutes } from './routes/rule-packs';
import { proofRoutes } from './routes/proof';
import { rosterImportRoutes } from './routes/roster-import';
import { rosterWaiverRoutes } from './routes/roster-waivers';
import { rosterRoutes } from './routes/rosters';
import { sipCredentialRoutes } from './routes/sip-credentials';
import { taskRoutes } from './routes/tasks';
import { timeClockRoutes } from './routes/time-clock';
import { trunkRouteCheckRoutes } from './routes/trunk-route-check';
import { trunkRouteRoutes } from './routes/trunk-routes';
import { callSupervisionRoutes } from './routes/call-supervision';
import { supervisionRoutes } from './routes/supervision';
import { trunkRoutes } from './routes/trunks';
import { messageChannelRoutes } from './routes/message-channels';
import { messageReceiptRoutes } from './routes/message-receipts';
import { messageRoutes } from './routes/messages';
import { numberLookUpRoutes } from './routes/number-look-ups';
import { webhookDeliveryRoutes } from './routes/webhook-deliveries';
import { webhookRoutes } from './routes/webhooks';
import { whyRoutes } from './routes/why';

/** Every route of the product, in the order of the OpenAPI document. */
const ROUTES: readonly ((api: Api, context: HttpContext) => void)[] = [
  creditorRoutes,
  collectionPolicyRoutes,
  officeNumberRoutes,
  importRoutes,
  debtorRoutes,
  budgetRoutes,
  accountRoutes,
  debtRoutes,
  paymentSourceRoutes,
  paymentWebhookRoutes,
  paymentRoutes,
  holdRoutes,
  caseRoutes,
  caseWorkRoutes,
  handOverRoutes,
  relationRoutes,
  consentRoutes,
  preferenceRoutes,
  personHabitRoutes,
  contactRoutes,
  poolRoutes,
  agentRoutes,
  rosterRoutes,
  rosterImportRoutes,
  rosterWaiverRoutes,
  timeClockRoutes,
  apiKeyRoutes,
  sipCredentialRoutes,
  trunkRoutes,
  trunkRouteRoutes,
  callerIdRoutes,
  trunkRouteCheckRoutes,
  mediaEngineRoutes,
  announcementRoutes,
  campaignRoutes,
  campaignDocumentRoutes,
  campaignExperimentRoutes,
  campaignPaceRoutes,
  campaignPlanRoutes,
  whyRoutes,
  bestTimeRoutes,
  gateRoutes,
  killSwitchRoutes,
  rulePackRoutes,
  rulePackVersionRoutes,
  calendarRoutes,
  calendarRevisionRoutes,
  attemptRoutes,
  recordingRoutes,
  recordingHoldRoutes,
  outcomeRoutes,
  promiseRoutes,
  callbackRoutes,
  taskRoutes,
  kpiRoutes,
  riskRoutes,
  agreementRoutes,
  optionReportRoutes,
  conflictRoutes,
  phraseMarkRoutes,
  previewRoutes,
  supervisionRoutes,
  helpRequestRoutes,
  callSupervisionRoutes,
  inboundRoutes,
  meSessionRoutes,
  connectionCheckRoutes,
  mePreviewRoutes,
  meCallRoutes,
  mePaymentRoutes,
  meCaseRoutes,
  meGuideRoutes,
  meRecordingRoutes,
  meTransferRoutes,
  meOptionRoutes,
  meCallsRoutes,
  proofRoutes,
  ledgerRoutes,
  auditRoutes,
  eventRoutes,
  healthRoutes,
];

export function addRoutes(api: Api, context: HttpContext): void {
  for (const addTo of ROUTES) addTo(api, context);
  messageChannelRoutes(api, context);
  messageRoutes(api, context);
  messageReceiptRoutes(api, context);
  numberLookUpRoutes(api, context);
  carrierAnnouncementRoutes(api, context);
  webhookRoutes(api, context);
  webhookDeliveryRoutes(api, context);
}
