import { spawn, type ChildProcess } from 'node:child_process';
import { EventEmitter, once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

const ROOT = join(__dirname, '..', '..');
const RESTART_DELAYS_MS = [50, 200, 500, 1_000];
const STOP_LIMIT_MS = 15_000;
const KEPT_LINES = 60;
const LINE_LIMIT = 400;

export interface ProductProcessOptions {
  /** For reports. */
  readonly name: string;
  /** Of the command line: `['start', '--role', 'sip']`. */
  readonly args: readonly string[];
  /** For Node itself. */
  readonly nodeOptions?: readonly string[];
  /** The whole environment but PATH: nothing of the test's own leaks in. */
  readonly env: Readonly<Record<string, string>>;
}

/**
 * `santun …` from TypeScript in a process of its own, started again when it ends, as a process
 * supervisor does in production.
 */
export class ProductProcess {
  /** Ends that nobody here asked for. */
  readonly unexpectedExits: string[] = [];
  /** The last lines that it wrote, over all its lives. */
  readonly lines: string[] = [];
  private readonly events = new EventEmitter<{ running: [] }>();
  private child: ChildProcess | null = null;
  private lives = 0;
  private failures = 0;
  private killing = false;
  private stopping = false;
  private timer: NodeJS.Timeout | undefined;

  private constructor(private readonly options: ProductProcessOptions) {}

  /** Resolves when it says that it runs. @throws Error with its output after `limitMs`. */
  static async start(options: ProductProcessOptions, limitMs = 60_000): Promise<ProductProcess> {
    const product = new ProductProcess(options);
    const running = product.nextRunning(limitMs);
    product.spawn();
    try {
      await running;
    } catch (error) {
      await product.stop();
      throw error;
    }
    return product;
  }

  get name(): string {
    return this.options.name;
  }

  get pid(): number | undefined {
    return this.child?.pid;
  }

  /** SIGKILL. Resolves when the successor says that it runs. */
  async kill(limitMs = 60_000): Promise<void> {
    const { child } = this;
    if (child === null) throw new Error(`${this.name} is not up`);
    const running = this.nextRunning(limitMs);
    this.killing = true;
    child.kill('SIGKILL');
    await running;
  }

  /** SIGTERM, and SIGKILL for one that does not end by itself. Twice is fine. */
  async stop(): Promise<void> {
    this.stopping = true;
    clearTimeout(this.timer);
    const { child } = this;
    if (child === null) return;
    const exited = once(child, 'exit');
    child.kill('SIGTERM');
    const limit = setTimeout(() => child.kill('SIGKILL'), STOP_LIMIT_MS);
    await exited;
    clearTimeout(limit);
  }

  private async nextRunning(limitMs: number): Promise<void> {
    try {
      await once(this.events, 'running', { signal: AbortSignal.timeout(limitMs) });
    } catch {
      const tail = this.lines.slice(-20).join('\n');
      throw new Error(`${this.name} did not run within ${limitMs} ms; it said:\n${tail}`);
    }
  }

  private spawn(): void {
    this.lives += 1;
    const hooks = ['typescript-hook.cjs', 'exit-with-parent.cjs'];
    const child = spawn(
      process.execPath,
      [
        ...(this.options.nodeOptions ?? []),
        ...hooks.flatMap((hook) => ['-r', join(__dirname, hook)]),
        join(ROOT, 'src/main/cli.ts'),
        ...this.options.args,
      ],
      {
        cwd: ROOT,
        env: { PATH: process.env.PATH, ...this.options.env },
        stdio: ['pipe', 'ignore', 'pipe'],
      },
    );
    this.child = child;
    createInterface(child.stderr).on('line', (line) => {
      this.lines.push(`${this.name}#${this.lives}: ${line.slice(0, LINE_LIMIT)}`);
      if (this.lines.length > KEPT_LINES) this.lines.shift();
      if (!line.startsWith('Santun runs')) return;
      this.failures = 0;
      this.events.emit('running');
    });
    child.once('exit', (code, signal) => {
      this.ended(String(code ?? signal));
    });
  }

  private ended(how: string): void {
    this.child = null;
    if (this.stopping) return;
    if (!this.killing) this.unexpectedExits.push(`${this.name}#${this.lives} ended: ${how}`);
    this.killing = false;
    const delayMs = RESTART_DELAYS_MS[Math.min(this.failures, RESTART_DELAYS_MS.length - 1)];
    this.failures += 1;
    this.timer = setTimeout(() => {
      this.spawn();
    }, delayMs);
  }
}
