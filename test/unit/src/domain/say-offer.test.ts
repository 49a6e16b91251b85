import type { OptionTerms } from '../../../../src/domain/option';
import { sayOffer } from '../../../../src/domain/say-offer';

const day = { today: '2026-11-22', currency: 'IDR' };
const waived = { principalMinor: 0n, interestMinor: 0n, penaltyMinor: 5_000_000n, feeMinor: 0n };

test.each<[string, OptionTerms, string, string]>([
  [
    'pay_full',
    { kind: 'pay_full', amountMinor: 100_000_000n },
    'Bayar Rp1.000.000 hari ini; tunggakan selesai.',
    'Pay Rp1,000,000 today; that ends the arrears.',
  ],
  [
    'pay_part',
    { kind: 'pay_part', amountMinor: 50_000_000n, restMinor: 50_000_000n },
    'Bayar Rp500.000 dahulu; sisa tunggakan Rp500.000 menyusul.',
    'Pay Rp500,000 first; Rp500,000 of the arrears remains.',
  ],
  [
    'reschedule',
    {
      ...{ kind: 'reschedule', instalment: 3, amountMinor: 100_000_000n, feeMinor: 0n },
      ...{ fromInDays: -20, toInDays: 10 },
    },
    'Angsuran ke-3 sebesar Rp1.000.000 digeser dari 2 November 2026 ke 2 Desember 2026, tanpa biaya.',
    'Instalment 3 of Rp1,000,000 moves from 2 November 2026 to 2 December 2026, without a fee.',
  ],
  [
    'plan',
    {
      ...{ kind: 'plan', amountMinor: 100_000_000n, firstInDays: 9 },
      instalmentsMinor: [33_333_400n, 33_333_400n, 33_333_200n],
    },
    'Dicicil 3 kali sebulan sekali: Rp333.334 mulai 1 Desember 2026, terakhir Rp333.332 pada 1 Februari 2027.',
    '3 monthly instalments: Rp333,334 from 1 December 2026, the last of Rp333,332 on 1 February 2027.',
  ],
  [
    'deferment',
    {
      ...{ kind: 'deferment', amountMinor: 100_000_000n, days: 14, checkInDays: 12 },
      ...{ interestMinor: 200_000n, needsEvidence: true },
    },
    'Pembayaran Rp1.000.000 ditunda 14 hari, sampai 6 Desember 2026; bunga bertambah kira-kira Rp2.000. Pada 4 Desember 2026 kami menanyakan keadaan Anda.',
    'The payment of Rp1,000,000 waits for 14 days, until 6 December 2026; about Rp2,000 of interest is added. On 4 December 2026 we ask how you are.',
  ],
  [
    'settlement',
    { kind: 'settlement', payMinor: 95_000_000n, withinDays: 7, waived },
    'Bayar Rp950.000 paling lambat 29 November 2026; sisanya Rp50.000 dihapus dan utang lunas.',
    'Pay Rp950,000 by 29 November 2026; the rest, Rp50,000, is written off and the debt is ended.',
  ],
])('L5: says a %s with its amounts and dates in two languages', (_kind, terms, id, en) => {
  expect(sayOffer(terms, day)).toEqual({ id, en });
});

test('a plan of equal instalments says its amount once', () => {
  const terms = {
    ...{ kind: 'plan' as const, amountMinor: 100n, firstInDays: 0 },
    instalmentsMinor: [50_000_000n, 50_000_000n],
  };
  expect(sayOffer(terms, day).en).toBe(
    '2 monthly instalments: Rp500,000 from 22 November 2026, the last one on 22 December 2026.',
  );
});
