import type { Characteristic, RiskBand } from './risk-scorecard';
import type { Said } from './said';

type Say = (value: number | null) => Said;

const UNKNOWN_PAYMENT: Said = {
  id: 'Belum ada pembayaran yang kami lihat dalam setahun.',
  en: 'We have seen no payment within a year.',
};

/** What each characteristic means for this person: shown to who asks, and read to who is scored. */
const SAID: Readonly<Record<Characteristic, Say>> = {
  daysPastDue: (days) =>
    days === null || days <= 0
      ? { id: 'Belum jatuh tempo.', en: 'Not past due.' }
      : { id: `Terlambat ${days} hari.`, en: `${days} days past due.` },
  brokenPromises: (n) => ({
    id: `Janji bayar tidak ditepati dalam 180 hari: ${n ?? 0}.`,
    en: `Promises broken within 180 days: ${n ?? 0}.`,
  }),
  keptPromises: (n) => ({
    id: `Janji bayar ditepati dalam 180 hari: ${n ?? 0}.`,
    en: `Promises kept within 180 days: ${n ?? 0}.`,
  }),
  daysSincePayment: (days) =>
    days === null
      ? UNKNOWN_PAYMENT
      : {
          id: `Pembayaran terakhir ${days} hari yang lalu.`,
          en: `The last payment was ${days} days ago.`,
        },
  paydayDriftDays: (days) => {
    if (days === null)
      return {
        id: 'Kebiasaan tanggal bayar belum cukup terlihat.',
        en: 'Too few payments to see a habit of days.',
      };
    if (Math.abs(days) <= 2)
      return { id: 'Tanggal bayar tetap.', en: 'Pays on the same days of the month.' };
    return days > 0
      ? {
          id: `Tanggal bayar mundur ${days} hari.`,
          en: `Pays ${days} days later in the month than before.`,
        }
      : {
          id: `Tanggal bayar maju ${-days} hari.`,
          en: `Pays ${-days} days earlier in the month than before.`,
        };
  },
  answerDecay: (fall) => {
    if (fall === null)
      return {
        id: 'Belum cukup panggilan untuk menilai jawaban.',
        en: 'Too few calls to see how often calls are answered.',
      };
    const percent = Math.round(Math.abs(fall) * 100);
    return fall > 0
      ? {
          id: `Panggilan dijawab ${percent} poin persen lebih jarang daripada sebelumnya.`,
          en: `Answers ${percent} percentage points fewer calls than before.`,
        }
      : {
          id: 'Panggilan dijawab sesering sebelumnya atau lebih.',
          en: 'Answers as many calls as before, or more.',
        };
  },
  planLateDays: (days) => {
    if (days === null) return { id: 'Tidak ada cicilan berjalan.', en: 'No payment plan runs.' };
    return days <= 0
      ? { id: 'Cicilan berjalan tepat waktu.', en: 'The payment plan is on time.' }
      : { id: `Cicilan terlambat ${days} hari.`, en: `The payment plan is ${days} days late.` };
  },
};

export function sayCharacteristic(characteristic: Characteristic, value: number | null): Said {
  return SAID[characteristic](value);
}

export const BAND_SAID: Readonly<Record<RiskBand, Said>> = {
  low: { id: 'rendah', en: 'low' },
  watch: { id: 'perlu diperhatikan', en: 'to be watched' },
  high: { id: 'tinggi', en: 'high' },
  very_high: { id: 'sangat tinggi', en: 'very high' },
};

export const NOT_ENOUGH_SAID: Said = {
  id: 'Data belum cukup untuk memberi skor.',
  en: 'Too little is known for a score.',
};
export const OBJECTS_SAID: Said = {
  id: 'Orang ini keberatan atas pemrofilan (UU 27/2022): tidak ada skor.',
  en: 'The person objects to profiling (UU 27/2022): there is no score.',
};
export const RIGHT_SAID: Said = {
  id: 'Skor ini hanya saran; manusia yang memutuskan. Yang bersangkutan boleh meminta penjelasan dan boleh keberatan atas pemrofilan.',
  en: 'The score only suggests; a human decides. The person may ask for an explanation, and may object to profiling.',
};
