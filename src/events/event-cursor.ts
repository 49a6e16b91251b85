/**
 * A place in the stream of events: the transaction that wrote the event, then the event within
 * it. Ordered by (xid, id).
 */
export interface EventCursor {
  readonly xid: bigint;
  readonly id: bigint;
}

const FORMAT = /^([0-9]{1,20})-([0-9]{1,19})$/;

/** `1234-56`, as it stands in the `id` field of the stream. */
export function formatCursor(cursor: EventCursor): string {
  return `${cursor.xid.toString()}-${cursor.id.toString()}`;
}

/** The cursor of a `Last-Event-ID`; null when it is none of ours. */
export function parseCursor(text: string): EventCursor | null {
  const match = FORMAT.exec(text);
  if (match?.[1] === undefined || match[2] === undefined) return null;
  const cursor = { xid: BigInt(match[1]), id: BigInt(match[2]) };
  return cursor.xid < 2n ** 64n && cursor.id < 2n ** 63n ? cursor : null;
}

export function isAfter(a: EventCursor, b: EventCursor): boolean {
  return a.xid > b.xid || (a.xid === b.xid && a.id > b.id);
}
