import { parsePhoneNumberFromString } from 'libphonenumber-js/max';
import type { ZoneEvidence } from './call-facts';
import type { Line } from './phone-number';

/** What is known of where a person is. */
export interface WhereaboutsFacts {
  /** IANA zone that the person named. */
  readonly statedZone: string | null;
  /** ISO 3166-2 of the address. */
  readonly province: string | null;
  /** The number to be dialed; null: none. */
  readonly e164: string | null;
  readonly line: Line;
  /** ISO 3166-1 alpha-2 of the creditor's market. */
  readonly country: string;
}

/** The keys of the zone tables: what a piece of evidence can be looked up by. */
export interface KnownPlaces {
  readonly countryZones: Readonly<Record<string, unknown>>;
  readonly provinces: Readonly<Record<string, unknown>>;
  /** Country -> area codes without the trunk 0. */
  readonly areaCodes: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
}

export const ZONE_SOURCES = ['stated', 'province', 'area_code', 'country', 'none'] as const;
export type ZoneSource = (typeof ZONE_SOURCES)[number];
export const ZONE_CONFIDENCES = ['high', 'medium', 'low', 'none'] as const;
export type ZoneConfidence = (typeof ZONE_CONFIDENCES)[number];

export interface Whereabouts {
  /** For the zone resolver; holds an area code at most, never a number. */
  readonly evidence: readonly ZoneEvidence[];
  readonly source: ZoneSource;
  readonly confidence: ZoneConfidence;
}

/** Longest area code in any table, digits. */
const AREA_CODE_DIGITS = 3;

/**
 * The best evidence alone, in the order of trust: what the person said, the province of the
 * address, the area code of a fixed line, else every zone of the country. A mobile number says
 * nothing of a place (it roams, and keeps its prefix when it is ported). What no table knows is no
 * evidence, and the next best is taken. `none`: not even the country is known; nobody is called.
 */
export function zoneEvidenceOf(facts: WhereaboutsFacts, places: KnownPlaces): Whereabouts {
  if (facts.statedZone !== null) {
    return { evidence: [{ iana: facts.statedZone }], source: 'stated', confidence: 'high' };
  }
  if (facts.province !== null && Object.hasOwn(places.provinces, facts.province)) {
    return { evidence: [{ province: facts.province }], source: 'province', confidence: 'high' };
  }
  const areaCode = fixedLineAreaCode(facts, places.areaCodes[facts.country] ?? {});
  if (areaCode !== null) {
    // a line can be forwarded, and its owner may have moved away from the address
    return { evidence: [{ areaCode }], source: 'area_code', confidence: 'medium' };
  }
  if (Object.hasOwn(places.countryZones, facts.country)) {
    return { evidence: [{ mobile: facts.country }], source: 'country', confidence: 'low' };
  }
  return { evidence: [], source: 'none', confidence: 'none' };
}

/** The longest area code of the table that the number begins with; null when it has none. */
function fixedLineAreaCode(
  { e164, line, country }: WhereaboutsFacts,
  table: Readonly<Record<string, unknown>>,
): string | null {
  if (e164 === null || line === 'mobile') return null;
  const parsed = parsePhoneNumberFromString(e164);
  if (parsed?.country !== country) return null;
  // toll-free and company-wide numbers have no location
  if (parsed.getType() !== 'FIXED_LINE') return null;
  for (let digits = AREA_CODE_DIGITS; digits > 0; digits--) {
    const code = parsed.nationalNumber.slice(0, digits);
    if (Object.hasOwn(table, code)) return code;
  }
  return null;
}
