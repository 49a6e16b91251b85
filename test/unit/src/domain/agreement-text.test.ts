import { agreementText } from '../../../../src/domain/agreement-text';
import { dateTerms } from '../../../../src/domain/agreement-terms';
import { confirmBy, refuseApprover } from '../../../../src/domain/agreement-approval';
import { MAX_MESSAGE_LENGTH, messageFault } from '../../../../src/domain/message-kind';
import { splitText } from '../../../../src/domain/split-text';
import { NOTHING, rupiah } from '../../../support/option-facts';

const WORDS = {
  ...{ currency: 'IDR', creditorName: 'Pinjaman Contoh', acceptedOn: '2026-11-20' },
  ...{ missedToBreak: 2, lateDaysToBreak: 10, payTo: null, complaintContact: null },
};
const NO_WORDS = { reason: '', hasEvidence: false };

describe('agreementText', () => {
  it('K21: says what is paid when, what follows when it is not, and where to complain', () => {
    const waived = { ...NOTHING, penaltyMinor: rupiah(50_000) };
    const terms = dateTerms(
      { kind: 'settlement', payMinor: rupiah(950_000), withinDays: 7, waived },
      '2026-11-20',
      NO_WORDS,
    );
    expect(agreementText({ ...WORDS, terms, payTo: 'VA Bank Contoh 8800 0001' }).id).toBe(
      [
        'Kesepakatan pelunasan dengan Pinjaman Contoh, 20 November 2026.',
        'Bayar Rp950.000 paling lambat 27 November 2026. Setelah diterima penuh, sisanya (Rp50.000) dihapus dan utang lunas.',
        'Bila tidak dibayar penuh sampai tanggal itu, potongan batal dan seluruh utang berlaku kembali.',
        'Cara bayar: VA Bank Contoh 8800 0001.',
        'Keluhan: layanan pengaduan Pinjaman Contoh; atau OJK, telepon 157.',
      ].join('\n'),
    );
  });

  it('K8: names the fee of a moved date, which its payment includes', () => {
    const agreed = (fee: number) => {
      const terms = dateTerms(
        {
          ...{ kind: 'reschedule', instalment: 2, amountMinor: rupiah(500_000) },
          ...{ feeMinor: rupiah(fee), fromInDays: -3, toInDays: 10 },
        },
        '2026-11-20',
        NO_WORDS,
      );
      return {
        terms,
        lines: agreementText({ ...WORDS, terms })
          .id.split('\n')
          .slice(1, 3),
      };
    };
    const withFee = agreed(20_000);
    expect(withFee.terms).toMatchObject({ payments: [{ amountMinor: '52000000' }] });
    expect(withFee.lines).toEqual([
      'Angsuran ke-2 yang jatuh tempo 17 November 2026 dibayar pada 30 November 2026: Rp520.000.',
      'Di dalamnya biaya perubahan Rp20.000.',
    ]);
    expect(agreed(0).lines[1]).toBe('Tanpa biaya.');
  });

  it('K7: dates instalments by the month, the last day where a month is shorter', () => {
    const instalmentsMinor = [rupiah(100_000), rupiah(100_000), rupiah(50_000)];
    const terms = dateTerms(
      { kind: 'plan', amountMinor: rupiah(250_000), firstInDays: 10, instalmentsMinor },
      '2027-01-21',
      NO_WORDS,
    );
    expect(
      agreementText({ ...WORDS, terms })
        .en.split('\n')
        .slice(1, 5),
    ).toEqual([
      'The arrears of Rp250,000 are paid in 3 instalments:',
      '1. 31 January 2027: Rp100,000',
      '2. 28 February 2027: Rp100,000',
      '3. 31 March 2027: Rp50,000',
    ]);
  });

  it('K21: is sent in parts where it is too long for one message, and nothing of it is lost', () => {
    const instalmentsMinor = new Array<bigint>(12).fill(rupiah(12_345_678_900));
    const terms = dateTerms(
      { kind: 'plan', amountMinor: rupiah(148_148_146_800), firstInDays: 10, instalmentsMinor },
      '2026-09-20',
      NO_WORDS,
    );
    const long = 'x'.repeat(120);
    const words = { payTo: long, complaintContact: long, creditorName: long };
    const text = agreementText({ ...WORDS, ...words, terms });
    const parts = splitText(text, MAX_MESSAGE_LENGTH);
    expect(parts.length).toBeGreaterThan(1);
    expect(parts.map(({ id }) => id).join('\n')).toBe(text.id);
    expect(parts.map(({ en }) => en).join('\n')).toBe(text.en);
    for (const { id, en } of parts)
      expect([messageFault(id), messageFault(en)]).toEqual([null, null]);
  });
});

describe('approvals', () => {
  it('K11: needs another person of the role that may', () => {
    const asked = { askedBy: 'key:1', needsRole: 'supervisor' } as const;
    expect(refuseApprover(asked, { actor: 'key:1', authority: 'manager' })).toBe('same_person');
    expect(refuseApprover(asked, { actor: 'key:2', authority: 'agent' })).toBe('no_authority');
    expect(refuseApprover(asked, { actor: 'key:2', authority: 'manager' })).toBeNull();
  });
  it.each([
    ['2026-11-20T16:59:00+07:00', '2026-11-20T10:00:00.000Z'],
    ['2026-11-20T17:00:00+07:00', '2026-11-21T10:00:00.000Z'],
  ])('K11: late at %s it is confirmed by %s', (now, by) => {
    expect(confirmBy(new Date(now), '17:00', 'Asia/Jakarta').toISOString()).toBe(by);
  });
});
