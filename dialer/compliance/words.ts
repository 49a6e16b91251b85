import type { CallTarget, ContactOutcome, DebtDate } from '../../src/domain/call-facts';
import type { RuleHoldKind } from '../../src/domain/hold-kind';
import type { Language, Said } from '../../src/domain/said';
import type { DayType } from './calendar';
import type { RuleForce, Scope } from './rule-pack';

export { LANGUAGES, type Language, type Said } from '../../src/domain/said';

/** What stands before a citation: house policy is never told as law. */
export const FORCE_WORDS: Readonly<Record<RuleForce, Said>> = {
  law: { id: 'Dasar hukum', en: 'Law' },
  presumption: { id: 'Batas yang menurut hukum dianggap pelanggaran', en: 'Legal presumption' },
  guideline: { id: 'Pedoman regulator', en: "Regulator's guideline" },
  association: { id: 'Ketentuan asosiasi, bukan undang-undang', en: 'Industry code, not law' },
  policy: { id: 'Kebijakan internal, bukan ketentuan hukum', en: 'House policy, not law' },
};

const TARGET_WORDS: Readonly<Record<CallTarget, Said>> = {
  consumer: { id: 'debitur', en: 'the debtor' },
  spouse: { id: 'suami atau istri debitur', en: "the debtor's spouse" },
  co_borrower: { id: 'peminjam bersama', en: 'a co-borrower' },
  guarantor: { id: 'penjamin', en: 'a guarantor' },
  emergency_contact: { id: 'kontak darurat', en: 'an emergency contact' },
  employer: { id: 'tempat kerja debitur', en: "the debtor's employer" },
  third_party: { id: 'pihak ketiga', en: 'a third party' },
};

const OUTCOME_WORDS: Readonly<Record<ContactOutcome, Said>> = {
  reserved: { id: 'panggilan yang sedang berjalan', en: 'attempt under way' },
  no_answer: { id: 'panggilan tidak diangkat', en: 'no answer' },
  no_answer_no_vm: { id: 'panggilan tidak diangkat', en: 'no answer, no voicemail' },
  busy: { id: 'nada sibuk', en: 'busy' },
  sit_invalid: { id: 'nomor tidak terpakai', en: 'number not in service' },
  not_connected: { id: 'tidak tersambung', en: 'not connected' },
  voicemail_left: { id: 'pesan suara ditinggalkan', en: 'voicemail left' },
  voicemail_reached_no_msg: { id: 'kotak suara tanpa pesan', en: 'voicemail, no message left' },
  amd_machine: { id: 'mesin penjawab', en: 'answering machine' },
  answered_other: { id: 'diangkat orang lain', en: 'answered by someone else' },
  conversation: { id: 'percakapan', en: 'conversation' },
  abandoned: { id: 'panggilan diangkat tanpa petugas', en: 'answered with no agent' },
  unknown: { id: 'hasil tidak diketahui', en: 'result unknown' },
  letter: { id: 'surat', en: 'letter' },
  text: { id: 'pesan teks', en: 'text message' },
};

/** Behind a count: `per orang`, `per person`. */
const SCOPE_WORDS: Readonly<Record<Scope, Said>> = {
  person: { id: 'orang', en: 'person' },
  debt: { id: 'utang', en: 'debt' },
  account: { id: 'rekening', en: 'account' },
  number: { id: 'nomor', en: 'number' },
  creditor: { id: 'kreditur', en: 'creditor' },
};

export const DAY_TYPE_WORDS: Readonly<Record<DayType, Said>> = {
  national: { id: 'hari libur nasional', en: 'a national public holiday' },
  cuti_bersama: { id: 'cuti bersama', en: 'a day of collective leave (cuti bersama)' },
  regional: { id: 'hari libur daerah', en: 'a regional holiday' },
  company: { id: 'hari libur perusahaan', en: 'a company holiday' },
};

/** A kept pack may name kinds that are none: one without words is told by its code. */
const HOLD_WORDS: Readonly<Record<RuleHoldKind, Said>> = {
  cease: { id: 'permintaan tertulis untuk tidak dihubungi', en: 'written request to cease' },
  attorney: { id: 'debitur diwakili kuasa hukum', en: 'the debtor has a lawyer' },
  employer_prohibits: {
    id: 'tempat kerja melarang panggilan',
    en: 'the employer prohibits such calls',
  },
  dispute: { id: 'sengketa atas utang', en: 'the debt is disputed' },
  bankruptcy: { id: 'kepailitan', en: 'bankruptcy' },
  breathing_space: { id: 'masa jeda utang (breathing space)', en: 'breathing space' },
  mental_health_moratorium: {
    id: 'moratorium karena krisis kesehatan jiwa',
    en: 'mental-health crisis moratorium',
  },
  capacity: { id: 'kecakapan debitur diragukan', en: 'the debtor may lack capacity' },
  vulnerable: { id: 'debitur dalam keadaan rentan', en: 'the debtor is vulnerable' },
  hardship: { id: 'kesulitan keuangan', en: 'financial hardship' },
  debt_adviser: { id: 'didampingi penasihat utang', en: 'a debt adviser is engaged' },
  deceased: { id: 'debitur meninggal dunia', en: 'the debtor has died' },
  wrong_number: { id: 'salah sambung', en: 'wrong number' },
  dnc: { id: 'tidak mau ditelepon', en: 'do not call' },
  pdp_restriction: {
    id: 'pembatasan pemrosesan data pribadi',
    en: 'personal-data processing is restricted',
  },
  legal_proceedings: { id: 'proses hukum berjalan', en: 'legal proceedings' },
  complaint: { id: 'pengaduan sedang ditangani', en: 'a complaint is being handled' },
  mourning: { id: 'debitur sedang berduka', en: 'the debtor is in mourning' },
  disaster: { id: 'bencana di tempat debitur', en: "a disaster at the debtor's place" },
  payment_pending: { id: 'pembayaran sedang diproses', en: 'a payment is on its way' },
  payment_received: { id: 'pembayaran baru saja masuk', en: 'a payment has just come in' },
  promise: { id: 'janji bayar masih berjalan', en: 'a promise to pay is open' },
  plan: { id: 'rencana pembayaran sedang ditepati', en: 'a payment plan is being kept' },
  deferment: { id: 'penundaan pembayaran disepakati', en: 'a deferment was agreed' },
  cool_down: { id: 'masa tenang setelah konflik', en: 'a time of peace after a conflict' },
  handed_over: { id: 'penagihan diserahkan ke pihak lain', en: 'the collection was handed over' },
};

const FACT_WORDS: Readonly<Record<DebtDate, Said>> = {
  noticeMailedOn: {
    id: 'surat pemberitahuan dikirim',
    en: 'the written notice was mailed',
  },
};

/** A code in words: what the list does not know is told as it is, its underscores as spaces. */
export function worded(
  list: Readonly<Record<string, Said>>,
  code: string,
  language: Language,
): string {
  const said = Object.hasOwn(list, code) ? list[code] : undefined;
  return said?.[language] ?? code.replaceAll('_', ' ');
}

export const holdInWords = (kind: string, language: Language): string =>
  worded(HOLD_WORDS, kind, language);
export const factInWords = (fact: string, language: Language): string =>
  worded(FACT_WORDS, fact, language);
export const targetInWords = (target: string, language: Language): string =>
  worded(TARGET_WORDS, target, language);
export const outcomeInWords = (outcome: string, language: Language): string =>
  worded(OUTCOME_WORDS, outcome, language);
export const scopeInWords = (scope: string, language: Language): string =>
  worded(SCOPE_WORDS, scope, language);
export const dayTypeInWords = (type: string, language: Language): string =>
  worded(DAY_TYPE_WORDS, type, language);
