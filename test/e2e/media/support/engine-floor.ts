import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { MediaOptions } from '../../../../sip/media/media-source';
import type { SipRole } from '../../../../sip/start-sip-role';
import { lockAgentSession } from '../../../../src/db/agent-sessions';
import { findAttempt } from '../../../../src/db/attempts';
import { findTransfer, requestTransfer, type NewTransfer } from '../../../../src/db/transfers';
import type { CallCommand } from '../../../../src/domain/call-command';
import { makeGate } from '../../../support/gate';
import { openTarget } from '../../conformance/support/conformance-target';
import { Cleanups } from '../../../support/cleanups';
import { CallFloor, eventually, type SignedIn } from '../../calls/support/call-floor';
import type { RawSoftphone } from '../../calls/support/raw-softphone';
import { TrunkPeer } from '../../calls/support/trunk-peer';
import { RecordingShelf } from './recording-shelf';
import { RtpPeer } from './rtp-peer';
import { Rtpengine } from './rtpengine';
import { WebrtcEnd } from './webrtc-end';

export type Kind = 'plain' | 'webrtc';

export interface Phone {
  readonly agentId: string;
  readonly softphone: RawSoftphone;
  readonly ear: RtpPeer;
}

export type Working = Phone & SignedIn;

export interface Talk {
  readonly agent: Working;
  readonly debtor: RtpPeer;
  readonly attemptId: string;
}

export type OfTalk = Pick<Talk, 'attemptId'>;

/** A floor whose audio passes through an rtpengine, and is recorded. */
export class EngineFloor {
  /** Ended after each test. */
  readonly each = new Cleanups();
  private readonly whole = new Cleanups();

  private constructor(
    readonly floor: CallFloor,
    readonly trunk: TrunkPeer,
    private readonly media: MediaOptions,
    private readonly browser: Rtpengine,
    private readonly folders: { readonly spool: string; readonly kept: string },
  ) {}

  static async open(): Promise<EngineFloor> {
    const [spool, kept] = (await Promise.all(
      ['spool', 'kept'].map((name) => mkdtemp(join(tmpdir(), `santun-${name}-`))),
    )) as [string, string];
    const [ours, theirs] = await Promise.all([Rtpengine.start(spool), Rtpengine.start()]);
    const media = {
      engines: [ours.address],
      silenceLimitMs: 2_000,
      recordsAll: true,
      mixerArguments: ['-r', './test/support/typescript-hook.cjs'],
    };
    const floor = await CallFloor.open({}, undefined, media);
    const trunk = await TrunkPeer.open('talk');
    await floor.addTrunk({ port: trunk.port });
    const opened = new EngineFloor(floor, trunk, media, theirs, { spool, kept });
    for (const folder of [spool, kept])
      opened.whole.add({ close: () => rm(folder, { recursive: true, force: true }) });
    for (const part of [ours, theirs, floor, trunk]) opened.whole.add(part);
    return opened;
  }

  /** Another sip process of the floor, with a signalling server of its own. */
  async anotherRole(): Promise<SipRole> {
    const signalling = this.whole.add(await openTarget(''));
    return this.floor.addRole(makeGate(this.floor.db), signalling, this.media);
  }

  /** A registered softphone that sends a tone. @param role where it is registered; absent: at the first */
  async phone(kind: Kind, hertz: number, role?: SipRole): Promise<Phone> {
    const { floor } = this;
    const ear = this.each.add(await RtpPeer.open(hertz));
    const web = new WebrtcEnd(this.browser, ear);
    const account = await floor.addAgent();
    const softphone = await floor.openSoftphone(account, kind === 'plain' ? 'udp' : 'ws', role);
    softphone.describe =
      kind === 'webrtc'
        ? (offer) => web.answer(offer)
        : (offer) => {
            ear.talkTo(offer);
            return Promise.resolve(ear.sdp());
          };
    const status = await softphone.register();
    if (status !== 200) throw new Error(`REGISTER: ${status}`);
    return { agentId: account.agentId, softphone, ear };
  }

  /** The same, signed in and ready. */
  async ready(kind: Kind, hertz: number): Promise<Working> {
    const own = await this.phone(kind, hertz);
    const sessionId = await this.floor.signIn(own.agentId, 'nailed_up');
    this.each.add({ close: () => this.signOut(sessionId) });
    await this.floor.untilSession(sessionId, 'ready');
    return { ...own, sessionId };
  }

  private async signOut(sessionId: string): Promise<void> {
    await this.floor.db.query(
      `update agent_session set state = 'offline', ended_at = now() where id = $1`,
      [sessionId],
    );
    await this.floor.role.handle({ name: 'release_agent', sessionId });
  }

  /** An agent (440 Hz) in a talk with the debtor's end (1000 Hz) behind the trunk. */
  async talk(kind: Kind): Promise<Talk> {
    const { floor, trunk } = this;
    const agent = await this.ready(kind, 440);
    const debtor = this.each.add(await RtpPeer.open(1_000));
    trunk.offers.length = 0;
    trunk.describe = () => {
      debtor.talkTo(trunk.offers.at(-1)!);
      return debtor.sdp();
    };
    const attemptId = await floor.dial();
    await floor.untilAttempt(attemptId, 'connected');
    await Promise.all([agent.ear.hears(debtor), debtor.hears(agent.ear)]);
    return { agent, debtor, attemptId };
  }

  async endTalk({ attemptId }: OfTalk): Promise<void> {
    this.trunk.hangUp();
    await this.floor.untilAttempt(attemptId, 'ended');
  }

  /** As POST /v1/me/call/transfer writes it, and taken up. */
  async handOn(
    { attemptId }: OfTalk,
    kind: NewTransfer['kind'],
    to: SignedIn | { readonly officeNumberId: string },
  ): Promise<string> {
    const { floor } = this;
    const { creditorId, agentId } = (await findAttempt(floor.db, attemptId))!;
    const colleague = 'sessionId' in to ? to : null;
    const { id } = await floor.db.transaction(async (tx) =>
      requestTransfer(
        tx,
        {
          ...{ kind, attemptId, creditorId, fromAgentId: agentId, phoneId: null },
          target: colleague === null ? 'office' : 'agent',
          toAgentId: colleague?.agentId ?? null,
          toSessionId: colleague?.sessionId ?? null,
          officeNumberId: 'officeNumberId' in to ? to.officeNumberId : null,
          ...{ note: null, actor: 'test' },
        },
        colleague && (await lockAgentSession(tx, colleague.sessionId)),
      ),
    );
    await floor.role.handle({ name: 'transfer_call', transferId: id });
    return id;
  }

  untilTransfer(id: string, state: string) {
    return eventually(
      async () => (await findTransfer(this.floor.db, id))!,
      (row) => row.state === state,
      `transfer ${state}`,
      5_000,
    );
  }

  order({ attemptId }: OfTalk, command: CallCommand): Promise<void> {
    return this.floor.role.handle({ name: 'control_call', attemptId, command });
  }

  /** The recording, and 200 ms of a segment's channel (0: left), at its beginning or its end. */
  async recorded({ attemptId }: OfTalk) {
    const { spool, kept } = this.folders;
    const shelf = new RecordingShelf(this.floor.db, spool, kept);
    const row = await shelf.stored(attemptId);
    const wav = await shelf.audioOf(row, 0, Number(row.bytes) - 1);
    const at = (segment: number, channel: 0 | 1, where: 'begin' | 'end'): number[] => {
      const { offsetMs, durationMs } = row.segments[segment]!;
      const fromMs = where === 'begin' ? offsetMs + 60 : offsetMs + durationMs - 260;
      return Array.from({ length: 1_600 }, (_, i) =>
        wav.readInt16LE(44 + (Math.floor(fromMs * 8) + i) * 4 + channel * 2),
      );
    };
    return { row, at };
  }

  close(): Promise<void> {
    return this.whole.run();
  }
}
