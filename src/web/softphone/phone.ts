import { SessionState, UserAgent, UserAgentState, Web, type Invitation } from 'sip.js';
import type { SipCredentials } from './api-client';
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
  /** A timer that a hidden tab does not slow down; a change of the network ends it early. */
  readonly wait: (ms: number) => Promise<void>;
  readonly onState: (state: PhoneState) => void;
  /** A leg came up, or went. */
  readonly onLeg: (isUp: boolean) => void;
}

/** Candidates of this machine come at once; a server that does not answer is not waited for. */
const GATHERING_LIMIT_MS = 1_000;

/** The agent's leg: registers over WebSocket, answers the server by itself, comes back after every loss. */
export class Phone {
  private userAgent: UserAgent | null = null;
  private registration: SipRegistration | null = null;
  private leg: Invitation | null = null;
  private running = false;
  private muted = false;
  private lost: () => void = () => undefined;

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
    await registration?.unregister().catch(() => undefined);
    await userAgent?.stop().catch(() => undefined);
    this.lost();
  }

  private async run(): Promise<void> {
    let failures = 0;
    while (this.isRunning()) {
      try {
        await this.connect();
        // stopped meanwhile: nobody else ends what has just been made
        if (!this.isRunning()) {
          await this.userAgent?.stop();
          return;
        }
        failures = 0;
        await this.stayRegistered();
      } catch (error) {
        // ended by the server meanwhile: ask for others
        if (error instanceof RegisterError && error.status === 403) await this.forget();
      }
      if (!this.isRunning()) return;
      this.options.onState('connecting');
      failures += 1;
      await this.options.wait(backOffMs(failures, Math.random()));
    }
  }

  /** A getter would be narrowed away: it changes while a promise is awaited. */
  private isRunning(): boolean {
    return this.running;
  }

  private async connect(): Promise<void> {
    this.options.onState('connecting');
    const userAgent = this.userAgent ?? (await this.createUserAgent());
    if (userAgent.isConnected()) return;
    await (userAgent.state === UserAgentState.Started ? userAgent.reconnect() : userAgent.start());
  }

  /** Until the connection is lost, or a refresh is refused. */
  private async stayRegistered(): Promise<void> {
    const lost = new Promise<'lost'>((resolve) => {
      this.lost = () => {
        resolve('lost');
      };
    });
    for (;;) {
      const nextMs = await Promise.race([this.registration?.register() ?? 0, lost]);
      if (nextMs === 'lost') return;
      this.options.onState('registered');
      if ((await Promise.race([this.options.wait(nextMs), lost])) === 'lost') return;
      if (!this.isRunning()) return;
    }
  }

  private async forget(): Promise<void> {
    const { userAgent } = this;
    this.userAgent = null;
    this.registration = null;
    await userAgent?.transport.dispose().catch(() => undefined);
  }

  private async createUserAgent(): Promise<UserAgent> {
    const { username, password, domain, wsUrl } = await this.options.credentials();
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
        iceGatheringTimeout: GATHERING_LIMIT_MS,
        // else sip.js asks a STUN server of somebody else
        peerConnectionConfiguration: { iceServers: [] },
      },
      logBuiltinEnabled: false,
      delegate: {
        onInvite: (invitation) => {
          void this.answer(invitation);
        },
        onDisconnect: () => {
          this.lost();
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
      if (connection.iceConnectionState === 'failed') void this.restartIce();
    });
  }

  /** New candidates for the leg that stands (RFC 8839, 4.4.1): the machine has another address now. */
  async restartIce(): Promise<void> {
    const { leg } = this;
    if (leg?.state !== SessionState.Established || this.userAgent?.isConnected() !== true) return;
    const offerOptions: RTCOfferOptions = { iceRestart: true };
    const sessionDescriptionHandlerOptions = { offerOptions } as object;
    await leg.invite({ sessionDescriptionHandlerOptions }).catch(() => undefined);
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
