import type { ApiClient } from './api-client';
import type { Scene } from './talk-scene';
import type { SpokenOutcome } from './talk-model';

/** The part of an answer of `POST /v1/me/call/options` that an agent looks at. */
interface Options {
  readonly allowed: readonly {
    readonly offerId: string;
    readonly kind: string;
    readonly terms: { readonly needsEvidence?: boolean };
  }[];
}

/** A month's, as the person tells it; integer minor units of rupiah. */
const ABILITY = {
  incomeMinor: '650000000',
  fixedCostMinor: '310000000',
  otherDebtsMinor: '40000000',
};

const OUTCOME_OF = { plan: 'RPC_PLAN', settlement: 'RPC_SETTLE', deferment: 'RPC_DEFER' } as const;

/**
 * Tells what was said in the agent's talk, and makes what was agreed, as the agent's page would.
 * @returns the outcome to be recorded; null: the scene does not fit this talk, or chance decides its outcome
 */
export async function playScene(api: ApiClient, scene: Scene): Promise<SpokenOutcome | null> {
  await tell(api, { kind: 'opened', opening: 'good_moment' });
  await confirmIdentity(api);
  switch (scene.kind) {
    case 'promise':
      return null;
    case 'dispute':
      await tell(api, { kind: 'cause_told', cause: 'amount_dispute' });
      return { code: 'RPC_DISPUTE', rootCause: 'amount_dispute', note: 'Jumlahnya tidak sesuai.' };
    case 'conflict':
      return quarrel(api);
    case 'agreement':
      return agree(api, scene);
  }
}

/** The person has shown to be the one: from here on the debt may be talked about. */
export async function confirmIdentity(api: ApiClient): Promise<void> {
  await tell(api, { kind: 'identity_confirmed', by: ['full_name', 'birth_date'] });
}

async function quarrel(api: ApiClient): Promise<SpokenOutcome> {
  await tell(api, { kind: 'tension', level: 4 });
  await tell(api, { kind: 'feeling_acknowledged', feeling: 'angry' });
  await tell(api, { kind: 'calmed' });
  await tell(api, { kind: 'cause_told', cause: 'unwilling' });
  return { code: 'RPC_REFUSE', rootCause: 'unwilling' };
}

async function agree(
  api: ApiClient,
  { agreement, cause }: Extract<Scene, { kind: 'agreement' }>,
): Promise<SpokenOutcome | null> {
  if (agreement === 'reschedule') throw new Error('no scene shows another due date');
  await tell(api, { kind: 'cause_told', cause });
  // a settlement is the lowest when nothing is known of the ability
  const ability = agreement === 'settlement' ? {} : { ability: ABILITY };
  const told = { rootCause: cause, ...ability };
  const { allowed } = await api.post<Options>('/v1/me/call/options', told);
  const chosen = allowed.find(
    ({ kind, terms }) => kind === agreement && terms.needsEvidence !== true,
  );
  if (chosen === undefined) return null;
  for (const kind of ['amount_said', 'due_date_said', 'next_steps_said']) await tell(api, { kind });
  const options = [...new Set(allowed.map(({ kind }) => kind))];
  await tell(api, { kind: 'options_said', options });
  await tell(api, { kind: 'option_chosen', option: agreement });
  const reason = agreement === 'deferment' ? { reason: 'Gaji terlambat bulan ini.' } : {};
  await api.post('/v1/me/call/agreements', { offerId: chosen.offerId, ...reason });
  await tell(api, { kind: 'recap_said', agreed: true });
  return { code: OUTCOME_OF[agreement], rootCause: cause };
}

const tell = (api: ApiClient, step: object): Promise<unknown> =>
  api.post('/v1/me/call/guide/steps', step);

/** What the agent learnt of the conflict of a talk, written at once. */
export async function reflect(api: ApiClient, attemptId: string): Promise<void> {
  const { items } = await api.get<{ items: readonly { id: string; attemptId: string }[] }>(
    '/v1/conflicts?reflected=false',
  );
  const conflict = items.find((one) => one.attemptId === attemptId);
  if (conflict === undefined) return;
  await api.post(`/v1/conflicts/${conflict.id}/reflection`, {
    whatHappened: 'Debitur marah karena merasa ditelepon terlalu sering.',
    trigger: 'too_many_calls',
    whatWorked: 'Mendengarkan sampai selesai, lalu mengakui perasaannya.',
    prevention: {
      action: 'Tanyakan jam yang disukai pada panggilan pertama.',
      owner: 'role:supervisor',
      dueOn: new Date(Date.now() + 7 * 86_400_000).toISOString().slice(0, 10),
    },
  });
}
