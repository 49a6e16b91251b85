import type { Playing, Prompt } from '../prompt';
import { auParts } from './au-parts';
import type { NgDictionary } from './bencode';
import type { NgReply } from './ng-client';

/** What is played in a loop and fits into one command, the engine repeats: for days. */
const FOR_EVER = 1_000_000;

/**
 * One prompt on its way to one side of an engine's call. The engine tells of nothing, so its length
 * tells when it is over; an answer `ok` without a duration means that the engine could not read it.
 */
export class EnginePlaying implements Playing {
  readonly done: Promise<{ playedMs: number; whole: boolean }>;
  private stopped = false;
  private wake: () => void = () => undefined;

  /** @param command sends one about the side that it is played to */
  constructor(
    private readonly command: (name: string, fields: NgDictionary) => Promise<NgReply>,
    prompt: Prompt,
    private readonly loops: boolean,
  ) {
    this.done = this.run(prompt);
  }

  private async run(prompt: Prompt): Promise<{ playedMs: number; whole: boolean }> {
    const parts = auParts(prompt.aLaw);
    const isEndless = this.loops && parts.length === 1;
    let playedMs = 0;
    do {
      for (const { file, durationMs } of parts) {
        const startedMs = performance.now();
        const times = isEndless ? FOR_EVER : 1;
        const reply = await this.command('play media', { blob: file, 'repeat-times': times });
        if (reply.kind !== 'ok' || typeof reply.reply.duration !== 'number')
          return { playedMs, whole: false };
        const heardMs = await this.heard(startedMs, isEndless ? null : durationMs);
        playedMs += Math.round(heardMs);
        if (this.isStopped()) return { playedMs, whole: false };
      }
    } while (this.loops);
    return { playedMs, whole: true };
  }

  /** A method, for a property would be narrowed. */
  private isStopped(): boolean {
    return this.stopped;
  }

  /** Waits for the end, or the stop. @returns how long it was, ms */
  private async heard(startedMs: number, durationMs: number | null): Promise<number> {
    if (this.stopped) return 0;
    const over = new Promise<void>((resolve) => {
      this.wake = resolve;
    });
    const leftMs = (durationMs ?? 0) - (performance.now() - startedMs);
    const timer = durationMs === null ? null : setTimeout(this.wake, leftMs);
    await over;
    if (timer !== null) clearTimeout(timer);
    return this.isStopped() ? performance.now() - startedMs : (durationMs ?? 0);
  }

  stop(): void {
    if (this.stopped) return;
    this.abandon();
    void this.command('stop media', {});
  }

  /** The side is gone, and what was played to it. */
  abandon(): void {
    this.stopped = true;
    this.wake();
  }
}
