export interface StreamEvent {
  readonly id: string | null;
  readonly name: string;
  readonly data: string;
}

/** Takes an event stream (WHATWG HTML, 9.2.6) in pieces, as they arrive; comments are passed over. */
export class EventStreamReader {
  private waiting = '';

  /** @returns the events that are complete now. */
  push(piece: string): StreamEvent[] {
    const blocks = (this.waiting + piece).split(/\r?\n\r?\n/);
    this.waiting = blocks.pop() ?? '';
    return blocks.flatMap((block) => parseBlock(block) ?? []);
  }
}

function parseBlock(block: string): StreamEvent | null {
  let id: string | null = null;
  let name = 'message';
  const data: string[] = [];
  for (const line of block.split(/\r?\n/)) {
    const [, field, value = ''] = /^(\w+): ?(.*)$/.exec(line) ?? [];
    if (field === 'id') id = value;
    else if (field === 'event') name = value;
    else if (field === 'data') data.push(value);
  }
  return data.length === 0 ? null : { id, name, data: data.join('\n') };
}
