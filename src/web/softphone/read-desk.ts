import type { ApiClient, CurrentCall, Guide, HelpRequest, Preview, Session } from './api-client';
import { ApiError } from './api-error';
import type { AppState } from './app-state';

/** In these states of a session there is somebody on the line, or something to record of them. */
const WITH_CALL = ['reserved', 'ringing', 'in_call', 'hold', 'wrap_up'];

export type SeenDesk = Pick<AppState, 'session' | 'call' | 'preview' | 'help' | 'guide'>;

/** What the server knows of the agent now: the session, and the call or account that it is about. */
export async function readDesk(api: ApiClient): Promise<SeenDesk> {
  const session = await api.find<Session>('/v1/me/session');
  const isWithCall = session !== null && WITH_CALL.includes(session.state);
  const isTalking = session?.state === 'in_call' || session?.state === 'hold';
  return {
    session,
    help: isTalking ? await openHelp(api, session.attemptId) : null,
    guide: isTalking || session?.state === 'wrap_up' ? await guideNow(api) : null,
    call: isWithCall ? await api.find<CurrentCall>('/v1/me/call') : null,
    preview: session?.state === 'previewing' ? await api.find<Preview>('/v1/me/preview') : null,
  };
}

/** Null: nobody knows yet who is on the line, or nobody is any more. */
async function guideNow(api: ApiClient): Promise<Guide | null> {
  try {
    return await api.get<Guide>('/v1/me/call/guide');
  } catch (error) {
    if (error instanceof ApiError && error.status === 409) return null;
    throw error;
  }
}

/** The newest request of the agent, if it is about this call and not over. */
async function openHelp(api: ApiClient, attemptId: string | null): Promise<HelpRequest | null> {
  const { items } = await api.get<{ items: readonly HelpRequest[] }>('/v1/help-requests?limit=1');
  const [newest] = items;
  return newest?.attemptId === attemptId && newest.state !== 'ended' ? newest : null;
}
