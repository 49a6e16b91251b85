import { countOf, NO_COUNT, qualityBetween } from '../../../../../sip/media/engine/stream-report';

const stats = (packets: number) => ({ packets, bytes: packets * 172, errors: 0 });
const reply = (packets: number, source: Record<string, object> = {}) => ({
  SSRC: source as never,
  tags: {
    agent: {
      medias: [
        {
          streams: [
            { flags: ['RTP', 'filled'], SSRC: 7, stats: stats(packets) },
            { flags: ['RTCP'], stats: stats(3) },
          ],
        },
      ],
    },
  },
});
const source = (samples: number, jitter: number, mos: number, lost: number) => ({
  '7': {
    'cumulative loss': lost,
    'average MOS': { MOS: mos, jitter, 'round-trip time': 40_000, samples },
  },
});

test('packets are counted; what only RTCP tells stays unknown without it', () => {
  const count = countOf(reply(500), 'agent')!;
  expect(count.rtcpPackets).toBe(3);
  expect(qualityBetween(NO_COUNT, count)).toEqual({
    packets: 500,
    bytes: 86_000,
    packetsLost: null,
    jitterMs: null,
    mos: null,
    roundTripMs: null,
  });
});

test('a leg that outlives the call is counted from the beginning of the call', () => {
  const before = countOf(reply(100, source(2, 8, 43, 5)), 'agent')!;
  const after = countOf(reply(400, source(6, 4, 41, 9)), 'agent')!;
  expect(qualityBetween(before, after)).toEqual({
    packets: 300,
    bytes: 51_600,
    packetsLost: 4,
    jitterMs: 2,
    mos: 4,
    roundTripMs: 40,
  });
});

test('a side that the engine does not know, and an answer of another shape', () => {
  expect(countOf(reply(1), 'customer')).toBeNull();
  expect(countOf({ result: 'ok' }, 'agent')).toBeNull();
  expect(countOf({ tags: { agent: ['x'] } }, 'agent')).toEqual(NO_COUNT);
});
