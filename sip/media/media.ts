import type { MediaQuality } from '../../src/domain/media-quality';
import type { IncomingModify } from '../gateway/sip-dialog';
import type { MediaLeg } from './media-leg';
import type { MixerPort } from './mixer/mixer-port';
import type { Playing, Prompt } from './prompt';

/**
 * The seam between signalling and audio. `direct`: what one side describes is what the other is
 * told, and audio flows between them. `engine`: both talk to an rtpengine, which stays the same
 * for the softphone through all calls of its leg.
 */
export interface LineMedia {
  readonly kind: 'direct' | 'engine';
  /** What the softphone is offered with the INVITE, or by re-INVITE when it changes over to this. */
  readonly offer: string;
  /** The softphone took the offer; its answer is the leg's description. False: no audio can be had. */
  attach(leg: MediaLeg): Promise<boolean>;
  /** Can the next call go over it? When not, the leg is changed over to another. */
  isUsable(): Promise<boolean>;
  /** The softphone's own re-INVITE while no call uses the leg. */
  agentOffers(request: IncomingModify): Promise<void>;
  /** The media of one call, up to its end. One at a time. */
  openTalk(): TalkMedia;
  /** Silence until the next call. False: the softphone is out of reach, its leg must go. */
  park(): Promise<boolean>;
  /** Frees what is held; the leg is over, or uses other media now. */
  close(): Promise<void>;
}

/** What ends a talk from below: nothing was heard of a side for too long, or the engine is gone. */
export type MediaLoss = 'media_timeout' | 'media_engine_lost';

/** Joined, or what was in the way: the softphone, the engine, or a debtor's side without audio. */
export type JoinEnd = 'joined' | 'agent_leg_failed' | 'media_engine_lost';

/**
 * What a caller is answered with, or what was in the way: their description, of which nothing is taken (or
 * no engine is there to take it), or the softphone.
 */
export type AnswerEnd =
  | { readonly kind: 'described'; readonly sdp: string }
  | { readonly kind: 'media_refused' | 'agent_leg_failed' };

export interface TalkReport {
  readonly customer: MediaQuality;
  readonly agent: MediaQuality;
}

/** Where an engine puts what it captures, and how the sides are told apart in it. */
export interface Capture {
  /** The engine's name of the call: its files begin with it. */
  readonly engineCallId: string;
  /** The engine's port that the customer sends to. */
  readonly customerPort: number;
  /** The engine's port where what the customer hears of our side comes in. */
  readonly agentPort: number;
  /** What the softphone calls Opus; null: it does not speak it. */
  readonly opusPayloadType: number | null;
}

/** A port of the mixer for each side of a talk. */
export interface TalkPorts {
  readonly agent: MixerPort;
  readonly customer: MixerPort;
}

/** Lets others than the two of a talk hear and be heard; who is on the phone is not asked by re-INVITE. */
export interface TalkMixing {
  /** Who must be able to send to the ports. */
  readonly engine: { readonly host: string; readonly port: number };
  /** What both say is sent to the ports as well. Nothing else changes, and nothing can be said to them. */
  listen(ports: TalkPorts): Promise<boolean>;
  unlisten(): Promise<void>;
  /** Both hear what the mixer sends, in place of each other. False: {@link unsplit} undoes it. */
  split(ports: TalkPorts): Promise<boolean>;
  /** Both hear each other again. */
  unsplit(): Promise<boolean>;
  /** The softphone's leg alone: it talks to the mixer, up to the end of the talk. */
  seatLine(port: MixerPort): Promise<boolean>;
  /** As {@link seatLine}, to a mixer elsewhere: what it is to send to. Null: it cannot be had. */
  offerLine(): Promise<string | null>;
  /** Where that mixer hears the softphone. */
  answerLine(mixer: string): Promise<boolean>;
}

/** The carrier's audio before the answer, as it comes in. */
export interface EarlySound {
  /** Ends the hearing. @returns linear samples of 16 bits, 8 kHz, from the first packet on; null: none came */
  stop(): Int16Array | null;
}

/** The audio of one call between a softphone's leg and whoever is called. */
export interface TalkMedia {
  /** Null: the audio passes through no engine that could send it elsewhere. */
  readonly mixing: TalkMixing | null;
  /** The offer of one INVITE; asked again for the next trunk. Null: no audio can be had. */
  offer(): Promise<string | null>;
  /** What a caller is answered with, made of their offer; instead of {@link offer}, before join. */
  answer(offer: string, limitMs: number): Promise<AnswerEnd>;
  /** A description before the answer: the agent hears what the network plays. */
  early(sdp: string): void;
  /**
   * What the network plays before the answer, for us to hear; after {@link early}. Null: the audio passes
   * through no engine, so that of an announcement no more is known than the code behind it.
   */
  hearEarly(): EarlySound | null;
  /** Answered: from here on both hear each other, or it is told within the limit why not. */
  join(customer: MediaLeg, limitMs: number): Promise<JoinEnd>;
  /** Takes over a leg that stands (a transfer, a lost engine) by re-INVITE. False: it would not. */
  takeOver(customer: MediaLeg, limitMs: number): Promise<boolean>;
  /** Told once, after join or takeOver. */
  onLoss(listener: (loss: MediaLoss) => void): void;
  /** True: what is being captured comes in elsewhere from here on. */
  customerOffers(request: IncomingModify): Promise<boolean>;
  /** As {@link customerOffers}. */
  agentOffers(request: IncomingModify): Promise<boolean>;
  /** Neither hears the other. True when it is so; asking twice is no fault. */
  setHeld(held: boolean): Promise<boolean>;
  /** The debtor waits for the agent, who is with somebody else; what is played to them meanwhile ends with it. */
  setWaiting(waiting: boolean): void;
  /** The agent is not heard. */
  setMuted(muted: boolean): Promise<boolean>;
  /**
   * Plays something to the other side, and to nobody else. `alone`: once, and nobody hears the other
   * until it is over; `on_hold`: again and again until the hold ends. Null: it cannot be played, for
   * there is no engine, nobody to hear it, or no hold.
   */
  play(prompt: Prompt, how: 'alone' | 'on_hold'): Playing | null;
  /**
   * Captures both sides from here on, under a mark that is kept with the capture. Null: it cannot be
   * had. Asked right behind `join` it begins with the answer.
   */
  startRecording(mark: string): Promise<Capture | null>;
  /** Closes the capture. */
  stopRecording(): Promise<void>;
  /** Frees what this call held. The report, where the audio was seen. */
  end(): Promise<TalkReport | null>;
}
