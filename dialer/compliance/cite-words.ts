import type { Language, Said } from './words';

/**
 * What the shipped packs cite where no law speaks: why the house does so, behind "House policy, not
 * law". A citation of law is a name, and stands as it is in every language; so does what a tenant wrote.
 */
const HOUSE: Readonly<Record<string, Said>> = {
  'house policy': { id: '', en: '' },
  'product default': { id: '', en: '' },
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
    id: 'tenang saat berbuka puasa; tanggal 8 Februari–9 Maret 2027 masih perkiraan',
    en: 'quiet at iftar; the dates 8 February–9 March 2027 are an estimate',
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
    id: 'jam yang ditolak orangnya tidak dipakai',
    en: 'an hour that the person refused is refused',
  },
  'product: collection speaks to the debtor, a co-borrower or a guarantor alone': {
    id: 'penagihan hanya kepada debitur, peminjam bersama, atau penjamin',
    en: 'collection speaks to the debtor, a co-borrower or a guarantor alone',
  },
};

/** A citation as a sentence of that language has it; empty: it adds nothing to its force. */
export function citeInWords(cite: string, language: Language): string {
  return HOUSE[cite]?.[language] ?? cite;
}

/** Every citation that has words of its own. */
export const HOUSE_CITES: readonly string[] = Object.keys(HOUSE);
