import { createHash } from 'node:crypto';
import { setImmediate as nextTurn } from 'node:timers/promises';
import {
  giveBackRecording,
  postponeRecording,
  recordingFailed,
  recordingReady,
  spoolAbandonedRecordings,
  storedRecordings,
  takeSpooledRecording,
  type SpooledRecording,
} from '../src/db/recordings';
import type { Database } from '../src/db/database';
import { audioName, type AudioStore } from '../src/recording/audio-store';
import type { CaptureSpool, SpooledCapture } from '../src/recording/capture-spool';
import { newDataKey, type DataKey } from '../src/recording/data-keys';
import { mixSegments, type MixedTalk } from '../src/recording/mix-segments';
import { readAudio } from '../src/recording/read-audio';
import { segmentsAndGaps } from '../src/recording/recording-gaps';
import { chunksOf, sealChunk, type SealedAudio } from '../src/recording/sealed-audio';
import { talkBalance } from '../src/recording/talk-balance';

export interface StoreRecordingsOptions {
  readonly db: Database;
  /** 32 bytes; seals the creditors' keys. */
  readonly secretKey: Buffer;
  readonly spool: Pick<CaptureSpool, 'closed' | 'read' | 'unclosed' | 'remove'>;
  readonly store: AudioStore;
  readonly onTrouble: (recordingId: string, error: unknown) => void;
}

export interface StoreReport {
  readonly stored: number;
  readonly failed: number;
}

/** Until another worker may take it: longer than the longest talk takes. */
const HOLD_MS = 900_000;
/** For the engine to close a capture. Then it is taken as it lies, or missed. */
const CLOSE_LIMIT_MS = 20_000;
const LOOK_AGAIN_MS = 1_000;
const FIRST_RETRY_MS = 5_000;
const LONGEST_RETRY_MS = 600_000;
/** Of reading and mixing captures, about two hours. A store that is away is waited for. */
const MOST_TRIES = 20;

/** The store is away, or does not give back what it was given. */
class StoreTrouble extends Error {
  constructor(cause: unknown) {
    super('what is stored did not come to be', { cause });
    this.name = 'StoreTrouble';
  }
}

type Outcome = 'stored' | 'failed' | 'waiting';

/** Captures whose talks are over become encrypted recordings; nothing is done twice. */
export function storeRecordingsTurn(options: StoreRecordingsOptions): () => Promise<StoreReport> {
  const { db, spool } = options;
  return async () => {
    await spoolAbandonedRecordings(db);
    const counts = { stored: 0, failed: 0, waiting: 0 };
    const closed = await spool.closed();
    for (;;) {
      const recording = await takeSpooledRecording(db, HOLD_MS);
      if (recording === null) break;
      counts[await settle(options, recording, closed)] += 1;
    }
    // of those that were stored by a process that died before it could tidy up
    const stored = await storedRecordings(db, [...new Set(closed.map((c) => c.recordingId))]);
    for (const { recordingId, name } of closed)
      if (stored.has(recordingId)) await spool.remove(name);
    return { stored: counts.stored, failed: counts.failed };
  };
}

async function settle(
  options: StoreRecordingsOptions,
  recording: SpooledRecording,
  closed: readonly SpooledCapture[],
): Promise<Outcome> {
  const { db, onTrouble } = options;
  try {
    return await storeOne(options, recording, closed);
  } catch (error) {
    onTrouble(recording.id, error);
    if (recording.tries >= MOST_TRIES && !(error instanceof StoreTrouble)) {
      await recordingFailed(db, recording.id, 'storing_failed');
      return 'failed';
    }
    const waitMs = FIRST_RETRY_MS * 2 ** Math.min(recording.tries, 10);
    await postponeRecording(db, recording, Math.min(waitMs, LONGEST_RETRY_MS));
    return 'waiting';
  }
}

async function storeOne(
  options: StoreRecordingsOptions,
  recording: SpooledRecording,
  closed: readonly SpooledCapture[],
): Promise<Outcome> {
  const { db, spool } = options;
  const named = (among: readonly SpooledCapture[]) =>
    recording.segments.map(({ seq }) => nameOf(among, recording.id, seq));
  let names = named(closed);
  if (names.includes(null)) {
    if (Date.now() - recording.spooledAt.getTime() < CLOSE_LIMIT_MS) {
      await giveBackRecording(db, recording, LOOK_AGAIN_MS);
      return 'waiting';
    }
    // what was listed is as old as the turn: it may have been closed since
    names = named(await spool.closed());
    await findUnclosed(spool, recording, names);
  }
  const captures = names.filter((name) => name !== null);
  if (captures.length === 0) {
    await recordingFailed(db, recording.id, 'capture_missing');
    return 'failed';
  }
  const outcome = await mixAndKeep(options, recording, names);
  // another worker has it: the captures are its own to remove
  if (outcome !== 'waiting') for (const name of captures) await spool.remove(name);
  return outcome;
}

function nameOf(
  closed: readonly SpooledCapture[],
  recordingId: string,
  seq: number,
): string | null {
  return closed.find((c) => c.recordingId === recordingId && c.seq === seq)?.name ?? null;
}

/** Fills in what an engine that died has left. */
async function findUnclosed(
  spool: StoreRecordingsOptions['spool'],
  { segments, spooledAt }: SpooledRecording,
  names: (string | null)[],
): Promise<void> {
  for (const [i, { engineCallId, startedAt }] of segments.entries()) {
    if (names[i] !== null) continue;
    const lost = { engineCallId, startedAt: new Date(startedAt), until: spooledAt };
    const left = await spool.unclosed(lost);
    names[i] = left.find((name) => !names.includes(name)) ?? null;
  }
}

async function mixAndKeep(
  options: StoreRecordingsOptions,
  recording: SpooledRecording,
  names: readonly (string | null)[],
): Promise<Outcome> {
  const { db, spool, secretKey } = options;
  const given = await Promise.all(
    recording.segments.map(async ({ customerPort, agentPort, opusPayloadType }, i) => {
      const name = names[i] ?? null;
      const pcap = name === null ? Buffer.alloc(0) : await spool.read({ name });
      return { pcap, customerPort, agentPort, opusPayloadType };
    }),
  );
  const talk = await mixSegments(given);
  if (talk === null) {
    await recordingFailed(db, recording.id, 'nothing_heard');
    return 'failed';
  }
  const { id, creditorId } = recording;
  const key = await newDataKey(db, secretKey, { recordingId: id, creditorId });
  return keep(options, recording, talk, key);
}

/** Stored, read back, and then told of: whoever is killed on the way leaves what the next try does again. */
async function keep(
  { db, store }: StoreRecordingsOptions,
  recording: SpooledRecording,
  talk: MixedTalk,
  { dataKey, sealed }: DataKey,
): Promise<Outcome> {
  const { id, tries } = recording;
  const { wav, startedAt, durationMs } = talk;
  const audio = { recordingId: id, dataKey, bytes: wav.length };
  const sha256 = await hashOf(chunksOf(wav));
  const name = audioName(id, tries);
  try {
    // what earlier tries have left can never become the recording any more
    for (let before = 1; before < tries; before += 1) await store.remove(audioName(id, before));
    await store.put(name, sealedChunks(audio, wav));
    const whole = { from: 0, to: wav.length - 1 };
    const back = await hashOf(readAudio(store, name, audio, whole));
    if (!back.equals(sha256)) throw new Error('the store gave back something else');
  } catch (error) {
    throw new StoreTrouble(error);
  }
  const told = recording.segments.map(({ seq, endCause, pauseReason }) => {
    return { seq, endCause, pauseReason };
  });
  const isOurs = await recordingReady(db, {
    ...{ id, tries, startedAt, durationMs, bytes: wav.length, channels: 2, sha256 },
    sealedDataKey: sealed,
    balance: talkBalance(wav),
    ...segmentsAndGaps(told, talk.segments),
  });
  if (!isOurs) {
    await store.remove(name);
    return 'waiting';
  }
  return 'stored';
}

function* sealedChunks(audio: SealedAudio, wav: Buffer): Generator<Buffer> {
  let index = 0;
  for (const chunk of chunksOf(wav)) {
    yield sealChunk(audio, index, chunk);
    index += 1;
  }
}

/** SHA-256 with turns for others between. */
async function hashOf(chunks: Iterable<Buffer> | AsyncIterable<Buffer>): Promise<Buffer> {
  const hash = createHash('sha256');
  for await (const chunk of chunks) {
    hash.update(chunk);
    await nextTurn();
  }
  return hash.digest();
}
