export type Scenarios = Record<string, () => Promise<void>>;

/**
 * Registers scenarios that mostly wait (RFC 3261 timers run up to 64*T1 = 32 s) so that they all start
 * together before the first test, and each test then awaits its own. The file takes as long as its
 * longest scenario instead of their sum.
 */
export function sideBySide(limitMs: number, scenarios: Scenarios): void {
  const running = new Map<string, Promise<unknown>>();
  beforeAll(() => {
    for (const [name, scenario] of Object.entries(scenarios)) {
      running.set(
        name,
        scenario().then(
          () => undefined,
          (error: unknown) => error,
        ),
      );
    }
  });
  test.each(Object.keys(scenarios))(
    '%s',
    async (name) => {
      const error = await running.get(name);
      if (error !== undefined) throw error as Error;
    },
    limitMs,
  );
}
