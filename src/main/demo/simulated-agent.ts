import type { AgentState } from '../../domain/agent-state';
import { ApiError, type ApiClient } from './api-client';
import { Bell } from './bell';
import { confirmIdentity, playScene, reflect } from './play-scene';
import type { Softphone } from './softphone';
import {
  isDebtorSpeaking,
  planOutcome,
  planTalk,
  type SpokenOutcome,
  type TalkFacts,
  type TalkPlan,
} from './talk-model';
import type { Scene, SceneList } from './talk-scene';

export interface SimulatedAgentOptions {
  readonly name: string;
  readonly seed: string;
  /** With the agent's own key. */
  readonly api: ApiClient;
  readonly phone: Softphone;
  /** What is still to be shown, by whoever talks next. */
  readonly scenes: SceneList;
  /** Told what did not work; it is tried again. */
  readonly onTrouble: (what: string) => void;
}

interface Session {
  readonly state: AgentState;
  readonly attemptId: string | null;
}

interface CurrentCall {
  readonly attemptId: string;
  /** Null, as the amount: who is on the line has not shown who they are. */
  readonly currency: string | null;
  readonly amountDueMinor: string | null;
}

interface Talk {
  readonly attemptId: string;
  readonly facts: TalkFacts;
  readonly plan: TalkPlan;
  readonly hangUpAtMs: number;
  outcomeAtMs: number | null;
  /** Taken when the wrap-up begins; null: chance decides what was said. */
  scene: Scene | null;
  isHungUp: boolean;
  isRecorded: boolean;
}

/** Looks at its session at least this often: the live events are only a doorbell. */
const LOOK_MS = 4_000;
const FIRST_BACK_OFF_MS = 500;
const LAST_BACK_OFF_MS = 8_000;

/**
 * An agent at work: registers a softphone, signs in, talks for some seconds, hangs up (or is hung
 * up on), records what came of it, and goes on until told to leave.
 */
export class SimulatedAgent {
  readonly #bell = new Bell();
  readonly #listening = new AbortController();
  #talk: Talk | null = null;
  #talks = 0;
  #backOffMs = FIRST_BACK_OFF_MS;
  #leaving = false;
  #gone = false;
  #working: Promise<void> | null = null;

  constructor(private readonly options: SimulatedAgentOptions) {
    options.phone.on('disconnected', () => {
      this.#bell.ring();
    });
  }

  start(): void {
    void this.#listen();
    this.#working ??= this.#work();
  }

  /**
   * Signs out, after the talk and its outcome when there is one; closes the softphone.
   * @param limitMs after which it leaves whatever it is doing.
   */
  async leave(limitMs: number): Promise<void> {
    this.#leaving = true;
    this.#bell.ring();
    const limit = setTimeout(() => {
      this.#gone = true;
      this.#bell.ring();
    }, limitMs);
    await this.#working;
    clearTimeout(limit);
    this.#listening.abort();
    await this.options.phone.close();
  }

  async #listen(): Promise<void> {
    try {
      for await (const event of this.options.api.events(this.#listening.signal)) {
        if (event.type === 'agent.state_changed') this.#bell.ring();
      }
    } catch (error) {
      this.options.onTrouble(messageOf(error));
    }
  }

  async #work(): Promise<void> {
    while (!this.#gone) await this.#bell.wait(await this.#tryStep());
  }

  /** A step that fails is tried again, later each time. */
  async #tryStep(): Promise<number> {
    try {
      const waitMs = await this.#step();
      this.#backOffMs = FIRST_BACK_OFF_MS;
      return waitMs;
    } catch (error) {
      this.options.onTrouble(messageOf(error));
      const waitMs = this.#backOffMs;
      this.#backOffMs = Math.min(waitMs * 2, LAST_BACK_OFF_MS);
      return waitMs;
    }
  }

  /** Does what its session's state asks for. @returns when to look again at the latest, ms. */
  async #step(): Promise<number> {
    const { api, phone } = this.options;
    if (!phone.isRegistered && !this.#leaving) await phone.register();
    const session = await this.#session();
    if (session === null || session.state === 'lost') {
      if (!this.#leaving) await api.post('/v1/me/session', { legMode: 'nailed_up' });
      else this.#gone = true;
      return this.#leaving ? 0 : LOOK_MS;
    }
    if (this.#leaving) await api.delete('/v1/me/session').catch(ignoreConflict);
    switch (session.state) {
      case 'in_call':
      case 'hold':
        return this.#converse(session);
      case 'wrap_up':
        return this.#wrapUp(session);
      case 'paused':
        if (!this.#leaving) await api.post('/v1/me/session/ready').catch(ignoreConflict);
        return LOOK_MS;
      case 'connecting':
      case 'ready':
      case 'previewing':
      case 'reserved':
      case 'ringing':
      case 'offline':
        return this.#leaving ? FIRST_BACK_OFF_MS : LOOK_MS;
    }
  }

  async #session(): Promise<Session | null> {
    try {
      return await this.options.api.get<Session>('/v1/me/session');
    } catch (error) {
      if (error instanceof ApiError && error.status === 404) return null;
      throw error;
    }
  }

  async #converse(session: Session): Promise<number> {
    const talk = this.#talkOf(session.attemptId);
    const leftMs = talk.hangUpAtMs - Date.now();
    if (leftMs > 0) return leftMs;
    if (!talk.isHungUp) {
      talk.isHungUp = true;
      await this.options.api.post('/v1/me/call/hang-up').catch(ignoreConflict);
    }
    return LOOK_MS;
  }

  async #wrapUp(session: Session): Promise<number> {
    const talk = this.#talkOf(session.attemptId);
    if (talk.isRecorded) return LOOK_MS;
    talk.outcomeAtMs ??= Date.now() + talk.plan.wrapUpMs;
    const leftMs = talk.outcomeAtMs - Date.now();
    if (leftMs > 0) return leftMs;
    const call = await this.options.api.get<CurrentCall>('/v1/me/call');
    if (call.attemptId !== talk.attemptId) return 0;
    const outcome = await this.#outcomeOf(talk);
    await this.options.api
      .post(`/v1/attempts/${talk.attemptId}/outcome`, outcome)
      .catch(ignoreConflict);
    talk.isRecorded = true;
    if (talk.scene?.kind === 'conflict') await reflect(this.options.api, talk.attemptId);
    return LOOK_MS;
  }

  async #outcomeOf(talk: Talk): Promise<SpokenOutcome> {
    const { api, scenes } = this.options;
    // a machine has nothing to say
    talk.scene ??= talk.facts.speaker === 'voicemail' ? null : scenes.take();
    const played = talk.scene && (await playScene(api, talk.scene));
    if (played !== null) return played;
    if (talk.scene !== null && talk.scene.kind !== 'promise') {
      scenes.putBack(talk.scene);
      talk.scene = null;
    }
    // without it nothing of the debt is on the screen: the number is nobody's for sure
    if (talk.scene === null && isDebtorSpeaking(talk.facts)) await confirmIdentity(api);
    const { amountDueMinor, currency } = await api.get<CurrentCall>('/v1/me/call');
    const debt = {
      amountDueMinor: BigInt(amountDueMinor ?? '0'),
      currency: currency ?? 'IDR',
      now: new Date(),
    };
    return planOutcome(talk.facts, debt, talk.scene === null ? null : 'RPC_PTP');
  }

  #talkOf(attemptId: string | null): Talk {
    if (attemptId === null) throw new Error('a session in a call has no attempt');
    if (this.#talk?.attemptId === attemptId) return this.#talk;
    this.#talks += 1;
    const { seed, name, phone } = this.options;
    // whoever speaks says so in the description of the media: nobody sends sound here
    const speaker = phone.calls.at(-1)?.remote?.speaker ?? null;
    const facts: TalkFacts = { seed, agent: name, talkNumber: this.#talks, speaker };
    const plan = planTalk(facts);
    this.#talk = {
      attemptId,
      facts,
      plan,
      hangUpAtMs: Date.now() + plan.talkMs,
      outcomeAtMs: null,
      scene: null,
      isHungUp: false,
      isRecorded: false,
    };
    return this.#talk;
  }
}

/** The state moved on meanwhile: the next look sees where to. */
function ignoreConflict(error: unknown): void {
  if (error instanceof ApiError && (error.status === 404 || error.status === 409)) return;
  throw error;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
