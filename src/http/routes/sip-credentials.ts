import { z } from 'zod';
import { findAgent } from '../../db/agents';
import {
  issueSipCredential,
  listWsUrls,
  revokeSipCredentials,
  type IssuedSipCredential,
} from '../../db/sip-credentials';
import { answerOnce, idempotencyHeaders } from '../answer-once';
import type { Api, HttpContext } from '../api';
import { agentOf, callerOf } from '../authenticate';
import { found } from '../problem';
import { recordChange } from '../record-change';
import { id, idParams, instant } from '../schemas';
import { turnCredentials } from '../turn-credentials';

const credentials = z.object({
  username: z.string(),
  password: z.string().describe('Shown this once; kept nowhere'),
  realm: z.string().describe('Of the digest'),
  domain: z.string().describe('Host part of the address of record, sip:username@domain'),
  expiresAt: instant,
  wsUrl: z
    .string()
    .nullable()
    .describe('The best of wsUrls; null: no sip process with a WebSocket is at work'),
  wsUrls: z.array(z.string()).describe('SIP over WebSocket (RFC 7118), the least busy first'),
  iceServers: z
    .array(z.object({ urls: z.array(z.string()), username: z.string(), credential: z.string() }))
    .describe('For RTCPeerConnection: TURN servers, with credentials that expire with these'),
});

function iceServers(
  { turn }: HttpContext,
  { username, expiresAt }: IssuedSipCredential,
): z.infer<typeof credentials>['iceServers'] {
  if (turn === undefined) return [];
  return [{ urls: [...turn.urls], ...turnCredentials(turn.secret, username, expiresAt) }];
}

/** What a softphone of a browser registers with: for one shift, and no longer than the API says. */
export function sipCredentialRoutes(api: Api, context: HttpContext): void {
  api.post(
    '/v1/me/sip-credentials',
    {
      schema: {
        tags: ['agent desktop'],
        summary: 'What my softphone registers with, for 12 hours',
        description:
          'They end with the sign-out, with the key that asked, when the agent is deactivated, and ' +
          'when a supervisor revokes them; the registration and its leg end with them. Earlier ones ' +
          'stay good. A password of a softphone of its own (`sipPassword` of the agent) is another thing.',
        headers: idempotencyHeaders,
        response: { 201: credentials },
      },
    },
    (request, reply) =>
      answerOnce(context, request, reply, async (tx) => {
        const agentId = agentOf(request);
        const { keyId: apiKeyId } = callerOf(request);
        const { realm } = context;
        const issued = await issueSipCredential(tx, { agentId, apiKeyId, realm });
        const wsUrls = context.softphoneWsUrls ?? (await listWsUrls(tx));
        const more = { realm, domain: realm, wsUrls, wsUrl: wsUrls[0] ?? null };
        return {
          status: 201,
          body: { ...issued, ...more, iceServers: iceServers(context, issued) },
        };
      }),
  );

  api.delete(
    '/v1/agents/:id/sip-credentials',
    {
      schema: {
        tags: ['agents'],
        summary: 'Revoke the short-lived SIP credentials of an agent; a call on them ends',
        params: idParams,
        response: { 200: z.object({ agentId: id, revoked: z.number().int() }) },
      },
    },
    async (request) => {
      const { id: agentId } = request.params;
      return context.db.transaction(async (tx) => {
        found(await findAgent(tx, agentId), 'agent');
        const revoked = await revokeSipCredentials(tx, agentId);
        if (revoked > 0) {
          await recordChange(tx, request, {
            ...{ creditorId: null, action: 'agent.sip_credentials_revoked' },
            ...{ subject: 'agent', subjectId: agentId },
            ...{ before: { sipCredentials: revoked }, after: { sipCredentials: 0 } },
          });
        }
        return { agentId, revoked };
      });
    },
  );
}
