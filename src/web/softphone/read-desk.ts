import type {
  AgreementNow,
  Conflict,
  CurrentCall,
  Guide,
  HelpRequest,
  PhraseMark,
  Preview,
  Session,
} from './api-answers';
import type { ApiClient } from './api-client';
import { ApiError } from './api-error';
import type { AppState } from './app-state';

/** In these states of a session there is somebody on the line, or something to record of them. */
const WITH_CALL = ['reserved', 'ringing', 'in_call', 'hold', 'wrap_up'];

export type SeenDesk = Pick<
  AppState,
  'session' | 'call' | 'preview' | 'help' | 'guide' | 'agreement' | 'phrases' | 'conflicts'
>;

/** What the server knows of the agent now: the session, and the call or account that it is about. */
export async function readDesk(api: ApiClient): Promise<SeenDesk> {
  const session = await api.find<Session>('/v1/me/session');
  if (session === null) return { ...NOTHING, session };
  const { state } = session;
  const isTalking = state === 'in_call' || state === 'hold';
  return {
    session,
    ...(await readTalk(api, isTalking || state === 'wrap_up')),
    phrases: isTalking || state === 'wrap_up' ? await ownPhrases(api, session.attemptId) : [],
    // nobody writes one while somebody is on the line
    conflicts: isTalking ? [] : await unreflected(api),
    help: isTalking ? await openHelp(api, session.attemptId) : null,
    call: WITH_CALL.includes(state) ? await api.find<CurrentCall>('/v1/me/call') : null,
    preview: state === 'previewing' ? await api.find<Preview>('/v1/me/preview') : null,
  };
}

const NOTHING: Omit<SeenDesk, 'session'> = {
  ...{ call: null, preview: null, help: null, guide: null, agreement: null },
  ...{ phrases: [], conflicts: [] },
};

async function readTalk(
  api: ApiClient,
  isGuided: boolean,
): Promise<Pick<SeenDesk, 'guide' | 'agreement'>> {
  const guide = isGuided ? await guideNow(api) : null;
  const isOffered = guide?.debt?.isReckoned === true;
  const agreement = isOffered ? await api.find<AgreementNow>('/v1/me/call/agreement') : null;
  return { guide, agreement };
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

/** What the agent said in this call and should not have; of colleagues the server tells nothing. */
async function ownPhrases(
  api: ApiClient,
  attemptId: string | null,
): Promise<readonly PhraseMark[]> {
  if (attemptId === null) return [];
  const path = `/v1/phrase-marks?attemptId=${attemptId}&limit=20`;
  return (await api.get<{ items: readonly PhraseMark[] }>(path)).items;
}

/** The agent's conflicts whose reflection is to be written. */
async function unreflected(api: ApiClient): Promise<readonly Conflict[]> {
  const path = '/v1/conflicts?reflected=false&limit=5';
  return (await api.get<{ items: readonly Conflict[] }>(path)).items;
}

/** The newest request of the agent, if it is about this call and not over. */
async function openHelp(api: ApiClient, attemptId: string | null): Promise<HelpRequest | null> {
  const { items } = await api.get<{ items: readonly HelpRequest[] }>('/v1/help-requests?limit=1');
  const [newest] = items;
  return newest?.attemptId === attemptId && newest.state !== 'ended' ? newest : null;
}
