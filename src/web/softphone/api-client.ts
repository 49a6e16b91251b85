import type { AgentState } from '../../domain/agent-state';
import type { AttemptState } from '../../domain/attempt-state';
import type { HelpState } from '../../domain/help-request';
import type { Tick } from '../../domain/conversation';
import type { OptionKind } from '../../domain/option-kind';
import type { OutcomeCode, RootCause } from '../../domain/outcome-code';
import { ApiError, type FieldError } from './api-error';

export interface Session {
  readonly id: string;
  readonly state: AgentState;
  readonly stateSince: string;
  readonly stateLimitAt: string | null;
  readonly seq: number;
  readonly cause: string;
  readonly pauseReason: string | null;
  readonly wanted: 'paused' | 'offline' | null;
  readonly attemptId: string | null;
  readonly wrapUpExtensionsLeft: number;
}

export interface CurrentCall {
  readonly attemptId: string;
  readonly state: AttemptState;
  readonly purpose: 'collect' | 'locate';
  readonly mayCallUntil: { readonly at: string; readonly localTime: string | null } | null;
  readonly overtimeMs: number | null;
  readonly creditorName: string | null;
  readonly name: string;
  readonly phone: string;
  readonly product: string | null;
  readonly currency: string | null;
  readonly amountDueMinor: string | null;
  readonly dueDate: string | null;
  readonly accountUpdatedAt: string;
  readonly openPromise: {
    readonly amountMinor: string;
    readonly currency: string;
    readonly dueDate: string;
  } | null;
  readonly brokenPromise: {
    readonly amountMinor: string;
    readonly currency: string;
    readonly dueDate: string;
  } | null;
  readonly promiseHorizonDays: number | null;
  readonly lastOutcomes: readonly { readonly code: OutcomeCode; readonly recordedAt: string }[];
}

/** What is told of the person and the account. */
export type Statement = Omit<
  CurrentCall,
  'attemptId' | 'state' | 'overtimeMs' | 'promiseHorizonDays'
>;

/** An account that is shown before anybody calls. */
export interface Preview extends Omit<
  Statement,
  'purpose' | 'mayCallUntil' | 'creditorName' | 'amountDueMinor' | 'dueDate'
> {
  readonly id: string;
  readonly expiresAt: string;
  readonly creditorName: string;
  readonly amountDueMinor: string;
  readonly dueDate: string;
  readonly figures: { readonly passedOverPercent: number; readonly isOverLimit: boolean };
}

/** In both languages, made by the server. */
export type Said = Readonly<Record<'id' | 'en', string>>;

interface Coded<Code extends string = string> {
  readonly code: Code;
  readonly said: Said;
}

/** What to say now; nothing of the debt until the person is known. */
export interface Guide {
  readonly identity: { readonly state: 'unknown' | 'confirmed' | 'not_confirmed' };
  readonly practices: readonly (Coded & { readonly isDone: boolean })[];
  readonly practice: string | null;
  readonly prompts: readonly Coded[];
  readonly feelings: readonly Coded[];
  readonly isConflict: boolean;
  readonly tension: { readonly level: number } | null;
  readonly nudge: Said | null;
  readonly debt: {
    readonly checklist: readonly (Coded<Tick> & { readonly isDone: boolean })[];
    readonly causes: readonly Coded<RootCause>[];
    readonly cause: { readonly cause: RootCause } | null;
    readonly options: readonly (Coded<OptionKind> & { readonly answer: string | null })[];
    readonly hope: string | null;
    readonly worry: string | null;
    readonly lessons: readonly { readonly said: Said }[];
    readonly advice: readonly { readonly lesson: string }[];
  } | null;
}

export interface HelpRequest {
  readonly attemptId: string;
  readonly state: HelpState;
}

export interface SipCredentials {
  readonly username: string;
  readonly password: string;
  readonly domain: string;
  readonly wsUrl: string | null;
  readonly iceServers: readonly {
    readonly urls: string[];
    readonly username: string;
    readonly credential: string;
  }[];
}

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
    const answer: unknown = await response.json().catch(() => null);
    if (response.ok) return answer as T;
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
