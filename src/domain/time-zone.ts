/** Names that runtimes go on answering with, though IANA has given the place another one. */
const RENAMED: Readonly<Record<string, string>> = {
  'Africa/Asmera': 'Africa/Asmara',
  'America/Buenos_Aires': 'America/Argentina/Buenos_Aires',
  'America/Catamarca': 'America/Argentina/Catamarca',
  'America/Coral_Harbour': 'America/Atikokan',
  'America/Cordoba': 'America/Argentina/Cordoba',
  'America/Godthab': 'America/Nuuk',
  'America/Indianapolis': 'America/Indiana/Indianapolis',
  'America/Jujuy': 'America/Argentina/Jujuy',
  'America/Louisville': 'America/Kentucky/Louisville',
  'America/Mendoza': 'America/Argentina/Mendoza',
  'Asia/Calcutta': 'Asia/Kolkata',
  'Asia/Katmandu': 'Asia/Kathmandu',
  'Asia/Rangoon': 'Asia/Yangon',
  'Asia/Saigon': 'Asia/Ho_Chi_Minh',
  'Atlantic/Faeroe': 'Atlantic/Faroe',
  'Europe/Kiev': 'Europe/Kyiv',
  'Pacific/Enderbury': 'Pacific/Kanton',
  'Pacific/Ponape': 'Pacific/Pohnpei',
  'Pacific/Truk': 'Pacific/Chuuk',
};

/** By the name given: to ask for one takes long. */
const known = new Map<string, string>();
const MOST_KNOWN = 1_000;

/**
 * The one IANA name of a zone, however it is spelled and whichever of its names is given, so that a
 * zone is one zone (`asia/jakarta` is `Asia/Jakarta`); null: there is no such zone.
 */
export function canonicalZone(name: string): string | null {
  const found = known.get(name);
  if (found !== undefined) return found;
  try {
    const { timeZone } = new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions();
    const canonical = RENAMED[timeZone] ?? timeZone;
    // names are told apart without regard to case: as many ways to write them as one likes
    if (known.size < MOST_KNOWN) known.set(name, canonical);
    return canonical;
  } catch {
    return null;
  }
}
