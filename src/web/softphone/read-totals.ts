import type { QualityTotals } from './call-quality';

/** Reads a peer connection's totals; null: no sound comes in yet. */
export function readTotals(report: RTCStatsReport): QualityTotals | null {
  let inbound: RTCInboundRtpStreamStats | null = null;
  let roundTripMs = 0;
  for (const stats of report.values() as Iterable<RTCStats>) {
    if (stats.type === 'inbound-rtp') inbound = stats as RTCInboundRtpStreamStats;
    if (stats.type === 'candidate-pair') {
      const pair = stats as RTCIceCandidatePairStats;
      if (pair.nominated === true) roundTripMs = (pair.currentRoundTripTime ?? 0) * 1_000;
    }
  }
  if (inbound === null) return null;
  const { packetsReceived = 0, packetsLost = 0, jitter = 0 } = inbound;
  return { received: packetsReceived, lost: packetsLost, jitterMs: jitter * 1_000, roundTripMs };
}
