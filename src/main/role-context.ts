import type { Logger } from 'pino';
import type { Registry } from 'prom-client';
import type { Gate } from '../../dialer/create-gate';
import type { Config } from '../config/parse-config';
import type { Database } from '../db/database';
import type { Signer } from '../proof/sign';
import type { AudioStore } from '../recording/audio-store';
import type { QueueLocation, SipQueue } from '../queue/sip-queue';

/** What every role is given. */
export interface RoleContext {
  readonly config: Config;
  readonly db: Database;
  readonly gate: Gate;
  readonly queue: SipQueue;
  readonly queueLocation: QueueLocation;
  readonly registry: Registry;
  readonly log: Logger;
  /** 32 bytes; seals trunk passwords. */
  readonly secretKey: Buffer;
  /** 32 bytes; HMAC of national identity numbers. */
  readonly identityKey: Buffer;
  /** Where recordings lie. */
  readonly audioStore: AudioStore;
  /** Signs decisions and the ledger. */
  readonly signer: Signer;
}

/** The queue comes back by itself: its trouble is told and no more. */
export function queueTrouble(log: Logger): (error: Error) => void {
  return (error) => {
    log.warn({ err: error }, 'queue');
  };
}
