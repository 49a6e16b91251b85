import fc from 'fast-check';
import {
  EMPTY_QUEUE,
  forgetOthers,
  given,
  serveNext,
  takenBack,
  type Contender,
  type FairQueue,
} from '../../../../dialer/select/fair-queue';

const contender = (campaignId: string, change: Partial<Contender> = {}): Contender => ({
  campaignId,
  creditorId: 'pinjam',
  creditorWeight: 1,
  share: { priority: 3, weight: 10 },
  ...change,
});
const weighing = (weight: number, priority = 3) => ({ share: { weight, priority } });

/** Serves so many calls; who is served, counted. */
function serve(
  contenders: readonly Contender[],
  calls: number,
  from: FairQueue = EMPTY_QUEUE,
): { counts: Record<string, number>; queue: FairQueue } {
  let queue = from;
  const counts: Record<string, number> = {};
  for (let call = 0; call < calls; call++) {
    const next = serveNext(queue, contenders);
    if (next === null) break;
    queue = given(next.queue, next.service);
    const { campaignId } = next.service.to;
    counts[campaignId] = (counts[campaignId] ?? 0) + 1;
  }
  return { counts, queue };
}

describe('fair share', () => {
  it('has nobody to serve when nobody contends', () => {
    expect(serveNext(EMPTY_QUEUE, [])).toBeNull();
  });

  it('serves campaigns of one creditor in proportion to their weights', () => {
    const { counts } = serve([contender('a', weighing(30)), contender('b', weighing(10))], 400);
    expect(counts).toEqual({ a: 300, b: 100 });
  });

  it('serves creditors alike, however many campaigns each has', () => {
    const many = ['a', 'b', 'c', 'd'].map((id) => contender(id));
    const { counts } = serve([...many, contender('z', { creditorId: 'sewa' })], 400);
    expect(counts).toEqual({ a: 50, b: 50, c: 50, d: 50, z: 200 });
  });

  it('serves a higher priority as long as it contends', () => {
    const urgent = contender('urgent', weighing(1, 5));
    const usual = contender('usual', weighing(100, 3));
    const first = serve([usual, urgent], 10);
    expect(first.counts).toEqual({ urgent: 10 });
    expect(serve([usual], 10, first.queue).counts).toEqual({ usual: 10 });
  });

  it('serves creditors in proportion to their weights, and no campaign can claim another’s share', () => {
    const own = [contender('a'), contender('b')];
    const heavy = contender('z', { creditorId: 'sewa', creditorWeight: 3, ...weighing(1, 1) });
    expect(serve([...own, heavy], 400).counts).toEqual({ a: 50, b: 50, z: 300 });
    const claiming = own.map((one) => ({ ...one, ...weighing(100, 5) }));
    expect(serve([...claiming, heavy], 400).counts).toEqual({ a: 50, b: 50, z: 300 });
  });

  it('gives no credit for a time without anybody to call', () => {
    const [a, b] = [contender('a'), contender('b')];
    const alone = serve([a], 1_000).queue;
    expect(serve([a, b], 100, alone).counts).toEqual({ a: 50, b: 50 });
  });

  it('charges nothing for a service that came to nothing', () => {
    const both = [contender('a'), contender('b')];
    const first = serveNext(EMPTY_QUEUE, both)!;
    expect(first.service.to.campaignId).toBe('a');
    const back = takenBack(first.queue, first.service);
    expect(serveNext(back, both)?.service.to.campaignId).toBe('a');
  });

  it('keeps the proportion when several try for one agent and any of them gets it', () => {
    const both = [contender('a', weighing(30)), contender('b', weighing(10))];
    const counts: Record<string, number> = {};
    let queue = EMPTY_QUEUE;
    for (let turn = 0; turn < 400; turn++) {
      const tries = [0, 1, 2, 3].map(() => {
        const next = serveNext(queue, both)!;
        queue = next.queue;
        return next.service;
      });
      for (const [lane, service] of tries.entries()) {
        const gets = lane === (turn * 7) % 4;
        queue = gets ? given(queue, service) : takenBack(queue, service);
        if (gets) counts[service.to.campaignId] = (counts[service.to.campaignId] ?? 0) + 1;
      }
    }
    expect(Math.abs((counts['a'] ?? 0) - 300)).toBeLessThanOrEqual(4);
  });

  it('forgets who contends no more', () => {
    const both = [contender('a'), contender('b', { creditorId: 'sewa' })];
    const kept = forgetOthers(serve(both, 10).queue, [contender('a')]);
    expect(Object.keys(kept.campaigns)).toEqual(['pinjam']);
    expect(Object.keys(kept.campaigns['pinjam']?.finish ?? {})).toEqual(['a']);
    expect(Object.keys(kept.creditors.finish)).toEqual(['pinjam']);
  });
});

const servedOf = (own: readonly Contender[], counts: Record<string, number>): number =>
  own.reduce((sum, { campaignId }) => sum + (counts[campaignId] ?? 0), 0);

const drawn = fc.uniqueArray(
  fc.record({
    campaignId: fc.integer({ min: 0, max: 9 }).map((n) => `campaign-${String(n)}`),
    creditorId: fc.constantFrom('one', 'two', 'three'),
    share: fc.record({ priority: fc.constant(3), weight: fc.integer({ min: 1, max: 20 }) }),
  }),
  { selector: ({ campaignId }) => campaignId, minLength: 1, maxLength: 8 },
);
const creditorWeights = fc.record({
  one: fc.integer({ min: 1, max: 20 }),
  two: fc.integer({ min: 1, max: 20 }),
  three: fc.integer({ min: 1, max: 20 }),
});
const contenders: fc.Arbitrary<Contender[]> = fc
  .tuple(drawn, creditorWeights)
  .map(([all, weights]) => {
    return all.map((one) => ({ ...one, creditorWeight: weights[one.creditorId] }));
  });

describe('whoever contends', () => {
  test('is chosen by the queue and not by the order in which they are told', () => {
    fc.assert(
      fc.property(contenders, fc.nat(60), (all, calls) => {
        const { queue } = serve(all, calls);
        expect(serveNext(queue, [...all].reverse())).toEqual(serveNext(queue, all));
      }),
    );
  });

  test('gets its share to within a call, of its creditor’s, and its creditor by weight', () => {
    fc.assert(
      fc.property(contenders, fc.integer({ min: 1, max: 300 }), (all, calls) => {
        const { counts } = serve(all, calls);
        const creditors = [...new Set(all.map(({ creditorId }) => creditorId))];
        for (const creditorId of creditors) {
          const own = all.filter((one) => one.creditorId === creditorId);
          const got = servedOf(own, counts) / own[0]!.creditorWeight;
          for (const other of creditors) {
            const others = all.filter((one) => one.creditorId === other);
            const weight = others[0]!.creditorWeight;
            const bound = 1 / own[0]!.creditorWeight + 1 / weight;
            expect(Math.abs(got - servedOf(others, counts) / weight)).toBeLessThan(bound + 1e-6);
          }
          // SFQ, theorem 1: what two have got for their weights differs by at most one service each
          for (const a of own) {
            for (const b of own) {
              const served = (one: Contender) => (counts[one.campaignId] ?? 0) / one.share.weight;
              const bound = 1 / a.share.weight + 1 / b.share.weight;
              expect(Math.abs(served(a) - served(b))).toBeLessThanOrEqual(bound + 1e-6);
            }
          }
        }
      }),
    );
  });

  test('is served in the end: nobody starves within a priority', () => {
    fc.assert(
      fc.property(contenders, (all) => {
        // a creditor is served at least once in the sum of the creditors' weights and so on within it
        const of = (weights: number[]) => weights.reduce((sum, weight) => sum + weight, 0) + 1;
        const within = of(all.map(({ share }) => share.weight));
        const among = of([
          ...new Map(all.map((one) => [one.creditorId, one.creditorWeight])).values(),
        ]);
        const { counts } = serve(all, 2 * within * among);
        for (const { campaignId } of all) expect(counts[campaignId]).toBeGreaterThan(0);
      }),
      { numRuns: 20 },
    );
  });

  test('gets no less because another creditor has more campaigns, or claims a higher priority', () => {
    fc.assert(
      fc.property(contenders, fc.integer({ min: 1, max: 10 }), (all, more) => {
        const [first] = all as [Contender];
        const crowd = Array.from({ length: more }, (_, n): Contender => {
          return { ...first, campaignId: `more-${String(n)}`, share: { priority: 5, weight: 100 } };
        });
        const calls = 200;
        const before = serve(all, calls).counts;
        const after = serve([...all, ...crowd], calls).counts;
        const others = all.filter(({ creditorId }) => creditorId !== first.creditorId);
        expect(servedOf(others, after)).toBe(servedOf(others, before));
      }),
    );
  });
});
