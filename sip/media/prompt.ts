import type { AnnouncementKind, AnnouncementLanguage } from '../../src/domain/announcement';

/** Something to be played, whole in memory. */
export interface Prompt {
  readonly kind: AnnouncementKind;
  /** The announcement that it is; null: it comes with the program. */
  readonly announcement: {
    readonly id: string;
    readonly language: AnnouncementLanguage;
    readonly version: number;
    readonly sha256: string;
    readonly text: string | null;
  } | null;
  /** G.711 A-law (ITU-T G.711), mono, 8 kHz: a byte a sample. */
  readonly aLaw: Buffer;
}

/** A prompt that is being played to one side. */
export interface Playing {
  /** Settles when it is over; never rejects. `whole`: to its last sample. */
  readonly done: Promise<{ readonly playedMs: number; readonly whole: boolean }>;
  stop(): void;
}
