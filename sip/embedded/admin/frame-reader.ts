/** Longest frame an application may send: a 64 KiB message and its leader. */
const ADMIN_FRAME_LIMIT_BYTES = 131_072;

/** Cuts the application's stream into frames. The length counts octets. */
export class FrameReader {
  private pending: Buffer = Buffer.alloc(0);

  /** @returns the complete frames, or undefined when the stream makes no sense any more. */
  push(chunk: Buffer): string[] | undefined {
    this.pending = this.pending.length === 0 ? chunk : Buffer.concat([this.pending, chunk]);
    const frames: string[] = [];
    for (;;) {
      const hash = this.pending.subarray(0, 8).indexOf(0x23);
      if (hash === -1) return this.pending.length >= 8 ? undefined : frames;
      const digits = this.pending.toString('latin1', 0, hash);
      const length = Number(digits);
      if (!/^[1-9]\d*$/.test(digits) || length > ADMIN_FRAME_LIMIT_BYTES) return undefined;
      const end = hash + 1 + length;
      if (this.pending.length < end) return frames;
      frames.push(this.pending.toString('utf8', hash + 1, end));
      this.pending = this.pending.subarray(end);
    }
  }
}
