import type { IncomingRequest } from '../gateway/incoming-request';

/** What a softphone may ask of us outside of a call. */
const ALLOW = 'INVITE, ACK, BYE, CANCEL, OPTIONS, REGISTER, UPDATE, INFO';
/** RFC 3261, 21.4.6: known methods that nobody here takes. */
const REFUSED = ['SUBSCRIBE', 'PUBLISH', 'MESSAGE', 'REFER', 'INFO', 'NOTIFY'];

/**
 * Answers what belongs to no call of ours. Trunks alone call us, and an agent dials nobody by hand.
 * The same for everyone: who may exist here is nobody's business.
 */
export async function answerStranger(request: IncomingRequest): Promise<void> {
  if (request.method === 'OPTIONS')
    await request.respond(200, { Allow: ALLOW, Accept: 'application/sdp' });
  else if (request.method === 'INVITE') await request.respond(480);
  else if (REFUSED.includes(request.method)) await request.respond(405, { Allow: ALLOW });
  else await request.respond(501);
}
