import type { Logger } from 'pino';
import { recordEnded } from '../../src/db/calls';
import type { Database } from '../../src/db/database';
import {
  answerInboundCall,
  listStillOpen,
  offerToAgent,
  openInboundTalk,
  takeBackRinging,
  type KnownCaller,
} from '../../src/db/inbound-calls';
import { findLastAgent, listReadyAgents, type ReadyAgent } from '../../src/db/inbound-lookup';
import { missInboundCall, type MissCause } from '../../src/db/miss-inbound-call';
import { AFTER_UNREACHED } from '../agents/after-unreached';
import type { AgentLines, Reach } from '../agents/agent-lines';
import { CallJournal } from '../calls/call-journal';
import type { Calls } from '../calls/calls';
import type { IncomingCall } from '../gateway/incoming-call';
import { Answering } from './answering';
import type { MediaSource } from '../media/media-source';
import type { Prompts } from '../media/prompts';
import { chooseAgent } from './choose-agent';
import { QueueMusic } from './queue-music';
import { standingContact } from './standing-contact';

export interface InboundCallOptions {
  readonly db: Database;
  readonly log: Logger;
  readonly lines: AgentLines;
  readonly calls: Calls;
  readonly sipInstanceId: string;
  readonly media: MediaSource;
  readonly prompts: Prompts;
  readonly incoming: IncomingCall;
  /** Of the call that is with us. */
  readonly callId: string;
  readonly legId: string;
  readonly trunkId: string;
  /** E.164; null: withheld. */
  readonly caller: string | null;
  /** Null: nobody, or several people. */
  readonly person: KnownCaller | null;
  /** Whom the caller may mean, the likeliest first. */
  readonly creditorIds: readonly string[];
}

export type InboundEnd = 'answered' | MissCause;

/** A softphone that does not answer within this time is not attended; then the next one rings. */
const AGENT_RING_MS = 20_000;
/** Who hears ringing for longer has hung up, or been sent on by the network. */
const LONGEST_RINGING_MS = 90_000;
/** What rings at the person who calls is withdrawn by its own process, with CANCEL and its answer. */
const TAKE_BACK_LIMIT_MS = 6_000;
const TAKE_BACK_LOOK_MS = 50;
/** Margin of the sweep's limit over the call's own: the owner acts first. */
const SWEEP_MARGIN_MS = 60_000;

const MISSED_STATUS: Record<MissCause, number> = {
  no_agent: 480,
  caller_hung_up: 487,
  person_in_call: 486,
  shutdown: 503,
  sip_instance_dead: 503,
  failed: 488,
};

/** Nobody takes the call. With a media engine a message is played here before the end. */
type Unattended = (incoming: IncomingCall, cause: MissCause) => Promise<number>;

const refuse: Unattended = async (incoming, cause) => {
  const status = MISSED_STATUS[cause];
  await incoming.respond(status, cause === 'shutdown' ? { 'Retry-After': '10' } : {});
  return status;
};

/**
 * One call that came in, from its channel to an agent who takes it or the end without one. The caller
 * hears ringing all the while: one agent after the other is rung, each an attempt of its own, until one
 * is on the line; then it is a call like those that we place ({@link Calls.join}).
 */
export class InboundCall {
  private readonly tried = new Set<string>();
  private readonly preferred: string[] = [];
  private readonly until = Date.now() + LONGEST_RINGING_MS;
  private readonly journal: CallJournal;
  private aborted: MissCause | null = null;
  /** The attempt whose agent is being rung. */
  private ringingFor: string | null = null;
  private music: Promise<QueueMusic | null> = Promise.resolve(null);

  constructor(
    private readonly options: InboundCallOptions,
    private readonly unattended: Unattended = refuse,
  ) {
    this.journal = new CallJournal(options.log, () => undefined);
    options.incoming.onCancelled(() => {
      this.abort('caller_hung_up');
    });
  }

  /** Ends the ringing; who is answered already is not touched. */
  abort(cause: MissCause): void {
    this.aborted ??= cause;
    if (this.ringingFor !== null) this.options.lines.stopRingingFor(this.ringingFor);
  }

  /** Settles with what became of it, everything written. Never rejects. */
  async run(): Promise<InboundEnd> {
    const end = await this.offerInTurn().catch((error: unknown): MissCause => {
      this.options.log.error({ reason: (error as Error).message }, 'a call that came in failed');
      return 'no_agent';
    });
    if (end !== 'answered') await this.miss(end);
    await this.journal.settled();
    return end;
  }

  private async offerInTurn(): Promise<InboundEnd> {
    const { db, incoming, person } = this.options;
    if (incoming.sdp === '') return 'failed';
    incoming.ring();
    this.playMusic();
    const last = person === null ? null : await findLastAgent(db, person.debtorId);
    if (last !== null) this.preferred.push(last);
    let isFree = await this.takeBack();
    while (isFree && !this.isOver()) {
      const agent = await this.nextAgent();
      if (agent === null) break;
      const end = await this.offer(agent);
      if (end === 'answered') return end;
      isFree = end === 'not_taken' || (await this.takeBack());
    }
    return this.cause() ?? (isFree ? 'no_agent' : 'person_in_call');
  }

  private playMusic(): void {
    const { creditorIds, person, log } = this.options;
    const creditorId = person?.creditorId ?? creditorIds[0] ?? null;
    this.music = QueueMusic.begin({ ...this.options, creditorId }).catch((error: unknown) => {
      log.warn({ reason: (error as Error).message }, 'no music for who waits');
      return null;
    });
  }

  /** Methods, for a property would be narrowed: both change while a promise is awaited. */
  private cause(): MissCause | null {
    return this.aborted;
  }
  private isOver(): boolean {
    return this.aborted !== null || Date.now() >= this.until;
  }

  /** What rings at the caller is withdrawn. False: the person is in a talk, or it does not end. */
  private async takeBack(): Promise<boolean> {
    const { db, calls, caller, person } = this.options;
    if (caller === null) return true;
    const open = await takeBackRinging(db, { debtorId: person?.debtorId ?? null, e164: caller });
    const contact = standingContact(open);
    if (contact === 'none') return true;
    if (contact === 'busy') return false;
    const attemptIds = open.map(({ attemptId }) => attemptId);
    for (const attemptId of attemptIds) calls.withdraw(attemptId, 'inbound');
    // who was about to talk to them has them on the screen
    this.preferred.unshift(...open.map(({ agentId }) => agentId));
    const until = Date.now() + TAKE_BACK_LIMIT_MS;
    while (!this.isOver() && Date.now() < until) {
      if ((await listStillOpen(db, attemptIds)).length === 0) return true;
      await new Promise((resolve) => setTimeout(resolve, TAKE_BACK_LOOK_MS));
    }
    return false;
  }

  private async nextAgent(): Promise<ReadyAgent | null> {
    const { db, sipInstanceId, creditorIds, person } = this.options;
    const meant = person === null ? creditorIds : [person.creditorId];
    const ready = await listReadyAgents(db, sipInstanceId, meant);
    const { preferred, tried } = this;
    return chooseAgent({ ready, creditorIds: meant, preferred, tried });
  }

  private async offer(agent: ReadyAgent): Promise<'answered' | 'not_taken' | 'person_in_call'> {
    const { db, log, callId, trunkId, sipInstanceId, person } = this.options;
    this.tried.add(agent.agentId);
    const limitMs = AGENT_RING_MS + SWEEP_MARGIN_MS;
    const offered = await offerToAgent(db, {
      ...{ callId, trunkId, sipInstanceId, agent, person, limitMs },
    });
    if (offered.kind === 'agent_taken') return 'not_taken';
    if (offered.kind === 'person_in_call') {
      this.tried.delete(agent.agentId);
      return offered.kind;
    }
    const { attemptId } = offered;
    log.info({ attemptId }, 'a call that came in is offered');
    const reach = await this.ring(agent, attemptId);
    if (reach.kind !== 'reached') {
      await this.endOffer(attemptId, reach);
      return 'not_taken';
    }
    return this.connect(agent, attemptId, reach.line);
  }

  private async ring(agent: ReadyAgent, attemptId: string): Promise<Reach> {
    this.ringingFor = attemptId;
    const ringing = this.options.lines.reach(agent, attemptId, AGENT_RING_MS);
    // the caller gave up while the offer was written
    if (this.aborted !== null) this.options.lines.stopRingingFor(attemptId);
    const reach = await ringing;
    this.ringingFor = null;
    return reach;
  }

  private async endOffer(
    attemptId: string,
    reach: Exclude<Reach, { kind: 'reached' }>,
  ): Promise<void> {
    const actor = `sip:${this.options.sipInstanceId}`;
    const cause = this.aborted;
    const agent = AFTER_UNREACHED[reach.kind];
    const end =
      cause === null
        ? { result: 'expired' as const, cause: agent.cause, agent }
        : { result: 'cancelled' as const, cause };
    await this.journal.write('offer ended', () =>
      recordEnded(this.options.db, { ...end, attemptId, actor }),
    );
  }

  /** The agent is on the line: the caller is answered. */
  private async connect(
    agent: ReadyAgent,
    attemptId: string,
    line: Extract<Reach, { kind: 'reached' }>['line'],
  ): Promise<'answered' | 'not_taken'> {
    const { db, calls, incoming, callId, legId } = this.options;
    const { agentId, sessionId: agentSessionId, wrapUpLimitMs } = agent;
    const talk = { callId, attemptId };
    const media = line.openTalk();
    const music = await this.music;
    const openTalk = (): Promise<boolean> => openInboundTalk(db, talk);
    const answering = new Answering(incoming, media, legId, openTalk, music);
    if (this.aborted !== null) answering.withdraw('caller_hung_up');
    const claim = {
      ...{ ...talk, agentId, agentSessionId, wrapUpLimitMs, ringTimeoutMs: AGENT_RING_MS },
      upstreamIdentity: incoming.header('identity'),
    };
    const call = calls.join(claim, { line, talk: media }, answering);
    const end = await answering.result;
    if (end.kind !== 'answered' && !answering.isAnswered) {
      // the person's one open attempt is this one until its end is written
      await call.records.settled();
      return 'not_taken';
    }
    await this.journal.write('answered', async () => {
      await answerInboundCall(db, talk);
      return 'written';
    });
    return 'answered';
  }

  private async miss(cause: MissCause): Promise<void> {
    const { db, callId, incoming } = this.options;
    (await this.music)?.end();
    const sipStatus = await this.unattended(incoming, cause);
    await this.journal.write('missed', async () => {
      await missInboundCall(db, { callId, cause, sipStatus });
      return 'written';
    });
  }
}
