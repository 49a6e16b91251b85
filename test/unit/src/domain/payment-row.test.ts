import { parsePaymentRow } from '../../../../src/domain/payment-row';

const now = new Date('2026-11-05T03:00:00Z');
const read = (raw: Record<string, unknown>) => parsePaymentRow(raw, { currency: 'IDR' }, now);
const GOOD = {
  ...{ payment_id: 'P1', amount: '150000.50', paid_at: '2026-11-04', type: '' },
  external_account_id: 'A1',
};

describe('K14: a row of a file of payments', () => {
  it('tells what a provider would', () => {
    expect(read(GOOD)).toEqual({
      row: {
        ...{ provider: 'import', receivedAt: null },
        notice: {
          ...{ type: 'payment.received', paymentId: 'P1', amountMinor: 15000050n },
          ...{ currency: 'IDR', paidAt: '2026-11-04T00:00:00+07:00', accountExternalId: 'A1' },
        },
      },
    });
    expect(read({ payment_id: 'P1', type: 'reversal', provider: 'bank-contoh' })).toEqual({
      row: {
        ...{ provider: 'bank-contoh', receivedAt: null },
        notice: { type: 'payment.reversed', paymentId: 'P1' },
      },
    });
  });

  it('is refused by column', () => {
    const fields = (raw: Record<string, unknown>): unknown => {
      const told = read({ ...GOOD, ...raw });
      return 'problems' in told ? told.problems.map(({ field }) => field) : told;
    };
    expect(fields({ amount: '1.500.000' })).toEqual(['amount']);
    expect(fields({ amount: '0' })).toEqual(['amount_minor']);
    expect(fields({ amount: '', amount_minor: '-5' })).toEqual(['amount_minor']);
    expect(fields({ payment_id: '', currency: 'XYZ' })).toEqual(['payment_id', 'currency']);
    expect(fields({ paid_at: '04/11/2026' })).toEqual(['paid_at']);
    expect(fields({ paid_at: '2026-11-06' })).toEqual(['paid_at']);
    expect(fields({ received_at: '2026-11-06', type: 'gift' })).toEqual(['type', 'received_at']);
    expect(fields({ provider: 'Bank Contoh', acount: 'A1' })).toEqual(['acount', 'provider']);
  });
});
