/**
 * What a test opened, closed after it in the opposite order. One failure does not keep the others
 * from closing: an open handle would outlive the test and hide what went wrong.
 */
export class Cleanups {
  private readonly steps: (() => Promise<unknown>)[] = [];

  add<T extends { stop(): Promise<unknown> } | { close(): Promise<unknown> }>(opened: T): T {
    this.steps.push(() => ('stop' in opened ? opened.stop() : opened.close()));
    return opened;
  }

  async run(): Promise<void> {
    const failures: unknown[] = [];
    for (let step = this.steps.pop(); step; step = this.steps.pop())
      await step().catch((error: unknown) => failures.push(error));
    if (failures.length > 0) throw failures[0];
  }
}
