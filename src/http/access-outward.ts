import { creditors, MANAGER, platform, SUPERVISOR, type Access } from './access-rights';

/** Who may call what of messages, number look-ups, carriers' announcements and webhooks; a part of the table in src/http/access. */
export const OUTWARD_ACCESS: Readonly<Record<string, Access>> = {
  'GET /v1/creditors/:id/message-channels': creditors(SUPERVISOR),
  'POST /v1/creditors/:id/message-channels': creditors(MANAGER),
  'PATCH /v1/creditors/:id/message-channels/:channelId': creditors(MANAGER),
  'POST /v1/creditors/:id/message-channels/:channelId/rotate-secret': creditors(MANAGER),
  'DELETE /v1/creditors/:id/message-channels/:channelId': creditors(MANAGER),
  'GET /v1/messages': creditors(SUPERVISOR),
  'GET /v1/messages/:id': creditors(SUPERVISOR),
  // a gateway has no key: it signs with the secret of its channel
  'POST /v1/message-channels/:channelId/receipts': 'public',

  'PUT /v1/creditors/:id/number-look-up': creditors(MANAGER),
  'GET /v1/creditors/:id/number-look-up': creditors(SUPERVISOR),
  'DELETE /v1/creditors/:id/number-look-up': creditors(MANAGER),
  'PUT /v1/number-look-up': platform(MANAGER),
  'GET /v1/number-look-up': platform(SUPERVISOR),
  'DELETE /v1/number-look-up': platform(MANAGER),

  // they are the carriers', and what one of them is taken for changes everybody's calls
  'GET /v1/carrier-announcements': platform(SUPERVISOR),
  'GET /v1/carrier-announcements/:id/audio': platform(SUPERVISOR),
  'POST /v1/carrier-announcements/:id/label': platform(MANAGER),
  'POST /v1/carrier-announcements/:id/erase': platform(MANAGER),

  'POST /v1/webhooks': creditors(MANAGER),
  'GET /v1/webhooks': creditors(MANAGER),
  'GET /v1/webhooks/:id': creditors(MANAGER),
  'PATCH /v1/webhooks/:id': creditors(MANAGER),
  'POST /v1/webhooks/:id/resume': creditors(MANAGER),
  'POST /v1/webhooks/:id/rotate-secret': creditors(MANAGER),
  'GET /v1/webhook-deliveries': creditors(MANAGER),
  'POST /v1/webhook-deliveries/:id/resend': creditors(MANAGER),
  'DELETE /v1/webhooks/:id': creditors(MANAGER),
};
