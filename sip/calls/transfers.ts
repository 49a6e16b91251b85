import { takeUpTransfer, type TransferPermit } from '../../dialer/transfer-gate';
import { findAgentSession } from '../../src/db/agent-sessions';
import { findTransfer, type Transfer } from '../../src/db/transfers';
import { recordTransferEnded } from '../../src/db/transfer-progress';
import type { AgentLine } from '../agents/agent-line';
import { AFTER_UNREACHED } from '../agents/after-unreached';
import { outcomeOfLegEnd } from '../outcome/sip-outcome';
import { chooseTrunk } from '../trunks/trunk-queue';
import type { Call } from './call';
import type { LineMedia } from '../media/media';
import {
  CallTransfer,
  type CallTransferOptions,
  type Party,
  type PartyReach,
} from './call-transfer';
import type { CallsOptions } from './calls-options';
import type { Conversation } from './conversation';
import { Dialing } from './dialing';

type OutsideTaken = { readonly transfer: Transfer; readonly permit: TransferPermit };

/** The ringing of somebody outside, and whether it is still wished for. */
interface Ring {
  dialing: Dialing | null;
  isStopped: boolean;
}

/** Carries out the transfers of the talks of this process. */
export class Transfers {
  constructor(
    private readonly options: CallsOptions,
    private readonly findCall: (attemptId: string) => Call | null,
  ) {}

  /** Takes a transfer up. Settles when the other is joined or talked to, or nothing came of it. */
  async begin(transferId: string): Promise<void> {
    const { db, gate, sipInstanceId } = this.options;
    const asked = await findTransfer(db, transferId);
    if (asked?.state !== 'requested') return;
    const ref = { transferId, attemptId: asked.attemptId, sipInstanceId };
    const call = this.findCall(asked.attemptId);
    const taken = call === null ? null : await takeUpTransfer(gate, ref);
    if (taken?.kind === 'none') return;
    const work: { transfer?: CallTransfer } = {};
    const begun = call?.handOn((conversation, line) => {
      // the types cannot see that a call was found when it was taken up
      if (taken === null) throw new Error('no call');
      work.transfer =
        taken.kind === 'agent'
          ? this.toColleague(call, taken.transfer, conversation, line)
          : this.toOutside(call, taken, conversation, line);
      return work.transfer;
    });
    if (begun === true) await work.transfer?.run();
    else await this.notBegun(ref, 'no_talk');
  }

  private async notBegun(
    ref: { readonly transferId: string; readonly attemptId: string },
    cause: string,
  ): Promise<void> {
    const { db, sipInstanceId } = this.options;
    const end = { to: 'failed', cause, actor: `sip:${sipInstanceId}` } as const;
    await recordTransferEnded(db, { ...ref, ...end });
  }

  private toColleague(
    call: Call,
    transfer: Transfer,
    conversation: Conversation,
    line: AgentLine,
  ): CallTransfer {
    const { lines } = this.options;
    const { toAgentId } = transfer;
    return this.make(call, transfer, conversation, {
      agentLeg: line.leg,
      reach: () => this.reachColleague(transfer),
      // a leg that stands does not ring
      stopRinging: () => {
        if (toAgentId !== null && lines.find(toAgentId) === null) void lines.drop(toAgentId);
      },
    });
  }

  private async reachColleague(transfer: Transfer): Promise<PartyReach> {
    const { db, lines } = this.options;
    const { toSessionId, attemptId } = transfer;
    const session = toSessionId === null ? null : await findAgentSession(db, toSessionId);
    if (session?.attemptId !== attemptId) return { kind: 'failed', cause: 'agent_left' };
    const { agentId, legMode } = session;
    const reach = await lines.reach({ agentId, legMode, sessionId: session.id }, attemptId);
    if (reach.kind !== 'reached') {
      const colleague = AFTER_UNREACHED[reach.kind];
      return { kind: 'failed', cause: colleague.cause, colleague };
    }
    const { line } = reach;
    return { kind: 'reached', party: { kind: 'agent', line, leg: line.leg } };
  }

  private toOutside(
    call: Call,
    taken: OutsideTaken,
    conversation: Conversation,
    line: AgentLine,
  ): CallTransfer {
    const { transfer } = taken;
    const ring: Ring = { dialing: null, isStopped: false };
    // as an engine's line it has an offer of its own; else it is told what the other side described
    const offerOf = (audio: LineMedia): string => {
      if (audio.kind === 'engine') return audio.offer;
      return transfer.kind === 'blind' ? conversation.customerSdp : line.leg.remoteSdp;
    };
    return this.make(call, transfer, conversation, {
      agentLeg: line.leg,
      reach: async () => {
        const audio = await this.options.media.openLine('udp');
        if (audio === null) return { kind: 'failed', cause: 'no_media_engine' };
        const reached = await this.reachOutside(call, taken, audio, {
          ring,
          offer: offerOf(audio),
        });
        if (reached.kind === 'failed') void audio.close();
        return reached;
      },
      stopRinging: () => {
        ring.isStopped = true;
        ring.dialing?.withdraw('transfer_over');
      },
    });
  }

  private async reachOutside(
    call: Call,
    taken: OutsideTaken,
    audio: LineMedia,
    { ring, offer }: { readonly ring: Ring; readonly offer: string },
  ): Promise<PartyReach> {
    const { trunkIds, callerIds, phone } = taken.permit;
    const wishes = { trunkIds, callerIds, tried: [], phoneId: phone.id };
    const choice = await chooseTrunk(this.options.db, wishes);
    if (choice.kind === 'none') return { kind: 'failed', cause: choice.reason };
    if (choice.waitMs > 0) await new Promise((resolve) => setTimeout(resolve, choice.waitMs));
    if (ring.isStopped) return { kind: 'failed', cause: 'withdrawn' };
    ring.dialing = this.dial(call, taken, offer, choice.trunk);
    const end = await ring.dialing.result;
    if (end.kind === 'ended') {
      const { result, reason } = outcomeOfLegEnd(end.end);
      call.records.transferResult(taken.transfer.id, result);
      return { kind: 'failed', cause: reason };
    }
    const { legId, leg } = end;
    const { callId: sipCallId } = leg.dialog;
    call.records.customerLeg(legId, { answeredAt: new Date(), sipStatus: 200, sipCallId });
    const party = { kind: 'outside', legId, leg, audio } as const;
    if (await audio.attach(leg)) return { kind: 'reached', party };
    await this.letGo(call, taken.transfer, party);
    return { kind: 'failed', cause: 'no_media_engine' };
  }

  private dial(
    call: Call,
    { transfer, permit }: OutsideTaken,
    offer: string,
    trunk: ConstructorParameters<typeof Dialing>[1],
  ): Dialing {
    const { db, gateway, log, metrics, secretKey } = this.options;
    const { attemptId, callId, upstreamIdentity = '' } = call.claim;
    return new Dialing(
      {
        ...{ db, gateway, secretKey, records: call.records },
        offer: () => Promise.resolve(offer),
        log: log.child({ attemptId, transferId: transfer.id }),
        claim: { attemptId, callId, upstreamIdentity, transferId: transfer.id, ...permit },
        onRinging: () => undefined,
        onEarlyMedia: () => undefined,
        onLegEnd: (trunkId, end, setupMs) => {
          metrics.legEnded(trunkId, end.kind === 'answered' ? 200 : end.status, setupMs);
          this.options.onTrunkLegEnd(trunkId, end.kind === 'answered' ? end : end.end);
        },
      },
      trunk,
    );
  }

  private make(
    call: Call,
    transfer: Transfer,
    conversation: Conversation,
    ways: Pick<CallTransferOptions, 'agentLeg' | 'reach' | 'stopRinging'>,
  ): CallTransfer {
    return new CallTransfer({
      ...ways,
      transfer,
      conversation,
      records: call.records,
      letGo: (party) => this.letGo(call, transfer, party),
      onHandedTo: (party, done) => {
        call.handedTo(party, done);
      },
      onEnded: () => {
        call.transferOver();
      },
    });
  }

  private async letGo(call: Call, { id }: Transfer, party: Party): Promise<void> {
    if (party.kind === 'agent') {
      call.records.agentLegEnded(party.line, 'system');
      await this.options.lines.release(party.line);
      return;
    }
    call.records.customerLeg(party.legId, { endedAt: new Date(), endedBy: 'system' });
    // answered, unless they were talked to by then
    call.records.transferResult(id, 'abandoned');
    void party.audio.close();
    await party.leg.dialog.hangUp();
  }
}
