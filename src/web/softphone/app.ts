import type { Session } from './api-answers';
import { ApiClient } from './api-client';
import { ApiError, isOffline } from './api-error';
import { FIRST_STATE, NEW_CALL, type AppState } from './app-state';
import { WORDS } from './dictionaries';
import { Duty } from './duty';
import { dropDrafts, dropReflection, keepDrafts, keptDrafts } from './kept-drafts';
import { Live } from './live';
import { Microphone } from './microphone';
import { OwnDesk } from './own-desk';
import { paymentIn } from './payment-in';
import { Phone } from './phone';
import { isMoved } from './approval-word';
import { QualityWatch } from './quality-watch';
import { readDesk, type SeenDesk } from './read-desk';
import { Reflection } from './reflection';
import { reminderIn } from './seconds-on-hold';
import { settings } from './settings';
import type { Screen } from './shortcut-keys';
import { signInForCalls } from './sign-in-for-calls';
import { Talk } from './talk';
import { troubleText } from './trouble-text';
import { withMicrophone } from './with-microphone';
import type { Words } from './words';

interface Me {
  readonly agent: { readonly id: string; readonly name: string } | null;
}

/** The agent's desk: what the server says, what the agent does, and what is shown of both. */
export class App {
  readonly microphone = new Microphone();
  readonly live: Live;
  /** What the agent does in the conversation, and with what came of it. */
  readonly talk = new Talk(this);
  readonly duty = new Duty(this);
  readonly reflection = new Reflection(this);
  private readonly ownDesk = new OwnDesk();
  private readonly quality = new QualityWatch(
    this,
    async () => (await this.phone?.totals()) ?? null,
  );
  private api: ApiClient | null = null;
  private phone: Phone | null = null;
  private shown: AppState;
  private refreshing: Promise<void> | null = null;
  private refreshAgain = false;
  /** Grows with each sign-in and sign-out: an answer to an earlier visit says nothing any more. */
  private visit = 0;
  /** Looks are numbered: what a later one saw, an earlier one that answers late does not undo. */
  private looks = 0;
  private lastSeen = 0;

  constructor(
    private readonly speaker: HTMLAudioElement,
    private readonly onChange: (state: AppState) => void,
  ) {
    this.shown = { ...FIRST_STATE, language: settings.language, nowMs: Date.now() };
    this.live = new Live({
      onTick: () => {
        this.quality.tick();
      },
      onStream: (isStreamOpen) => {
        this.change({ isStreamOpen });
        // what happened while nobody told us
        if (isStreamOpen) this.refresh();
      },
      onEvent: (name) => {
        this.change({ ...reminderIn(name, this.shown), ...paymentIn(name, this.shown) });
        this.refresh();
      },
      onKeyRefused: () => {
        void this.leave(this.words.keyRefused);
      },
    });
  }

  get state(): AppState {
    return this.shown;
  }

  get words(): Words {
    return WORDS[this.shown.language];
  }

  change(part: Partial<AppState>): void {
    this.shown = { ...this.shown, ...part };
    const { call, draft, talk } = this.shown;
    if (call !== null && ('draft' in part || 'talk' in part))
      keepDrafts(sessionStorage, call.attemptId, { draft, talk });
    this.onChange(this.shown);
  }

  switchLanguage(): void {
    const language = this.shown.language === 'id' ? 'en' : 'id';
    settings.language = language;
    this.change({ language, trouble: null });
  }

  /** After a load: goes on where the tab was. */
  async resume(): Promise<void> {
    if (settings.key !== null) await this.signIn(settings.key);
    else this.change({});
  }

  async signIn(key: string): Promise<void> {
    this.visit += 1;
    await this.try(async () => {
      const api = new ApiClient(key);
      const { visit } = this;
      const me = await api.get<Me>('/v1/me');
      if (visit !== this.visit) return;
      if (me.agent === null) throw new ApiError('not_an_agent', 403, this.words.notAnAgent, []);
      settings.key = key;
      this.api = api;
      const session = await api.find<Session>('/v1/me/session');
      if (visit !== this.visit) return;
      const { id: agentId, name: agentName } = me.agent;
      this.change({ agentId, agentName });
      if (session === null) this.change({ screen: 'check' });
      else await this.openDesk();
    });
  }

  /** Tells what was measured, and signs in for calls, with a line that stays up between them. */
  async startShift(): Promise<void> {
    await this.try(async () => {
      await signInForCalls(this.client, this.shown);
      await this.openDesk();
    });
  }

  private get client(): ApiClient {
    if (this.api === null) throw new Error('nobody has signed in');
    return this.api;
  }

  /** The line comes here; the page that had it is told. */
  goOnHere(): Promise<void> {
    return this.try(() => this.openDesk(true));
  }

  private async openDesk(isForced = false): Promise<void> {
    const { visit } = this;
    const { agentId } = this.shown;
    const isOwn = await this.ownDesk.take(agentId, () => void this.close('elsewhere'), isForced);
    if (visit !== this.visit) return;
    this.change({ screen: isOwn ? 'desk' : 'elsewhere' });
    if (isOwn) await this.startWork();
  }

  private async startWork(): Promise<void> {
    const { visit } = this;
    if (!this.microphone.isOpen)
      await withMicrophone(this, () => this.microphone.open(settings.input)).catch(() => undefined);
    if (visit !== this.visit) return;
    this.live.start(settings.key ?? '');
    this.phone ??= new Phone({
      credentials: () => this.client.post('/v1/me/sip-credentials'),
      microphone: () => withMicrophone(this, () => this.microphone.copy()),
      speaker: this.speaker,
      wait: (ms) => this.live.wait(ms),
      onState: (phone) => {
        this.change({ phone });
      },
      onSilence: () => {
        this.networkChanged();
      },
      onLeg: (isLegUp) => {
        this.quality.begin();
        this.change({ isLegUp });
      },
    });
    this.phone.start();
    this.change({ trouble: null });
    await this.fetchNow();
    const attemptId = this.shown.call?.attemptId ?? null;
    if (attemptId !== null && settings.mutedAttempt === attemptId) this.setMuted(true);
  }

  /** Looks at the session and its call; once more when it is asked for meanwhile. */
  refresh(): void {
    if (this.refreshing !== null) {
      this.refreshAgain = true;
      return;
    }
    this.refreshing = this.look().finally(() => {
      this.refreshing = null;
      if (!this.refreshAgain) return;
      this.refreshAgain = false;
      this.refresh();
    });
  }

  /** Nobody asked for it: what the agent was told stays, unless it was that the server is silent. */
  private async look(): Promise<void> {
    const { visit } = this;
    try {
      await this.fetchNow();
      if (this.shown.trouble === this.words.offline) this.change({ trouble: null });
    } catch (error) {
      if (visit !== this.visit) return;
      if (!isOffline(error)) await this.tell(error);
      // that a step of the agent was not taken stays in sight
      else if (this.shown.trouble === null) this.change({ trouble: this.words.offline });
    }
  }

  private async fetchNow(): Promise<void> {
    const { visit, api } = this;
    if (api === null) return;
    this.looks += 1;
    const look = this.looks;
    const seen = await readDesk(api);
    if (visit !== this.visit || look < this.lastSeen) return;
    this.lastSeen = look;
    await this.take(seen);
  }

  private async take(seen: SeenDesk): Promise<void> {
    const before = this.shown;
    const { session, call } = seen;
    const isAnother = call?.attemptId !== before.call?.attemptId;
    const isNew = call !== null && isAnother;
    this.change({
      ...seen,
      ...(isAnother ? NEW_CALL : {}),
      ...(isNew ? keptDrafts(sessionStorage, call.attemptId) : {}),
    });
    if (isAnother && before.call !== null) this.leaveCall(isNew);
    if (isNew || isMoved(before.agreement, seen.agreement)) this.talk.restore();
    if (session === null && before.session !== null) await this.endShift();
  }

  private leaveCall(isForAnother: boolean): void {
    this.setMuted(false);
    if (!isForAnother) dropDrafts(sessionStorage);
  }

  private async endShift(): Promise<void> {
    this.ownDesk.leave();
    this.live.stop();
    const { phone } = this;
    this.phone = null;
    await phone?.stop();
    this.change({ screen: 'check', isLegUp: false, connection: null, isStreamOpen: true });
  }

  async signOut(): Promise<void> {
    if (this.shown.session === null) return this.leave(null);
    await this.ask((api) => api.delete('/v1/me/session'));
  }

  /** Back to the first screen; the key is forgotten. */
  async leave(trouble: string | null): Promise<void> {
    settings.key = null;
    settings.mutedAttempt = null;
    dropDrafts(sessionStorage);
    dropReflection(sessionStorage);
    this.api = null;
    await this.close('sign_in', trouble);
  }

  /** Nothing of the desk is here any more. */
  private async close(screen: Screen, trouble: string | null = null): Promise<void> {
    this.visit += 1;
    this.ownDesk.leave();
    this.live.stop();
    const { phone } = this;
    this.phone = null;
    const { language, agentId, agentName } = this.shown;
    this.change({
      ...FIRST_STATE,
      language,
      agentId,
      agentName,
      nowMs: Date.now(),
      trouble,
      screen,
    });
    await (screen === 'elsewhere' ? phone?.abandon() : phone?.stop());
    this.microphone.close();
  }

  /** Asks the server for something that needs no more than its address. */
  send(path: string, body?: object): Promise<void> {
    return this.ask((api) => api.post(path, body));
  }

  toggleMute(): void {
    const isMuted = !this.shown.isMuted;
    this.setMuted(isMuted);
    settings.mutedAttempt = isMuted ? (this.shown.call?.attemptId ?? null) : null;
  }

  /** Here and at once: what the microphone hears leaves this machine only when the agent wants it. */
  private setMuted(isMuted: boolean): void {
    this.phone?.setMuted(isMuted);
    if (!isMuted) settings.mutedAttempt = null;
    this.change({ isMuted });
  }

  sendTone(tone: string): void {
    this.phone?.sendTone(tone);
  }

  networkChanged(): void {
    this.live.hurry();
    this.phone?.networkChanged();
  }

  /**
   * A request of the agent; the answer is looked at at once, the events only confirm it.
   * @param onRefused shows a refusal where it belongs; null: it is told in the notice
   */
  async ask(
    work: (api: ApiClient) => Promise<unknown>,
    onRefused: (error: ApiError) => Partial<AppState> | null = () => null,
  ): Promise<void> {
    await this.try(async () => {
      await work(this.client);
      await this.fetchNow();
    }, onRefused);
  }

  private async try(
    work: () => Promise<void>,
    onRefused: (error: ApiError) => Partial<AppState> | null = () => null,
  ): Promise<void> {
    const { visit } = this;
    this.change({ isBusy: true });
    try {
      await work();
      if (visit === this.visit) this.change({ trouble: null });
    } catch (error) {
      if (visit !== this.visit) return;
      const shown = error instanceof ApiError ? onRefused(error) : null;
      if (shown === null) await this.tell(error);
      else this.change(shown);
    } finally {
      this.change({ isBusy: false });
    }
  }

  private async tell(error: unknown): Promise<void> {
    if (error instanceof ApiError && error.status === 401) await this.leave(this.words.keyRefused);
    else this.change({ trouble: troubleText(error, this.words) });
  }
}
