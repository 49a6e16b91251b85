import type { WithdrawCause } from '../../src/db/cancel-ringing';
import type { AnnouncementClass } from '../../src/domain/carrier-announcement';
import type { AttemptResult } from '../../src/domain/attempt-result';

/**
 * How the debtor's leg ended before a talk: what the network said, or why we gave it up. The
 * table below turns it into the attempt's result; nothing else in the product reads a status.
 */
export type LegEnd =
  /** A final response that is not ours: 3xx to 6xx. */
  | { readonly kind: 'refused'; readonly status: number; readonly announced?: AnnouncementClass }
  /** The next hop did not say a word within the trunk's limit. */
  | { readonly kind: 'no_first_response' }
  /** The hop took the call, but nobody's phone was ever alerted. */
  | { readonly kind: 'no_ringing' }
  /** It rang as long as the campaign allows; we cancelled. */
  | { readonly kind: 'ring_timeout'; readonly announced?: AnnouncementClass }
  /** We cancelled for a reason of our own. */
  | { readonly kind: 'withdrawn'; readonly reason: WithdrawReason }
  /** It was answered, but no agent could be joined any more. */
  | { readonly kind: 'answered_alone'; readonly reason: string }
  /** The signalling server could not send the INVITE: certainly nothing left. */
  | { readonly kind: 'not_sent' }
  /** The signalling server was lost with the INVITE under way: what became of it is not known. */
  | { readonly kind: 'signalling_lost' };

export type WithdrawReason =
  | 'agent_lost'
  | 'agent_hung_up'
  | 'shutdown'
  | 'conflict'
  | 'instance_fenced'
  /** Of whom a talk was to be handed on to: the talk, or the wish, is over. */
  | 'transfer_over'
  /** The hours in which the person may be called end while it rings. */
  | 'hours_over'
  /** Who called us gave up. */
  | 'caller_hung_up'
  /** The softphone takes nothing of what the caller offers. */
  | 'media_refused'
  /** The softphone failed when the caller was to be joined to it. */
  | 'agent_leg_failed'
  /** Stopped on request: whoever rings is let go, whoever talks talks on. */
  | WithdrawCause;

export interface LegOutcome {
  readonly result: AttemptResult;
  /** One word for the log, the timeline and the metric. */
  readonly reason: string;
}

const of = (result: AttemptResult, reason: string): LegOutcome => ({ result, reason });

/** RFC 3261 section 21 and later registrations; features E2. What is missing: by class, below. */
const BY_STATUS: Readonly<Record<number, LegOutcome>> = {
  401: of('network_failure', 'trunk_refused'),
  402: of('network_failure', 'trunk_refused'),
  403: of('network_failure', 'trunk_refused'),
  404: of('invalid', 'no_such_number'),
  407: of('network_failure', 'trunk_refused'),
  408: of('unreachable', 'timeout_in_network'),
  410: of('invalid', 'number_gone'),
  430: of('unreachable', 'flow_failed'),
  480: of('unreachable', 'temporarily_unavailable'),
  484: of('invalid', 'number_incomplete'),
  485: of('invalid', 'number_ambiguous'),
  486: of('busy', 'busy_here'),
  // not asked for by us: some networks end a long ringing this way
  487: of('no_answer', 'ended_by_network'),
  488: of('network_failure', 'media_refused'),
  600: of('busy', 'busy_everywhere'),
  603: of('rejected', 'declined'),
  604: of('invalid', 'no_such_number'),
  606: of('network_failure', 'media_refused'),
  607: of('rejected', 'unwanted'),
  608: of('rejected', 'blocked_by_analytics'),
};

function byClass(status: number): LegOutcome {
  // never followed: the target is a number that nobody gave a permit for
  if (status < 400) return of('unreachable', 'redirected');
  if (status < 500) return of('network_failure', 'refused_request');
  if (status < 600) return of('network_failure', 'server_failure');
  return of('unreachable', 'global_failure');
}

/** What a carrier says before it ends the call. "Tidak aktif" is a phone that is off, not a dead number. */
const BY_ANNOUNCEMENT: Readonly<Record<AnnouncementClass, LegOutcome | null>> = {
  inactive: of('unreachable', 'announced_inactive'),
  busy: of('busy', 'announced_busy'),
  unreachable: of('unreachable', 'announced_unreachable'),
  invalid: of('invalid', 'announced_invalid'),
  other: null,
};

/** Codes that networks send for many reasons: what was said before them is more to the point. */
const UNCLEAR: readonly string[] = [
  'timeout_in_network',
  'flow_failed',
  'temporarily_unavailable',
  'ended_by_network',
  'refused_request',
  'server_failure',
  'global_failure',
  'ring_timeout',
];

/** What the end of the debtor's leg means for the attempt. */
export function outcomeOfLegEnd(end: LegEnd): LegOutcome {
  const outcome = outcomeOfCode(end);
  if (!('announced' in end) || !UNCLEAR.includes(outcome.reason)) return outcome;
  return BY_ANNOUNCEMENT[end.announced] ?? outcome;
}

function outcomeOfCode(end: LegEnd): LegOutcome {
  switch (end.kind) {
    case 'refused':
      return BY_STATUS[end.status] ?? byClass(end.status);
    case 'no_first_response':
      return of('network_failure', 'no_first_response');
    case 'no_ringing':
      return of('unreachable', 'no_ringing');
    case 'ring_timeout':
      return of('no_answer', 'ring_timeout');
    case 'withdrawn':
      return of('cancelled', end.reason);
    case 'answered_alone':
      return of('abandoned', end.reason);
    case 'not_sent':
      return of('network_failure', 'not_sent');
    case 'signalling_lost':
      return of('unknown', 'signalling_lost');
  }
}
