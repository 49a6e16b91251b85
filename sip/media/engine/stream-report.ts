import type { MediaQuality } from '../../../src/domain/media-quality';
import type { NgDictionary, NgValue } from './bencode';

/** Counters of what one side of a call sent so far; RTCP apart, for it is no audio. */
export interface StreamCount {
  readonly packets: number;
  readonly bytes: number;
  readonly rtcpPackets: number;
  readonly packetsLost: number | null;
  /** Sums over the reports, so that two counts can be subtracted. */
  readonly reports: number;
  readonly jitterSum: number;
  readonly mosSum: number;
  readonly roundTripSum: number;
}

export const NO_COUNT: StreamCount = {
  packets: 0,
  bytes: 0,
  rtcpPackets: 0,
  packetsLost: null,
  reports: 0,
  jitterSum: 0,
  mosSum: 0,
  roundTripSum: 0,
};

const dictionary = (value: NgValue | undefined): NgDictionary =>
  typeof value === 'object' && !Array.isArray(value) ? (value as NgDictionary) : {};
const list = (value: NgValue | undefined): readonly NgValue[] =>
  Array.isArray(value) ? (value as readonly NgValue[]) : [];
const integer = (value: NgValue | undefined): number => (typeof value === 'number' ? value : 0);

/** What the answer to `query` or `delete` says of one side of the call; null: it has no such side. */
export function countOf(reply: NgDictionary, tag: string): StreamCount | null {
  const side = dictionary(reply.tags)[tag];
  if (side === undefined) return null;
  let count = NO_COUNT;
  for (const media of list(dictionary(side).medias))
    for (const stream of list(dictionary(media).streams))
      count = withStream(count, dictionary(stream), dictionary(reply.SSRC));
  return count;
}

function withStream(count: StreamCount, stream: NgDictionary, sources: NgDictionary): StreamCount {
  const stats = dictionary(stream.stats);
  const packets = integer(stats.packets);
  // a stream of both (rtcp-mux) counts as audio
  if (!list(stream.flags).includes('RTP'))
    return { ...count, rtcpPackets: count.rtcpPackets + packets };
  const source = dictionary(sources[String(integer(stream.SSRC))]);
  const average = dictionary(source['average MOS']);
  const reports = integer(average.samples);
  const lost = source['cumulative loss'];
  return {
    ...count,
    packets: count.packets + packets,
    bytes: count.bytes + integer(stats.bytes),
    packetsLost: lost === undefined ? count.packetsLost : (count.packetsLost ?? 0) + integer(lost),
    reports: count.reports + reports,
    jitterSum: count.jitterSum + reports * integer(average.jitter),
    mosSum: count.mosSum + reports * integer(average.MOS),
    roundTripSum: count.roundTripSum + reports * integer(average['round-trip time']),
  };
}

/** What came between two counts of a stream that outlives the call. */
export function qualityBetween(before: StreamCount, after: StreamCount): MediaQuality {
  const reports = after.reports - before.reports;
  // the engine counts jitter in ms, MOS in tenths and round trips in microseconds
  const mean = (sum: (count: StreamCount) => number, unit: number): number | null =>
    reports <= 0 ? null : Math.round((10 * (sum(after) - sum(before))) / reports / unit) / 10;
  const mos = mean((count) => count.mosSum, 10);
  return {
    packets: Math.max(after.packets - before.packets, 0),
    bytes: Math.max(after.bytes - before.bytes, 0),
    packetsLost:
      after.packetsLost === null
        ? null
        : Math.max(after.packetsLost - (before.packetsLost ?? 0), 0),
    jitterMs: mean((count) => count.jitterSum, 1),
    // 0 is the engine's word for "cannot be told"
    mos: mos === 0 ? null : mos,
    roundTripMs: mean((count) => count.roundTripSum, 1_000),
  };
}
