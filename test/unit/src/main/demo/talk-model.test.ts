import { checkOutcomeInput } from '../../../../../src/domain/outcome-input';
import {
  planOutcome,
  planTalk,
  type SpokenOutcome,
  type TalkFacts,
} from '../../../../../src/main/demo/talk-model';

const room = { horizonDays: 7, promisedMinor: 0n };
const NOW = new Date('2026-11-21T16:30:00Z');
const facts = (talkNumber: number, speaker: string | null = 'person'): TalkFacts => ({
  seed: 'one',
  agent: 'agent-1',
  talkNumber,
  speaker,
});

function outcomes(amountDueMinor: bigint): SpokenOutcome[] {
  return Array.from({ length: 400 }, (_, n) =>
    planOutcome(facts(n), { amountDueMinor, currency: 'IDR', now: NOW }),
  );
}

describe('talks of simulated agents', () => {
  it('last two to six seconds, and a voicemail less', () => {
    for (let n = 0; n < 200; n += 1) {
      const { talkMs, wrapUpMs } = planTalk(facts(n));
      expect(talkMs).toBeGreaterThanOrEqual(2_000);
      expect(talkMs).toBeLessThanOrEqual(6_000);
      expect(wrapUpMs).toBeLessThanOrEqual(2_000);
      expect(planTalk(facts(n, 'voicemail')).talkMs).toBeLessThanOrEqual(2_500);
    }
    expect(planTalk(facts(7))).toEqual(planTalk(facts(7)));
  });

  it.each([1n, 99_999n, 150_000_00n, 14_680_000_00n, 0n])(
    'end in outcomes that the API takes, for a debt of %s',
    (amountDueMinor) => {
      for (const zones of [['Asia/Jakarta'], ['Asia/Jakarta', 'Asia/Makassar', 'Asia/Jayapura']]) {
        for (const spoken of outcomes(amountDueMinor)) {
          const input = {
            code: spoken.code,
            rootCause: spoken.rootCause ?? null,
            note: null,
            callbackAt: spoken.callbackAt === undefined ? null : new Date(spoken.callbackAt),
            promise:
              spoken.promise === undefined
                ? null
                : { ...spoken.promise, amountMinor: BigInt(spoken.promise.amountMinor) },
          };
          expect(checkOutcomeInput(input, { now: NOW, amountDueMinor, zones, room })).toEqual([]);
        }
      }
    },
  );

  it('often end in a promise, due from tomorrow to six days ahead', () => {
    const promised = outcomes(5_000_000_00n).flatMap(({ promise }) => promise ?? []);
    expect(promised.length).toBeGreaterThan(140);
    expect(promised.length).toBeLessThan(220);
    const dates = promised.map(({ dueDate }) => dueDate).sort();
    // 01:30 of the 22nd in Jayapura
    expect(dates[0]).toBe('2026-11-23');
    expect(dates.at(-1)).toBe('2026-11-28');
    const amounts = new Set(promised.map(({ amountMinor }) => amountMinor));
    expect(amounts).toEqual(new Set(['500000000', '250000000', '166000000']));
  });

  it('call a voicemail a voicemail', () => {
    const debt = { amountDueMinor: 1_000n, currency: 'IDR', now: NOW };
    expect(planOutcome(facts(1, 'voicemail'), debt)).toEqual({ code: 'VOICEMAIL' });
    expect(planOutcome(facts(1, null), debt).code).not.toBe('VOICEMAIL');
  });
});
