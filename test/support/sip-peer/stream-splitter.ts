/**
 * Cuts a byte stream into SIP messages by Content-Length (RFC 3261 section 18.3).
 * Bytes of an unfinished message are kept for the next call.
 */
export class StreamSplitter {
  private pending: Buffer = Buffer.alloc(0);

  push(chunk: Buffer): string[] {
    this.pending = Buffer.concat([this.pending, chunk]);
    const messages: string[] = [];
    for (let next = this.take(); next !== undefined; next = this.take()) messages.push(next);
    return messages;
  }

  private take(): string | undefined {
    let start = 0;
    while (this.pending[start] === 13 || this.pending[start] === 10) start += 1;
    const headEnd = this.pending.indexOf('\r\n\r\n', start);
    if (headEnd < 0) return undefined;
    const head = this.pending.toString('utf8', start, headEnd);
    const length = Number(/^(?:content-length|l)\s*:\s*(\d+)/im.exec(head)?.[1] ?? 0);
    const end = headEnd + 4 + length;
    if (this.pending.length < end) return undefined;
    const text = this.pending.toString('utf8', start, end);
    this.pending = this.pending.subarray(end);
    return text;
  }
}
