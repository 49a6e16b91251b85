import type { Logger } from 'pino';
import type { Database } from '../../src/db/database';
import { TRUNK_PASSWORD, unseal } from '../../src/db/sealed-secret';
import { openCustomerLeg, readPermit, type Trunk } from '../../src/db/trunk-routing';
import type { Gateway } from '../gateway/gateway';
import type { OutgoingInvite } from '../gateway/outgoing-invite';
import { MediaLeg } from '../media/media-leg';
import { nextDescription, type LocalDescription } from '../media/session-description';
import { mayTryNextTrunk } from '../outcome/fail-over';
import type { LegEnd, WithdrawReason } from '../outcome/sip-outcome';
import { chooseCallerId, customerTarget } from '../trunks/customer-target';
import { chooseTrunk } from '../trunks/trunk-queue';
import type { CallRecords, Claim } from './call-records';
import { CustomerRing, type GivenUp, type RingEnd } from './customer-ring';
import type { EarlyListening } from './early-listening';

/** The claim of an attempt, or the permit of a transfer (with its id) to dial one number more. */
export type DialingClaim = Pick<
  Claim,
  'attemptId' | 'callId' | 'phone' | 'trunkIds' | 'callerIds' | 'ringTimeoutMs' | 'ringUntil'
> & {
  readonly transferId?: string;
  /** `Identity` of whoever called us in the talk that is handed on (RFC 8224); empty: none. */
  readonly upstreamIdentity?: string;
};

export interface DialingOptions {
  readonly db: Database;
  readonly log: Logger;
  readonly gateway: Gateway;
  /** What may be dialed, and what for. */
  readonly claim: DialingClaim;
  /** Opens sealed trunk passwords. */
  readonly secretKey: Buffer;
  /** What the debtor is offered, asked once an INVITE; null: no audio can be had. */
  readonly offer: () => Promise<string | null>;
  readonly records: CallRecords;
  readonly onRinging: () => void;
  readonly onEarlyMedia: (sdp: string) => void;
  /** Hears what is said before a refusal; absent: nobody does. */
  readonly listening?: EarlyListening;
  readonly onLegEnd: (trunkId: string, end: RingEnd, setupMs: number) => void;
}

export type DialEnd =
  | {
      readonly kind: 'answered';
      readonly legId: string;
      readonly leg: MediaLeg;
      /** Why nobody waited for the answer any more, or nobody can talk to them. Null: they are waited for. */
      readonly givenUp: GivenUp | Extract<LegEnd, { kind: 'answered_alone' }> | null;
      /** What they hear until somebody talks to them; absent or null: nothing. */
      readonly meanwhile?: { end(): void } | null;
    }
  | { readonly kind: 'ended'; readonly end: LegEnd; readonly status: number | null };

type LegTry =
  | Extract<DialEnd, { kind: 'answered' }>
  | {
      readonly kind: 'ended';
      readonly end: LegEnd;
      readonly status: number | null;
      readonly alerted: boolean;
    };

/** No INVITE leaves later than this after the last look at the kill switches was asked for, ms. */
const OPENED_LEG_STALE_MS = 800;

/**
 * The debtor's side of one attempt: one INVITE, and on the next trunk one more, only as
 * {@link mayTryNextTrunk} allows and while the permit holds. One attempt, one row a leg.
 */
export class Dialing {
  private ring: CustomerRing | null = null;
  private withdrawn: WithdrawReason | null = null;
  private firstOut!: () => void;
  /** Settles when the first INVITE is out, or will never be. */
  readonly inviteOut = new Promise<void>((resolve) => {
    this.firstOut = resolve;
  });
  readonly result: Promise<DialEnd>;

  constructor(
    private readonly options: DialingOptions,
    chosen: Trunk,
  ) {
    // the claim's look is the last: a trunk that it does not name (disabled a moment ago) is left
    const first = options.claim.trunkIds.includes(chosen.id) ? chosen : null;
    const closing = this.limitToHours();
    this.result = this.run(first).finally(() => {
      if (closing !== null) clearTimeout(closing);
      this.firstOut();
    });
  }

  /** The permit's margin lets ringing end in time; a slow first response must not use it up. */
  private limitToHours(): NodeJS.Timeout | null {
    const { ringUntil } = this.options.claim;
    if (ringUntil === null) return null;
    return setTimeout(() => this.withdraw('hours_over'), ringUntil.getTime() - Date.now());
  }

  /** Ends the ringing; CANCEL leaves at once. True when this was the first to ask. */
  withdraw(reason: WithdrawReason): boolean {
    const isFirst = this.withdrawn === null;
    this.withdrawn ??= reason;
    this.ring?.withdraw(reason);
    return isFirst;
  }

  private async run(first: Trunk | null): Promise<DialEnd> {
    const tried: string[] = [];
    let trunk = first ?? (await this.nextTrunk(tried));
    let last: DialEnd = { kind: 'ended', end: { kind: 'not_sent' }, status: null };
    while (trunk !== null) {
      tried.push(trunk.id);
      const end: LegTry = await this.tryTrunk(trunk);
      if (end.kind === 'answered') return end;
      last = { kind: 'ended', end: end.end, status: end.status };
      if (this.withdrawn !== null || !mayTryNextTrunk(end.end, end.alerted)) break;
      trunk = await this.nextTrunk(tried);
      if (trunk !== null)
        this.options.log.info({ trunkId: trunk.id, after: end.end.kind }, 'next trunk');
    }
    // what an INVITE that left came to stands
    if (this.withdrawn === null || last.end.kind !== 'not_sent') return last;
    return { kind: 'ended', end: { kind: 'withdrawn', reason: this.withdrawn }, status: null };
  }

  /** Null: none is left, the permit has run out, or nobody can tell because Postgres is away. */
  private async nextTrunk(tried: readonly string[]): Promise<Trunk | null> {
    const { db, claim } = this.options;
    const { trunkIds, callerIds, phone } = claim;
    try {
      const permit = await readPermit(db, claim);
      if (permit === 'kill_switch') this.withdraw(permit);
      if (permit !== 'holds') return null;
      const choice = await chooseTrunk(db, { trunkIds, callerIds, tried, phoneId: phone.id });
      if (choice.kind === 'none') return null;
      await new Promise((resolve) => setTimeout(resolve, choice.waitMs));
      return choice.trunk;
    } catch (error) {
      this.options.log.warn({ reason: (error as Error).message }, 'no next trunk');
      return null;
    }
  }

  private async tryTrunk(trunk: Trunk): Promise<LegTry> {
    const { claim, log, records, listening } = this.options;
    const notSent: LegTry = {
      kind: 'ended',
      end: { kind: 'not_sent' },
      status: null,
      alerted: false,
    };
    const callerId = chooseCallerId(trunk, claim.callerIds);
    if (callerId === null) {
      log.error({ trunkId: trunk.id }, 'the trunk may show none of the numbers');
      return notSent;
    }
    const offer = await this.options.offer();
    if (offer === null) {
      log.warn({ trunkId: trunk.id }, 'no media for the next INVITE');
      return notSent;
    }
    const { legId, isStale } = await this.openLeg(trunk, callerId);
    if (legId === null || isStale || this.withdrawn !== null)
      return this.closeUnsent(legId, notSent);
    const offered = nextDescription(null, offer);
    const ring = this.startRing(trunk, callerId, offered, legId);
    if (ring === null) return this.closeUnsent(legId, notSent);
    const end = await ring.result;
    this.ring = null;
    if (end.kind === 'ended') return this.legEnded(trunk, legId, ring, end);
    listening?.drop();
    records.customerLeg(legId, { earlyMedia: ring.earlyMedia });
    const leg = new MediaLeg(end.dialog, offered, end.sdp === '' ? ring.earlySdp : end.sdp);
    return { kind: 'answered', legId, leg, givenUp: end.givenUp };
  }

  private legEnded(
    { id: trunkId }: Trunk,
    legId: string,
    { callId, earlyMedia, alerted }: CustomerRing,
    { end, status }: Extract<RingEnd, { kind: 'ended' }>,
  ): LegTry {
    const { records, listening } = this.options;
    records.customerLeg(legId, {
      sipCallId: callId,
      earlyMedia,
      endedAt: new Date(),
      ...(status === null ? {} : { sipStatus: status }),
      endedBy: end.kind === 'refused' ? 'debtor' : 'system',
    });
    const said = listening?.conclude({ legId, trunkId, earlyMedia, end, status });
    return { kind: 'ended', end: said ?? end, status, alerted };
  }

  private async openLeg(
    trunk: Trunk,
    callerId: string,
  ): Promise<{ readonly legId: string | null; readonly isStale: boolean }> {
    const { db, claim, log } = this.options;
    const { callId, attemptId, transferId } = claim;
    const askedAtMs = Date.now();
    let legId: string | null;
    try {
      legId = await openCustomerLeg(db, {
        ...{ callId, attemptId, transferId, trunkId: trunk.id },
        ...{ costPerMinuteMinor: trunk.costPerMinuteMinor, callerId },
      });
    } catch (error) {
      // without its row the leg would not be counted: nothing leaves
      log.warn({ trunkId: trunk.id, reason: (error as Error).message }, 'no leg could be opened');
      return { legId: null, isStale: false };
    }
    // a stalled process or database: a kill switch may have been pulled since the answer was made
    const isStale = Date.now() - askedAtMs > OPENED_LEG_STALE_MS;
    if (isStale) log.warn({ trunkId: trunk.id }, 'leg opened too slowly to be used');
    return { legId, isStale };
  }

  private closeUnsent(legId: string | null, end: LegTry): LegTry {
    if (legId !== null)
      this.options.records.customerLeg(legId, { endedAt: new Date(), endedBy: 'system' });
    return end;
  }

  /** Sends the INVITE; null when this trunk cannot be used as it is configured. */
  private startRing(
    trunk: Trunk,
    callerId: string,
    offered: LocalDescription,
    legId: string,
  ): CustomerRing | null {
    const { claim, records, onRinging, onEarlyMedia, onLegEnd, log, listening } = this.options;
    const startedAtMs = Date.now();
    const ring = new CustomerRing(
      { firstResponseMs: trunk.firstResponseTimeoutMs, ringMs: claim.ringTimeoutMs },
      {
        onRinging: () => {
          records.customerLeg(legId, { ringingAt: new Date(), sipCallId: ring.callId });
          onRinging();
        },
        onEarlyMedia: (sdp, earlyMedia) => {
          onEarlyMedia(sdp);
          listening?.described(earlyMedia);
        },
      },
    );
    try {
      ring.start(this.prepare(trunk, callerId, offered, ring));
      records.customerLeg(legId, { callerId });
    } catch (error) {
      log.error({ trunkId: trunk.id, reason: (error as Error).message }, 'trunk is not usable');
      return null;
    }
    this.ring = ring;
    this.firstOut();
    void ring.result.then((end) => {
      onLegEnd(trunk.id, end, Date.now() - startedAtMs);
    });
    return ring;
  }

  private prepare(
    trunk: Trunk,
    callerId: string,
    offered: LocalDescription,
    ring: CustomerRing,
  ): (onProvisional: (status: number, sdp: string) => void) => OutgoingInvite {
    const { gateway, claim, secretKey, log } = this.options;
    const { username, passwordSealed } = trunk;
    const credentials =
      username === null || passwordSealed === null
        ? undefined
        : { username, password: unseal(secretKey, TRUNK_PASSWORD, passwordSealed) };
    const { transferId, upstreamIdentity: identity = '' } = claim;
    // the person knows us by one of these numbers, so it is the one that hands on
    const handedOn = transferId === undefined ? undefined : { divertedFrom: callerId, identity };
    const target = customerTarget(trunk, claim.phone, callerId, handedOn);
    return (onProvisional) =>
      gateway.invite({
        ...target,
        sdp: offered.sdp,
        deadlineMs: ring.deadlineMs,
        sessionTimer: trunk.sessionTimer ?? undefined,
        onProvisional,
        onLateAnswer: () => {
          log.warn({ trunkId: trunk.id }, 'answered after it was given up; hung up');
        },
        ...(credentials === undefined ? {} : { credentials }),
      });
  }
}
