import { ROOT_CAUSES, type RootCause } from './outcome-code';
import type { Said } from './said';

/** Why the account is in arrears, in words, and what it may be more exactly: two levels, both closed. */
export interface CauseWords {
  readonly said: Said;
  /** The second level; a cause without any has none to choose from. */
  readonly details: Readonly<Record<string, Said>>;
}

export const CAUSE_WORDS: Readonly<Record<RootCause, CauseWords>> = {
  forgot: {
    said: { id: 'lupa', en: 'forgot' },
    details: {
      date_unclear: { id: 'tanggalnya tidak jelas', en: 'the date was not clear' },
      no_reminder: { id: 'tidak ada pengingat', en: 'no reminder came' },
      away: { id: 'sedang bepergian', en: 'was away' },
    },
  },
  salary_late: {
    said: { id: 'penghasilan terlambat', en: 'income is late' },
    details: {
      salary: { id: 'gaji terlambat', en: 'the salary is late' },
      customer_owes: { id: 'pelanggan belum membayar', en: 'customers have not paid' },
      season: { id: 'menunggu musim atau panen', en: 'waiting for the season or harvest' },
    },
  },
  income_lost: {
    said: { id: 'kehilangan penghasilan', en: 'income is lost' },
    details: {
      laid_off: { id: 'diberhentikan dari pekerjaan', en: 'laid off' },
      business_closed: { id: 'usaha tutup', en: 'the business closed' },
      hours_cut: { id: 'jam kerja dikurangi', en: 'hours were cut' },
      contract_ended: { id: 'kontrak berakhir', en: 'the contract ended' },
    },
  },
  illness: {
    said: { id: 'sakit', en: 'illness' },
    details: {
      own: { id: 'diri sendiri', en: 'their own' },
      family: { id: 'anggota keluarga', en: 'of somebody in the family' },
    },
  },
  family_emergency: {
    said: { id: 'peristiwa keluarga', en: 'a family event' },
    details: {
      death: { id: 'kedukaan', en: 'a death' },
      birth: { id: 'kelahiran', en: 'a birth' },
      wedding: { id: 'pernikahan', en: 'a wedding' },
      school_fees: { id: 'biaya sekolah', en: 'school fees' },
      separation: { id: 'perpisahan', en: 'a separation' },
    },
  },
  disaster: {
    said: { id: 'bencana', en: 'a disaster' },
    details: {
      flood: { id: 'banjir', en: 'a flood' },
      earthquake: { id: 'gempa bumi', en: 'an earthquake' },
      fire: { id: 'kebakaran', en: 'a fire' },
    },
  },
  over_indebted: {
    said: { id: 'utang terlalu banyak', en: 'too many debts' },
    details: {
      other_lenders: { id: 'cicilan di pemberi pinjaman lain', en: 'instalments at other lenders' },
      living_costs: { id: 'biaya hidup naik', en: 'living costs rose' },
    },
  },
  product_dispute: {
    said: { id: 'keberatan atas layanan', en: 'dispute about the service' },
    details: {
      not_delivered: { id: 'barang atau layanan tidak diterima', en: 'nothing was delivered' },
      faulty: { id: 'barang atau layanan bermasalah', en: 'it was faulty' },
      terms_unclear: { id: 'syarat tidak dijelaskan', en: 'the terms were not explained' },
    },
  },
  amount_dispute: {
    said: { id: 'keberatan atas jumlah', en: 'dispute about the amount' },
    details: {
      already_paid: { id: 'merasa sudah membayar', en: 'says it was paid' },
      fees: { id: 'biaya atau denda', en: 'fees or penalties' },
      interest: { id: 'bunga', en: 'the interest' },
    },
  },
  not_mine: {
    said: { id: 'bukan utangnya', en: 'not their debt' },
    details: {
      identity_misused: { id: 'data dipakai orang lain', en: 'somebody used their identity' },
      for_somebody_else: { id: 'dipinjam untuk orang lain', en: 'borrowed for somebody else' },
    },
  },
  payment_channel_problem: {
    said: { id: 'kendala cara membayar', en: 'cannot pay technically' },
    details: {
      app: { id: 'aplikasi bermasalah', en: 'the app does not work' },
      virtual_account: { id: 'nomor virtual account', en: 'the virtual account number' },
      no_channel_near: { id: 'tidak ada tempat bayar di dekatnya', en: 'nowhere near to pay' },
    },
  },
  unwilling: { said: { id: 'tidak bersedia', en: 'unwilling' }, details: {} },
  other: { said: { id: 'lainnya', en: 'something else' }, details: {} },
  not_told: { said: { id: 'tidak diceritakan', en: 'not told' }, details: {} },
};

/** Is it a second level of this cause? */
export function isDetailOf(cause: RootCause, detail: string): boolean {
  return Object.hasOwn(CAUSE_WORDS[cause].details, detail);
}

/** A creditor's own words for the closed list, beside ours. @param labels by cause */
export function causesInWords(labels: Readonly<Partial<Record<RootCause, Said>>>): {
  readonly code: RootCause;
  readonly said: Said;
  readonly details: readonly { readonly code: string; readonly said: Said }[];
}[] {
  return ROOT_CAUSES.map((code) => ({
    code,
    said: labels[code] ?? CAUSE_WORDS[code].said,
    details: Object.entries(CAUSE_WORDS[code].details).map(([detail, said]) => ({
      code: detail,
      said,
    })),
  }));
}
