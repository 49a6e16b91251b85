import { SessionState, UserAgent, UserAgentState, Web, type Invitation } from 'sip.js';
import type { SipCredentials } from './api-answers';
import { backOffMs } from './back-off';
import type { QualityTotals } from './call-quality';
import { readTotals } from './read-totals';
import { RegisterError, SipRegistration } from './sip-registration';

export type PhoneState = 'off' | 'connecting' | 'registered';

export interface PhoneOptions {
  /** Asked for at the start, and again when the registrar does not take the ones before. */
  readonly credentials: () => Promise<SipCredentials>;
  /** A microphone of its own for each leg: the leg stops it when it ends. */
  readonly microphone: () => Promise<MediaStream>;
  readonly speaker: HTMLAudioElement;
  /** A timer that a hidden tab does not slow down. */
  readonly wait: (ms: number) => Promise<void>;
  readonly onState: (state: PhoneState) => void;
  /** Nothing is heard of the server on the leg any more. */
  readonly onSilence: () => void;
  /** A leg came up, or went. */
  readonly onLeg: (isUp: boolean) => void;
}

/** Candidates of this machine come at once; a server that does not answer is not waited for. */
const GATHERING_LIMIT_MS = 1_000;
/** A relay is asked over TCP and TLS, from far away. */
const RELAY_LIMIT_MS = 2_500;
/** A registrar that is asked by a thousand at once may take so long. */
const ANSWER_LIMIT_MS = 10_000;
/** The network changed under a connection that looks open: one that lives answers sooner than this. */
const PROBE_LIMIT_MS = 1_500;
const RESTART_LIMIT_MS = 5_000;
/** A leg that was not restarted in so many tries is given up for a new one. */
const RESTARTS = 2;
/** Sound that is away for less is not worth a restart. */
const HICCUP_MS = 500;

/** The server did not take the leg's new description. */
class RestartError extends Error {}

/** The agent's leg: registers over WebSocket, answers the server by itself, comes back after every loss. */
export class Phone {
  private userAgent: UserAgent | null = null;
  private registration: SipRegistration | null = null;
  private leg: Invitation | null = null;
  private running = false;
  private muted = false;
  private failures = 0;
  private restarts = 0;
  /** The leg stands on a path that may be gone: to be restarted once the server answers again. */
  private isPathOld = false;
  private tell: (news: 'lost' | 'changed') => void = () => undefined;

  constructor(private readonly options: PhoneOptions) {}

  start(): void {
    if (this.running) return;
    this.running = true;
    void this.run();
  }

  /** Unregisters and closes the connection. */
  async stop(): Promise<void> {
    if (!this.running) return;
    this.running = false;
    const { registration, userAgent } = this;
    this.userAgent = null;
    this.registration = null;
    this.options.onState('off');
    await registration?.unregister(PROBE_LIMIT_MS).catch(() => undefined);
    await userAgent?.stop().catch(() => undefined);
    this.tell('lost');
  }

  /** As a page that is closed: the server keeps a talk for the softphone that comes in its place. */
  async abandon(): Promise<void> {
    this.running = false;
    await this.beginAnew();
    this.tell('lost');
  }

  /** The machine may have another address now: asks the server at once, and restarts the leg. */
  networkChanged(): void {
    this.isPathOld = this.leg !== null;
    this.tell('changed');
  }

  private async run(): Promise<void> {
    while (this.isRunning()) {
      try {
        await this.connect();
        // stopped meanwhile: nobody else ends what has just been made
        if (!this.isRunning()) {
          await this.userAgent?.stop();
          return;
        }
        await this.stayRegistered();
      } catch (error) {
        await this.giveUpOn(error);
      }
      if (!this.isRunning()) return;
      this.options.onState('connecting');
      this.failures += 1;
      await Promise.race([this.options.wait(backOffMs(this.failures, Math.random())), this.news()]);
    }
  }

  /** A getter would be narrowed away: it changes while a promise is awaited. */
  private isRunning(): boolean {
    return this.running;
  }

  private news(): Promise<'lost' | 'changed'> {
    return new Promise((resolve) => {
      this.tell = resolve;
    });
  }

  private async connect(): Promise<void> {
    this.options.onState('connecting');
    const userAgent = this.userAgent ?? (await this.createUserAgent());
    if (userAgent.isConnected()) return;
    // the server sends its requests to the connection that the leg was last heard on
    this.isPathOld = this.leg !== null;
    await (userAgent.state === UserAgentState.Started ? userAgent.reconnect() : userAgent.start());
  }

  /** Until the connection is lost; throws when the server does not answer, or refuses. */
  private async stayRegistered(): Promise<void> {
    for (;;) {
      const news = this.news();
      const limitMs = this.isPathOld ? PROBE_LIMIT_MS : ANSWER_LIMIT_MS;
      const registering = this.registration?.register(limitMs) ?? Promise.resolve(0);
      const first = await Promise.race([registering, news]);
      if (first === 'lost') return;
      if (first === 'changed') {
        registering.catch(() => undefined);
        continue;
      }
      this.failures = 0;
      this.options.onState('registered');
      await this.renewPath();
      const second = await Promise.race([this.options.wait(first), news]);
      if (second === 'lost' || !this.isRunning()) return;
    }
  }

  /** What is done about a try that failed, so that the next begins on firm ground. */
  private async giveUpOn(error: unknown): Promise<void> {
    // ended by the server meanwhile: ask for others
    if (error instanceof RegisterError && error.status === 403) await this.forget();
    if (error instanceof RestartError && this.restarts >= RESTARTS) await this.beginAnew();
    // a connection over a network that is gone looks open for a quarter of an hour
    else if (!(error instanceof RegisterError) || error.status === 0)
      void this.userAgent?.transport.disconnect().catch(() => undefined);
  }

  /** As a page that is loaded anew: the server brings the talk over to the leg that it then asks for. */
  private async beginAnew(): Promise<void> {
    const { leg } = this;
    this.restarts = 0;
    this.isPathOld = false;
    if (leg !== null) {
      handlerOf(leg)?.close();
      this.legIsOver(leg);
    }
    await this.forget();
  }

  private async forget(): Promise<void> {
    const { userAgent } = this;
    this.userAgent = null;
    this.registration = null;
    await userAgent?.transport.dispose().catch(() => undefined);
  }

  private async createUserAgent(): Promise<UserAgent> {
    const { username, password, domain, wsUrl, iceServers } = await this.options.credentials();
    const uri = UserAgent.makeURI(`sip:${username}@${domain}`);
    if (uri === undefined || wsUrl === null) throw new Error('no way to the telephone server');
    const userAgent = new UserAgent({
      uri,
      authorizationUsername: username,
      authorizationPassword: password,
      contactName: username,
      transportOptions: { server: wsUrl, connectionTimeout: 5, traceSip: false },
      sessionDescriptionHandlerFactory: Web.defaultSessionDescriptionHandlerFactory(() =>
        this.options.microphone(),
      ),
      sessionDescriptionHandlerFactoryOptions: {
        iceGatheringTimeout: iceServers.length === 0 ? GATHERING_LIMIT_MS : RELAY_LIMIT_MS,
        // else sip.js asks a STUN server of somebody else
        peerConnectionConfiguration: { iceServers: [...iceServers] },
      },
      logBuiltinEnabled: false,
      delegate: {
        onInvite: (invitation) => {
          void this.answer(invitation);
        },
        onDisconnect: () => {
          this.tell('lost');
        },
      },
    });
    this.userAgent = userAgent;
    this.registration = new SipRegistration(userAgent, this.options.wait);
    return userAgent;
  }

  /** Only our own server can reach us, and the agent has signed in for its calls (RFC 5373). */
  private async answer(invitation: Invitation): Promise<void> {
    const before = this.leg;
    this.leg = invitation;
    invitation.stateChange.addListener((state) => {
      if (state === SessionState.Established) this.legIsUp(invitation);
      if (state === SessionState.Terminated) this.legIsOver(invitation);
    });
    try {
      await invitation.accept();
      // the server asked anew for the leg that it had: one of them is enough
      if (before?.state === SessionState.Established) await before.bye();
    } catch {
      this.legIsOver(invitation);
    }
  }

  private legIsUp(invitation: Invitation): void {
    if (this.leg !== invitation) return;
    const { speaker, onLeg } = this.options;
    speaker.srcObject = handlerOf(invitation)?.remoteMediaStream ?? null;
    // without a click since the page was loaded a browser may refuse; the next click plays it
    void speaker.play().catch(() => undefined);
    this.setMuted(this.muted);
    this.watchNetwork(invitation);
    onLeg(true);
  }

  private legIsOver(invitation: Invitation): void {
    if (this.leg !== invitation) return;
    this.leg = null;
    this.options.speaker.srcObject = null;
    this.options.onLeg(false);
  }

  private watchNetwork(invitation: Invitation): void {
    const connection = handlerOf(invitation)?.peerConnection;
    connection?.addEventListener('iceconnectionstatechange', () => {
      const isAway = (): boolean =>
        this.leg === invitation &&
        ['disconnected', 'failed'].includes(connection.iceConnectionState);
      if (!isAway()) return;
      void this.options.wait(HICCUP_MS).then(() => {
        if (isAway()) this.options.onSilence();
      });
    });
  }

  /** New candidates for the leg that stands (RFC 8839, 4.4.1), if it needs any. @throws RestartError */
  private async renewPath(): Promise<void> {
    const { leg } = this;
    if (!this.isPathOld || leg?.state !== SessionState.Established) return;
    // a change that comes meanwhile asks for another
    this.isPathOld = false;
    this.restarts += 1;
    const offerOptions: RTCOfferOptions = { iceRestart: true };
    const accepted = new Promise<boolean>((resolve) => {
      const requestDelegate = {
        onAccept: () => {
          resolve(true);
        },
        onReject: () => {
          resolve(false);
        },
      };
      const sessionDescriptionHandlerOptions = { offerOptions } as object;
      leg.invite({ requestDelegate, sessionDescriptionHandlerOptions }).catch(() => {
        resolve(false);
      });
    });
    const late = this.options.wait(RESTART_LIMIT_MS).then(() => false);
    if (!(await Promise.race([accepted, late]))) {
      this.isPathOld = true;
      throw new RestartError();
    }
    this.restarts = 0;
    this.setMuted(this.muted);
  }

  /** Silence from here at once, whatever the server makes of it. */
  setMuted(muted: boolean): void {
    this.muted = muted;
    if (this.leg !== null) handlerOf(this.leg)?.enableSenderTracks(!muted);
  }

  /** @returns false when the leg carries no key tones. */
  sendTone(tone: string): boolean {
    return this.leg !== null && handlerOf(this.leg)?.sendDtmf(tone) === true;
  }

  /** Running totals of the sound that comes in; null: there is none. */
  async totals(): Promise<QualityTotals | null> {
    const connection = this.leg === null ? undefined : handlerOf(this.leg)?.peerConnection;
    return connection === undefined ? null : readTotals(await connection.getStats());
  }
}

function handlerOf(leg: Invitation): Web.SessionDescriptionHandler | undefined {
  return leg.sessionDescriptionHandler as Web.SessionDescriptionHandler | undefined;
}
