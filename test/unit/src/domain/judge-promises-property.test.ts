import * as fc from 'fast-check';
import {
  judgePromises,
  type JudgedPromise,
  type PaidFact,
  type PromiseFact,
} from '../../../../src/domain/judge-promises';
import { isLivePromise, promisePath, type PromiseState } from '../../../../src/domain/promise';
import { at, DAY, HOUR, promiseFact as promise, T0 } from '../../../support/promise-facts';

const judge = (promises: PromiseFact[], payments: PaidFact[], now: Date): JudgedPromise[] =>
  judgePromises({ promises, payments, zones: ['Asia/Jakarta'] }, now);

type Happening =
  | { kind: 'made'; amount: number; dueDays: number; needsApproval: boolean; isPart: boolean }
  | { kind: 'paid'; amount: number; agoHours: number }
  | { kind: 'reversed'; which: number }
  | { kind: 'approved' | 'cancelled'; which: number }
  | { kind: 'nothing' };

const which = fc.nat({ max: 20 });
const happening: fc.Arbitrary<Happening> = fc.oneof(
  fc.record({
    ...{ kind: fc.constant('made' as const), amount: fc.integer({ min: 1, max: 2_000 }) },
    ...{ dueDays: fc.nat({ max: 10 }), needsApproval: fc.boolean(), isPart: fc.boolean() },
  }),
  fc.record({
    kind: fc.constant('paid' as const),
    ...{ amount: fc.integer({ min: 1, max: 2_000 }), agoHours: fc.nat({ max: 80 }) },
  }),
  fc.record({ kind: fc.constant('reversed' as const), which }),
  fc.record({ kind: fc.constantFrom('approved' as const, 'cancelled' as const), which }),
  fc.constant({ kind: 'nothing' as const }),
);
/** What happened, and how many hours after what happened before. */
const history = fc.array(fc.tuple(happening, fc.nat({ max: 60 })), { maxLength: 25 });

class World {
  readonly promises = new Map<string, PromiseFact>();
  readonly payments = new Map<string, PaidFact>();
  readonly states = new Map<string, PromiseState>();
  /** Promises that are instalments of a plan: nothing supersedes them. */
  readonly parts = new Set<string>();
  now = T0;

  get(): JudgedPromise[] {
    return judge([...this.promises.values()], [...this.payments.values()], new Date(this.now));
  }

  /** Every difference is a change that the machine has. */
  settle(): void {
    for (const { id, state } of this.get()) {
      const before = this.states.get(id);
      if (before !== undefined) promisePath(before, state);
      this.states.set(id, state);
    }
  }

  happen(what: Happening, number: number): void {
    const now = new Date(this.now);
    this.settle();
    if (what.kind === 'made') this.make(what, number);
    else if (what.kind === 'paid') {
      const paidAt = new Date(this.now - what.agoHours * HOUR);
      const id = `pay ${number}`;
      const amountMinor = BigInt(what.amount);
      this.payments.set(id, { id, amountMinor, paidAt, receivedAt: now, reversedAt: null });
    } else if (what.kind === 'reversed') {
      const payment = nth(this.payments, what.which);
      if (payment !== null) this.payments.set(payment.id, { ...payment, reversedAt: now });
    } else if (what.kind !== 'nothing') this.decide(what, now);
    this.settle();
  }

  private make(what: Happening & { kind: 'made' }, number: number): void {
    const now = new Date(this.now);
    for (const before of this.promises.values()) {
      if (what.isPart || this.parts.has(before.id) || before.end !== null) continue;
      const end = { as: 'superseded', at: now, reason: 'newer_promise' } as const;
      this.promises.set(before.id, { ...before, end });
    }
    const id = `promise ${number}`;
    if (what.isPart) this.parts.add(id);
    const due = new Date(this.now + 7 * HOUR + what.dueDays * DAY).toISOString().slice(0, 10);
    const graceUntil = new Date(Date.parse(`${due}T16:59:59.999Z`) + DAY);
    const needsApproval = what.needsApproval && !what.isPart;
    this.promises.set(
      id,
      promise({
        ...{ id, amountMinor: BigInt(what.amount), dueDate: due, madeAt: now, graceUntil },
        approveUntil: needsApproval
          ? new Date(Math.min(this.now + DAY, graceUntil.getTime()))
          : null,
      }),
    );
  }

  /** As the routes do: on what still waits alone. */
  private decide(what: { kind: 'approved' | 'cancelled'; which: number }, now: Date): void {
    const fact = nth(this.promises, what.which);
    const state = fact === null ? undefined : this.states.get(fact.id);
    if (fact === null || state === undefined) return;
    if (what.kind === 'approved' && state === 'proposed')
      this.promises.set(fact.id, { ...fact, approvedAt: now });
    if (what.kind === 'cancelled' && isLivePromise(state) && fact.end === null) {
      const end = { as: 'cancelled', at: now, reason: 'debtor_asked' } as const;
      this.promises.set(fact.id, { ...fact, end });
    }
  }
}

const nth = <T>(of: Map<string, T>, index: number): T | null =>
  [...of.values()][index % Math.max(1, of.size)] ?? null;
const worldOf = (told: readonly (readonly [Happening, number])[]): World => {
  const world = new World();
  told.forEach(([what, afterHours], number) => {
    world.now += afterHours * HOUR;
    world.happen(what, number);
  });
  return world;
};

describe('K4: whatever happens to promises, in whatever order', () => {
  it('K4: no order of promises, payments, reversals, words and time reaches an illegal state', () => {
    fc.assert(
      fc.property(history, fc.nat({ max: 900 }), (told, laterHours) => {
        const world = worldOf(told);
        world.now += laterHours * HOUR;
        world.settle();
        const waits = world
          .get()
          .filter(({ id, state }) => isLivePromise(state) && !world.parts.has(id));
        // one promise for itself, and its limit lies ahead
        expect(waits.length).toBeLessThanOrEqual(1);
        for (const { silentUntil } of waits)
          expect(silentUntil!.getTime()).toBeGreaterThanOrEqual(world.now);
      }),
      { numRuns: 1_500 },
    );
  });

  it('K4: gives each promise at most what it asks for, and no money twice', () => {
    fc.assert(
      fc.property(history, (told) => {
        const world = worldOf(told);
        const judged = world.get();
        const standing = [...world.payments.values()].filter((one) => one.reversedAt === null);
        const sum = (amounts: bigint[]): bigint => amounts.reduce((a, b) => a + b, 0n);
        expect(sum(judged.map((one) => one.keptMinor))).toBeLessThanOrEqual(
          sum(standing.map((one) => one.amountMinor)),
        );
        for (const { id, keptMinor } of judged)
          expect(keptMinor).toBeLessThanOrEqual(world.promises.get(id)!.amountMinor);
      }),
    );
  });

  it('K4: is the same for the same facts, again and in any order', () => {
    const shuffled = history.chain((told) => {
      const world = worldOf(told);
      return fc.record({
        world: fc.constant(world),
        promises: fc.shuffledSubarray([...world.promises.values()], {
          minLength: world.promises.size,
        }),
        payments: fc.shuffledSubarray([...world.payments.values()], {
          minLength: world.payments.size,
        }),
      });
    });
    fc.assert(
      fc.property(shuffled, ({ world, promises, payments }) => {
        expect(judge(promises, payments, new Date(world.now))).toEqual(world.get());
      }),
    );
  });

  it('K4: does not care when payments of after the promise were heard of, or in which order', () => {
    const news = fc.array(
      fc.record({
        ...{ amount: fc.integer({ min: 1, max: 900 }), paidHours: fc.nat({ max: 300 }) },
        ...{ delayHours: fc.nat({ max: 400 }), isTakenBack: fc.boolean() },
      }),
      { minLength: 1, maxLength: 8 },
    );
    const plan = [0, 3, 6].map((days, index) =>
      promise({
        ...{ id: `part ${index}`, dueDate: `2026-03-${String(5 + days).padStart(2, '0')}` },
        graceUntil: new Date(promise().graceUntil.getTime() + days * DAY),
      }),
    );
    fc.assert(
      fc.property(news, fc.func(fc.nat({ max: 400 })), (told, otherDelay) => {
        const facts = (delay: (index: number) => number): PaidFact[] =>
          told.map(({ amount, paidHours, isTakenBack }, index) => {
            const paidAt = at(0, paidHours);
            const receivedAt = new Date(paidAt.getTime() + delay(index) * HOUR);
            const reversedAt = isTakenBack ? at(30) : null;
            const id = `pay ${index}`;
            return { id, amountMinor: BigInt(amount), paidAt, receivedAt, reversedAt };
          });
        const asTold = facts((index) => told[index]!.delayHours);
        expect(judge(plan, facts(otherDelay), at(40))).toEqual(judge(plan, asTold, at(40)));
      }),
    );
  });
});
