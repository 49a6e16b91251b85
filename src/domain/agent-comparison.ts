import { dot, inverseOf, times } from './solve-linear';

/** What came of the accounts of one mix that one agent talked about. */
export interface AgentMix {
  readonly agentId: string;
  /** How hard the accounts are, by factor: bucket, size of the balance, cause. */
  readonly mix: Readonly<Record<string, string>>;
  readonly accounts: number;
  /** Of each account the share of what was due that was kept, 0 to 1: their sum, and that of their squares. */
  readonly sum: number;
  readonly sumOfSquares: number;
}

export interface ComparedAgent {
  readonly agentId: string;
  readonly accounts: number;
  /** Share kept, as it is. */
  readonly rate: number;
  /** What an average agent keeps of accounts like these. */
  readonly expected: number;
  /** What the agent would keep of the accounts of all, with 95 of 100 such intervals holding the truth. */
  readonly adjusted: { readonly rate: number; readonly low: number; readonly high: number } | null;
  readonly standing: 'above' | 'below' | 'as_expected' | 'insufficient_data';
}

export interface AgentComparison {
  /** Share kept of the accounts of all, by an average agent. */
  readonly average: number;
  /** Standard deviation of what agents themselves make of it. */
  readonly betweenAgents: number;
  /** By the adjusted rate, the highest first; then those of whom too little is known. */
  readonly agents: readonly ComparedAgent[];
}

export interface ComparisonRules {
  /** With fewer accounts nothing is said of an agent. */
  readonly leastAccounts: number;
  /** More accounts than these weigh no more. */
  readonly cappedAccounts: number;
}

/** Of 95 %. */
const Z = 1.96;

/**
 * Compares agents by the value that was kept, as if all had had the accounts of all: a linear mixed
 * model, share kept = mix (fixed) + agent (random) + chance, so that who has few accounts is drawn
 * towards the average and a hard mix is not held against anybody. Mix and agents are estimated
 * together: an agent who has all of the hard accounts does not make them look harder.
 *
 * Henderson, "Best linear unbiased estimation and prediction under a selection model", Biometrics 31
 * (1975), for the equations; the variances by restricted likelihood, Searle, Casella and
 * McCulloch, "Variance components" (1992), 6.6; for providers with different mixes, Normand, Glickman and Gatsonis, JASA 92
 * (1997).
 */
export function compareAgents(
  rows: readonly AgentMix[],
  { leastAccounts, cappedAccounts }: ComparisonRules,
): AgentComparison {
  const agents = sumByAgent(rows, cappedAccounts);
  const fit = fitMixed(agents);
  const average = dot(fit.mean, fit.effects);
  const compared = agents.map((agent): ComparedAgent => {
    const { effect, deviation } = fit.of(agent);
    const isKnown = agent.accounts >= leastAccounts && agents.length > 1;
    const own = {
      agentId: agent.agentId,
      accounts: agent.accounts,
      rate: agent.y / agent.n,
      expected: dot(agent.x, fit.effects) / agent.n,
    };
    if (!isKnown) return { ...own, adjusted: null, standing: 'insufficient_data' };
    const low = effect - Z * deviation;
    const high = effect + Z * deviation;
    return {
      ...own,
      adjusted: { rate: average + effect, low: average + low, high: average + high },
      standing: low > 0 ? 'above' : high < 0 ? 'below' : 'as_expected',
    };
  });
  const rateOf = ({ adjusted }: ComparedAgent): number => adjusted?.rate ?? -Infinity;
  return {
    average,
    betweenAgents: Math.sqrt(fit.between),
    agents: compared.sort((a, b) => rateOf(b) - rateOf(a)),
  };
}

/** Sums of one agent, in which more accounts than the cap weigh no more. */
interface AgentSums {
  readonly agentId: string;
  /** Uncapped. */
  readonly accounts: number;
  readonly n: number;
  readonly y: number;
  readonly yy: number;
  /** Sum of the indicators of the mix; first the constant. */
  readonly x: number[];
  /** Pairs of indicators, and each with the shares kept. */
  readonly xx: number[][];
  readonly xy: number[];
}

function sumByAgent(rows: readonly AgentMix[], cap: number): AgentSums[] {
  const columns = columnsOf(rows);
  const total = new Map<string, number>();
  for (const { agentId, accounts } of rows) {
    total.set(agentId, (total.get(agentId) ?? 0) + accounts);
  }
  const sums = new Map<string, AgentSums>();
  for (const row of rows) {
    const accounts = total.get(row.agentId) ?? 0;
    const weight = Math.min(1, cap / accounts);
    const n = row.accounts * weight;
    const y = row.sum * weight;
    const ones = [
      0,
      ...Object.entries(row.mix).flatMap(
        ([factor, level]) => columns.get(`${factor}=${level}`) ?? [],
      ),
    ];
    const before = sums.get(row.agentId) ?? nothingOf(row.agentId, accounts, columns.size + 1);
    for (const i of ones) {
      before.x[i] = (before.x[i] ?? 0) + n;
      before.xy[i] = (before.xy[i] ?? 0) + y;
      const pairs = before.xx[i];
      for (const j of ones) if (pairs !== undefined) pairs[j] = (pairs[j] ?? 0) + n;
    }
    const yy = before.yy + row.sumOfSquares * weight;
    sums.set(row.agentId, { ...before, n: before.n + n, y: before.y + y, yy });
  }
  return [...sums.values()];
}

const nothingOf = (agentId: string, accounts: number, width: number): AgentSums => ({
  ...{ agentId, accounts, n: 0, y: 0, yy: 0 },
  x: zeros(width),
  xy: zeros(width),
  xx: Array.from({ length: width }, () => zeros(width)),
});
const zeros = (length: number): number[] => Array.from({ length }, () => 0);

/** A column for each level of each factor but the first. */
function columnsOf(rows: readonly AgentMix[]): Map<string, number> {
  const levels = new Map<string, Set<string>>();
  for (const { mix } of rows) {
    for (const [factor, level] of Object.entries(mix)) {
      levels.set(factor, (levels.get(factor) ?? new Set()).add(level));
    }
  }
  const named = [...levels].flatMap(([factor, of]) =>
    [...of].sort().flatMap((level, i) => (i === 0 ? [] : [`${factor}=${level}`])),
  );
  return new Map(named.map((name, i) => [name, i + 1]));
}

interface Fit {
  /** Of the columns. */
  readonly effects: readonly number[];
  /** The mix of all. */
  readonly mean: readonly number[];
  /** Variance between agents. */
  readonly between: number;
  of(agent: AgentSums): { readonly effect: number; readonly deviation: number };
}

interface Sums {
  readonly agents: readonly AgentSums[];
  readonly n: number;
  readonly yy: number;
  readonly xx: number[][];
  readonly xy: number[];
}

function addUp(agents: readonly AgentSums[]): Sums {
  const width = agents[0]?.x.length ?? 0;
  const total = {
    n: 0,
    yy: 0,
    xy: zeros(width),
    xx: Array.from({ length: width }, () => zeros(width)),
  };
  for (const agent of agents) {
    total.n += agent.n;
    total.yy += agent.yy;
    total.xy = total.xy.map((value, i) => value + at(agent.xy, i));
    total.xx = total.xx.map((row, i) => row.map((value, j) => value + at(agent.xx[i], j)));
  }
  return { ...total, agents };
}

const at = (row: readonly number[] | undefined, i: number): number => row?.[i] ?? 0;

/** Ratios of the variance within agents to that between them, logarithms: between which it is looked for. */
const LEAST_RATIO = Math.log(0.1);
const LARGEST_RATIO = Math.log(1e6);
const GOLDEN = (Math.sqrt(5) - 1) / 2;
const STEPS = 40;

/** The ratio of greatest restricted likelihood, by golden section (Kiefer 1953). */
function fitMixed(agents: readonly AgentSums[]): Fit {
  const sums = addUp(agents);
  const lossAt = (logRatio: number): number => solve(sums, Math.exp(logRatio)).loss;
  let [low, high] = [LEAST_RATIO, LARGEST_RATIO];
  for (let step = 0; step < STEPS; step++) {
    const left = high - GOLDEN * (high - low);
    const right = low + GOLDEN * (high - low);
    if (lossAt(left) < lossAt(right)) high = right;
    else low = left;
  }
  const ratio = Math.exp((low + high) / 2);
  const { effects, within, effectOf, errorOf } = solve(sums, ratio);
  const mean = zeros(effects.length).map(
    (_, i) => agents.reduce((sum, { x }) => sum + at(x, i), 0) / Math.max(1, sums.n),
  );
  return {
    effects,
    mean,
    between: within / ratio,
    of: (agent) => ({ effect: effectOf(agent), deviation: Math.sqrt(within * errorOf(agent)) }),
  };
}

interface Solved {
  readonly effects: readonly number[];
  /** Variance within agents. */
  readonly within: number;
  /** -2 log of the restricted likelihood, but for what does not depend on the ratio. */
  readonly loss: number;
  readonly effectOf: (agent: AgentSums) => number;
  /** Error variance of its effect, in units of the variance within. */
  readonly errorOf: (agent: AgentSums) => number;
}

/** Henderson's equations with the agents' part, which is diagonal, taken out of them. */
function solve({ agents, n, yy, xx, xy }: Sums, ratio: number): Solved {
  const shrinkOf = (agent: AgentSums): number => 1 / (agent.n + ratio);
  const left = xx.map((row, i) =>
    row.map((value, j) =>
      agents.reduce((sum, one) => sum - at(one.x, i) * at(one.x, j) * shrinkOf(one), value),
    ),
  );
  const right = xy.map((value, i) =>
    agents.reduce((sum, one) => sum - at(one.x, i) * one.y * shrinkOf(one), value),
  );
  const inverse = inverseOf(left);
  const effects = times(inverse.matrix, right);
  const effectOf = (agent: AgentSums): number =>
    (agent.y - dot(agent.x, effects)) * shrinkOf(agent);
  const explained = agents.reduce((sum, agent) => sum + effectOf(agent) * agent.y, 0);
  const freedom = Math.max(1, n - effects.length);
  const within = Math.max(1e-12, (yy - dot(effects, xy) - explained) / freedom);
  const spread = agents.reduce((sum, agent) => sum + Math.log1p(agent.n / ratio), 0);
  return {
    effects,
    within,
    loss: freedom * Math.log(within) + spread + inverse.logDeterminant,
    effectOf,
    errorOf: (agent) =>
      shrinkOf(agent) + dot(agent.x, times(inverse.matrix, agent.x)) * shrinkOf(agent) ** 2,
  };
}
