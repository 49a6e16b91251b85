import type { Instant } from '../../src/domain/call-facts';
import type { ZoneSource } from '../../src/domain/zone-evidence';
import { explainFailure } from './explain';
import type { RuleDecision } from './rule-decision';
import type { Language, Said } from './words';
import { wallClock, westToEast, zoneName } from './words-time';

const ZONE_SOURCE_WORDS: Readonly<Record<ZoneSource, Said>> = {
  stated: { id: 'menurut debitur sendiri', en: 'as the debtor said' },
  province: { id: 'menurut provinsi alamat', en: 'by the province of the address' },
  area_code: { id: 'menurut kode area telepon tetap', en: 'by the area code of the fixed line' },
  country: {
    id: 'alamat tidak diketahui dan nomor seluler tidak menunjukkan tempat, maka semua zona waktu negara itu diperhitungkan',
    en: 'no address is known and a mobile number shows no place, so every zone of the country counts',
  },
  none: { id: 'tidak diketahui', en: 'unknown' },
};

const VERDICT_WORDS: Readonly<Record<RuleDecision['verdict'], Said>> = {
  allow: { id: 'Boleh ditelepon', en: 'A call is allowed' },
  agent_reserved: {
    id: 'Boleh ditelepon hanya bila petugas sudah siap untuk panggilan ini',
    en: 'A call is allowed only with an agent already held for it',
  },
  deny: { id: 'Tidak boleh ditelepon', en: 'No call is allowed' },
};

/** A decision in words, part by part: a page sets them apart, a terminal puts them on lines. */
export interface DecisionWords {
  /** Verdict and the debtor's wall clock. */
  readonly verdict: string;
  /** Every failing rule with the text that it rests on, in stack order. */
  readonly reasons: readonly string[];
  /** Until when the permit holds, or when a call will be allowed. */
  readonly when: string;
  /** The zones counted with, and how they are known. */
  readonly where: string;
}

/** What was decided, why, until when, and when it will be allowed, on the debtor's wall clock. */
export function explainDecision(
  decision: RuleDecision,
  language: Language,
  context: { readonly at: Instant; readonly zoneSource?: ZoneSource },
): DecisionWords {
  const at = new Date(context.at);
  const clock = clocks(at, decision.zones, language);
  const colon = clock === '' ? '' : `: ${clock}`;
  return {
    verdict: `${VERDICT_WORDS[decision.verdict][language]}${colon}.`,
    reasons: decision.failing.map((failed) => explainFailure(failed, language)),
    when: untilWhen(decision, language),
    where: whereabouts(decision.zones, at, context.zoneSource, language),
  };
}

/** The parts as lines of text. */
export function decisionLines(words: DecisionWords): string[] {
  return [words.verdict, ...words.reasons.map((reason) => `- ${reason}`), words.when, words.where];
}

function untilWhen(decision: RuleDecision, language: Language): string {
  const { verdict, expiresAt, nextAllowedAt, zones } = decision;
  if (verdict !== 'deny' && expiresAt !== null) {
    const until = clocks(new Date(expiresAt), zones, language);
    return language === 'id' ? `Izin berlaku sampai ${until}.` : `The permit holds until ${until}.`;
  }
  if (nextAllowedAt !== null) {
    const next = clocks(new Date(nextAllowedAt), zones, language);
    return language === 'id' ? `Boleh lagi mulai ${next}.` : `Allowed again from ${next}.`;
  }
  return language === 'id'
    ? 'Selama keadaan ini tidak berubah, belum ada waktu yang diperbolehkan.'
    : 'As long as this does not change, no time is allowed.';
}

/** One instant on each wall clock; zones that show the same (WIB twice) once. */
function clocks(at: Date, zones: readonly string[], language: Language): string {
  const shown = new Set(westToEast(zones, at).map((zone) => wallClock(at, zone, language)));
  return [...shown].join(' / ');
}

function whereabouts(
  zones: readonly string[],
  at: Date,
  source: ZoneSource | undefined,
  language: Language,
): string {
  const label = language === 'id' ? 'Zona waktu' : 'Time zone';
  if (zones.length === 0) return `${label}: ${ZONE_SOURCE_WORDS.none[language]}.`;
  const names = westToEast(zones, at)
    .map((zone) => `${zoneName(zone, at)} (${zone})`)
    .join(', ');
  const how = source === undefined ? '' : `; ${ZONE_SOURCE_WORDS[source][language]}`;
  return `${label}: ${names}${how}.`;
}
