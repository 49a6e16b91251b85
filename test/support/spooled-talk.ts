import { mkdir, readdir, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Database } from '../../src/db/database';
import { newId } from '../../src/db/new-id';
import {
  endRecordingSegment,
  openRecording,
  openRecordingSegment,
  spoolRecording,
} from '../../src/db/recordings';
import { recordingMark } from '../../src/domain/recording-mark';
import { makePcap } from './make-pcap';

const CUSTOMER_PORT = 31_002;
const AGENT_PORT = 31_000;

/** A second of G.711 each way, as the engine captures it. */
function capture(startMs: number): Buffer {
  const speech = (toPort: number) =>
    Array.from({ length: 50 }, (_, i) => ({
      ...{ atMs: startMs + i * 20, toPort, payloadType: 8, sequence: i, timestamp: i * 160 },
      ...{ ssrc: toPort, payload: Buffer.alloc(160, 0xd5) },
    }));
  return makePcap([...speech(CUSTOMER_PORT), ...speech(AGENT_PORT)]);
}

/** Names the capture of a segment as closed, as the engine does when it has ended it. */
export async function closeCapture(spool: string, recordingId: string): Promise<void> {
  await mkdir(join(spool, 'metadata'), { recursive: true });
  const path = join(spool, 'metadata', `rtpengine-meta-${recordingId}.txt`);
  await writeFile(path, `${recordingMark({ recordingId, seq: 1 })}\n`);
  const before = new Date(Date.now() - 5_000);
  await utimes(path, before, before);
}

/** A recorded talk that is over, its capture in the engine's folder, closed or not. @returns its id */
export async function spoolTalk(
  db: Database,
  spool: string,
  { attemptId, closed = true }: { readonly attemptId: string; readonly closed?: boolean },
): Promise<string> {
  const recordingId = newId(new Date());
  const startedAt = new Date(Date.now() - 10_000);
  await openRecording(db, { id: recordingId, attemptId, callId: newId(new Date()) });
  await openRecordingSegment(db, {
    ...{ recordingId, seq: 1, engineCallId: newId(new Date()), customerPort: CUSTOMER_PORT },
    ...{ agentPort: null, opusPayloadType: null, startedAt },
  });
  await mkdir(join(spool, 'pcaps'), { recursive: true });
  await writeFile(join(spool, 'pcaps', `${recordingId}.pcap`), capture(startedAt.getTime()));
  if (closed) await closeCapture(spool, recordingId);
  await endRecordingSegment(db, {
    ...{ recordingId, seq: 1, endedAt: new Date(), cause: 'talk_ended', pauseReason: null },
  });
  await spoolRecording(db, recordingId);
  return recordingId;
}

/** Every file below a folder, by its path in it. */
export async function filesIn(folder: string): Promise<string[]> {
  const found = await readdir(folder, { recursive: true, withFileTypes: true });
  return found
    .filter((each) => each.isFile())
    .map((each) => join(each.parentPath, each.name).slice(folder.length + 1));
}
