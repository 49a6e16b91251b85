import { randomBytes } from 'node:crypto';
import type { RegisterAnswer } from '../../src/domain/trunk-registration';
import type { DigestAccount } from './answer-challenge';
import { sendRequest, type RequestEnd } from './outgoing-request';
import { isChallenge, RequestCredentials } from './request-credentials';
import type { RawMessage, RawSrf } from './srf-types';

export interface RegisterOptions {
  /** The registrar, without a user part (RFC 3261, 10.2). */
  readonly uri: string;
  /** Address of record: `sip:user@host`. */
  readonly addressOfRecord: string;
  /** Its host is `localhost`: the signalling server writes its own address. */
  readonly contactUri: string;
  /** From 0 to 1, as text: which of several contacts is to be tried first. */
  readonly q: string;
  /** 0 takes the contact back. */
  readonly expiresSeconds: number;
  readonly account: DigestAccount;
  /** The same for one contact as long as it is kept; `cseq` is higher than any before. */
  readonly callId: string;
  readonly cseq: number;
}

export interface RegisterEnd extends RegisterAnswer {
  /** The highest that was used. */
  readonly cseq: number;
}

/** Registers a contact, or takes it back (RFC 3261, 10.2), and answers challenges. Never rejects. */
export async function sendRegister(
  srf: RawSrf,
  options: RegisterOptions,
  deadlineMs: number,
): Promise<RegisterEnd> {
  const { uri, addressOfRecord, contactUri, q, expiresSeconds, callId } = options;
  const until = Date.now() + deadlineMs;
  const credentials = new RequestCredentials(options.account);
  let { cseq } = options;
  let proxy: string | undefined;
  let headers: Record<string, string> = {
    From: `<${addressOfRecord}>;tag=${randomBytes(8).toString('hex')}`,
    To: `<${addressOfRecord}>`,
    'Call-ID': callId,
    CSeq: `${cseq} REGISTER`,
    Contact: `<${contactUri}>;q=${q};expires=${expiresSeconds}`,
    Expires: String(expiresSeconds),
  };
  for (;;) {
    const limitMs = Math.max(1, until - Date.now());
    const end = await sendRequest(srf, { method: 'REGISTER', uri, proxy, headers }, limitMs);
    const again = againFor(end, credentials, { uri, proxy, headers });
    if (again === null) return { ...answerOf(end, contactUri), cseq };
    ({ headers, proxy } = again);
    cseq += 1;
  }
}

function againFor(
  { status, request, response }: RequestEnd,
  credentials: RequestCredentials,
  sent: { uri: string; proxy: string | undefined; headers: Record<string, string> },
): ReturnType<RequestCredentials['answer']> {
  if (request === null || response === null || !isChallenge(status)) return null;
  return credentials.answer({ request, challenge: response, ...sent });
}

function answerOf({ status, response, failure }: RequestEnd, contactUri: string): RegisterAnswer {
  return {
    ...{ status, failure },
    grantedSeconds: response === null ? null : grantedSeconds(response, contactUri),
    minExpiresSeconds: secondsOf(response?.get('min-expires')),
    retryAfterSeconds: secondsOf(response?.get('retry-after')),
  };
}

/** Of our contact in the 200, which may tell of others (RFC 3261, 10.2.4); null: it does not say. */
function grantedSeconds(response: RawMessage, contactUri: string): number | null {
  const user = /^sip:([^@]+)@/.exec(contactUri)?.[1] ?? '';
  const contacts = response.get('contact') ?? '';
  const [, own] = contacts.split(new RegExp(`<?sips?:${user}@`), 2);
  if (own === undefined) return contacts === '' ? secondsOf(response.get('expires')) : 0;
  // up to the next contact
  const [parameters = ''] = own.split(/,\s*(?="|<|sips?:)/i, 1);
  const expires = /;\s*expires\s*=\s*"?(\d{1,9})/i.exec(parameters.replace(/^[^>]*>/, ''))?.[1];
  return secondsOf(expires) ?? secondsOf(response.get('expires'));
}

const secondsOf = (text: string | undefined): number | null => {
  const digits = /^\s*(\d{1,9})/.exec(text ?? '')?.[1];
  return digits === undefined ? null : Number(digits);
};
