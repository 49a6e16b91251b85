import { connectionFaults, type ConnectionFigures } from '../../domain/connection-check';

/** What the way to the server is like, before a shift. */
export interface ConnectionCheck {
  readonly roundTripMs: number;
  readonly jitterMs: number;
  /** Of the questions, 0 to 1. */
  readonly loss: number;
}

/** @param times of those that were answered, ms, in order */
export function summarise(times: readonly number[], asked: number): ConnectionCheck {
  const sorted = [...times].sort((a, b) => a - b);
  const changes = times.slice(1).map((time, i) => Math.abs(time - (times[i] ?? time)));
  const sum = changes.reduce((a, b) => a + b, 0);
  return {
    roundTripMs: sorted[Math.floor(sorted.length / 2)] ?? Infinity,
    jitterMs: changes.length === 0 ? 0 : sum / changes.length,
    loss: asked === 0 ? 1 : 1 - times.length / asked,
  };
}

/** By the server's own limits, of the connection alone. */
export function isGoodEnough(check: ConnectionCheck): boolean {
  return connectionFaults(figuresOf(check, true, true)).length === 0;
}

/** What the server is told; a time that was not measured, for no answer came, is null. */
export function figuresOf(
  { roundTripMs, jitterMs, loss }: ConnectionCheck,
  isMicrophoneHeard: boolean,
  isEchoHeard: boolean,
): ConnectionFigures {
  const isAnswered = Number.isFinite(roundTripMs);
  return {
    ...{ isMicrophoneHeard, isEchoHeard, loss },
    roundTripMs: isAnswered ? roundTripMs : null,
    jitterMs: isAnswered ? jitterMs : null,
  };
}
