import { signatureHeaders } from '../../src/outbound/sign-delivery';
import type { Received, Reply } from './http-receiver';

const SECOND_MS = 1_000;

/** What a register answers that was asked about a number: signed, under the id of the question. */
export function signedAnswer(asked: Received, answer: unknown, secret: string): Reply {
  const body = JSON.stringify(answer);
  const id = String(asked.headers['webhook-id']);
  const timestamp = Math.floor(Date.now() / SECOND_MS);
  return { status: 200, body, headers: signatureHeaders({ id, timestamp, body }, [secret]) };
}

type Faulty = (asked: Received, secret: string) => Reply | Promise<Reply>;

/** How a register may fail: its name, what it answers, and what is said of it then. */
export const REGISTER_FAULTS: [string, Faulty, string][] = [
  ['slow', () => new Promise((done) => setTimeout(done, 3_000, 204)), 'no answer in time'],
  ['broken', () => 500, 'it answered 500'],
  ['cut off', () => null, 'no connection (ECONNRESET)'],
  [
    'of another shape',
    (asked, secret) => signedAnswer(asked, { valid: true }, secret),
    'its answer was not of the agreed shape',
  ],
  [
    'signed by somebody else',
    (asked) => signedAnswer(asked, { status: 'invalid' }, 'whsec_c29tZWJvZHkgZWxzZQ=='),
    'its answer was not signed with the secret, or not for this question',
  ],
  [
    'overheard',
    (asked, secret) => {
      const headers = { 'webhook-id': '0198c000-0000-7000-8000-000000000000' };
      return signedAnswer({ ...asked, headers }, { status: 'invalid' }, secret);
    },
    'its answer was not signed with the secret, or not for this question',
  ],
];
