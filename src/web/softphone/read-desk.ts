import type { ApiClient, CurrentCall, Preview, Session } from './api-client';
import type { AppState } from './app-state';

/** In these states of a session there is somebody on the line, or something to record of them. */
const WITH_CALL = ['reserved', 'ringing', 'in_call', 'hold', 'wrap_up'];

/** What the server knows of the agent now: the session, and the call or account that it is about. */
export async function readDesk(
  api: ApiClient,
): Promise<Pick<AppState, 'session' | 'call' | 'preview'>> {
  const session = await api.find<Session>('/v1/me/session');
  const isWithCall = session !== null && WITH_CALL.includes(session.state);
  return {
    session,
    call: isWithCall ? await api.find<CurrentCall>('/v1/me/call') : null,
    preview: session?.state === 'previewing' ? await api.find<Preview>('/v1/me/preview') : null,
  };
}
