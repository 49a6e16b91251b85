import type { Logger } from 'pino';
import {
  listAnnouncementsInForce,
  readAnnouncementAudio,
  readListener,
} from '../../src/db/announcements';
import type { Database } from '../../src/db/database';
import {
  ANNOUNCEMENT_KINDS,
  chooseAnnouncement,
  isSpoken,
  type AnnouncementKind,
} from '../../src/domain/announcement';
import { HEADER_BYTES } from '../../src/domain/announcement-audio/telephone-audio';
import { builtInSound } from './built-in-sounds';
import { encodeALaw } from './encode-a-law';
import type { Prompt } from './prompt';

/** Audio that is kept in memory: five minutes are 2.4 MB. */
const KEPT = 32;

/** Finds what is to be played to whom. Versions never change, so their audio is read once. */
export class Prompts {
  private readonly audio = new Map<string, Promise<Buffer>>();

  constructor(
    private readonly db: Database,
    private readonly log: Logger,
  ) {}

  /** For the debtor of an attempt. Null: there is none. Never rejects. */
  async forAttempt(kind: AnnouncementKind, attemptId: string): Promise<Prompt | null> {
    return this.orBuiltIn(kind, async () => {
      const { creditorId, language } = await readListener(this.db, attemptId);
      return this.find(kind, creditorId, language);
    });
  }

  /** For somebody of whom no more is known than whom they called. Null: there is none. Never rejects. */
  forCaller(kind: AnnouncementKind, creditorId: string | null): Promise<Prompt | null> {
    return this.orBuiltIn(kind, () => this.find(kind, creditorId, 'id'));
  }

  /** Says in the log what a debtor could not be told. @param hasEngine is there one to play anything? */
  async tellMissing(hasEngine: boolean): Promise<void> {
    const kinds = ANNOUNCEMENT_KINDS.filter(isSpoken);
    try {
      const inForce = await listAnnouncementsInForce(this.db, null);
      if (!hasEngine && inForce.length > 0)
        this.log.warn({ reason: 'needs_engine' }, 'no announcement is played');
      for (const kind of hasEngine ? kinds : [])
        if (!inForce.some((one) => one.kind === kind))
          this.log.warn({ kind }, 'the house has no such announcement');
    } catch (error) {
      this.log.warn({ reason: (error as Error).message }, 'announcements not looked for');
    }
  }

  private async orBuiltIn(
    kind: AnnouncementKind,
    find: () => Promise<Prompt | null>,
  ): Promise<Prompt | null> {
    try {
      return (await find()) ?? builtInSound(kind);
    } catch (error) {
      this.log.warn({ kind, reason: (error as Error).message }, 'announcement not read');
      return builtInSound(kind);
    }
  }

  private async find(
    kind: AnnouncementKind,
    creditorId: string | null,
    language: string,
  ): Promise<Prompt | null> {
    const inForce = await listAnnouncementsInForce(this.db, creditorId);
    const announcement = chooseAnnouncement(inForce, { kind, language });
    if (announcement === null) return null;
    return { kind, announcement, aLaw: await this.audioOf(announcement.id) };
  }

  private audioOf(id: string): Promise<Buffer> {
    const known = this.audio.get(id);
    if (known !== undefined) return known;
    const reading = readAnnouncementAudio(this.db, id).then((wav) => {
      if (wav === null) throw new Error('the announcement has no audio');
      return encodeALaw(samplesOf(wav));
    });
    reading.catch(() => this.audio.delete(id));
    this.audio.set(id, reading);
    for (const oldest of this.audio.keys()) {
      if (this.audio.size <= KEPT) break;
      this.audio.delete(oldest);
    }
    return reading;
  }
}

const samplesOf = (wav: Buffer): Int16Array =>
  Int16Array.from({ length: (wav.length - HEADER_BYTES) >> 1 }, (_, i) =>
    wav.readInt16LE(HEADER_BYTES + 2 * i),
  );
