import { ApiError, type FieldError } from './api-error';

/** The API with the agent's key. The key is in a header and never in an address. */
export class ApiClient {
  constructor(private readonly key: string) {}

  get<T>(path: string): Promise<T> {
    return this.send<T>('GET', path);
  }

  post<T>(path: string, body?: unknown): Promise<T> {
    return this.send<T>('POST', path, body);
  }

  delete<T>(path: string): Promise<T> {
    return this.send<T>('DELETE', path);
  }

  /** A file as it is answered. */
  async file(path: string): Promise<Blob> {
    return (await this.fetch('GET', path)).blob();
  }

  /** The answer; null when there is no such thing. */
  async find<T>(path: string): Promise<T | null> {
    try {
      return await this.get<T>(path);
    } catch (error) {
      if (error instanceof ApiError && error.status === 404) return null;
      throw error;
    }
  }

  private async send<T>(method: string, path: string, body?: unknown): Promise<T> {
    const response = await this.fetch(method, path, body);
    return (await response.json().catch(() => null)) as T;
  }

  private async fetch(method: string, path: string, body?: unknown): Promise<Response> {
    const response = await fetch(path, {
      method,
      headers: {
        authorization: `Bearer ${this.key}`,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      cache: 'no-store',
    }).catch(() => {
      throw new ApiError('offline', 0, '', []);
    });
    if (response.ok) return response;
    const answer: unknown = await response.json().catch(() => null);
    const problem = (answer ?? {}) as {
      code?: string;
      detail?: string;
      errors?: FieldError[];
      cause?: string;
    };
    const {
      code = 'internal_error',
      detail = response.statusText,
      errors = [],
      cause = null,
    } = problem;
    throw new ApiError(code, response.status, detail, errors, cause);
  }
}
