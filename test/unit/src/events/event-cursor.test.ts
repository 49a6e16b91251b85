import { formatCursor, isAfter, parseCursor } from '../../../../src/events/event-cursor';

describe('event cursor', () => {
  it('survives a round trip beyond 2^53', () => {
    const cursor = { xid: 2n ** 63n, id: 2n ** 60n + 1n };
    expect(parseCursor(formatCursor(cursor))).toEqual(cursor);
  });

  it('takes nothing else', () => {
    for (const text of ['', '1', '1-', '-1', '1-2-3', 'a-b', '1-99999999999999999999', ' 1-2']) {
      expect(parseCursor(text)).toBeNull();
    }
    expect(parseCursor('18446744073709551616-1')).toBeNull();
    expect(parseCursor('1-9223372036854775808')).toBeNull();
  });

  it('orders by transaction, then by event', () => {
    expect(isAfter({ xid: 2n, id: 1n }, { xid: 1n, id: 9n })).toBe(true);
    expect(isAfter({ xid: 1n, id: 9n }, { xid: 1n, id: 9n })).toBe(false);
    expect(isAfter({ xid: 1n, id: 10n }, { xid: 1n, id: 9n })).toBe(true);
  });
});
