import type { Language, Said } from './words';

/**
 * What the packs cite where no law speaks: why the house does so, behind "House policy, not law". Packs
 * are immutable and written in English, so it is said here. A citation of law is a name, and stands as it
 * is in every language; so does what a tenant wrote.
 */
const HOUSE: Readonly<Record<string, Said>> = {
  'house policy': { id: 'kebijakan internal', en: 'house policy' },
  'product default': { id: 'setelan bawaan', en: 'product default' },
  'house policy for POJK 22/2023 Pasal 62(2)d, which gives no number': {
    id: 'untuk POJK 22/2023 Pasal 62(2)d, yang tidak menyebut angka',
    en: 'for POJK 22/2023 Pasal 62(2)d, which gives no number',
  },
  'house policy: one conversation a day is enough': {
    id: 'satu percakapan sehari sudah cukup',
    en: 'one conversation a day is enough',
  },
  'product default for POJK 62(2)d "terus menerus"': {
    id: 'untuk "terus menerus" dalam POJK 22/2023 Pasal 62(2)d',
    en: 'for "terus menerus" in POJK 22/2023 Pasal 62(2)d',
  },
  'product default (CONC 7.9.4R gives no hours)': {
    id: 'CONC 7.9.4R tidak menyebut jam',
    en: 'CONC 7.9.4R gives no hours',
  },
  'product default: quiet at iftar; dates 8 Feb - 9 Mar 2027 estimated': {
    id: 'tenang saat berbuka puasa; tanggal 8 Februari s.d. 9 Maret 2027 masih perkiraan',
    en: 'quiet at iftar; the dates 8 February to 9 March 2027 are an estimate',
  },
  'product default: treat cuti bersama as no-call': {
    id: 'cuti bersama diperlakukan sebagai hari tanpa telepon',
    en: 'days of collective leave (cuti bersama) are days without calls',
  },
  'product: a hold of whatever kind stops calls in every country': {
    id: 'penahanan apa pun menghentikan panggilan, di negara mana pun',
    en: 'a hold of whatever kind stops calls in every country',
  },
  'product: a third person is asked once where the debtor is, never again': {
    id: 'keberadaan debitur hanya ditanyakan satu kali kepada orang ketiga',
    en: 'a third person is asked once where the debtor is, never again',
  },
  'product: an hour that the person refused is refused': {
    id: 'waktu yang ditolak debitur tidak dipakai untuk menelepon',
    en: 'an hour that the person refused is refused',
  },
  'product: collection speaks to the debtor, a co-borrower or a guarantor alone': {
    id: 'penagihan hanya kepada debitur, peminjam bersama, atau penjamin',
    en: 'collection speaks to the debtor, a co-borrower or a guarantor alone',
  },
  'none: simulated people': { id: 'orang simulasi', en: 'simulated people' },
  "the campaign's calling hours": {
    id: 'jam menelepon kampanye ini',
    en: "the campaign's calling hours",
  },
  'courtesy, not law: Friday prayer': {
    id: 'demi kesantunan: waktu salat Jumat',
    en: 'courtesy, not law: Friday prayer',
  },
  'courtesy, not law: iftar; Ramadan 1448, 8 February to 9 March 2027, is an estimate': {
    id: 'demi kesantunan: waktu berbuka puasa; Ramadan 1448, 8 Februari s.d. 9 Maret 2027, masih perkiraan',
    en: 'courtesy, not law: iftar; Ramadan 1448, 8 February to 9 March 2027, is an estimate',
  },
  'stop dialling 60 s before the legal end so that no call is answered after it': {
    id: 'berhenti menelepon 60 detik sebelum batas jam, agar tidak ada panggilan yang diangkat setelahnya',
    en: 'dialing stops 60 s before the legal end, so that no call is answered after it',
  },
  'Ofcom 2010 statement (superseded 1 Mar 2017), kept as good practice': {
    id: 'pernyataan Ofcom 2010 (tidak berlaku sejak 1 Maret 2017), dipertahankan sebagai praktik yang baik',
    en: 'Ofcom 2010 statement (superseded 1 March 2017), kept as good practice',
  },
  'Ofcom 2010 statement (superseded), calendar day': {
    id: 'pernyataan Ofcom 2010 (tidak berlaku lagi), hari kalender',
    en: 'Ofcom 2010 statement (superseded), calendar day',
  },
  'alert level; Ofcom target is zero since 2017': {
    id: 'batas peringatan; sasaran Ofcom nol sejak 2017',
    en: 'alert level; Ofcom target is zero since 2017',
  },
};

/** They name the force of a rule, and nothing else. */
const OF_FORCE_ALONE = ['house policy', 'product default'];
export const saysMoreThanForce = (cite: string): boolean => !OF_FORCE_ALONE.includes(cite);

/** A quiet time of a campaign's own, with its reason: a disaster, a mourning. */
const COURTESY = /^courtesy, not law: /;
const OF_COURTESY: Said = { id: 'demi kesantunan: ', en: 'courtesy, not law: ' };

/** A citation as a sentence of that language has it. */
export function citeInWords(cite: string, language: Language): string {
  const own = Object.hasOwn(HOUSE, cite) ? HOUSE[cite] : undefined;
  return own?.[language] ?? cite.replace(COURTESY, OF_COURTESY[language]);
}

/** What several rules rest on, each text once. */
export function citesInWords(
  rules: readonly { readonly cite: string }[],
  language: Language,
): string {
  return [...new Set(rules.map(({ cite }) => citeInWords(cite, language)))].join('; ');
}
