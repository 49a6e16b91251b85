import type { Said } from './said';

/** What set a conflict off: tags by which they are counted. */
export const TRIGGERS = [
  'too_many_calls',
  'bad_time',
  'tone',
  'amount_unclear',
  'fees',
  'payment_not_seen',
  'no_way_out',
  'our_promise_broken',
  'earlier_agent',
  'others_were_told',
  'not_their_debt',
  'hard_times',
  'other',
] as const;
export type Trigger = (typeof TRIGGERS)[number];

export const TRIGGER_WORDS: Readonly<Record<Trigger, Said>> = {
  too_many_calls: { id: 'terlalu sering ditelepon', en: 'too many calls' },
  bad_time: { id: 'waktu yang tidak tepat', en: 'a bad moment' },
  tone: { id: 'nada bicara kita', en: 'our tone' },
  amount_unclear: { id: 'jumlah tagihan tidak jelas', en: 'the amount was not clear' },
  fees: { id: 'biaya atau denda', en: 'fees or penalties' },
  payment_not_seen: { id: 'pembayaran belum tercatat', en: 'a payment that we had not seen' },
  no_way_out: { id: 'tidak ada jalan keluar', en: 'no way out was offered' },
  our_promise_broken: { id: 'janji kita tidak ditepati', en: 'we had broken our word' },
  earlier_agent: { id: 'percakapan sebelumnya', en: 'an earlier call' },
  others_were_told: { id: 'orang lain diberi tahu', en: 'somebody else had been told' },
  not_their_debt: { id: 'bukan utangnya', en: 'not their debt' },
  hard_times: { id: 'keadaan hidup yang berat', en: 'hard times' },
  other: { id: 'lainnya', en: 'something else' },
};
