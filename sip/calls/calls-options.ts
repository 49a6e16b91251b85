import type { Logger } from 'pino';
import type { Gate } from '../../dialer/gate';
import type { Database } from '../../src/db/database';
import type { AgentLines } from '../agents/agent-lines';
import type { Gateway } from '../gateway/gateway';
import type { MediaSource } from '../media/media-source';
import type { Prompts } from '../media/prompts';
import type { KnownAnnouncements } from '../outcome/known-announcements';
import type { LegEnd } from '../outcome/sip-outcome';
import type { SipMetrics } from '../sip-metrics';

/** What the calls of a process are made with. */
export interface CallsOptions {
  readonly db: Database;
  readonly log: Logger;
  readonly gateway: Gateway;
  readonly lines: AgentLines;
  readonly media: MediaSource;
  readonly prompts: Prompts;
  /** What carriers say before they refuse a call. */
  readonly announcements: KnownAnnouncements;
  readonly metrics: SipMetrics;
  readonly sipInstanceId: string;
  readonly secretKey: Buffer;
  readonly gate: Gate;
  /** What became of a leg on a trunk. */
  readonly onTrunkLegEnd: (trunkId: string, end: LegEnd | { readonly kind: 'answered' }) => void;
}
