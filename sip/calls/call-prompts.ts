import type { Logger } from 'pino';
import { recordAnnouncement } from '../../src/db/announcements-played';
import type { Database } from '../../src/db/database';
import type { TalkMedia } from '../media/media';
import type { MediaLeg } from '../media/media-leg';
import type { MediaSource } from '../media/media-source';
import type { Playing, Prompt } from '../media/prompt';
import type { Prompts } from '../media/prompts';
import type { CallRecorder } from './call-recorder';

export interface CallPromptsOptions {
  readonly attemptId: string;
  readonly media: MediaSource;
  readonly prompts: Prompts;
  readonly log: Logger;
  /** Writes in the order of what happened, tried again while the database is away. */
  readonly write: (what: string, work: (db: Database) => Promise<unknown>) => void;
  /** The process does not end before it, and what it writes. */
  readonly track: (work: Promise<void>) => void;
}

/** So long nobody who was left alone waits for the database, ms. */
const FIND_LIMIT_MS = 1_000;

/** For a debtor's side to take the engine's description. */
const TAKE_OVER_LIMIT_MS = 3_000;

/** What the debtor of one call hears besides the agent. */
export class CallPrompts {
  private readonly notice: Promise<Prompt | null>;

  /** @param recorder its notice is read at once, for it comes right behind the answer */
  constructor(
    private readonly options: CallPromptsOptions,
    private readonly recorder: Pick<CallRecorder, 'isRecording'> | null,
  ) {
    this.notice = recorder === null ? Promise.resolve(null) : this.find('recording_notice');
  }

  private find(kind: Prompt['kind']): Promise<Prompt | null> {
    const { prompts, attemptId, media } = this.options;
    // without an engine nothing can be played
    if (media.pool === null) return Promise.resolve(null);
    return prompts.forAttempt(kind, attemptId);
  }

  /** Answered: the debtor is told of the recording, if there is one, and neither hears the other meanwhile. */
  async announceRecording(talk: TalkMedia): Promise<void> {
    // its creditor may want none
    if (this.recorder?.isRecording !== true) return;
    const prompt = await this.notice;
    const startedAt = new Date();
    const playing = prompt && talk.play(prompt, 'alone');
    if (prompt !== null) await this.record(prompt, startedAt, playing);
  }

  /** The debtor is on hold. */
  async fillHold(talk: TalkMedia): Promise<void> {
    const prompt = await this.find('hold_tone');
    if (prompt !== null) talk.play(prompt, 'on_hold');
  }

  /** The debtor answered and there is no agent: a message before the end. Settles when it was heard. */
  sayGoodbye(debtor: MediaLeg): Promise<void> {
    const said = debtor.isOver ? Promise.resolve() : this.say(debtor);
    this.options.track(said);
    return said;
  }

  private async say(debtor: MediaLeg): Promise<void> {
    const { media, log } = this.options;
    const prompt = await Promise.race([
      this.find('safe_message'),
      new Promise<null>((resolve) => setTimeout(resolve, FIND_LIMIT_MS, null).unref()),
    ]);
    if (prompt === null) {
      log.warn('an abandoned debtor hears no message: none is there, or no engine');
      return;
    }
    const leg = await media.takeOverForPrompt(debtor, TAKE_OVER_LIMIT_MS);
    const startedAt = new Date();
    const playing = leg?.play(prompt, false) ?? null;
    debtor.dialog.onEnded(() => playing?.stop());
    await this.record(prompt, startedAt, playing);
    leg?.close();
  }

  private async record(prompt: Prompt, startedAt: Date, playing: Playing | null): Promise<void> {
    const { attemptId, log, write } = this.options;
    const heard = await (playing?.done ?? { playedMs: 0, whole: false });
    const { kind, announcement } = prompt;
    if (!heard.whole) log.warn({ kind, ...heard }, 'announcement not heard whole');
    write('announcement', (db) =>
      recordAnnouncement(db, { attemptId, kind, announcement, startedAt, ...heard }),
    );
  }
}
