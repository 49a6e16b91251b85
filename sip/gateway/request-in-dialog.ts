import type { DigestAccount } from './answer-challenge';
import { isChallenge, RequestCredentials } from './request-credentials';
import type { RawDialog, RawMessage } from './srf-types';

export interface DialogRequest {
  readonly method: 'INVITE' | 'BYE';
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
}

/**
 * Sends a request inside of a dialog, and again when the far side challenges it. Ours, since drachtio-srf
 * knows MD5 alone, and answers one that refuses the password for ever.
 *
 * @param account null: challenges are not answered
 * @throws when there is no connection to the signalling server
 */
export function requestInDialog(
  raw: RawDialog,
  request: DialogRequest,
  account: DigestAccount | null,
  done: (error: unknown, response?: RawMessage) => void,
): void {
  const credentials = account === null ? null : new RequestCredentials(account);
  const send = (answers: Record<string, string>): void => {
    // a fresh object: drachtio-srf writes into it
    const headers = { ...request.headers, ...answers };
    raw.request({ ...request, headers }, (error, response) => {
      const next = answersTo(response, credentials);
      if (next === null) {
        done(error, response);
        return;
      }
      try {
        send(next);
      } catch (failure) {
        done(failure);
      }
    });
  };
  send({});
}

function answersTo(
  response: RawMessage | undefined,
  credentials: RequestCredentials | null,
): Record<string, string> | null {
  const sent = response?.req;
  if (response === undefined || sent === undefined || credentials === null) return null;
  return isChallenge(response.status) ? credentials.headersFor(response, sent) : null;
}
