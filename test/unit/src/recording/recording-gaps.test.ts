import { segmentsAndGaps, type ToldSegment } from '../../../../src/recording/recording-gaps';

const told = (...causes: ToldSegment['endCause'][]): ToldSegment[] =>
  causes.map((endCause, i) => {
    return { seq: i + 1, endCause, pauseReason: endCause === 'paused' ? 'card' : null };
  });
const at = (offsetMs: number, durationMs = 1_000) => ({ offsetMs, durationMs });

test.each([
  ['engine_lost', 2_000, false],
  ['engine_lost', 2_001, true],
  ['moved', 2_001, true],
  // nobody asked for it: the process that recorded has died
  [null, 2_001, true],
  ['paused', 180_000, false],
] as const)('after %s a gap of %d ms is flagged: %s', (cause, durationMs, flagged) => {
  const { gaps } = segmentsAndGaps(told(cause, 'talk_ended'), [at(0), at(1_000 + durationMs)]);
  expect(gaps).toEqual([
    {
      ...{ offsetMs: 1_000, durationMs, flagged, cause: cause ?? 'engine_lost' },
      reason: cause === 'paused' ? 'card' : null,
    },
  ]);
});

test('segments that touch or overlap leave no gap', () => {
  const mixed = [at(0), at(1_000), at(1_950)];
  expect(segmentsAndGaps(told('moved', 'moved', 'talk_ended'), mixed).gaps).toEqual([]);
});

test('a segment that was lost is flagged, however short, between two and at the end', () => {
  const causes = told('moved', 'moved', 'moved', 'talk_ended');
  const { segments, gaps } = segmentsAndGaps(causes, [at(0), null, at(1_500), null]);
  expect(segments.map(({ seq }) => seq)).toEqual([1, 3]);
  const lost = { cause: 'capture_missing', reason: null, flagged: true };
  expect(gaps).toEqual([
    { offsetMs: 1_000, durationMs: 500, ...lost },
    { offsetMs: 2_500, durationMs: 0, ...lost },
  ]);
});
