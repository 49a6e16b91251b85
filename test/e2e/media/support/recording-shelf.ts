import { one, type Database } from '../../../../src/db/database';
import type { KeptSegment, RecordingGap } from '../../../../src/db/recordings';
import { audioName } from '../../../../src/recording/audio-store';
import { FolderAudioStore } from '../../../../src/recording/folder-audio-store';
import { CaptureSpool } from '../../../../src/recording/capture-spool';
import { openDataKey } from '../../../../src/recording/data-keys';
import { readAudio } from '../../../../src/recording/read-audio';
import { storeRecordingsTurn } from '../../../../workers/store-recordings';
import { eventually } from '../../../support/eventually';

export interface RecordingRow {
  readonly id: string;
  readonly state: string;
  readonly failure: string | null;
  readonly creditorId: string;
  readonly bytes: bigint;
  readonly sha256: Buffer;
  readonly sealed: Buffer;
  readonly segments: KeptSegment[];
  readonly gaps: RecordingGap[];
  readonly storedTry: number | null;
}

const SECRET_KEY = Buffer.alloc(32, 7);

/** Stores what engines captured as the workers do, and plays it back. */
export class RecordingShelf {
  private readonly store: FolderAudioStore;

  constructor(
    private readonly db: Database,
    private readonly spool: string,
    folder: string,
  ) {
    this.store = new FolderAudioStore(folder);
  }

  /** The recording of the attempt, once it is ready. */
  async stored(attemptId: string): Promise<RecordingRow> {
    let trouble: unknown = null;
    const turn = storeRecordingsTurn({
      ...{ db: this.db, secretKey: SECRET_KEY, spool: new CaptureSpool(this.spool) },
      store: this.store,
      onTrouble: (_id, error) => (trouble = error),
    });
    return eventually('the recording', 10_000, async () => {
      await turn();
      if (trouble !== null) throw trouble as Error;
      const row = await this.row(attemptId);
      return row.state === 'ready' ? row : null;
    });
  }

  async row(attemptId: string): Promise<RecordingRow> {
    const found = await this.db.query<RecordingRow>(
      `select id, state, failure, creditor_id as "creditorId", bytes, sha256, data_key as sealed,
         segments, gaps, stored_try as "storedTry" from recording where attempt_id = $1`,
      [attemptId],
    );
    return one(found, 'recording');
  }

  async audioOf(row: RecordingRow, from: number, to: number): Promise<Buffer> {
    const { id: recordingId, bytes } = row;
    const dataKey = await openDataKey(this.db, SECRET_KEY, { ...row, recordingId });
    const audio = { recordingId, dataKey, bytes: Number(bytes) };
    const name = audioName(recordingId, row.storedTry);
    const parts: Buffer[] = [];
    for await (const part of readAudio(this.store, name, audio, { from, to })) parts.push(part);
    return Buffer.concat(parts);
  }
}
