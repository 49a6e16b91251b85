/** One thing that is wrong with one variable. Never holds the value of a secret. */
export interface ConfigProblem {
  readonly variable: string;
  /** What is wrong: `"80a" is not a port`. */
  readonly reason: string;
  /** What would be accepted. */
  readonly accepted: string;
}

/** The environment cannot be used. Carries every problem, not the first one. */
export class ConfigError extends Error {
  constructor(readonly problems: readonly ConfigProblem[]) {
    const lines = problems.map((p) => `  ${p.variable}: ${p.reason}. Accepted: ${p.accepted}.`);
    const count = problems.length === 1 ? '1 problem' : `${problems.length} problems`;
    super(`The configuration has ${count}:\n${lines.join('\n')}`);
    this.name = 'ConfigError';
  }
}
