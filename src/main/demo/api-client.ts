import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { readServerSentEvents } from './server-sent-events';

/** An answer of the API other than success (RFC 9457). */
export class ApiError extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    readonly detail: string,
    request: string,
  ) {
    super(`${request} was answered ${status} ${code}: ${detail}`);
    this.name = 'ApiError';
  }
}

/** An event of the live stream. */
export interface LiveEvent {
  readonly type: string;
  readonly at: string;
  readonly agentId: string | null;
  readonly [field: string]: unknown;
}

const REQUEST_LIMIT_MS = 30_000;
const TRIES = 4;
const RETRY_DELAY_MS = 500;

/** The HTTP API as any client would use it, with one key. */
export class ApiClient {
  constructor(
    private readonly baseUrl: string,
    private readonly key: string,
  ) {}

  get<T>(path: string): Promise<T> {
    return this.#request<T>('GET', path, {});
  }

  delete<T>(path: string): Promise<T> {
    return this.#request<T>('DELETE', path, {});
  }

  put<T>(path: string, body: unknown): Promise<T> {
    const headers = { 'content-type': 'application/json' };
    return this.#request<T>('PUT', path, headers, JSON.stringify(body));
  }

  /** Tried again when the server does not answer or is not available: the key makes it safe. */
  async post<T>(path: string, body?: unknown): Promise<T> {
    const headers = {
      'idempotency-key': randomUUID(),
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    };
    const text = body === undefined ? undefined : JSON.stringify(body);
    for (let tried = 1; ; tried += 1) {
      try {
        return await this.#request<T>('POST', path, headers, text);
      } catch (error) {
        if (tried === TRIES || (error instanceof ApiError && error.status < 500)) throw error;
        await delay(RETRY_DELAY_MS * tried);
      }
    }
  }

  /** Sends a whole file. */
  upload<T>(path: string, file: { name: string; type: string; content: Buffer }): Promise<T> {
    const headers = { 'content-type': file.type, 'x-file-name': file.name };
    return this.#request<T>('POST', path, headers, new Uint8Array(file.content));
  }

  /** The live stream, resumed where it broke, until `signal` aborts. */
  async *events(signal: AbortSignal): AsyncGenerator<LiveEvent> {
    let lastId: string | null = null;
    while (!signal.aborted) {
      try {
        const response = await fetch(`${this.baseUrl}/v1/events`, {
          headers: { ...this.#auth(), ...(lastId === null ? {} : { 'last-event-id': lastId }) },
          signal,
        });
        if (!response.ok || response.body === null) throw await this.#error(response, 'GET events');
        for await (const event of readServerSentEvents(response.body)) {
          lastId = event.id ?? lastId;
          yield JSON.parse(event.data) as LiveEvent;
        }
      } catch (error) {
        if (error instanceof ApiError && error.status < 500) throw error;
      }
      await delay(RETRY_DELAY_MS, undefined, { signal }).catch(() => undefined);
    }
  }

  async #request<T>(
    method: string,
    path: string,
    headers: Record<string, string>,
    body?: string | Uint8Array,
  ): Promise<T> {
    const response = await fetch(`${this.baseUrl}${path}`, {
      method,
      headers: { ...this.#auth(), ...headers },
      signal: AbortSignal.timeout(REQUEST_LIMIT_MS),
      ...(body === undefined ? {} : { body }),
    });
    if (!response.ok) throw await this.#error(response, `${method} ${path}`);
    return (response.status === 204 ? undefined : await response.json()) as T;
  }

  async #error(response: Response, request: string): Promise<ApiError> {
    const problem = (await response.json().catch(() => ({}))) as {
      code?: string;
      detail?: string;
      errors?: unknown;
    };
    const detail = [problem.detail ?? '', problem.errors ? JSON.stringify(problem.errors) : ''];
    const text = detail.filter((part) => part !== '').join(' ');
    return new ApiError(response.status, problem.code ?? 'unknown', text, request);
  }

  #auth(): Record<string, string> {
    return { authorization: `Bearer ${this.key}` };
  }
}
