import type { Feeling, Opening } from './conversation-step';
import type { Practice, Tick } from './conversation';
import type { OptionKind } from './option-kind';
import type { Said } from './said';

/** Names and figures are put in by the program; nobody types them. */
export interface SpokenNames {
  /** The agent's own. */
  readonly agent: string;
  /** The debtor's; null: not known. */
  readonly debtor: string | null;
}

export const PRACTICE_WORDS: Readonly<Record<Practice, Said>> = {
  calm_opening: { id: 'Buka dengan tenang', en: 'Open calmly' },
  identity: { id: 'Pastikan identitas', en: 'Check who it is' },
  listen: { id: 'Dengarkan dan akui perasaannya', en: 'Listen and acknowledge' },
  root_cause: { id: 'Cari penyebabnya', en: 'Find the root cause' },
  statement: { id: 'Sampaikan tagihan dengan jelas', en: 'State the debt clearly' },
  options: { id: 'Tawarkan jalan keluar', en: 'Offer a way out' },
  agreement: { id: 'Ulangi kesepakatan', en: 'Repeat what was agreed' },
  close: { id: 'Tutup dengan hormat', en: 'Close with respect' },
};

export const TICK_WORDS: Readonly<Record<Tick, Said>> = {
  amount_said: { id: 'Jumlah sudah disebut', en: 'The amount was said' },
  due_date_said: { id: 'Tanggal jatuh tempo sudah disebut', en: 'The due date was said' },
  options_said: {
    id: 'Semua pilihan yang boleh sudah disebut',
    en: 'All allowed options were said',
  },
  next_steps_said: { id: 'Langkah berikutnya sudah dijelaskan', en: 'Next steps were explained' },
  words_noted: {
    id: 'Kata-kata nasabah sendiri sudah dicatat',
    en: 'The customer’s own words were noted',
  },
};

export const OPTION_WORDS: Readonly<Record<OptionKind, Said>> = {
  pay_full: { id: 'membayar lunas yang jatuh tempo', en: 'paying all that is due' },
  pay_part: { id: 'membayar sebagian dahulu', en: 'paying a part first' },
  reschedule: { id: 'menggeser tanggal jatuh tempo', en: 'moving the due date' },
  plan: { id: 'mencicil sesuai kemampuan', en: 'a payment plan within your ability' },
  deferment: { id: 'penundaan singkat', en: 'a short deferment' },
  settlement: { id: 'pelunasan dengan keringanan', en: 'settling with a discount' },
};

export const FEELING_WORDS: Readonly<Record<Feeling, Said>> = {
  angry: { id: 'marah', en: 'angry' },
  afraid: { id: 'takut', en: 'afraid' },
  ashamed: { id: 'malu', en: 'ashamed' },
  sad: { id: 'sedih', en: 'sad' },
  tired: { id: 'lelah', en: 'tired' },
  confused: { id: 'bingung', en: 'confused' },
  disappointed: { id: 'kecewa', en: 'disappointed' },
  calm: { id: 'tenang', en: 'calm' },
};

/** The three ways to begin; none of them says why, for nobody knows yet who listens. */
export const OPENING_WORDS: Readonly<Record<Opening, (names: SpokenNames) => Said>> = {
  greeting: (names) => ({
    id: `Halo, nama saya ${names.agent}. Boleh saya berbicara dengan ${whom(names).id}?`,
    en: `Hello, my name is ${names.agent}. May I speak with ${whom(names).en}?`,
  }),
  good_moment: (names) => ({
    id: `Halo, saya ${names.agent}. Apakah sekarang waktu yang baik untuk berbicara sebentar dengan ${whom(names).id}?`,
    en: `Hello, this is ${names.agent}. Is this a good moment to speak with ${whom(names).en}?`,
  }),
  here_to_help: (names) => ({
    id: `Halo, saya ${names.agent}. Saya ingin membantu ${whom(names).id}; boleh kita berbicara sebentar?`,
    en: `Hello, this is ${names.agent}. I would like to be of help to ${whom(names).en}; may we speak for a moment?`,
  }),
};

const whom = ({ debtor }: SpokenNames): Said =>
  debtor === null ? { id: 'Bapak atau Ibu', en: 'you' } : { id: debtor, en: debtor };

/** Asked before any word of a debt. */
export const IDENTITY_PROMPT: Said = {
  id: 'Untuk menjaga kerahasiaan Anda, boleh sebutkan nama lengkap dan tanggal lahir Anda?',
  en: 'To protect your privacy, could you tell me your full name and date of birth?',
};

/** Whoever it is has not shown to be the one: the talk ends kindly, and nothing is said. */
export const NOT_THE_PERSON_PROMPT: Said = {
  id: 'Terima kasih atas waktunya. Maaf sudah mengganggu; kami akan menghubungi lagi di lain waktu.',
  en: 'Thank you for your time. I am sorry to have disturbed you; we will try again another time.',
};

export const LISTEN_PROMPTS: readonly Said[] = [
  {
    id: 'Terima kasih sudah mau berbicara. Bagaimana keadaan Anda akhir-akhir ini?',
    en: 'Thank you for talking with me. How have things been for you lately?',
  },
];

export const CAUSE_PROMPTS: readonly Said[] = [
  { id: 'Apa yang membuat pembayaran kali ini sulit?', en: 'What made the payment difficult?' },
  {
    id: 'Kira-kira sampai kapan keadaan ini berlangsung?',
    en: 'Until when do you think it will last?',
  },
];

/** What is felt, said back: it is not agreed with, and not argued against. */
export function sayAcknowledged(feeling: Feeling): Said {
  const { id, en } = FEELING_WORDS[feeling];
  return {
    id: `Saya mengerti Anda merasa ${id}. Terima kasih sudah menceritakannya.`,
    en: `I understand that you feel ${en}. Thank you for telling me.`,
  };
}

/** Every option that is allowed, in one breath: none is kept back. */
export function sayOptions(options: readonly OptionKind[]): Said {
  const list = (language: 'id' | 'en'): string =>
    options.map((option, n) => `${n + 1}) ${OPTION_WORDS[option][language]}`).join('; ');
  return {
    id: `Ada beberapa jalan: ${list('id')}. Mana yang paling sesuai untuk Anda?`,
    en: `There are several ways: ${list('en')}. Which of them suits you best?`,
  };
}

export function sayRecap(chosen: OptionKind | null): Said {
  if (chosen === null)
    return {
      id: 'Hari ini belum ada kesepakatan, dan itu tidak apa-apa. Apakah saya sudah mencatat semuanya dengan benar?',
      en: 'Nothing is agreed today, and that is all right. Have I noted everything correctly?',
    };
  const { id, en } = OPTION_WORDS[chosen];
  return {
    id: `Jadi yang kita sepakati adalah ${id}. Apakah itu benar?`,
    en: `So what we agree on is ${en}. Is that right?`,
  };
}

export const CLOSE_PROMPT: Said = {
  id: 'Terima kasih sudah berbicara dengan saya. Bila keadaan berubah, hubungi kami; kita cari jalan bersama.',
  en: 'Thank you for talking with me. If anything changes, call us; we will find a way together.',
};

/** All that is left on the screen while the talk is tense. */
export const CALM_PROMPTS: readonly [Said, Said, Said, Said] = [
  { id: 'Berhenti sejenak. Tarik napas, bicara lebih pelan.', en: 'Pause. Breathe, speak slower.' },
  { id: 'Dengarkan sampai selesai. Jangan membela diri.', en: 'Let them finish. Do not defend.' },
  {
    id: '“Saya dengar Anda. Saya tidak di sini untuk menyalahkan.”',
    en: '“I hear you. I am not here to blame you.”',
  },
  {
    id: '“Mau kita lanjutkan sekarang, atau di lain waktu?”',
    en: '“Shall we go on now, or another time?”',
  },
];

export function sayNudge(minutes: number): Said {
  return {
    id: `Sudah lebih dari ${minutes} menit tanpa jalan keluar. Tawarkan satu pilihan.`,
    en: `More than ${minutes} minutes without a way out. Offer one.`,
  };
}
