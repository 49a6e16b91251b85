import type { Logger } from 'pino';
import type { Registry } from 'prom-client';
import type { Gate } from '../../dialer/create-gate';
import type { Database } from '../db/database';
import type { AudioStore } from '../recording/audio-store';
import type { SipQueue } from '../queue/sip-queue';
import type { TurnRelays } from './turn-credentials';

export interface HttpOptions {
  readonly db: Database;
  readonly sipQueue: Pick<SipQueue, 'send'>;
  readonly log: Logger;
  readonly registry: Registry;
  /** 32 bytes; seals trunk passwords and kept answers. */
  readonly secretKey: Buffer;
  /** Key of the HMAC over national identity numbers. */
  readonly identityKey: Buffer;
  /** Digest realm of the softphones. */
  readonly realm: string;
  /** Where browsers reach the SIP over WebSocket; unset: what the sip processes tell of themselves. */
  readonly softphoneWsUrls?: readonly string[];
  /** Relays of sound that browsers are given; unset: none. */
  readonly turn?: TurnRelays;
  /** The built browser softphone; unset, or not there: none is served. */
  readonly softphoneDir?: string;
  readonly readiness: () => Promise<ReadinessCheck[]>;
  /** Decides about calls that agents ask for, and says what it would decide. */
  readonly gate: Gate;
  /** Where recordings lie; unset: none can be played. */
  readonly audioStore?: AudioStore;
  /** Interval of the live stream's heartbeat comment, ms; 15 000 when unset. */
  readonly heartbeatMs?: number;
}

export interface ReadinessCheck {
  readonly name: string;
  readonly ok: boolean;
  /** For the log. */
  readonly detail?: string;
}
