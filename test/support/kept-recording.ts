import { createHash, randomBytes } from 'node:crypto';
import type { Database } from '../../src/db/database';
import { newId } from '../../src/db/new-id';
import {
  openRecording,
  recordingReady,
  spoolRecording,
  takeSpooledRecording,
} from '../../src/db/recordings';
import { audioName, type AudioStore } from '../../src/recording/audio-store';
import { newDataKey } from '../../src/recording/data-keys';
import { chunksOf, sealChunk } from '../../src/recording/sealed-audio';
import { talkBalance } from '../../src/recording/talk-balance';

/** A recording of an attempt as the workers leave it. @returns its id */
export async function keepRecording(
  db: Database,
  of: { readonly attemptId: string; readonly creditorId: string },
  to: {
    readonly store: AudioStore;
    readonly secretKey: Buffer;
    readonly startedAt: Date;
    readonly audio?: Buffer;
  },
): Promise<string> {
  const { store, secretKey, startedAt, audio = randomBytes(1_000) } = to;
  const id = newId(new Date());
  await openRecording(db, { id, attemptId: of.attemptId, callId: newId(new Date()) });
  await spoolRecording(db, id);
  await takeSpooledRecording(db, 60_000);
  const { creditorId } = of;
  const { dataKey, sealed } = await newDataKey(db, secretKey, { recordingId: id, creditorId });
  const plain = { recordingId: id, dataKey, bytes: audio.length };
  await store.put(
    audioName(id, 1),
    [...chunksOf(audio)].map((chunk, i) => sealChunk(plain, i, chunk)),
  );
  await recordingReady(db, {
    ...{ id, tries: 1, startedAt, durationMs: 4_686, bytes: audio.length, channels: 2 },
    ...{ segments: [], gaps: [], sealedDataKey: sealed },
    sha256: createHash('sha256').update(audio).digest(),
    balance: talkBalance(audio),
  });
  return id;
}
