import type { RawMessage, RawRequest, RawSrf } from './srf-types';

export interface RequestOptions {
  readonly method: 'OPTIONS' | 'REGISTER';
  /** Request-URI. */
  readonly uri: string;
  /** Where to send it when that is not the Request-URI's host. */
  readonly proxy?: string | undefined;
  readonly headers?: Readonly<Record<string, string>> | undefined;
}

/** What came of it. */
export interface RequestEnd {
  /** 0: nothing final within the limit; 503 also when it could not be sent. */
  readonly status: number;
  /** As it went out, and its final response; null: there is none. */
  readonly request: RawMessage | null;
  readonly response: RawMessage | null;
  /** Why our own signalling server did not send it, for people; null: it did, or does not say. */
  readonly failure: string | null;
}

/** Sends a request outside of a dialog and waits for its final response. Never rejects. */
export function sendRequest(
  srf: RawSrf,
  { method, uri, proxy, headers }: RequestOptions,
  deadlineMs: number,
): Promise<RequestEnd> {
  return new Promise<RequestEnd>((resolve) => {
    let request: RawRequest | null = null;
    const settle = (
      status: number,
      response: RawMessage | null = null,
      failure: string | null = null,
    ): void => {
      clearTimeout(timer);
      resolve({ status, request, response, failure });
    };
    const timer = setTimeout(() => {
      settle(0);
    }, deadlineMs);
    const options = { method, headers: { ...headers }, ...(proxy === undefined ? {} : { proxy }) };
    try {
      srf.request(uri, options, (error, sent) => {
        if (error || sent === undefined) {
          settle(503, null, error instanceof Error ? error.message : null);
          return;
        }
        request = sent;
        sent.on('response', (response) => {
          if (response.status >= 200) settle(response.status, response, failureOf(response));
        });
      });
    } catch {
      settle(503);
    }
  });
}

/** As the embedded server's Warning tells it (RFC 3261, 20.43); drachtio-server says nothing. */
function failureOf(response: RawMessage): string | null {
  const told = /^399 santun "([^"\\]{1,300})"$/.exec(response.get('warning') ?? '');
  return told?.[1] ?? null;
}
