import type { ForbiddenPhrase } from '../domain/forbidden-phrase';
import { hearPhrases, type HeardPhrase, type SpeechTail } from '../domain/speech-tail';
import { readCollectionPolicy } from './collection-policies';
import type { Transaction } from './database';
import { markPhrase, type PhraseMark } from './phrase-marks';

/** Something that one of the two said, as a transcriber heard it. */
export interface TranscriptChunk {
  /** Counts up within the talk; told again, it is the same. */
  readonly seq: number;
  readonly speaker: 'agent' | 'customer';
  /** From the moment at which the two were joined. */
  readonly startMs: number;
  readonly endMs: number;
  readonly text: string;
}

export type ToldTranscript =
  | { readonly kind: 'told'; readonly taken: number; readonly marks: readonly PhraseMark[] }
  | { readonly kind: 'no_attempt' }
  /** The two were never joined: nobody can have said anything. */
  | { readonly kind: 'no_talk' };

/**
 * Looks for forbidden phrases in what the agent said; what the customer said is nobody's mark. The words
 * themselves are not kept, but for a quote where the policy keeps one, and words of the list with which
 * a phrase may have begun, until the next part. Chunks that were told before change nothing, in whatever
 * order they come.
 */
export async function tellTranscript(
  tx: Transaction,
  attemptId: string,
  told: { readonly chunks: readonly TranscriptChunk[]; readonly actor: string },
): Promise<ToldTranscript> {
  const { rows } = await tx.query<Talk>(
    `select id as "attemptId", creditor_id as "creditorId", agent_id as "agentId",
       connected_at as "connectedAt" from attempt where id = $1`,
    [attemptId],
  );
  const [talk] = rows;
  if (talk === undefined) return { kind: 'no_attempt' };
  if (talk.connectedAt === null) return { kind: 'no_talk' };
  const { fresh, tail: kept } = await takeNew(tx, talk, told.chunks);
  const { version, policy } = await readCollectionPolicy(tx, talk.creditorId);
  const { phrases, keep } = policy.speech;
  const { heard, tail } = listen(fresh, kept, talk, phrases);
  const marks: PhraseMark[] = [];
  for (const { seq, phrase, quote, atMs } of heard) {
    marks.push(
      await markPhrase(tx, {
        ...{ attemptId, creditorId: talk.creditorId, agentId: talk.agentId, seq },
        ...{ category: phrase.category, phrase: phrase.phrase, policyVersion: version },
        at: new Date(talk.connectedAt.getTime() + atMs),
        quote: keep === 'quotes' && quote !== '' ? quote : null,
        ...{ source: 'transcriber', markedBy: told.actor },
      }),
    );
  }
  await tx.query('update transcript set tail = $2 where attempt_id = $1', [
    attemptId,
    tail === null ? null : JSON.stringify(tail),
  ]);
  return { kind: 'told', taken: fresh.length, marks };
}

/** How the agent's last part ended; see {@link SpeechTail}. */
type KeptTail = SpeechTail & { readonly seq: number; readonly agentId: string };

/** What the agent said in these parts, in their order, and how the last of them ended. */
function listen(
  chunks: readonly TranscriptChunk[],
  kept: KeptTail | null,
  { agentId }: Talk,
  phrases: readonly ForbiddenPhrase[],
): { readonly heard: (HeardPhrase & { seq: number })[]; readonly tail: KeptTail | null } {
  const heard: (HeardPhrase & { seq: number })[] = [];
  // whoever the talk was handed on to has not begun what a colleague began
  let tail = kept?.agentId === agentId ? kept : null;
  for (const { seq, speaker, ...said } of chunks) {
    if (speaker !== 'agent') continue;
    // what comes later than its turn is looked at by itself
    const isNext = tail === null || seq > tail.seq;
    const now = hearPhrases(said, isNext ? tail : null, phrases);
    if (isNext) tail = now.tail && { ...now.tail, seq, agentId };
    heard.push(...now.heard.map((each) => ({ ...each, seq })));
  }
  return { heard, tail };
}

interface Talk {
  readonly attemptId: string;
  readonly creditorId: string;
  readonly agentId: string;
  readonly connectedAt: Date | null;
}

/** Those that were not told before, and from now on were; who tells at the same time waits. */
async function takeNew(
  tx: Transaction,
  { attemptId, creditorId }: Talk,
  chunks: readonly TranscriptChunk[],
): Promise<{ readonly fresh: TranscriptChunk[]; readonly tail: KeptTail | null }> {
  await tx.query(
    `insert into transcript (attempt_id, creditor_id) values ($1, $2) on conflict do nothing`,
    [attemptId, creditorId],
  );
  const { rows } = await tx.query<{ known: number[]; tail: KeptTail | null }>(
    `select t.tail, coalesce((select array_agg(n) from unnest($2::int[]) n where t.told @> n), '{}') as known
     from transcript t where t.attempt_id = $1 for update`,
    [attemptId, chunks.map(({ seq }) => seq)],
  );
  const known = new Set(rows[0]?.known);
  const fresh = chunks
    .filter(({ seq }) => !known.has(seq) && known.add(seq))
    .sort((a, b) => a.seq - b.seq);
  if (fresh.length > 0) {
    await tx.query(
      `update transcript set told_at = clock_timestamp(), told = told + (
         select range_agg(int4range(n, n, '[]')) from unnest($2::int[]) n) where attempt_id = $1`,
      [attemptId, fresh.map(({ seq }) => seq)],
    );
  }
  return { fresh, tail: rows[0]?.tail ?? null };
}
