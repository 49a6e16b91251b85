import { planCall, type CallPlan } from '../../../../../src/main/demo/answer-model';

function plans(count: number, seed = 'one'): CallPlan[] {
  return Array.from({ length: count }, (_, i) =>
    planCall({ digits: `6281200${String(i).padStart(5, '0')}`, seed, attemptNumber: 1 }),
  );
}

function share(of: CallPlan[], is: (plan: CallPlan) => boolean): number {
  return of.filter(is).length / of.length;
}

describe('planCall', () => {
  it('gives the same plan for the same number, seed and attempt', () => {
    expect(plans(200)).toEqual(plans(200));
    expect(plans(200)).not.toEqual(plans(200, 'two'));
  });

  it('has every kind of call in it, persons answering a little under half', () => {
    const all = plans(4_000);
    const person = share(all, (p) => p.kind === 'answered' && p.by === 'person');
    expect(person).toBeGreaterThan(0.42);
    expect(person).toBeLessThan(0.52);
    expect(share(all, (p) => p.kind === 'answered' && p.by === 'voicemail')).toBeGreaterThan(0.05);
    expect(share(all, (p) => p.kind === 'no_answer')).toBeGreaterThan(0.1);
    for (const status of [404, 480, 486, 603]) {
      expect(share(all, (p) => p.kind === 'refused' && p.status === status)).toBeGreaterThan(0.01);
    }
  });

  it('lets a number that does not exist never exist, and others differ between attempts', () => {
    const byAttempt = (digits: string): CallPlan[] =>
      [1, 2, 3, 4, 5, 6].map((attemptNumber) => planCall({ digits, seed: 'one', attemptNumber }));
    const numbers = Array.from({ length: 400 }, (_, i) => `62813000${String(i).padStart(4, '0')}`);
    const is404 = (p: CallPlan): boolean => p.kind === 'refused' && p.status === 404;
    const dead = numbers.map(byAttempt).filter((all) => all.some(is404));
    expect(dead.length).toBeGreaterThan(0);
    for (const all of dead) expect(all.every(is404)).toBe(true);
    const kinds = numbers.map((n) => new Set(byAttempt(n).map((p) => p.kind)).size);
    expect(Math.max(...kinds)).toBe(3);
  });

  it('keeps its times short enough for a demonstration', () => {
    for (const plan of plans(1_000)) {
      if (plan.kind === 'answered') {
        expect(plan.ringMs).toBeGreaterThanOrEqual(500);
        expect(plan.ringMs).toBeLessThanOrEqual(3_000);
        expect(plan.talkMs).toBeLessThanOrEqual(20_000);
      }
      if (plan.kind === 'refused') expect(plan.delayMs).toBeLessThanOrEqual(2_500);
    }
  });
});
