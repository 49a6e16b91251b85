/** The three time zones of Indonesia (WIB, WITA, WIT), by one IANA name each. No DST. */
export const INDONESIA_ZONES = ['Asia/Jakarta', 'Asia/Makassar', 'Asia/Jayapura'] as const;
export type IndonesiaZone = (typeof INDONESIA_ZONES)[number];

type Row = readonly [code: string, name: string, ...aliases: string[]];

/** ISO 3166-2:ID and province names by zone (Keppres 41/1987 and the later province laws). */
const WIB: readonly Row[] = [
  ['ID-AC', 'Aceh', 'Nanggroe Aceh Darussalam'],
  ['ID-SU', 'Sumatera Utara', 'Sumut'],
  ['ID-SB', 'Sumatera Barat', 'Sumbar'],
  ['ID-RI', 'Riau'],
  ['ID-KR', 'Kepulauan Riau', 'Kepri'],
  ['ID-JA', 'Jambi'],
  ['ID-SS', 'Sumatera Selatan', 'Sumsel'],
  ['ID-BB', 'Kepulauan Bangka Belitung', 'Bangka Belitung', 'Babel'],
  ['ID-BE', 'Bengkulu'],
  ['ID-LA', 'Lampung'],
  ['ID-BT', 'Banten'],
  ['ID-JK', 'DKI Jakarta', 'Jakarta', 'Daerah Khusus Jakarta'],
  ['ID-JB', 'Jawa Barat', 'Jabar'],
  ['ID-JT', 'Jawa Tengah', 'Jateng'],
  ['ID-YO', 'DI Yogyakarta', 'Daerah Istimewa Yogyakarta', 'Yogyakarta', 'DIY'],
  ['ID-JI', 'Jawa Timur', 'Jatim'],
  ['ID-KB', 'Kalimantan Barat', 'Kalbar'],
  ['ID-KT', 'Kalimantan Tengah', 'Kalteng'],
];
const WITA: readonly Row[] = [
  ['ID-BA', 'Bali'],
  ['ID-NB', 'Nusa Tenggara Barat', 'NTB'],
  ['ID-NT', 'Nusa Tenggara Timur', 'NTT'],
  ['ID-KS', 'Kalimantan Selatan', 'Kalsel'],
  ['ID-KI', 'Kalimantan Timur', 'Kaltim'],
  ['ID-KU', 'Kalimantan Utara', 'Kaltara'],
  ['ID-SA', 'Sulawesi Utara', 'Sulut'],
  ['ID-GO', 'Gorontalo'],
  ['ID-ST', 'Sulawesi Tengah', 'Sulteng'],
  ['ID-SR', 'Sulawesi Barat', 'Sulbar'],
  ['ID-SN', 'Sulawesi Selatan', 'Sulsel'],
  ['ID-SG', 'Sulawesi Tenggara', 'Sultra'],
];
const WIT: readonly Row[] = [
  ['ID-MA', 'Maluku'],
  ['ID-MU', 'Maluku Utara', 'Malut'],
  ['ID-PA', 'Papua'],
  ['ID-PB', 'Papua Barat'],
  ['ID-PS', 'Papua Selatan'],
  ['ID-PT', 'Papua Tengah'],
  ['ID-PE', 'Papua Pegunungan'],
  ['ID-PD', 'Papua Barat Daya'],
];

export interface Province {
  /** ISO 3166-2, `ID-JK`. */
  readonly code: string;
  readonly name: string;
  readonly zone: IndonesiaZone;
}

const BY_KEY = new Map<string, Province>();
const fold = (text: string): string => text.toLowerCase().replace(/[^a-z]/g, '');
for (const [zone, rows] of [
  ['Asia/Jakarta', WIB],
  ['Asia/Makassar', WITA],
  ['Asia/Jayapura', WIT],
] as const) {
  for (const [code, name, ...aliases] of rows) {
    const province: Province = { code, name, zone };
    for (const key of [code, code.slice(3), name, ...aliases]) BY_KEY.set(fold(key), province);
  }
}

/** The 38 provinces. */
export function provinces(): Province[] {
  return [...new Set(BY_KEY.values())];
}

/** By ISO code (`ID-JK`, `JK`), name or common short form, any case; null when unknown. */
export function findProvince(text: string): Province | null {
  return BY_KEY.get(fold(text)) ?? null;
}

/** All zones that the person may be in: stated, else the province's, else all three. */
export function candidateZones(facts: {
  readonly statedZone: string | null;
  readonly province: string | null;
}): readonly string[] {
  if (facts.statedZone !== null) return [facts.statedZone];
  const province = facts.province === null ? null : findProvince(facts.province);
  return province === null ? INDONESIA_ZONES : [province.zone];
}
