import {
  compareAgents,
  type AgentMix,
  type ComparedAgent,
} from '../../../../src/domain/agent-comparison';
import { seededDraws } from '../../../../src/domain/seeded-draws';

const RULES = { leastAccounts: 30, cappedAccounts: 400 };
const BUCKETS = ['1-10', '11-30', '31-60', '90+'] as const;
/** Share kept by an average agent, by bucket: easy to hard. */
const EASE = { '1-10': 0.6, '11-30': 0.45, '31-60': 0.3, '90+': 0.12 } as const;
const CAUSES = { forgot: 0.1, income_lost: -0.1 } as const;

interface Planned {
  readonly agentId: string;
  /** What the agent makes of it, beside the mix. */
  readonly skill: number;
  readonly accounts: number;
  /** Of the easiest bucket; the rest is of the hardest. Absent: all alike. */
  readonly easyShare?: number;
}

/** Accounts whose shares kept are drawn around the truth: nothing or all of it. */
function simulate(agents: readonly Planned[], seed: number): AgentMix[] {
  const draws = seededDraws(seed);
  return agents.flatMap(({ agentId, skill, accounts, easyShare }) =>
    Array.from({ length: accounts }, (): AgentMix => {
      const even = BUCKETS[Math.floor(draws.uniform() * BUCKETS.length)] ?? '90+';
      const bucket = easyShare === undefined ? even : draws.uniform() < easyShare ? '1-10' : '90+';
      const cause = draws.uniform() < 0.5 ? 'forgot' : 'income_lost';
      const kept = draws.uniform() < EASE[bucket] + CAUSES[cause] + skill ? 1 : 0;
      return { agentId, mix: { bucket, cause }, accounts: 1, sum: kept, sumOfSquares: kept };
    }),
  );
}

const floor = (n: number): Planned[] =>
  Array.from({ length: n }, (_, i) => ({ agentId: `a${String(i)}`, skill: 0, accounts: 200 }));
const find = (agents: readonly ComparedAgent[], id: string): ComparedAgent => {
  const one = agents.find(({ agentId }) => agentId === id);
  if (one === undefined) throw new Error(`no ${id}`);
  return one;
};

describe('comparing agents', () => {
  test('L7: easy accounts do not put an agent above an equally good one with hard ones', () => {
    const planned: Planned[] = [
      ...floor(10),
      { agentId: 'easy', skill: 0, accounts: 300, easyShare: 0.95 },
      { agentId: 'hard', skill: 0, accounts: 300, easyShare: 0.05 },
    ];
    let easyFirst = 0;
    for (let seed = 1; seed <= 24; seed++) {
      const { agents } = compareAgents(simulate(planned, seed), RULES);
      const [easy, hard] = [find(agents, 'easy'), find(agents, 'hard')];
      expect(easy.rate).toBeGreaterThan(hard.rate + 0.3);
      expect(Math.abs((easy.adjusted?.rate ?? 1) - (hard.adjusted?.rate ?? 0))).toBeLessThan(0.1);
      if ((easy.adjusted?.rate ?? 0) > (hard.adjusted?.rate ?? 0)) easyFirst++;
    }
    // a coin's toss
    expect(easyFirst).toBeGreaterThan(4);
    expect(easyFirst).toBeLessThan(20);
  });

  test('L7: the better of two is found although all of the hard accounts are hers', () => {
    const planned = [
      ...floor(15).map((agent) => ({ ...agent, easyShare: 0.6 })),
      { agentId: 'worse', skill: -0.08, accounts: 400, easyShare: 1 },
      { agentId: 'better', skill: 0.12, accounts: 400, easyShare: 0 },
    ];
    const { agents } = compareAgents(simulate(planned, 7), RULES);
    expect(find(agents, 'better').rate).toBeLessThan(find(agents, 'worse').rate);
    expect(agents[0]?.agentId).toBe('better');
    expect(find(agents, 'better').standing).toBe('above');
  });

  test('L7: the simulated truth is recovered, and the intervals hold it 95 times of 100', () => {
    let held = 0;
    let errors = 0;
    let raw = 0;
    let all = 0;
    for (let seed = 100; seed < 120; seed++) {
      const draws = seededDraws(seed);
      const planned = Array.from({ length: 25 }, (_, i) => ({
        ...{ agentId: `a${String(i)}`, skill: 0.06 * draws.normal(), accounts: 60 + i * 10 },
        easyShare: draws.uniform(),
      }));
      const { agents, average } = compareAgents(simulate(planned, seed * 31), RULES);
      const meanSkill = planned.reduce((sum, { skill }) => sum + skill, 0) / planned.length;
      const meanRate = agents.reduce((sum, { rate }) => sum + rate, 0) / agents.length;
      for (const { agentId, skill } of planned) {
        const { adjusted, rate } = find(agents, agentId);
        if (adjusted === null) throw new Error('not compared');
        const truth = average + skill - meanSkill;
        if (adjusted.low <= truth && truth <= adjusted.high) held++;
        errors += (adjusted.rate - truth) ** 2;
        raw += (rate - meanRate - (skill - meanSkill)) ** 2;
        all++;
      }
    }
    expect(held / all).toBeGreaterThan(0.9);
    expect(held / all).toBeLessThanOrEqual(0.99);
    expect(Math.sqrt(errors / all)).toBeLessThan(0.05);
    // not adjusted, the mix says more than the agent does
    expect(Math.sqrt(raw / all)).toBeGreaterThan(0.1);
  });

  test('L7: without differences between agents nobody stands out', () => {
    const { agents, betweenAgents } = compareAgents(simulate(floor(30), 3), RULES);
    expect(betweenAgents).toBeLessThan(0.03);
    expect(agents.filter(({ standing }) => standing !== 'as_expected').length).toBeLessThanOrEqual(
      2,
    );
  });

  test('L7: too few accounts: nothing is said; more than the cap weigh no more', () => {
    const planned = [
      ...floor(6),
      { agentId: 'new', skill: 0, accounts: 29 },
      { agentId: 'busy', skill: 0, accounts: 4_000 },
    ];
    const { agents } = compareAgents(simulate(planned, 5), RULES);
    expect(find(agents, 'new')).toMatchObject({ adjusted: null, standing: 'insufficient_data' });
    expect(agents.at(-1)?.agentId).toBe('new');
    const width = ({ adjusted }: ComparedAgent): number =>
      adjusted === null ? 0 : adjusted.high - adjusted.low;
    const capped = compareAgents(simulate(planned, 5), { ...RULES, cappedAccounts: 200 }).agents;
    expect(width(find(capped, 'busy'))).toBeCloseTo(width(find(capped, 'a0')), 2);
    expect(find(agents, 'busy').accounts).toBe(4_000);
    expect(compareAgents([], RULES).agents).toEqual([]);
    const alone = compareAgents(simulate([{ agentId: 'one', skill: 0, accounts: 90 }], 1), RULES);
    expect(alone.agents[0]?.standing).toBe('insufficient_data');
  });
});
