import type { BlockedReason } from '../../src/domain/dial-retry';
import type { Language, Said } from './words';

/** What stops a call before any rule pack is asked, by the name that a decision gives it. */
const ENGINE_WORDS = {
  'engine.zone': {
    id: 'Zona waktu debitur tidak diketahui; selama belum jelas, debitur tidak ditelepon.',
    en: 'Nothing says in which time zone the debtor is; until that is known, nobody calls.',
  },
  'engine.profile': {
    id: 'Tidak ada paket aturan yang berlaku di tempat debitur pada tanggal itu; tanpa aturan, debitur tidak ditelepon.',
    en: "No rule pack is in force at the debtor's place on that date; without rules nobody calls.",
  },
  'engine.kill_switch': {
    id: 'Panggilan sedang dihentikan oleh sakelar penghenti.',
    en: 'Calls are stopped by a kill switch.',
  },
  'engine.clock_skew': {
    id: 'Jam mesin ini berbeda lebih dari 1 detik dari jam basis data; sampai sama, tidak ada panggilan.',
    en: "This machine's clock is more than 1 s off the database's; until they agree, nobody calls.",
  },
  'engine.third_party': {
    id: 'Penagihan hanya kepada debitur, bukan kepada pihak ketiga.',
    en: 'Only the debtor is called to collect, never a third party.',
  },
  'engine.not_locatable': {
    id: 'Keberadaan debitur hanya boleh ditanyakan kepada kontak darurat.',
    en: 'Only an emergency contact may be asked where the debtor is.',
  },
  'engine.locate_without_consent': {
    id: 'Kontak darurat belum tercatat setuju untuk ditanya tentang keberadaan debitur.',
    en: 'No consent is recorded of the emergency contact to be asked where the debtor is.',
  },
  'engine.campaign_not_running': {
    id: 'Kampanye tidak sedang berjalan.',
    en: 'The campaign is not running.',
  },
  'engine.other_creditor': {
    id: 'Rekening ini milik kreditur lain, bukan kreditur kampanye ini.',
    en: "The account belongs to another creditor than the campaign's.",
  },
  'engine.account_paid': { id: 'Rekening sudah lunas.', en: 'The account is paid.' },
  'engine.account_closed': { id: 'Rekening sudah ditutup.', en: 'The account is closed.' },
  'engine.nothing_due': {
    id: 'Tidak ada jumlah yang jatuh tempo.',
    en: 'Nothing is due on the account.',
  },
  'engine.no_dialable_phone': {
    id: 'Tidak ada nomor debitur yang boleh ditelepon.',
    en: 'The debtor has no number that may be dialed.',
  },
  'engine.no_trunk': {
    id: 'Tidak ada jalur telepon (trunk) yang aktif.',
    en: 'No trunk is enabled.',
  },
  'engine.simulated_people_only': {
    id: 'Paket aturan kampanye ini hanya untuk orang simulasi; panggilan ke operator sungguhan ditolak.',
    en: 'The campaign runs under a pack for simulated people: no call leaves to a real carrier.',
  },
  'engine.unknown_attempt': {
    id: 'Percobaan panggilan tidak dikenal.',
    en: 'There is no such attempt.',
  },
  'engine.already_claimed': {
    id: 'Percobaan panggilan ini sudah dijalankan.',
    en: 'The attempt has already been taken up.',
  },
  'engine.permit_expired': {
    id: 'Izin panggilan sudah habis masa berlakunya sebelum nomor dihubungi.',
    en: 'The permit ran out before the call could leave.',
  },
  'engine.agent_lost': {
    id: 'Petugas yang disiapkan tidak lagi tersedia.',
    en: 'The agent held for the call is no longer there.',
  },
} as const satisfies Record<string, Said>;
export type EngineRule = keyof typeof ENGINE_WORDS;
export const ENGINE_RULES = Object.keys(ENGINE_WORDS) as readonly EngineRule[];

/** Why an open account waits: told behind `engine.hold_`. */
const BLOCKED_WORDS: Readonly<Record<BlockedReason, Said>> = {
  outcome_missing: {
    id: 'hasil panggilan terakhir belum dicatat',
    en: 'the outcome of the last call is not recorded yet',
  },
  promise_open: { id: 'janji bayar masih berjalan', en: 'a promise to pay is open' },
  dispute: { id: 'utang disengketakan', en: 'the debt is disputed' },
  hardship: { id: 'kesulitan keuangan', en: 'financial hardship' },
  wrong_party: { id: 'nomor bukan milik debitur', en: "the number is not the debtor's" },
  deceased: { id: 'debitur meninggal dunia', en: 'the debtor has died' },
  no_dialable_phone: {
    id: 'tidak ada nomor yang boleh ditelepon',
    en: 'no number may be dialed',
  },
  review: { id: 'menunggu peninjauan', en: 'waiting for a review' },
};

const HELD: Said = { id: 'Rekening ditahan', en: 'The account is held' };
const OTHER: Said = {
  id: 'Ditolak oleh pemeriksaan sistem',
  en: 'Refused by a check of the system',
};

/** A denial that no rule pack made, as one sentence. */
export function explainEngineRule(rule: string, language: Language): string {
  if (isEngineRule(rule)) return ENGINE_WORDS[rule][language];
  const blocked = rule.replace(/^engine\.hold_/, '');
  if (isBlockedReason(blocked)) return `${HELD[language]}: ${BLOCKED_WORDS[blocked][language]}.`;
  return `${OTHER[language]}: ${rule.replace(/^engine\./, '').replaceAll('_', ' ')}.`;
}

const isEngineRule = (rule: string): rule is EngineRule => Object.hasOwn(ENGINE_WORDS, rule);
const isBlockedReason = (reason: string): reason is BlockedReason =>
  Object.hasOwn(BLOCKED_WORDS, reason);
