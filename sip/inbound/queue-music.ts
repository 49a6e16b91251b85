import type { IncomingCall } from '../gateway/incoming-call';
import type { PromptLeg } from '../media/engine/prompt-leg';
import type { TalkMedia } from '../media/media';
import type { MediaLeg } from '../media/media-leg';
import type { MediaSource } from '../media/media-source';
import type { Prompts } from '../media/prompts';

/** For the caller's side to take the description of the talk. */
const HAND_OVER_LIMIT_MS = 3_000;

export interface QueueMusicOptions {
  readonly media: MediaSource;
  readonly prompts: Prompts;
  readonly incoming: IncomingCall;
  /** Whose music it is; null: the house's. */
  readonly creditorId: string | null;
}

/**
 * What a caller hears before anybody answers (early media, RFC 3960), from an engine of its own: which
 * agent will take the call, and so which engine, is not known yet. The answer says what the early
 * description said (RFC 3261, 13.2.1); the talk then takes the caller over by re-INVITE.
 */
export class QueueMusic {
  private constructor(
    private readonly leg: PromptLeg,
    /** What the caller was told. */
    readonly description: string,
  ) {}

  /** Null: nothing can be played, and the caller goes on hearing ringing. */
  static async begin(options: QueueMusicOptions): Promise<QueueMusic | null> {
    const { media, prompts, incoming, creditorId } = options;
    if (media.pool === null) return null;
    const prompt = await prompts.forCaller('queue_music', creditorId);
    const answered = prompt && (await media.answerForPrompt(incoming.sdp));
    if (prompt === null || answered === null) return null;
    if (!incoming.earlyMedia(answered.answer)) {
      answered.leg.close();
      return null;
    }
    answered.leg.play(prompt, true);
    return new QueueMusic(answered.leg, answered.answer);
  }

  /** The caller was answered: the talk takes them over, and the music can end. False: it could not be had. */
  handOver(caller: MediaLeg, talk: TalkMedia): Promise<boolean> {
    return talk.takeOver(caller, HAND_OVER_LIMIT_MS);
  }

  end(): void {
    this.leg.close();
  }
}
