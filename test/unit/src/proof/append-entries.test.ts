import fc from 'fast-check';
import { appendEntries, type Head, type Recorded } from '../../../../src/proof/append-entries';
import { chainOf, entryHash, genesisHash } from '../../../../src/proof/ledger-entry';

const NOW = new Date('2026-11-22T00:00:30Z');
const record = (id: string, changed: Partial<Recorded> = {}): Recorded => ({
  id,
  kind: 'decision',
  creditorId: 'c1',
  at: new Date('2026-11-21T23:59:59Z'),
  record: `{"id":"${id}"}`,
  signed: { keyId: '0123456789abcdef', signature: Buffer.alloc(64, 7) },
  signatureValid: true,
  ...changed,
});
const EMPTY: Head = { chain: chainOf('c1'), seq: 0, hash: null, day: null, closedDay: null };

describe('appendEntries', () => {
  it('links each entry to the one before, each chain from its own beginning', () => {
    const other = { ...EMPTY, chain: chainOf(null) };
    const audit = record('b', {
      kind: 'audit',
      creditorId: null,
      signed: null,
      signatureValid: null,
    });
    const records = [record('a'), audit, record('c')];
    const [first, apart, second] = appendEntries(records, [EMPTY, other], NOW);
    const firstHash = entryHash(genesisHash('creditor:c1'), { ...records[0]!, seq: 1 });
    expect(first).toMatchObject({ chain: 'creditor:c1', seq: 1, hash: firstHash });
    expect(second).toMatchObject({
      seq: 2,
      hash: entryHash(firstHash, { ...records[2]!, seq: 2 }),
    });
    expect(apart).toMatchObject({
      chain: 'installation',
      seq: 1,
      hash: entryHash(genesisHash('installation'), { ...audit, seq: 1 }),
      signatureValid: null,
    });
  });

  it('says the same in one batch as in several', () => {
    const records = [record('a'), record('b'), record('c')];
    const whole = appendEntries(records, [EMPTY], NOW);
    const [first] = appendEntries(records.slice(0, 1), [EMPTY], NOW);
    const head = { ...EMPTY, seq: 1, hash: first!.hash, day: first!.day };
    expect([first, ...appendEntries(records.slice(1), [head], NOW)]).toEqual(whole);
  });

  it('keeps a day in one run of places', () => {
    const days = appendEntries(
      [
        record('a', { at: new Date('2026-11-21T23:59:58Z') }),
        record('b', { at: new Date('2026-11-22T00:00:01Z') }),
        record('c', { at: new Date('2026-11-21T23:59:59Z') }),
      ],
      [EMPTY],
      NOW,
    ).map(({ day }) => day);
    expect(days).toEqual(['2026-11-21', '2026-11-22', '2026-11-22']);
  });

  it('puts nothing into a day that is closed, nor into one to come', () => {
    const closed = { ...EMPTY, closedDay: '2026-11-21' };
    expect(appendEntries([record('a')], [closed], NOW)[0]?.day).toBe('2026-11-22');
    const ahead = record('a', { at: new Date('2031-01-01T00:00:00Z') });
    expect(appendEntries([ahead], [EMPTY], NOW)[0]?.day).toBe('2026-11-22');
  });
});

it('no two contents share a hash', () => {
  const content = fc.record({
    seq: fc.integer({ min: 1, max: 3 }),
    kind: fc.constantFrom('decision' as const, 'audit' as const),
    record: fc.constantFrom('{}', '{"a":1}', ''),
    signed: fc.option(
      fc.record({
        keyId: fc.constantFrom('0123456789abcdef', '0123456789abcdee'),
        signature: fc.constantFrom(Buffer.alloc(64, 1), Buffer.alloc(64, 2)),
      }),
    ),
  });
  const previous = fc.constantFrom(genesisHash('a'), genesisHash('b'));
  fc.assert(
    fc.property(previous, content, previous, content, (before, one, otherBefore, other) => {
      const same = JSON.stringify([before, one]) === JSON.stringify([otherBefore, other]);
      expect(entryHash(before, one).equals(entryHash(otherBefore, other))).toBe(same);
    }),
  );
});
