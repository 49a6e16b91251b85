import { FRAME_SAMPLES, PlayoutBuffer } from './playout-buffer';

interface Seat {
  readonly buffer: PlayoutBuffer;
  /** Whose voice is wanted in what this one hears. */
  wanted: ReadonlySet<string>;
  /** How loud each voice is in it now, 0 to 1. */
  readonly gains: Map<string, number>;
}

/** A seat's 20 ms to be sent; null: it hears nobody, so nothing is sent. */
export type Heard = ReadonlyMap<string, Float32Array | null>;

/**
 * Adds up, for each seat, the voices that it is to hear. A change of who hears whom is a ramp over one
 * frame, so nothing clicks. No clock and no socket: 20 ms pass with each {@link mix}.
 */
export class MixingDesk {
  private readonly seats = new Map<string, Seat>();

  open(id: string): void {
    this.seats.set(id, { buffer: new PlayoutBuffer(), wanted: new Set(), gains: new Map() });
  }

  close(id: string): void {
    this.seats.delete(id);
  }

  receive(id: string, packet: Buffer): void {
    this.seats.get(id)?.buffer.receive(packet);
  }

  /** From the next frame on the seat hears these, and never itself. */
  hear(id: string, others: readonly string[]): void {
    const seat = this.seats.get(id);
    if (seat !== undefined) seat.wanted = new Set(others.filter((other) => other !== id));
  }

  /** Who hears this one. */
  hearersOf(id: string): string[] {
    return [...this.seats].flatMap(([seat, { wanted }]) => (wanted.has(id) ? [seat] : []));
  }

  mix(): Heard {
    const voices = new Map([...this.seats].map(([id, { buffer }]) => [id, buffer.take()]));
    return new Map([...this.seats].map(([id, seat]) => [id, this.frameOf(seat, voices)]));
  }

  private frameOf(
    { wanted, gains }: Seat,
    voices: ReadonlyMap<string, Int16Array | null>,
  ): Float32Array | null {
    if (wanted.size === 0 && gains.size === 0) return null;
    const sum = new Float32Array(FRAME_SAMPLES);
    for (const other of new Set([...wanted, ...gains.keys()])) {
      const from = gains.get(other) ?? 0;
      const to = wanted.has(other) ? 1 : 0;
      const voice = voices.get(other) ?? null;
      for (let i = 0; voice !== null && i < FRAME_SAMPLES; i += 1)
        sum[i] = (sum[i] ?? 0) + (voice[i] ?? 0) * (from + ((to - from) * i) / FRAME_SAMPLES);
      if (to === 0) gains.delete(other);
      else gains.set(other, to);
    }
    return sum;
  }
}
