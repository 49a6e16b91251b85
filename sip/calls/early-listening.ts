import { CLIP, keepHearing } from '../../src/db/carrier-announcements';
import { seal } from '../../src/db/sealed-secret';
import type { EarlyMedia } from '../../src/domain/early-media';
import { SOUND_PRINT_MS, SOUND_RATE, soundBegins, soundPrint } from '../../src/domain/sound-print';
import { encodeALaw } from '../media/encode-a-law';
import type { EarlySound, TalkMedia } from '../media/media';
import type { KnownAnnouncements } from '../outcome/known-announcements';
import type { LegEnd } from '../outcome/sip-outcome';
import type { CallRecords } from './call-records';

export interface EarlyListeningOptions {
  readonly talk: Pick<TalkMedia, 'hearEarly'>;
  readonly known: KnownAnnouncements;
  readonly records: Pick<CallRecords, 'recording'>;
  readonly callId: string;
  readonly phoneId: string;
  /** 32 bytes; seals clips. */
  readonly secretKey: Buffer;
}

/** How a leg ended before a talk. */
export interface UnansweredLeg {
  readonly legId: string;
  readonly trunkId: string;
  readonly end: LegEnd;
  readonly status: number | null;
  readonly earlyMedia: EarlyMedia;
}

/**
 * Hears what a carrier says before it refuses a call: 183 with audio and no ringing phone, then a code that
 * may mean anything. One that somebody has labelled says what the code does not; the others wait for
 * somebody to listen. Where a phone rings, nobody listens: what comes then is the person's own ring-back music.
 */
export class EarlyListening {
  private sound: EarlySound | null = null;

  constructor(private readonly options: EarlyListeningOptions) {}

  /** A description came before the answer. */
  described(earlyMedia: EarlyMedia): void {
    if (earlyMedia !== 'early_audio') return;
    this.options.known.refresh();
    this.sound ??= this.options.talk.hearEarly();
  }

  /** Answered, or on another trunk: what was heard is nobody's business. */
  drop(): void {
    this.sound?.stop();
    this.sound = null;
  }

  /** The end as it is with what was said before it. */
  conclude(leg: UnansweredLeg): LegEnd {
    const samples = this.sound?.stop() ?? null;
    this.sound = null;
    const { end, earlyMedia } = leg;
    if (samples === null || earlyMedia !== 'early_audio') return end;
    if (end.kind !== 'refused' && end.kind !== 'ring_timeout') return end;
    const print = soundPrint(samples);
    if (print === null) return end;
    const recognized = this.options.known.recognize(print)?.class ?? null;
    this.keep(leg, samples, print, recognized);
    return recognized === null ? end : { ...end, announced: recognized };
  }

  private keep(
    { legId, trunkId, status, end }: UnansweredLeg,
    samples: Int16Array,
    print: Uint8Array,
    announced: Parameters<typeof keepHearing>[1]['announced'],
  ): void {
    const { callId, phoneId, secretKey, records } = this.options;
    const from = soundBegins(samples) ?? 0;
    const clip = encodeALaw(samples.subarray(from, from + (SOUND_PRINT_MS / 1_000) * SOUND_RATE));
    records.recording('announcement', (db) =>
      keepHearing(db, {
        ...{ callId, legId, phoneId, trunkId, print, announced, sipStatus: status },
        clipSealed: seal(secretKey, CLIP, clip.toString('base64')),
        // whom nobody refused, and we gave up, may have been heard to ring
        keepsNew: end.kind === 'refused',
      }),
    );
  }
}
