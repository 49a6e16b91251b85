import type { Said } from './said';

/** Why a phrase has no place in a collection call (POJK 22/2023, article 62, and the codes under it). */
export const PHRASE_CATEGORIES = [
  'threat',
  'shame',
  'family',
  'police',
  'viral',
  'insult',
] as const;
export type PhraseCategory = (typeof PHRASE_CATEGORIES)[number];

export const PHRASE_CATEGORY_WORDS: Readonly<Record<PhraseCategory, Said>> = {
  threat: { id: 'Ancaman', en: 'Threat' },
  shame: { id: 'Mempermalukan', en: 'Shaming' },
  family: { id: 'Melibatkan keluarga atau pihak lain', en: 'Drawing in family or others' },
  police: { id: 'Mengancam dengan polisi atau penjara', en: 'Threatening with police or jail' },
  viral: { id: 'Mengancam menyebarkan', en: 'Threatening to publish' },
  insult: { id: 'Menghina', en: 'Insult' },
};

/** A phrase that no agent may say, with its category and why. Plain words; see find-phrases.ts. */
export interface ForbiddenPhrase {
  readonly phrase: string;
  readonly category: PhraseCategory;
  readonly reason: Said;
}

const REASONS: Readonly<Record<PhraseCategory, Said>> = {
  threat: {
    id: 'Penagihan dilarang mengancam.',
    en: 'Collection may not threaten.',
  },
  shame: {
    id: 'Penagihan dilarang mempermalukan.',
    en: 'Collection may not shame anybody.',
  },
  family: {
    id: 'Utang hanya dibicarakan dengan debitur sendiri.',
    en: 'The debt is talked about with the debtor alone.',
  },
  police: {
    id: 'Utang adalah perkara perdata; mengancam dengan polisi menyesatkan.',
    en: 'A debt is a civil matter; threatening with the police misleads.',
  },
  viral: {
    id: 'Data dan utang debitur dilarang disebarkan.',
    en: 'The debtor’s data and debt may not be published.',
  },
  insult: { id: 'Debitur diperlakukan dengan hormat.', en: 'The debtor is treated with respect.' },
};

// prettier-ignore
const PHRASES: Readonly<Record<PhraseCategory, readonly string[]>> = {
  threat: ['ancam', 'teror', 'hajar', 'bunuh', 'habisi', 'awas kamu', 'awas ya kamu', 'tanggung akibatnya',
    'kirim preman', 'sita paksa', 'angkut barang', 'rusak rumah', 'tunggu saja akibatnya',
    'threaten', 'hurt you', 'or else', 'you will regret', 'know where you live', 'seize everything'],
  shame: ['permalukan', 'permaluin', 'bikin malu', 'buat malu', 'malu maluin', 'tidak tahu malu', 
    'tempel foto', 'cemarkan', 'ashamed of yourself', 'shame on you', 'embarrass you'],
  family: ['hubungi keluarga', 'telepon keluarga', 'beri tahu keluarga', 'kasih tahu keluarga',
    'beri tahu istri', 'kasih tahu istri', 'beri tahu suami', 'kasih tahu suami', 'kasih tahu orang tua',
    'beri tahu orang tua', 'beri tahu tetangga', 'kasih tahu tetangga', 'hubungi atasan',
    'telepon atasan', 'lapor atasan', 'kasih tahu bos', 'beri tahu kantor', 'hubungi kontak darurat',
    'call your family', 'tell your family', 'tell your wife', 'tell your husband', 'tell your parents',
    'tell your neighbours', 'call your boss', 'tell your boss', 'tell your employer'],
  police: ['lapor polisi', 'panggil polisi', 'bawa polisi', 'polisi datang', 'polisi jemput', 'penjara', 'jebloskan',
    'masuk sel', 'tuntut pidana', 'tangkap kamu', 'tangkap anda', 'tangkap bapak', 'tangkap ibu', 'ditangkap',
    'call the police', 'police will', 'go to jail', 'to jail', 'to prison', 'arrested', 'criminal charges'],
  viral: ['viral', 'viralin', 'sebar data', 'sebar foto', 'sebar ke medsos', 'sebar ke media sosial', 'sebar di grup',
    'posting di facebook', 'posting di instagram', 'masuk tiktok', 'umumkan utang', 'go viral',
    'post your photo', 'post it online', 'on social media'],
  insult: ['goblok', 'tolol', 'bangsat', 'bajingan', 'brengsek', 'dasar maling', 'dasar penipu', 'kamu maling',
    'kamu penipu', 'miskin', 'deadbeat', 'idiot', 'stupid', 'you thief', 'you are a thief', 'loser'],
};

/** What every creditor has until it writes its own list. */
export const DEFAULT_PHRASES: readonly ForbiddenPhrase[] = PHRASE_CATEGORIES.flatMap((category) =>
  PHRASES[category].map((phrase) => ({ phrase, category, reason: REASONS[category] })),
);
