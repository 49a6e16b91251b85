import { buildResponse } from '../message/build-response';
import { parseCSeq } from '../message/read-essentials';
import type { ReceivedResponse, SipRequest } from '../message/sip-message';
import { parseNameAddr } from '../message/name-addr';
import { parseVia } from '../message/via';
import { newTag } from '../transaction/new-token';

/**
 * The final response a request would have got: 408 when nobody answered, 503 when it could not be
 * sent (RFC 3261 section 8.1.3.1).
 *
 * @param why the application is told, in a Warning (section 20.43)
 */
export function localResponse(
  request: SipRequest,
  status: 408 | 503,
  why?: string,
): ReceivedResponse {
  const toTag = newTag();
  const told = why?.replace(/[^\x20-\x7e]|["\\]/g, ' ');
  const response = buildResponse(request, status, {
    toTag,
    headers: told === undefined ? [] : [['Warning', `399 santun "${told}"`]],
  });
  const { headers } = request;
  const tagOf = (key: string): string | undefined =>
    parseNameAddr(headers.get(key) ?? '')?.params.get('tag');
  return {
    ...response,
    via: parseVia(headers.get('via') ?? '') ?? NO_VIA,
    callId: headers.get('call-id') ?? '',
    cseq: parseCSeq(headers.get('cseq') ?? '') ?? { number: 0, method: request.method },
    fromTag: tagOf('from') ?? '',
    toTag: tagOf('to') ?? toTag,
    bytes: 0,
  };
}

const NO_VIA = { transport: 'UDP', host: 'invalid', port: undefined, params: new Map() };
