import type { ApiClient } from './api-client';
import type { AppState } from './app-state';
import { figuresOf } from './connection-check';

/**
 * Tells the server what the checks found, and begins a session with a line that stays up between calls.
 * @throws ApiError `connection_check_needed` when the pool asks for better, or for a waiver
 */
export async function signInForCalls(
  api: Pick<ApiClient, 'post'>,
  { connection, microphone, echo }: Pick<AppState, 'connection' | 'microphone' | 'echo'>,
): Promise<void> {
  if (connection !== null && connection !== 'running') {
    const figures = figuresOf(connection, microphone === 'heard', echo === 'heard');
    await api.post('/v1/me/connection-check', figures);
  }
  await api.post('/v1/me/session', { legMode: 'nailed_up' });
}
