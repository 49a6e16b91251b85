import { EventEmitter } from 'node:events';
import { randomInt } from 'node:crypto';
import {
  SessionState,
  type Invitation,
  type Session,
  type SessionDescriptionHandler,
  type SessionDescriptionHandlerFactory,
} from 'sip.js';
import {
  answerSdp,
  offerSdp,
  sdpDirection,
  sessionName,
  type Direction,
  type SdpParty,
} from './plain-sdp';

export interface SoftphoneCallEvents {
  answered: [];
  /** The other side described its media anew: first INVITE, re-INVITE, or answer. */
  described: [remote: RemoteMedia];
  ended: [];
}

/** What the softphone knows of the sound it gets. */
export interface RemoteMedia {
  /** As the remote side means it: `sendrecv` is a talk, `inactive` is silence. */
  readonly direction: Direction;
  /** Who speaks: the session name, for there is no RTP to listen to. */
  readonly speaker: string | null;
}

/** One incoming call at a softphone. */
export class SoftphoneCall extends EventEmitter<SoftphoneCallEvents> {
  #over = false;

  constructor(
    private readonly invitation: Invitation,
    private readonly onOver: () => void,
  ) {
    super();
    invitation.stateChange.addListener((state) => {
      if (state === SessionState.Established) this.emit('answered');
      if (state === SessionState.Terminated) this.lost();
    });
    descriptions.set(invitation, (remote) => this.emit('described', remote));
  }

  /** A header of the INVITE; null when it has none of that name. */
  header(name: string): string | null {
    return this.invitation.request.getHeader(name) ?? null;
  }

  get isAnswered(): boolean {
    return this.invitation.state === SessionState.Established;
  }

  get isOver(): boolean {
    return this.#over;
  }

  /** The remote side's latest description; null before there is one. */
  get remote(): RemoteMedia | null {
    const handler = this.invitation.sessionDescriptionHandler;
    return handler instanceof PlainAudio ? handler.remote : null;
  }

  async answer(): Promise<void> {
    // a caller that gives up meanwhile ends the call, which is told by `ended`
    await this.invitation.accept().catch(() => undefined);
  }

  /** @param status refusal of a call that still rings, 486 when left out. */
  async hangUp(status = 486): Promise<void> {
    if (this.#over) return;
    if (this.isAnswered) await this.invitation.bye();
    else await this.invitation.reject({ statusCode: status });
  }

  /** The call is over, or can no longer be reached. */
  lost(): void {
    if (this.#over) return;
    this.#over = true;
    this.onOver();
    this.emit('ended');
  }
}

const descriptions = new WeakMap<Session, (remote: RemoteMedia) => void>();

/** Describes one stream of G.711 and sends none of it. */
class PlainAudio implements SessionDescriptionHandler {
  #remoteSdp: string | null = null;
  #exchange: 'none' | 'offered' | 'asked' = 'none';
  readonly #party: SdpParty & { version: number };

  constructor(
    private readonly session: Session,
    name: string,
  ) {
    this.#party = {
      name,
      host: '127.0.0.1',
      port: 9,
      sessionId: randomInt(1, 2 ** 31),
      version: 0,
    };
  }

  get remote(): RemoteMedia | null {
    if (this.#remoteSdp === null) return null;
    return { direction: sdpDirection(this.#remoteSdp), speaker: sessionName(this.#remoteSdp) };
  }

  getDescription(): Promise<{ body: string; contentType: string }> {
    this.#party.version += 1;
    const offer = this.#exchange === 'asked' ? this.#remoteSdp : null;
    const body = offer === null ? offerSdp(this.#party) : answerSdp(offer, this.#party);
    if (body === null) return Promise.reject(new Error('no stream of G.711 in the offer'));
    this.#exchange = offer === null ? 'offered' : 'none';
    return Promise.resolve({ body, contentType: 'application/sdp' });
  }

  /** An offer, or the answer to ours. */
  setDescription(sdp: string): Promise<void> {
    this.#exchange = this.#exchange === 'offered' ? 'none' : 'asked';
    this.#remoteSdp = sdp;
    const { remote } = this;
    if (remote !== null) descriptions.get(this.session)?.(remote);
    return Promise.resolve();
  }

  hasDescription(contentType: string): boolean {
    return contentType === 'application/sdp';
  }

  rollbackDescription(): Promise<void> {
    this.#exchange = 'none';
    return Promise.resolve();
  }

  sendDtmf(): boolean {
    return false;
  }

  close(): void {
    this.#remoteSdp = null;
  }
}

/** @param name the session name of our descriptions, so that the far end can tell who speaks. */
export function describePlainAudio(name: string): SessionDescriptionHandlerFactory {
  return (session) => new PlainAudio(session, name);
}
