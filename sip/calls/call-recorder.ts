import {
  endRecordingSegment,
  openRecording,
  openRecordingSegment,
  recordingFailed,
  spoolRecording,
  type SegmentEnd,
} from '../../src/db/recordings';
import type { Database } from '../../src/db/database';
import { newId } from '../../src/db/new-id';
import { recordingMark } from '../../src/domain/recording-mark';
import type { TalkMedia } from '../media/media';

/** Longest pause of a recording, ms: it goes on by itself then. */
const RECORDING_PAUSE_LIMIT_MS = 180_000;

export interface CallRecorderOptions {
  readonly attemptId: string;
  readonly callId: string;
  /** Writes in the order of what happened, tried again while the database is away. */
  readonly write: (what: string, work: (db: Database) => Promise<unknown>) => void;
  /** A capture did not begin. */
  readonly onFailed: () => void;
  /** Asked at the answer: false when the creditor has its talks not recorded. */
  readonly isWanted?: () => boolean;
  readonly pauseLimitMs?: number;
}

/**
 * Has the engine record one call, from the answer to its end. A pause ends a segment, so nothing of
 * it is ever captured; going on begins another, as another engine does.
 */
export class CallRecorder {
  private readonly recordingId = newId(new Date());
  private media: TalkMedia | null = null;
  private seq = 0;
  private capturing = false;
  private over = false;
  /** Did any capture begin? */
  private captured = false;
  private pause: { readonly timer: NodeJS.Timeout } | null = null;

  constructor(private readonly options: CallRecorderOptions) {}

  /** Has the talk begun, and is it wanted? Also in a pause. */
  get isRecording(): boolean {
    return this.media !== null && !this.over;
  }

  /** The answer is on its way to the engine: it captures from then on. */
  start(media: TalkMedia): void {
    const { attemptId, callId, write, isWanted } = this.options;
    if (isWanted?.() === false) return;
    const id = this.recordingId;
    write('recording', (db) => openRecording(db, { id, attemptId, callId }));
    this.capture(media);
  }

  /** The talk begins with somebody else than was meant: what was begun is gone on with. */
  startUnlessBegun(media: TalkMedia): void {
    if (this.media === null) this.start(media);
  }

  private capture(media: TalkMedia): void {
    this.media = media;
    this.seq += 1;
    this.capturing = true;
    const { recordingId, seq } = this;
    const startedAt = new Date();
    const begun = media.startRecording(recordingMark({ recordingId, seq }));
    this.options.write('recording segment', async (db) => {
      const capture = await begun;
      if (capture === null) this.options.onFailed();
      else {
        this.captured = true;
        await openRecordingSegment(db, { recordingId, seq, startedAt, ...capture });
      }
    });
  }

  private endSegment(cause: SegmentEnd, pauseReason: string | null): void {
    if (!this.capturing) return;
    this.capturing = false;
    const { recordingId, seq } = this;
    const end = { recordingId, seq, cause, pauseReason, endedAt: new Date() };
    if (cause !== 'engine_lost') void this.media?.stopRecording();
    this.options.write('recording segment ended', (db) => endRecordingSegment(db, end));
  }

  /** Nothing is captured until `resume`, or the limit. @param reason in one word */
  pauseFor(reason: string): void {
    if (this.over || this.pause !== null || this.media === null) return;
    this.endSegment('paused', reason);
    const timer = setTimeout(() => {
      this.resume();
    }, this.options.pauseLimitMs ?? RECORDING_PAUSE_LIMIT_MS);
    timer.unref();
    this.pause = { timer };
  }

  resume(): void {
    if (this.over || this.pause === null || this.media === null) return;
    clearTimeout(this.pause.timer);
    this.pause = null;
    this.capture(this.media);
  }

  /** The talk goes on over other media, or comes in elsewhere. */
  moveTo(media: TalkMedia, cause: 'engine_lost' | 'moved'): void {
    if (this.over || this.media === null) return;
    this.endSegment(cause, null);
    if (this.pause === null) this.capture(media);
    else this.media = media;
  }

  /** The talk is over; what was captured waits in the engine's spool. */
  finish(): void {
    if (this.over || this.media === null) return;
    this.over = true;
    if (this.pause !== null) clearTimeout(this.pause.timer);
    this.endSegment('talk_ended', null);
    this.options.write('recording spooled', (db) =>
      this.captured
        ? spoolRecording(db, this.recordingId)
        : recordingFailed(db, this.recordingId, 'not_captured'),
    );
  }
}
