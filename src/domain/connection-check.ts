/** What an agent's page found out before a shift. */
export interface ConnectionFigures {
  /** The microphone took up a voice. */
  readonly isMicrophoneHeard: boolean;
  /** The agent heard the own voice come back. */
  readonly isEchoHeard: boolean;
  /** Null: the server answered nothing. */
  readonly roundTripMs: number | null;
  readonly jitterMs: number | null;
  /** Of what was asked, 0 to 1. */
  readonly loss: number;
}

/** Good enough to talk over: below each of them. */
export const CONNECTION_LIMITS = { roundTripMs: 200, jitterMs: 30, loss: 0.02 } as const;

export const CONNECTION_FAULTS = ['microphone', 'echo', 'round_trip', 'jitter', 'loss'] as const;
export type ConnectionFault = (typeof CONNECTION_FAULTS)[number];

/** What falls short; nothing: the check is passed. */
export function connectionFaults(figures: ConnectionFigures): readonly ConnectionFault[] {
  const { roundTripMs, jitterMs, loss } = figures;
  const isFault: Record<ConnectionFault, boolean> = {
    microphone: !figures.isMicrophoneHeard,
    echo: !figures.isEchoHeard,
    round_trip: roundTripMs === null || roundTripMs >= CONNECTION_LIMITS.roundTripMs,
    jitter: jitterMs === null || jitterMs >= CONNECTION_LIMITS.jitterMs,
    loss: loss >= CONNECTION_LIMITS.loss,
  };
  return CONNECTION_FAULTS.filter((fault) => isFault[fault]);
}

/** A passed check and a waiver hold for a shift. */
export const SHIFT_MS = 12 * 3_600_000;

/** A talk is heard badly below this mean opinion score. */
export const POOR_MOS = 3.2;
/** So many of them within so long, and the connection is to be checked again. */
export const POOR_CALLS = 3;
export const POOR_CALLS_WITHIN_MS = 3_600_000;

export interface ConnectionRecord {
  /** The latest measured; null: none was ever. */
  readonly lastCheck: {
    readonly at: Date;
    readonly passed: boolean;
    readonly faults: readonly ConnectionFault[];
  } | null;
  readonly lastWaivedAt: Date | null;
  /** Ends of talks that the agent heard badly in the latest shift, in any order. */
  readonly poorCallsAt: readonly Date[];
}

/** Why an agent may not be ready; `connection_poor`: of three talks that were heard badly. */
export const CONNECTION_CAUSES = [
  'not_checked',
  'check_failed',
  'check_expired',
  'connection_poor',
] as const;
export type ConnectionCause = (typeof CONNECTION_CAUSES)[number];

export interface ConnectionRefusal {
  readonly cause: ConnectionCause;
  readonly faults: readonly ConnectionFault[];
}

/**
 * May the agent of a pool that asks for the check be ready? The latest check counts: one that failed
 * undoes a pass before it, for the agent may sit elsewhere now. A waiver stands over both for a shift.
 * @returns null: yes
 */
export function connectionRefusal(
  { lastCheck, lastWaivedAt, poorCallsAt }: ConnectionRecord,
  now: Date,
): ConnectionRefusal | null {
  const passedAt = lastCheck?.passed === true ? [lastCheck.at] : [];
  const waivedAt = lastWaivedAt === null ? [] : [lastWaivedAt];
  const clearedAt = Math.max(...[...passedAt, ...waivedAt].map((at) => at.getTime()), 0);
  if (now.getTime() - clearedAt >= SHIFT_MS) return uncleared(lastCheck);
  const since = poorCallsAt.map((at) => at.getTime()).filter((at) => at > clearedAt);
  return isPoor(since) ? { cause: 'connection_poor', faults: [] } : null;
}

function uncleared(lastCheck: ConnectionRecord['lastCheck']): ConnectionRefusal {
  if (lastCheck === null) return { cause: 'not_checked', faults: [] };
  if (lastCheck.passed) return { cause: 'check_expired', faults: [] };
  return { cause: 'check_failed', faults: lastCheck.faults };
}

function isPoor(times: readonly number[]): boolean {
  const sorted = [...times].sort((a, b) => a - b);
  return sorted.some((at, n) => {
    const last = sorted[n + POOR_CALLS - 1];
    return last !== undefined && last - at <= POOR_CALLS_WITHIN_MS;
  });
}
