import { MESSAGE_LIMITS } from '../message/message-limits';

export type StreamFrame =
  | { kind: 'message'; data: Buffer }
  /** A double CRLF between messages (RFC 5626 section 4.4.1): answer one CRLF. */
  | { kind: 'ping' }
  /** The stream cannot be followed any further: close it. */
  | { kind: 'broken'; reason: string };

const CONTENT_LENGTH = /\r\n(?:content-length|l)[ \t]*:[ \t]*([^\r\n]*)/gi;

/** Cuts a TCP stream into SIP messages by Content-Length (RFC 3261 section 18.3). Holds at most one. */
export class SipStreamFramer {
  private pending: Buffer = Buffer.alloc(0);
  /** Octets of the message being collected, once its headers are here. */
  private needed = 0;
  /** CRLFs since the last message or ping; the two of a ping may come apart. */
  private lineEnds = 0;

  /** True while part of a message has arrived and the rest has not. */
  get isMidMessage(): boolean {
    return this.pending.length > 0;
  }

  push(chunk: Buffer): StreamFrame[] {
    this.pending = this.pending.length === 0 ? chunk : Buffer.concat([this.pending, chunk]);
    const frames: StreamFrame[] = [];
    for (;;) {
      const frame = this.next();
      if (frame === undefined) return frames;
      frames.push(frame);
      if (frame.kind === 'broken') {
        this.pending = Buffer.alloc(0);
        return frames;
      }
    }
  }

  private next(): StreamFrame | undefined {
    if (this.needed === 0) {
      if (this.pending.length === 0) return undefined;
      if (this.pending[0] === 13 || this.pending[0] === 10) return this.skipLineEnds();
      const fault = this.measure();
      if (fault !== undefined) return { kind: 'broken', reason: fault };
    }
    if (this.needed === 0 || this.pending.length < this.needed) return undefined;
    const data = this.pending.subarray(0, this.needed);
    this.pending = this.pending.subarray(this.needed);
    this.needed = 0;
    this.lineEnds = 0;
    return { kind: 'message', data };
  }

  private skipLineEnds(): StreamFrame | undefined {
    if (this.pending[0] !== 13) return { kind: 'broken', reason: 'bare LF' };
    if (this.pending.length < 2) return undefined;
    if (this.pending[1] !== 10) return { kind: 'broken', reason: 'bare CR' };
    this.pending = this.pending.subarray(2);
    this.lineEnds++;
    if (this.lineEnds < 2) return this.next();
    this.lineEnds = 0;
    return { kind: 'ping' };
  }

  private measure(): string | undefined {
    const end = this.pending.indexOf('\r\n\r\n', 0, 'latin1');
    if (end === -1 || end > MESSAGE_LIMITS.headerSectionBytes) {
      const tooLong = this.pending.length > MESSAGE_LIMITS.headerSectionBytes + 4;
      return end !== -1 || tooLong ? 'header section too long' : undefined;
    }
    const lengths = [...this.pending.toString('latin1', 0, end).matchAll(CONTENT_LENGTH)];
    const declared = lengths[0]?.[1]?.trim() ?? '';
    if (lengths.length !== 1 || !/^\d{1,6}$/.test(declared)) return 'no usable Content-Length';
    this.needed = end + 4 + Number(declared);
    return this.needed > MESSAGE_LIMITS.messageBytes ? 'message too long' : undefined;
  }
}
